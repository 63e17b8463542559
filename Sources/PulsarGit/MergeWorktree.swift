internal import PulsarCore
internal import PulsarEngine

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// A scratch working tree with only that in it which tells how to merge.
struct MergeWorktree {
  let scratch: Scratch
  let folder: GitPath

  /// - Parameters:
  ///   - location: of the repository.
  ///   - attributes: files of attributes, by their paths in the tree.
  ///   - submodules: paths of submodules in the tree.
  /// - Throws: `StoreError` when a file cannot be written.
  init(
    _ location: RepositoryLocation, attributes: [(path: GitPath, bytes: [UInt8])],
    submodules: [GitPath] = []
  ) throws(StoreError) {
    self.scratch = try Scratch(below: location.ownFolder, isBesideCaptures: true)
    let tree = GitPath("tree")
    self.folder = self.scratch.folder.appending(tree)
    try Scratch.makeFolder(self.folder)
    // A tree of somebody else's must not make us write elsewhere.
    for file in attributes where !file.path.isRefusedByGit {
      try self.scratch.write(file.bytes, to: tree.appending(file.path))
    }
    try self.link(submodules.filter { !$0.isRefusedByGit }.sorted(), in: location.worktree)
  }

  /// Whether a path is one that git reads attributes from.
  static func namesAttributes(_ path: some BidirectionalCollection<UInt8>) -> Bool {
    let name = ".gitattributes".utf8
    guard path.suffix(name.count).elementsEqual(name) else { return false }
    let before = path.dropLast(name.count).last
    return before == nil || before == UInt8(ascii: "/")
  }

  /// Links to submodules that are checked out; git looks for their histories there.
  private func link(_ submodules: [GitPath], in top: GitPath) throws(StoreError) {
    var last: GitPath?
    for path in submodules {
      // Nothing is ever made behind a link, whatever a damaged tree says.
      if let last, path.isWithin(last) { continue }
      let target = top.appending(path)
      guard FileStamp.of(target)?.isFolder == true, FileStamp.of(target.appending(".git")) != nil
      else { continue }
      let link = self.folder.appending(path)
      var missing: [GitPath] = []
      var parent = link.parent
      while parent != self.folder, FileStamp.of(parent) == nil {
        missing.append(parent)
        parent = parent.parent
      }
      for folder in missing.reversed() { try Scratch.makeFolder(folder) }
      let status = target.withCString { to in link.withCString { symlink(to, $0) } }
      if status != 0 && errno != EEXIST { throw Scratch.failure("making", link) }
      last = path
    }
  }
}
