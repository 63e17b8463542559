internal import Clibgit2
internal import PulsarCore
internal import PulsarEngine

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Two trees compared: only folders whose ids differ are read.
///
/// libgit2's own comparison reads them all.
struct TreeComparison {
  /// A blob larger than this counts as binary.
  static let linesUpToBytes = 8 << 20

  private let odb: OpaquePointer
  /// The folder of loose objects.
  private let objects: GitPath
  private let lines: (ObjectID) throws(StoreError) -> [TreeCodec.Line]
  private var differences: [Difference] = []

  private struct Difference {
    let path: GitPath
    let old: TreeCodec.Line?
    let new: TreeCodec.Line?

    var kind: PathChange.Kind {
      guard let old else { return .added }
      guard let new else { return .deleted }
      return old.mode & 0o170000 == new.mode & 0o170000 ? .modified : .typeChanged
    }
  }

  /// - Parameters:
  ///   - odb: libgit2's handle of the objects.
  ///   - objects: git's folder of objects.
  ///   - lines: reads a tree object.
  init(
    odb: OpaquePointer, objects: GitPath,
    lines: @escaping (ObjectID) throws(StoreError) -> [TreeCodec.Line]
  ) {
    self.odb = odb
    self.objects = objects
    self.lines = lines
  }

  /// - Parameters:
  ///   - old: nil is the empty tree.
  ///   - new: the tree after.
  ///   - countingLinesUpTo: lines are counted when no more paths than this differ.
  /// - Returns: by path, ascending.
  /// - Throws: `StoreError` when a tree cannot be read.
  mutating func changes(
    from old: ObjectID?, to new: ObjectID, countingLinesUpTo: Int
  ) throws(StoreError) -> [PathChange] {
    try self.compare(old, new, at: .root)
    let isCounted = self.differences.count <= countingLinesUpTo
    return self.differences.map { difference in
      // Of a file that became a link nobody counts lines.
      let lines = isCounted && difference.kind != .typeChanged ? self.counts(difference) : nil
      return PathChange(path: difference.path, kind: difference.kind, lines: lines)
    }.sorted { $0.path < $1.path }
  }

  private mutating func compare(
    _ old: ObjectID?, _ new: ObjectID?, at folder: GitPath
  ) throws(StoreError) {
    if old == new { return }
    var before: [ArraySlice<UInt8>: TreeCodec.Line] = [:]
    if let old { for line in try self.lines(old) { before[line.name] = line } }
    if let new {
      for line in try self.lines(new) {
        try self.compare(before.removeValue(forKey: line.name), line, folder, line.name)
      }
    }
    for line in before.values { try self.compare(line, nil, folder, line.name) }
  }

  private mutating func compare(
    _ old: TreeCodec.Line?, _ new: TreeCodec.Line?, _ folder: GitPath, _ name: ArraySlice<UInt8>
  ) throws(StoreError) {
    let path = folder.appending(name)
    let oldTree = old?.isTree == true ? old?.id : nil
    let newTree = new?.isTree == true ? new?.id : nil
    if oldTree != nil || newTree != nil { try self.compare(oldTree, newTree, at: path) }
    let oldFile = oldTree == nil ? old : nil
    let newFile = newTree == nil ? new : nil
    if oldFile == nil && newFile == nil { return }
    if let oldFile, let newFile, oldFile.id == newFile.id, oldFile.mode == newFile.mode { return }
    self.differences.append(Difference(path: path, old: oldFile, new: newFile))
  }

  /// Counts the lines of one path from the two contents alone: asked for a patch of the path, libgit2
  /// would look up attributes, and for that read the whole index.
  private func counts(_ difference: Difference) -> LineCounts? {
    let link = FileMode.gitlink.rawValue
    if difference.old?.mode == link || difference.new?.mode == link {
      // One line that names the commit.
      return LineCounts(
        added: difference.new == nil ? 0 : 1, removed: difference.old == nil ? 0 : 1)
    }
    guard let old = self.text(difference.old?.id), let new = self.text(difference.new?.id) else {
      return nil
    }
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
  private func text(_ id: ObjectID?) -> [UInt8]? {
    guard let id else { return [] }
    guard !DurableFiles.isCutShort(id, below: self.objects) else { return nil }
    var raw = id.raw
    var size = 0
    var type = GIT_OBJECT_ANY
    guard git_odb_read_header(&size, &type, self.odb, &raw) == 0, size <= Self.linesUpToBytes else {
      return nil
    }
    var object: OpaquePointer?
    guard git_odb_read(&object, self.odb, &raw) == 0, let object else { return nil }
    defer { git_odb_object_free(object) }
    let bytes = git_odb_object_data(object).map {
      Array(UnsafeRawBufferPointer(start: $0, count: git_odb_object_size(object)))
    }
    guard let bytes, !bytes.prefix(8000).contains(0) else { return nil }
    return bytes
  }
}
