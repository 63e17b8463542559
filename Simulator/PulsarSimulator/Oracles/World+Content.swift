internal import PulsarCore
internal import PulsarEngine
internal import PulsarGit
internal import PulsarSystem

/// S3, S16: whether a capture is what the files are, and nothing besides.
extension World {
  /// The tree that git would commit of the working tree as it is, and the files in it.
  func gitTree(
    of node: SimulatedNode
  ) throws -> (tree: String, files: [(path: GitPath, blob: ObjectID)]) {
    let index = node.folder.appending("judge-index")
    if let bytes = Files.read(node.gitDir.appending("index")) {
      try Files.write(bytes, to: index)
      try Files.copyTime(of: node.gitDir.appending("index"), to: index)
    } else {
      Files.remove(index)
    }
    let environment = node.judging(index: "judge-index")
    try Files.make(folder: node.folder.appending("judge-objects"))
    // Each file counts, also where git is told that case does not.
    for words in [["-c", "core.ignoreCase=false", "add", "-A"], ["write-tree"]] {
      let result = try World.run("git", words, in: node.work, environment)
      guard result.succeeded else { throw WorldError("the judge's git: \(result.complaint)") }
      if words == ["write-tree"] {
        let tree = String(decoding: result.output, as: UTF8.self).filter { !$0.isNewline }
        let listing = try World.run(
          "git", ["ls-tree", "-r", "-z", tree], in: node.work, environment)
        return (tree, Self.files(in: listing.output))
      }
    }
    preconditionFailure("write-tree is the last")
  }

  func judgeContent(of node: SimulatedNode, _ tip: ObjectID) throws {
    // git sees a link where we capture files: nobody can judge that.
    if WorktreeState(of: node.work).hasNestedRepository { return }
    let judged = try self.gitTree(of: node)
    if try !self.holds(tip, judged, on: node) {
      try self.judgeIgnored(of: node, tip, but: [])
      let captured = try node.withStore { try $0.commit(tip).tree }
      self.fail(
        "S3", node.name,
        "\(tip.short) holds the tree \(captured.short), and git says \(judged.tree.prefix(12))")
    }
    node.ledger.blobs.formUnion(judged.files.map(\.blob))
  }

  /// Whether a capture is what git says of the files; what a session brought may be in it besides,
  /// whatever is ignored here.
  func holds(
    _ tip: ObjectID, _ judged: (tree: String, files: [(path: GitPath, blob: ObjectID)]),
    on node: SimulatedNode
  ) throws -> Bool {
    if try node.withStore({ try $0.commit(tip).tree }).hex == judged.tree { return true }
    let brought = try self.ignored(on: node).intersection(self.pathsOfOthers(on: node))
    if brought.isEmpty { return false }
    let listing = try node.git(["ls-tree", "-r", "-z", tip.hex]).output
    let held = Self.files(in: listing).filter { !brought.contains($0.path) }
    return held.elementsEqual(judged.files) { $0 == $1 }
  }

  /// Reads what `git ls-tree -r -z` lists.
  private static func files(in listing: [UInt8]) -> [(path: GitPath, blob: ObjectID)] {
    listing.split(separator: 0).compactMap { line in
      let words = line.split(separator: 32, maxSplits: 2)
      guard words.count == 3, let tab = words[2].firstIndex(of: 9),
        let blob = ObjectID(hex: words[2][..<tab])
      else { return nil }
      return (GitPath(bytes: Array(words[2][(tab + 1)...])), blob)
    }
  }

  /// S16: of what is captured, only what git tracks may match a rule for files to ignore, and what came
  /// from another machine; what was left out of the capture may be older than the rules.
  func judgeIgnored(of node: SimulatedNode, _ tip: ObjectID, but left: Set<GitPath>) throws {
    let captured = try self.paths(["ls-tree", "-r", "-z", "--name-only", tip.hex], on: node)
    let wrong = try captured.intersection(self.ignored(on: node)).subtracting(left)
    if wrong.isEmpty { return }
    if let path = try wrong.subtracting(self.pathsOfOthers(on: node)).min() {
      self.fail("S16", node.name, "\(tip.short) holds '\(path.displayed)', which is ignored")
    }
  }

  private func ignored(on node: SimulatedNode) throws -> Set<GitPath> {
    try self.paths(
      ["ls-files", "-z", "--others", "--ignored", "--exclude-standard"], on: node)
  }

  /// Paths that a capture of another machine has, as far as it is known here.
  private func pathsOfOthers(on node: SimulatedNode) throws -> Set<GitPath> {
    let others = try node.refs(StreamRefs.streamPrefix).keys.filter {
      !$0.bytes.starts(with: node.streamPrefix.utf8)
    }
    if others.isEmpty { return [] }
    let question = ["log", "-m", "-z", "--format=", "--name-only", "--no-renames"]
    return try self.paths(question + others.sorted().map(\.displayed) + ["--"], on: node)
  }

  private func paths(_ words: [String], on node: SimulatedNode) throws -> Set<GitPath> {
    Set(try node.git(words).output.split(separator: 0).map { GitPath(bytes: Array($0)) })
  }
}
