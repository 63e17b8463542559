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
    from old: ObjectID?, to new: ObjectID, in repository: OpaquePointer, odb: OpaquePointer,
    objects: GitPath, countingLinesUpTo: Int
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
      let lines = isCounted ? self.lines(diff, index, objects, odb) : nil
      changes.append(PathChange(path: path, kind: kind, lines: lines))
    }
    return changes.sorted { $0.path < $1.path }
  }

  /// Counts the lines of one path from the two contents alone: asked for a patch of the path, libgit2
  /// would look up attributes, and for that read the whole index.
  private static func lines(
    _ diff: OpaquePointer?, _ index: Int, _ objects: GitPath, _ odb: OpaquePointer
  ) -> LineCounts? {
    guard let delta = git_diff_get_delta(diff, index)?.pointee else { return nil }
    let link = UInt16(FileMode.gitlink.rawValue)
    if delta.old_file.mode == link || delta.new_file.mode == link {
      // One line that names the commit.
      return LineCounts(
        added: delta.status == GIT_DELTA_DELETED ? 0 : 1,
        removed: delta.status == GIT_DELTA_ADDED ? 0 : 1)
    }
    guard let old = self.text(delta.old_file.id, objects, odb),
      let new = self.text(delta.new_file.id, objects, odb)
    else { return nil }
    var options = git_diff_options()
    git_diff_options_init(&options, UInt32(GIT_DIFF_OPTIONS_VERSION))
    options.flags = UInt32(GIT_DIFF_FORCE_TEXT.rawValue)
    var patch: OpaquePointer?
    let code = git_patch_from_buffers(
      &patch, old, old.count, nil, new, new.count, nil, &options)
    guard code == 0, let patch else { return nil }
    defer { git_patch_free(patch) }
    var added = 0
    var removed = 0
    guard git_patch_line_stats(nil, &added, &removed, patch) == 0 else { return nil }
    return LineCounts(added: added, removed: removed)
  }

  /// The bytes of a blob whose lines can be counted, empty for none at all; nil for one that is large,
  /// damaged, or binary as git sees it: with a NUL among the first 8,000 bytes.
  private static func text(
    _ id: git_oid, _ objects: GitPath, _ odb: OpaquePointer
  ) -> [UInt8]? {
    var raw = id
    if ObjectID(id).isNull { return [] }
    guard !DurableFiles.isCutShort(ObjectID(id), below: objects) else { return nil }
    var size = 0
    var type = GIT_OBJECT_ANY
    guard git_odb_read_header(&size, &type, odb, &raw) == 0, size <= self.linesUpToBytes else {
      return nil
    }
    var object: OpaquePointer?
    guard git_odb_read(&object, odb, &raw) == 0, let object else { return nil }
    defer { git_odb_object_free(object) }
    let bytes = git_odb_object_data(object).map {
      Array(UnsafeRawBufferPointer(start: $0, count: git_odb_object_size(object)))
    }
    guard let bytes, !bytes.prefix(8000).contains(0) else { return nil }
    return bytes
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
