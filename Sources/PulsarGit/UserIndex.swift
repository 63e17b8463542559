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

    package init(tree: ObjectID, intentToAdd: [GitPath]) {
      self.tree = tree
      self.intentToAdd = intentToAdd
    }
  }

  /// Reads the index by way of a copy, as git would write to it.
  ///
  /// - Returns: nil while there are conflicts in it.
  package func content() throws(GitError) -> Content? {
    let scratch = try self.scratch()
    let copy = scratch.folder.appending("index")
    let git = self.repository.git.with([("GIT_INDEX_FILE", copy.bytes)])
    let unmerged = try git.output(["ls-files", "--unmerged", "-z"])
    guard unmerged.isEmpty else { return nil }
    let output = try git.output(["write-tree", "--missing-ok"])
    guard let tree = ObjectID(hex: output.prefix { $0 != UInt8(ascii: "\n") }) else {
      throw .failed(command: "git write-tree", cause: "it gave no tree")
    }
    // What is in the index and not in the tree of it: only that.
    let added = try git.output([
      "diff-files", "--diff-filter=A", "--name-only", "-z", "--ignore-submodules=all",
    ])
    return Content(
      tree: tree, intentToAdd: added.split(separator: 0).map { GitPath(bytes: $0) }.sorted())
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
  /// Whatever conflicts there are go.
  package func set(_ content: Content) throws(GitError) {
    let git = self.repository.git
    _ = try git.output(["read-tree", "--reset", CommandWord(content.tree)])
    let there = content.intentToAdd.filter {
      FileStamp.of(self.repository.location.worktree.appending($0)) != nil
    }
    if !there.isEmpty {
      _ = try git.run(["add", "--intent-to-add", "--"] + there.map { CommandWord($0) })
    }
    self.refresh()
  }

  /// Lets git know the files as they are; it would find out by itself, more slowly.
  package func refresh() {
    _ = try? self.repository.git.run(["update-index", "-q", "--refresh"])
  }
}
