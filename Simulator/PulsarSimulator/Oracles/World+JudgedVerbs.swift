internal import PulsarCommands
internal import PulsarCore
internal import PulsarEngine
internal import PulsarGit
internal import PulsarSystem

/// What verbs may do, and V5: what a `sync` makes of the files.
extension World {
  /// Verbs that change nothing of the person's.
  private static let reports = [
    "now", "status", "list", "history", "diff", "prune", "log", "config", "pause", "resume",
    "version",
  ]

  /// Judges what a verb did, by what was before it; without an outcome it died.
  func judgeVerb(
    _ words: [String], _ outcome: Host.Outcome?, of node: SimulatedNode, before: Baseline,
    remote: [String: String]
  ) {
    self.judgeRest(of: node, before.refs)
    self.judgeRemote(remote, self.remoteRefs(), by: node)
    do {
      try self.judgeStreams(of: node)
      guard let verb = words.first else { return }
      let days = words.last.flatMap(Int.init) ?? 30
      if Self.reports.contains(verb) {
        node.baseline = before
        self.judge(verb, node, days: days)
        node.baseline = nil
      } else {
        self.judgeForeignRefs(verb, node, before)
        self.judgeOurRefs(verb, node, before.refs, days: days)
        self.noteFinished(node)
      }
      let isStuck = outcome.map { $0.status != 0 && node.fileTrouble != nil } ?? true
      if isStuck || node.isHalfWay { self.noteHalfWay(words, node, before) }
      guard let outcome else {
        node.ledger.hasDied = true
        return
      }
      if verb == "now", outcome.status == 1 { self.judgeRevival("a now", of: node) }
      let said = String(decoding: outcome.output, as: UTF8.self)
      let isUndone = Self.takesBack(said)
      if isUndone || (verb == "finalize" && [0, 3].contains(outcome.status)) {
        self.noteOtherLineage(words, said, of: node, before: before, isUndone: isUndone)
      }
      if verb == "sync", outcome.status == 0, Set(words).isSubset(of: ["sync", "--yes"]) {
        try self.judgeSync(said, of: node, before)
      }
      if verb == "sync", said.contains("took over ") { self.noteLineage(ofSyncOn: node) }
    } catch {
      self.fail("S5", node.name, "what a verb left cannot be read: \(error)")
    }
  }

  /// Whether what an undo said means that work counts no more, were the files changed by it or, before,
  /// by hand; a file that was put back is work like any other.
  private static func takesBack(_ said: String) -> Bool {
    ["undone: the ", "already as it was before that "].contains { words in
      said.firstRange(of: words).map { !said[$0.upperBound...].hasPrefix("restore") } ?? false
    }
  }

  /// Notes what may be left of a verb that died, or that could go neither on nor back: whoever comes next
  /// takes it up.
  private func noteHalfWay(_ words: [String], _ node: SimulatedNode, _ before: Baseline) {
    if node.isHalfWay {
      let branches = [before.branch, node.branchOfHead].compactMap { $0 }
      node.ledger.halfWay = (node.ledger.halfWay ?? []).union(branches)
    }
    // Nobody knows how far it came.
    if ["undo", "finalize"].contains(words.first) {
      self.noteOtherLineage(
        words, nil, of: node, before: before, isUndone: words.first == "undo")
    }
  }

  /// V5: right after a session was taken over, the files are what git merges from it and from what was
  /// captured here before.
  ///
  /// Where git finds conflicts, a person had decided; where something was taken back or finalized on the
  /// branch, the lineages of those who took part are others than the histories.
  private func judgeSync(_ said: String, of node: SimulatedNode, _ before: Baseline) throws {
    guard said.contains("took over "), !said.contains("conflict"),
      Files.status(node.gitDir.appending("info/sparse-checkout")) == nil,
      let session = said.firstRange(of: ", capture ").map({
        String(said[$0.upperBound...].prefix { $0.isHexDigit })
      }), let tip = try self.currentTip(of: node), !self.hasPart(session, of: node)
    else { return }
    self.count("V5")
    let newest = try node.withStore { try $0.commit(tip) }
    let isAfterwards =
      !before.refs.values.contains(tip)
      && CaptureTrailers(message: newest.message)?.reason == .afterSync
    guard let ours = isAfterwards ? newest.parents.first : tip else { return }
    let merged = try node.git(["merge-tree", "--write-tree", ours.hex, session])
    guard merged.succeeded else { return }
    let tree = String(decoding: merged.output, as: UTF8.self).filter { !$0.isNewline }
    if let path = try self.firstFile(of: node, unlike: tree, insteadOf: ours.hex) {
      self.fail(
        "V5", node.name,
        "after the sync with \(session), '\(path.displayed)' is not as git merges it")
    }
  }

  /// Whether lineages count otherwise for a machine, or for whoever has a session that it took over.
  private func hasPart(_ session: String, of node: SimulatedNode) -> Bool {
    let branch = node.branchOfHead
    if self.lineage.hasPart(node.number, on: branch) { return true }
    guard self.lineage.hasPart(branch), let refs = try? node.refs(StreamRefs.streamPrefix) else {
      return self.lineage.hasPart(branch)
    }
    let owners = self.nodes.filter { other in
      refs.contains { other.isOwnStream($0.key) && $0.value.hex.hasPrefix(session) }
    }
    return owners.isEmpty || owners.contains { self.lineage.hasPart($0.number, on: branch) }
  }

  /// The first path where the working tree is not a tree; of paths that the tree has not, those count
  /// that an older one has.
  private func firstFile(
    of node: SimulatedNode, unlike tree: String, insteadOf old: String
  ) throws -> GitPath? {
    let environment = node.judging(index: "judge-sync-index")
    func paths(_ words: [String]) throws -> [GitPath] {
      let result = try World.run("git", words, in: node.work, environment)
      guard result.succeeded else { throw WorldError("the judge's git: \(result.complaint)") }
      return result.output.split(separator: 0).map { GitPath(bytes: Array($0)) }
    }
    _ = try paths(["read-tree", tree])
    let unlike = try paths(["diff", "--no-ext-diff", "--name-only", "-z"])
    let gone = try paths(["diff-tree", "-r", "--name-only", "--diff-filter=D", "-z", old, tree])
    let left = gone.filter { path in
      Files.status(node.work.appending(path)).map { !$0.isFolder } ?? false
    }
    return (unlike + left).min()
  }
}

extension SimulatedNode {
  /// Variables of the judge's own git: objects of its own go where nobody takes them for captures.
  func judging(index: String) -> ProcessEnvironment {
    var environment = self.environment
    for (name, path) in [
      ("GIT_INDEX_FILE", self.folder.appending(index)),
      ("GIT_OBJECT_DIRECTORY", self.folder.appending("judge-objects")),
      ("GIT_ALTERNATE_OBJECT_DIRECTORIES", self.gitDir.appending("objects")),
    ] {
      environment.variables.append(.init(name: Array(name.utf8), value: path.bytes))
    }
    return environment
  }
}
