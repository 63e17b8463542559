package import PulsarCore
internal import PulsarEngine

/// The person's staging area as a whole, read and set.
///
/// Nothing but a verb of the person's that hands over whole states, such as `sync`, may set it.
package struct UserIndex {
  private let repository: Repository

  package init(_ repository: Repository) { self.repository = repository }

  /// What is staged.
  package struct Content: Hashable, Sendable {
    package let tree: ObjectID
    /// Paths of `git add --intent-to-add`, ascending.
    package let intentToAdd: [GitPath]
    /// Versions of paths with a conflict, ascending; the tree has none of these paths.
    package let unmerged: [UnmergedEntry]

    package init(tree: ObjectID, intentToAdd: [GitPath], unmerged: [UnmergedEntry] = []) {
      self.tree = tree
      self.intentToAdd = intentToAdd
      self.unmerged = unmerged
    }
  }

  /// Reads the index by way of a copy, as git would write to it.
  ///
  /// - Returns: nil while there are conflicts in it.
  package func content() throws(GitError) -> Content? {
    let content = try self.wholeContent()
    return content.unmerged.isEmpty ? content : nil
  }

  /// The same with the conflicts there are.
  package func wholeContent() throws(GitError) -> Content {
    let scratch = try IndexReplacement.copy(of: self.repository.location)
    let copy = scratch.folder.appending("index")
    let git = self.repository.git.with([("GIT_INDEX_FILE", copy.bytes)])
    let unmerged = Self.unmerged(try git.output(["ls-files", "--unmerged", "-z"]))
    if !unmerged.isEmpty {
      _ = try git.output(
        ["update-index", "-z", "--index-info"], input: Self.removal(of: unmerged))
    }
    let output = try git.output(["write-tree", "--missing-ok"])
    guard let tree = ObjectID(hex: output.prefix { $0 != UInt8(ascii: "\n") }) else {
      throw .failed(command: "git write-tree", cause: "it gave no tree")
    }
    // What is in the index and not in the tree of it: only that, whether or not the file is there.
    let added = try git.output([
      "diff-index", "--cached", "--ita-visible-in-index", "--no-renames", "--diff-filter=A",
      "--name-only", "-z", "--ignore-submodules=all", CommandWord(tree),
    ])
    return Content(
      tree: tree, intentToAdd: added.split(separator: 0).map { GitPath(bytes: $0) }.sorted(),
      unmerged: unmerged)
  }

  /// Reads `<mode> <id> <stage>\t<path>`, each ended by NUL.
  private static func unmerged(_ listing: [UInt8]) -> [UnmergedEntry] {
    listing.split(separator: 0).compactMap { line in
      guard let tab = line.firstIndex(of: 0x09) else { return nil }
      let words = line[..<tab].split(separator: UInt8(ascii: " "))
      guard words.count == 3, let mode = FileMode(octal: words[0]),
        let id = ObjectID(hex: words[1]), let stage = Int(String(decoding: words[2], as: UTF8.self))
      else { return nil }
      return UnmergedEntry(
        path: GitPath(bytes: line[(tab + 1)...]), stage: stage,
        entry: TreeEntry(mode: mode, id: id))
    }.sorted()
  }

  private static func removal(of entries: [UnmergedEntry]) -> [UInt8] {
    entries.flatMap { (entry: UnmergedEntry) -> [UInt8] in
      let null = String(repeating: "0", count: entry.entry.id.hex.utf8.count)
      return Array("0 \(null)\t".utf8) + entry.path.bytes + [0]
    }
  }

  /// Makes `content` what is staged, in one step; entries that stay keep what git knows of their files,
  /// and whether it is to look at them.
  ///
  /// Conflicts that are not among it go.
  ///
  /// - Parameters:
  ///   - content: what is to be staged.
  ///   - added: paths of it that a sparse check-out may keep off the disk, as they are new.
  /// - Throws: `GitError` when git does not do it; then nothing has changed.
  package func set(_ content: Content, added: [GitPath] = []) throws(GitError) {
    let replacement = try IndexReplacement(of: self.repository)
    let git = replacement.git
    let flagged = try self.flagged()
    let reading: [CommandWord] = ["read-tree", "--reset", CommandWord(content.tree)]
    if try !git.run(reading).succeeded {
      // git changes no entry of a file that it was told not to look at, and that is changed.
      try Self.flag(flagged, git, isOn: false)
      _ = try git.output(reading)
    }
    try self.addIntents(content.intentToAdd, git)
    if !content.unmerged.isEmpty {
      let stages = content.unmerged.flatMap { (entry: UnmergedEntry) -> [UInt8] in
        Array("\(entry.entry.mode.octal) \(entry.entry.id.hex) \(entry.stage)\t".utf8)
          + entry.path.bytes + [0]
      }
      // What the tree holds there must not stand beside the versions in conflict.
      _ = try git.output(
        ["update-index", "-z", "--index-info"], input: Self.removal(of: content.unmerged) + stages)
    }
    try Self.flag(flagged, git)
    try SparseCheckout(self.repository).flag(new: added, git)
    Self.refresh(git)
    try replacement.finish()
  }

  /// Stages the intent to add files, also of those that are not there.
  private func addIntents(_ paths: [GitPath], _ git: GitProgram) throws(GitError) {
    if paths.isEmpty { return }
    let location = self.repository.location
    do throws(StoreError) {
      // git looks at no more than whether a file can be executed.
      let scratch = try Scratch(below: location.ownFolder)
      let tree = scratch.folder.appending("tree")
      for path in paths {
        let stamp = FileStamp.of(location.worktree.appending(path))
        try scratch.write(
          [], to: GitPath("tree").appending(path), executable: stamp?.isExecutable == true)
      }
      let git = git.with(
        in: tree, [("GIT_DIR", location.gitDir.bytes), ("GIT_WORK_TREE", tree.bytes)])
      let result = try Self.run(
        git,
        [
          "add", "--intent-to-add", "--force", "--sparse", "--pathspec-from-file=-",
          "--pathspec-file-nul",
        ], input: paths.flatMap { $0.bytes + [0] })
      guard result.succeeded else {
        throw .failed(operation: "git add", cause: result.complaint)
      }
    } catch {
      throw .failed(command: "git add --intent-to-add", cause: error.why)
    }
  }

  private static func run(
    _ git: GitProgram, _ arguments: [CommandWord], input: [UInt8]
  ) throws(StoreError) -> ChildProcess.Result {
    do {
      return try git.run(arguments, settings: ["core.fileMode=true"], input: input)
    } catch {
      throw .failed(operation: "git", cause: error.why)
    }
  }

  // MARK: files that git is not to look at

  private struct Flagged {
    var assumed: Set<GitPath> = []
    var skipped: Set<GitPath> = []
  }

  /// The files that git was told not to look at.
  private func flagged() throws(GitError) -> Flagged {
    let location = self.repository.location
    if let bytes = HeadFile.bytes(of: location.gitDir.appending("index")),
      let findings = IndexFile.findings(bytes, idSize: location.usesSHA256 ? 32 : 20),
      !findings.hidesFiles
    {
      return Flagged()
    }
    // In a sparse check-out git itself decides which files are left out.
    let isSparse = self.repository.config.flag("core.sparsecheckout") == true
    var flagged = Flagged()
    for line in try self.repository.git.output(["ls-files", "-v", "-z"]).split(separator: 0) {
      guard let tag = line.first, line.count > 2 else { continue }
      let path = GitPath(bytes: line.dropFirst(2))
      if tag >= UInt8(ascii: "a") && tag <= UInt8(ascii: "z") { flagged.assumed.insert(path) }
      if !isSparse, tag == UInt8(ascii: "S") || tag == UInt8(ascii: "s") {
        flagged.skipped.insert(path)
      }
    }
    return flagged
  }

  /// Tells git the same of those that are still there, or the opposite.
  private static func flag(
    _ wanted: Flagged, _ git: GitProgram, isOn: Bool = true
  ) throws(GitError) {
    if wanted.assumed.isEmpty && wanted.skipped.isEmpty { return }
    let listing = try git.output(["ls-files", "-z"])
    let there = Set(listing.split(separator: 0).map { GitPath(bytes: $0) })
    for (option, paths) in [
      (isOn ? "--assume-unchanged" : "--no-assume-unchanged", wanted.assumed),
      (isOn ? "--skip-worktree" : "--no-skip-worktree", wanted.skipped),
    ] {
      let kept = paths.intersection(there).sorted()
      if kept.isEmpty { continue }
      _ = try git.output(
        ["update-index", CommandWord(option), "-z", "--stdin"],
        input: kept.flatMap { $0.bytes + [0] })
    }
  }

  /// Lets git know the files as they are; it would find out by itself, more slowly.
  package func refresh() { Self.refresh(self.repository.git) }

  private static func refresh(_ git: GitProgram) {
    _ = try? git.run(["update-index", "-q", "--refresh"])
  }
}
