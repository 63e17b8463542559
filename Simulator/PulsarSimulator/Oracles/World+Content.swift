internal import PulsarCore
internal import PulsarEngine
internal import PulsarGit
internal import PulsarSystem

/// S3, S16: whether a capture is what the files are, and nothing besides.
extension World {
  /// The tree that git would commit of the working tree as it is, and the files in it.
  func gitTree(
    of node: SimulatedNode
  ) throws -> (tree: String, files: [GitPath: VersionLedger.Entry]) {
    let index = node.folder.appending("judge-index")
    if let bytes = Files.read(node.gitDir.appending("index")) {
      try Files.write(bytes, to: index)
      try Files.copyTime(of: node.gitDir.appending("index"), to: index)
    } else {
      Files.remove(index)
    }
    let environment = node.judging(index: "judge-index")
    try Files.make(folder: node.folder.appending("judge-objects"))
    // Each file counts, also where git is told that case does not, and what lies beside a sparse check-out.
    node.isBeyondGit = false
    let adding = try self.rules(of: node) + ["add", "-A"] + (node.isSparse ? ["--sparse"] : [])
    for words in [adding, ["write-tree"]] {
      var result = try World.run("git", words, in: node.work, environment)
      if !result.succeeded, result.complaint.contains("failed to encode") {
        // git does not take such a file; of it, nobody can judge.
        result = try World.run(
          "git", words + ["--ignore-errors"], in: node.work, environment)
        node.isBeyondGit = true
      } else if !result.succeeded {
        throw WorldError("the judge's git: \(result.complaint)")
      }
      if words == ["write-tree"] {
        let tree = String(decoding: result.output, as: UTF8.self).filter { !$0.isNewline }
        let listing = try World.run(
          "git", ["ls-tree", "-r", "-z", tree], in: node.work, environment)
        let files = Self.entries(listing.output)
        for (path, entry) in files { if let blob = entry.blob { self.places[blob] = path } }
        return (tree, files)
      }
    }
    preconditionFailure("write-tree is the last")
  }

  /// Words for git that make it ignore what a capture ignores: by case always, and by our settings, whose
  /// patterns no rule of a random run takes back.
  func rules(of node: SimulatedNode) throws -> [String] {
    let counting = ["-c", "core.ignoreCase=false"]
    let patterns = node.traits.filter { $0.kind == .ignores && $0.words[0] == "settings" }
      .map { "\($0.words[1])\n" }
    if patterns.isEmpty { return counting }
    let file = node.folder.appending("judge-rules")
    let others = Files.read(node.globalRules) ?? []
    try Files.write(Array(patterns.joined().utf8) + others, to: file)
    return counting + ["-c", "core.excludesFile=\(file.displayed)"]
  }

  func judgeContent(
    of node: SimulatedNode, _ tip: ObjectID, but left: [GitPath] = []
  ) throws {
    // git sees a link where we capture files: nobody can judge that.
    if WorktreeState(of: node.work).hasNestedRepository {
      return try self.judgeVersions(
        in: tip, self.listing(of: tip.hex, on: node), node.versions, of: node, git: nil)
    }
    let judged = try self.gitTree(of: node)
    let captured = try node.withStore { try $0.commit(tip).tree }
    let entries =
      captured.hex == judged.tree ? judged.files : try self.listing(of: tip.hex, on: node)
    self.count("S3")
    try self.judgeVersions(in: tip, entries, node.versions, of: node, git: judged.files)
    try self.judgeNamed(entries, of: node, but: left)
    if captured.hex != judged.tree,
      let path = self.firstUnlike(entries, judged.files, of: node)
    {
      try self.judgeIgnored(of: node, tip, but: [])
      self.fail(
        "S3", node.name,
        "\(tip.short) has \((entries[path] ?? .none).words) at '\(path.displayed)', and git says "
          + (judged.files[path] ?? .none).words)
    }
    node.ledger.blobs.formUnion(entries.values.compactMap(\.blob))
  }

  /// S16: of what is captured, only what git tracks may match a rule for files to ignore; what was left
  /// out of the capture may be older than the rules.
  func judgeIgnored(of node: SimulatedNode, _ tip: ObjectID, but left: Set<GitPath>) throws {
    func paths(_ words: [String]) throws -> Set<GitPath> {
      Set(try node.git(words).output.split(separator: 0).map { GitPath(bytes: Array($0)) })
    }
    let ignored = try paths(
      self.rules(of: node) + ["ls-files", "-z", "--others", "--ignored", "--exclude-standard"])
    let captured = try paths(["ls-tree", "-r", "-z", "--name-only", tip.hex])
    // What another machine had made stays captured when it is edited here.
    let others = captured.filter { path in
      guard let version = node.versions[path] else { return false }
      return self.versions[version].ancestors.union([version]).contains {
        !self.versions.isOwn($0, of: node.number)
      }
    }
    if let path = captured.intersection(ignored).subtracting(left).subtracting(others).min() {
      self.fail("S16", node.name, "\(tip.short) holds '\(path.displayed)', which is ignored")
    }
  }
}

extension VersionLedger.Entry {
  /// The content, where it is a file or a link.
  var blob: ObjectID? {
    guard case .some(let mode, let id) = self, mode != "160000" else { return nil }
    return ObjectID(hex: id.utf8)
  }
}
