internal import Clibgit2
internal import PulsarCore
internal import PulsarEngine
internal import Synchronization

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
    let error = self.sync(descriptor)
    if error == 0 { return true }
    let cause = errnoWords(error)
    if error == ENOSPC || error == EDQUOT || error == EFBIG { throw .full(cause: cause) }
    throw .failed(operation: "syncing '\(path.displayed)'", cause: cause)
  }

  /// - Returns: the number of the error, or 0.
  static func sync(_ descriptor: Int32) -> Int32 {
    while fsync(descriptor) != 0 {
      if errno == EINTR { continue }
      // Some file systems cannot sync folders; nothing more can be asked of them.
      return errno == EINVAL || errno == ENOTSUP ? 0 : errno
    }
    return 0
  }

  /// Syncs open files, several at a time: a disk takes many at once, and each sync waits for it.
  ///
  /// - Returns: the number of the error of each, or 0, in their order.
  static func sync(_ descriptors: [Int32]) -> [Int32] {
    let share = SyncShare(descriptors)
    var threads: [pthread_t] = []
    for _ in 1..<max(1, min(self.syncsAtOnce, descriptors.count)) {
      #if canImport(Darwin)
        var thread: pthread_t?
      #else
        var thread = pthread_t()
      #endif
      let context = Unmanaged.passRetained(share)
      let code = pthread_create(&thread, nil, SyncShare.start, context.toOpaque())
      guard code == 0 else {
        context.release()
        break
      }
      #if canImport(Darwin)
        if let thread { threads.append(thread) }
      #else
        threads.append(thread)
      #endif
    }
    share.work()
    for thread in threads { pthread_join(thread, nil) }
    return share.errors
  }

  private static let syncsAtOnce = 8
}

/// Files that several threads sync, each one that is next.
private final class SyncShare: Sendable {
  private let descriptors: [Int32]
  private let state: Mutex<(next: Int, errors: [Int32])>

  init(_ descriptors: [Int32]) {
    self.descriptors = descriptors
    self.state = Mutex((0, Array(repeating: 0, count: descriptors.count)))
  }

  var errors: [Int32] { self.state.withLock { $0.errors } }

  func work() {
    while true {
      let index = self.state.withLock { state in
        defer { state.next += 1 }
        return state.next
      }
      guard self.descriptors.indices.contains(index) else { return }
      let error = DurableFiles.sync(self.descriptors[index])
      self.state.withLock { $0.errors[index] = error }
    }
  }

  #if canImport(Darwin)
    static let start: @convention(c) (UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? = {
      Unmanaged<SyncShare>.fromOpaque($0).takeRetainedValue().work()
      return nil
    }
  #else
    static let start: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = {
      if let context = $0 {
        Unmanaged<SyncShare>.fromOpaque(context).takeRetainedValue().work()
      }
      return nil
    }
  #endif
}
