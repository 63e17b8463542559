internal import Clibgit2
internal import PulsarCore
internal import PulsarEngine

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Files and folders brought to where a power cut cannot take them (`MEASURED.md` §10).
enum DurableFiles {
  /// Syncs loose objects, the folders that hold them, and packs; each folder once, after its files.
  ///
  /// - Parameters:
  ///   - objects: those that were written.
  ///   - packs: whether packs were written too.
  ///   - folder: git's folder of objects.
  /// - Throws: `StoreError` when something cannot be synced.
  static func sync(
    objects: [ObjectID], packs: Bool, below folder: GitPath
  ) throws(StoreError) {
    var folders: Set<GitPath> = []
    for id in objects {
      let path = self.loosePath(id, below: folder)
      // In a pack, or an alternate: durable since before our time.
      if try self.sync(path, orMissing: true) { folders.insert(path.parent) }
    }
    for path in folders.sorted() { _ = try self.sync(path, orMissing: false) }
    if packs { _ = try self.sync(folder.appending("pack"), orMissing: true) }
    _ = try self.sync(folder, orMissing: false)
  }

  /// Syncs a loose ref and its folders up to `top`; a packed ref is durable by git's own doing.
  static func sync(_ ref: RefName, below top: GitPath) throws(StoreError) {
    var path = top.appending(ref.bytes)
    _ = try self.sync(path, orMissing: true)
    while path != top, !path.parent.isRoot {
      path = path.parent
      _ = try self.sync(path, orMissing: true)
    }
  }

  static func loosePath(_ id: ObjectID, below folder: GitPath) -> GitPath {
    let hex = id.hex
    return folder.appending(String(hex.prefix(2))).appending(String(hex.dropFirst(2)))
  }

  /// Whether a loose object is there and ends in the middle.
  ///
  /// libgit2 must not be asked for it.
  static func isCutShort(_ id: ObjectID, below folder: GitPath) -> Bool {
    self.loosePath(id, below: folder).withCString { cgit_is_cut_short($0) } == 1
  }

  /// - Returns: whether it is there.
  @discardableResult
  static func sync(_ path: GitPath, orMissing: Bool) throws(StoreError) -> Bool {
    let descriptor = path.withCString { open($0, O_RDONLY | O_CLOEXEC) }
    guard descriptor >= 0 else {
      if errno == ENOENT && orMissing { return false }
      throw .failed(operation: "opening '\(path.displayed)'", cause: errnoWords())
    }
    defer { close(descriptor) }
    while fsync(descriptor) != 0 {
      if errno == EINTR { continue }
      let cause = errnoWords()
      if errno == ENOSPC || errno == EDQUOT { throw .full(cause: cause) }
      // Some file systems cannot sync folders; nothing more can be asked of them.
      if errno == EINVAL || errno == ENOTSUP { break }
      throw .failed(operation: "syncing '\(path.displayed)'", cause: cause)
    }
    return true
  }
}
