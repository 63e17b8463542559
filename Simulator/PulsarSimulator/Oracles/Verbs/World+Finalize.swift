internal import PulsarCommands
internal import PulsarCore
internal import PulsarEngine
internal import PulsarGit

/// S25: what `finalize` put onto the branch.
extension World {
  /// The new commit has what git's own merges of the sessions give; what counts as finalized is in it.
  ///
  /// Where git finds conflicts, somebody had decided; where something was taken back or finalized before,
  /// the lineages are others than the histories.
  ///
  /// - Parameters:
  ///   - said: what it told.
  ///   - node: whose.
  ///   - before: what was there.
  ///   - captures: those that it made, oldest first.
  ///   - hadOtherLineage: whether something was taken back or finalized before.
  /// - Throws: when a commit cannot be read.
  func judgeFinalize(
    _ said: String, of node: SimulatedNode, before: Baseline,
    _ captures: [(id: ObjectID, reason: CaptureReason)], hadOtherLineage: Bool
  ) throws {
    guard Self.tellsOfFinalize(said), !hadOtherLineage,
      let branch = node.branchOfHead, branch == before.branch,
      let ref = before.refs.keys.first(where: { $0.displayed == branch }),
      let head = before.refs[ref],
      let made = try node.refs("refs/heads/")[ref], made != head,
      try node.withStore({ try $0.commit(made).parents }) == [head],
      let ours = captures.last(where: { $0.reason == .beforeFinalize })?.id
        ?? self.capture(of: node, on: branch, before)
    else { return }
    var tip = ours.hex
    for theirs in try self.sessions(on: branch, of: node) {
      if try node.withStore({ try $0.contains(theirs, in: ours) }) { continue }
      guard let merged = try self.merged(tip, theirs.hex, on: node) else { return }
      tip = merged
    }
    self.count("S25")
    let (wanted, found) = (
      try self.listing(of: tip, on: node), try self.listing(of: made.hex, on: node)
    )
    let kept = try self.listing(of: head.hex, on: node)
    for path in Set(wanted.keys).union(found.keys).sorted() {
      // What git is told not to see stays on its machine, and what lies in another repository.
      let isHidden = self.nodes.contains { $0.hidesEdit(of: path) } || self.isNested(path)
      let should = (isHidden ? kept[path] : wanted[path]) ?? .none
      let does = found[path] ?? .none
      if should == does { continue }
      self.fail(
        "S25", node.name,
        "the commit \(made.short) has \(does.words) at '\(path.displayed)', and git merges "
          + should.words)
    }
  }

  /// Whether some line says that work was finalized; another may say `nothing finalized: …`.
  static func tellsOfFinalize(_ said: String) -> Bool {
    said.split(separator: "\n").contains { $0.hasPrefix("finalized: ") }
  }

  /// The newest capture that was there before.
  private func capture(
    of node: SimulatedNode, on branch: String, _ before: Baseline
  ) -> ObjectID? {
    let leaf = branch.dropFirst("refs/heads/".count)
    let leaves = [Array(leaf.utf8), StreamRefs.flattened(Array(leaf.utf8))]
    return before.refs.filter { ref, _ in
      // Not one from before it had another name.
      ref.bytes.starts(with: node.streamPrefix.utf8)
        && (StreamRefs.parts(ofStream: ref).map { leaves.contains($0.leaf) } ?? false)
    }.max { $0.key < $1.key }?.value
  }

  /// What others have on a branch, as far as it is here, by the names of their streams.
  private func sessions(
    on branch: String, of node: SimulatedNode
  ) throws -> [ObjectID] {
    let leaf = branch.dropFirst("refs/heads/".count)
    let leaves = [Array(leaf.utf8), StreamRefs.flattened(Array(leaf.utf8))]
    return try node.refs(StreamRefs.streamPrefix).filter { ref, _ in
      !node.isOwnStream(ref)
        && (StreamRefs.parts(ofStream: ref).map { leaves.contains($0.leaf) } ?? false)
    }.sorted { $0.key < $1.key }.map(\.value)
  }

  /// A commit of git's merge of two; nil when it finds conflicts.
  private func merged(_ ours: String, _ theirs: String, on node: SimulatedNode) throws -> String? {
    let environment = node.judging(index: "judge-index")
    let merge = try World.run(
      "git", ["merge-tree", "--write-tree", ours, theirs], in: node.work, environment)
    guard merge.succeeded else { return nil }
    let tree = String(decoding: merge.output.prefix { $0 != 10 }, as: UTF8.self)
    let made = try World.run(
      "git", ["commit-tree", tree, "-p", ours, "-p", theirs, "-m", "judged"], in: node.work,
      environment)
    guard made.succeeded else { throw WorldError("the judge's git: \(made.complaint)") }
    return String(decoding: made.output.prefix { $0 != 10 }, as: UTF8.self)
  }
}
