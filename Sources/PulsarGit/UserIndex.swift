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
    let scratch = try self.scratch()
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
    // What is in the index and not in the tree of it: only that.
    let added = try git.output([
      "diff-files", "--diff-filter=A", "--name-only", "-z", "--ignore-submodules=all",
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

  /// A folder with a copy of the index, where there is one.
  private func scratch() throws(GitError) -> Scratch {
    let location = self.repository.location
    do throws(StoreError) {
      let scratch = try Scratch(below: location.ownFolder)
      if let bytes = HeadFile.bytes(of: location.gitDir.appending("index")) {
        try Scratch.write(bytes, to: scratch.folder.appending("index"))
      }
      return scratch
    } catch {
      throw .failed(command: "copying the index", cause: error.why)
    }
  }

  /// Makes `content` what is staged; entries that stay keep what git knows of their files.
  ///
  /// Conflicts that are not among it go.
  package func set(_ content: Content) throws(GitError) {
    let git = self.repository.git
    _ = try git.output(["read-tree", "--reset", CommandWord(content.tree)])
    let there = content.intentToAdd.filter {
      FileStamp.of(self.repository.location.worktree.appending($0)) != nil
    }
    if !there.isEmpty {
      _ = try git.run(["add", "--intent-to-add", "--"] + there.map { CommandWord($0) })
    }
    if !content.unmerged.isEmpty {
      let stages = content.unmerged.flatMap { (entry: UnmergedEntry) -> [UInt8] in
        Array("\(entry.entry.mode.octal) \(entry.entry.id.hex) \(entry.stage)\t".utf8)
          + entry.path.bytes + [0]
      }
      // What the tree holds there must not stand beside the versions in conflict.
      _ = try git.output(
        ["update-index", "-z", "--index-info"], input: Self.removal(of: content.unmerged) + stages)
    }
    self.refresh()
  }

  /// Lets git know the files as they are; it would find out by itself, more slowly.
  package func refresh() {
    _ = try? self.repository.git.run(["update-index", "-q", "--refresh"])
  }
}
