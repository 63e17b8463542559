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
    for words in [["add", "-A"], ["write-tree"]] {
      let result = try World.run("git", words, in: node.work, environment)
      guard result.succeeded else { throw WorldError("the judge's git: \(result.complaint)") }
      if words == ["write-tree"] {
        let tree = String(decoding: result.output, as: UTF8.self).filter { !$0.isNewline }
        let listing = try World.run(
          "git", ["ls-tree", "-r", "-z", tree], in: node.work, environment)
        let files = listing.output.split(separator: 0).compactMap { line -> (GitPath, ObjectID)? in
          let words = line.split(separator: 32, maxSplits: 2)
          guard words.count == 3, let tab = words[2].firstIndex(of: 9),
            let blob = ObjectID(hex: words[2][..<tab])
          else { return nil }
          return (GitPath(bytes: Array(words[2][(tab + 1)...])), blob)
        }
        return (tree, files)
      }
    }
    preconditionFailure("write-tree is the last")
  }

  func judgeContent(of node: SimulatedNode, _ tip: ObjectID) throws {
    // git sees a link where we capture files: nobody can judge that.
    if WorktreeState(of: node.work).hasNestedRepository { return }
    let judged = try self.gitTree(of: node)
    let captured = try node.withStore { try $0.commit(tip).tree }
    if captured.hex != judged.tree {
      try self.judgeIgnored(of: node, tip, but: [])
      self.fail(
        "S3", node.name,
        "\(tip.short) holds the tree \(captured.short), and git says \(judged.tree.prefix(12))")
    }
    node.ledger.blobs.formUnion(judged.files.map(\.blob))
  }

  /// S16: of what is captured, only what git tracks may match a rule for files to ignore; what was left
  /// out of the capture may be older than the rules.
  func judgeIgnored(of node: SimulatedNode, _ tip: ObjectID, but left: Set<GitPath>) throws {
    func paths(_ words: [String]) throws -> Set<GitPath> {
      Set(try node.git(words).output.split(separator: 0).map { GitPath(bytes: Array($0)) })
    }
    let ignored = try paths(["ls-files", "-z", "--others", "--ignored", "--exclude-standard"])
    let captured = try paths(["ls-tree", "-r", "-z", "--name-only", tip.hex])
    if let path = captured.intersection(ignored).subtracting(left).min() {
      self.fail("S16", node.name, "\(tip.short) holds '\(path.displayed)', which is ignored")
    }
  }
}
