internal import Clibgit2
internal import PulsarCore
internal import PulsarEngine

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Two trees compared by libgit2.
enum TreeComparison {
  /// A blob larger than this counts as binary.
  static let linesUpToBytes = 8 << 20

  /// - Parameters:
  ///   - old: nil is the empty tree.
  ///   - objects: the folder of loose objects.
  /// - Returns: by path, ascending.
  static func changes(
    from old: ObjectID?, to new: ObjectID, in repository: OpaquePointer, objects: GitPath,
    countingLinesUpTo: Int
  ) throws(StoreError) -> [PathChange] {
    let oldTree = try old.map { (id) throws(StoreError) in try self.tree(id, in: repository) }
    defer { git_tree_free(oldTree) }
    let newTree = try self.tree(new, in: repository)
    defer { git_tree_free(newTree) }
    var options = git_diff_options()
    git_diff_options_init(&options, UInt32(GIT_DIFF_OPTIONS_VERSION))
    options.flags =
      UInt32(GIT_DIFF_INCLUDE_TYPECHANGE.rawValue) | UInt32(GIT_DIFF_SKIP_BINARY_CHECK.rawValue)
    options.ignore_submodules = GIT_SUBMODULE_IGNORE_NONE
    options.max_size = git_off_t(Self.linesUpToBytes)
    var diff: OpaquePointer?
    try LibGit2.check(
      "comparing trees", git_diff_tree_to_tree(&diff, repository, oldTree, newTree, &options))
    defer { git_diff_free(diff) }
    let count = git_diff_num_deltas(diff)
    var changes: [PathChange] = []
    changes.reserveCapacity(count)
    for index in 0..<count {
      guard let delta = git_diff_get_delta(diff, index)?.pointee,
        let name = delta.new_file.path ?? delta.old_file.path
      else { continue }
      let path = GitPath(bytes: Array(UnsafeRawBufferPointer(start: name, count: strlen(name))))
      let kind: PathChange.Kind =
        switch delta.status {
        case GIT_DELTA_ADDED: .added
        case GIT_DELTA_DELETED: .deleted
        case GIT_DELTA_TYPECHANGE: .typeChanged
        default: .modified
        }
      // Of a file that became a link libgit2 says that no line changed; nobody counts those.
      let isCounted = count <= countingLinesUpTo && kind != .typeChanged
      let lines = isCounted ? self.lines(diff, index, objects) : nil
      changes.append(PathChange(path: path, kind: kind, lines: lines))
    }
    return changes.sorted { $0.path < $1.path }
  }

  private static func lines(
    _ diff: OpaquePointer?, _ index: Int, _ objects: GitPath
  ) -> LineCounts? {
    if let delta = git_diff_get_delta(diff, index)?.pointee {
      let ids = [ObjectID(delta.old_file.id), ObjectID(delta.new_file.id)]
      if ids.contains(where: { DurableFiles.isCutShort($0, below: objects) }) { return nil }
    }
    var patch: OpaquePointer?
    guard git_patch_from_diff(&patch, diff, index) == 0, let patch else { return nil }
    defer { git_patch_free(patch) }
    if let delta = git_patch_get_delta(patch)?.pointee,
      delta.flags & UInt32(GIT_DIFF_FLAG_BINARY.rawValue) != 0
    {
      return nil
    }
    var added = 0
    var removed = 0
    guard git_patch_line_stats(nil, &added, &removed, patch) == 0 else { return nil }
    return LineCounts(added: added, removed: removed)
  }

  private static func tree(_ id: ObjectID, in repository: OpaquePointer) throws(StoreError)
    -> OpaquePointer
  {
    var raw = id.raw
    var tree: OpaquePointer?
    let code = git_tree_lookup(&tree, repository, &raw)
    guard code == 0, let tree else { throw .objectMissing(id, cause: "code \(code)") }
    return tree
  }
}
