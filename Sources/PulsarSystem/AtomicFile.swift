package import PulsarCore
import Synchronization

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Small files that are read and written whole.
///
/// A reader sees the old content or the new, never a part, also after a power cut.
package enum AtomicFile {
  /// Part of the name of every temporary file; `<process>-<number>` follows.
  package static let temporaryPrefix = ".pulsar-tmp-"

  /// - Parameters:
  ///   - path: of the file.
  ///   - limit: bytes; a longer file is an error (EFBIG).
  /// - Returns: nil when there is no file of that name.
  /// - Throws: also for anything that is not a regular file; it is not read.
  package static func read(_ path: GitPath, limit: Int) throws(SystemError) -> [UInt8]? {
    let file: OpenFile
    do {
      file = try OpenFile(path, flags: O_RDONLY | O_NONBLOCK | O_NOCTTY, operation: "read")
    } catch {
      if error.errno == ENOENT { return nil }
      throw error
    }
    let status = try file.status(operation: "read")
    guard status.isRegularFile else {
      throw SystemError(
        operation: "read", path: path, errno: status.isFolder ? EISDIR : EINVAL,
        cause: status.isFolder ? nil : "it is not a regular file")
    }
    var bytes: [UInt8] = []
    while bytes.count <= limit {
      let piece = min(limit + 1 - bytes.count, 1 << 16)
      let read = try file.read(count: piece, at: bytes.count)
      bytes += read
      if read.count < piece { return bytes }
    }
    throw SystemError(
      operation: "read", path: path, errno: EFBIG,
      cause: "it is larger than \(ByteCount(limit).displayed)",
      remedy: "look at what is in it, and move it away if it is not what it should be")
  }

  /// Gives `path` the content `bytes`; what was there, also a link, is replaced.
  ///
  /// - Parameters:
  ///   - path: of the file.
  ///   - bytes: all it is to hold.
  ///   - mode: before the umask.
  ///   - isDurable: false where the content means nothing after a power cut.
  /// - Throws: with the old content in place; only when the last step, the fsync of the folder,
  ///   fails, the new content is in place but might not survive a power cut.
  package static func replace(
    _ path: GitPath, with bytes: [UInt8], mode: UInt32 = 0o600, isDurable: Bool = true
  ) throws(SystemError) {
    let temporary = try Self.writeTemporary(beside: path, bytes, mode: mode, isDurable: isDurable)
    let renamed = temporary.withSystemPath { from in
      path.withSystemPath { rename(from, $0) }.value
    }
    guard renamed.value == 0 else {
      Self.discard(temporary)
      throw SystemError(operation: "replace", path: path, errno: renamed.errno)
    }
    if isDurable { try Self.makeFolderDurable(path.parent) }
  }

  /// Makes the file `path` with the content `bytes`, whole and durably, unless it exists.
  ///
  /// - Returns: whether it was made; of several processes at once exactly one gets true.
  package static func create(_ path: GitPath, with bytes: [UInt8]) throws(SystemError) -> Bool {
    let temporary = try Self.writeTemporary(beside: path, bytes, mode: 0o600)
    defer { Self.discard(temporary) }
    let linked = temporary.withSystemPath { from in
      path.withSystemPath { link(from, $0) }.value
    }
    if linked.value != 0 {
      switch linked.errno {
      case EEXIST: return false
      case EPERM, EOPNOTSUPP, ENOSYS, EMLINK:
        // A file system without hard links: exclusive, though a crash may leave it empty.
        do {
          let file = try OpenFile(
            path, flags: O_WRONLY | O_CREAT | O_EXCL, operation: "create")
          try file.write(bytes)
          try file.makeDurable()
        } catch {
          if error.errno == EEXIST { return false }
          throw error
        }
      default: throw SystemError(operation: "create", path: path, errno: linked.errno)
      }
    }
    try Self.makeFolderDurable(path.parent)
    return true
  }

  /// Adds `bytes` at the end of the file, which is made when missing; not durable.
  package static func append(_ path: GitPath, _ bytes: [UInt8]) throws(SystemError) {
    let file = try OpenFile(
      path, flags: O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK | O_NOCTTY, operation: "write")
    try file.write(bytes)
  }

  /// Makes the folder and those above it where they are missing, for the owner only.
  package static func makeFolder(_ path: GitPath) throws(SystemError) {
    let operation = "create the folder"
    if let status = try path.systemStatus(operation: operation) {
      if status.isFolder { return }
      throw SystemError(operation: operation, path: path, errno: ENOTDIR)
    }
    let parent = path.parent
    if !parent.isRoot && parent != path { try Self.makeFolder(parent) }
    let made = path.withSystemPath { mkdir($0, 0o700) }
    if made.value == 0 { return try Self.makeFolderDurable(parent) }
    if made.errno == EEXIST, let status = try path.systemStatus(operation: operation),
      status.isFolder
    {
      return
    }
    throw SystemError(operation: operation, path: path, errno: made.errno)
  }

  /// Removes the file `path`, durably.
  ///
  /// - Returns: false when there was none.
  package static func remove(_ path: GitPath) throws(SystemError) -> Bool {
    let removed = path.withSystemPath { unlink($0) }
    if removed.value != 0 {
      if removed.errno == ENOENT { return false }
      throw SystemError(operation: "remove", path: path, errno: removed.errno)
    }
    try Self.makeFolderDurable(path.parent)
    return true
  }

  private static let counter = Atomic<Int>(0)

  /// Writes `bytes` to a new file in the folder of `path`; leaves nothing when it throws.
  private static func writeTemporary(
    beside path: GitPath, _ bytes: [UInt8], mode: UInt32, isDurable: Bool = true
  ) throws(SystemError) -> GitPath {
    while true {
      let number = Self.counter.add(1, ordering: .relaxed).newValue
      let temporary = path.parent.appending("\(Self.temporaryPrefix)\(getpid())-\(number)")
      do {
        try Self.fill(temporary, bytes, mode: mode, isDurable: isDurable)
        return temporary
      } catch {
        // Litter of a killed process of our number: never touched, as it might not be litter.
        if error.errno == EEXIST { continue }
        // People know the file, not our temporary name for it.
        throw SystemError(operation: "write", path: path, errno: error.errno)
      }
    }
  }

  private static func fill(
    _ temporary: GitPath, _ bytes: [UInt8], mode: UInt32, isDurable: Bool
  ) throws(SystemError) {
    let file = try OpenFile(
      temporary, flags: O_WRONLY | O_CREAT | O_EXCL, mode: mode, operation: "write")
    do {
      try file.write(bytes)
      if isDurable { try file.makeDurable() }
    } catch {
      Self.discard(temporary)
      throw error
    }
  }

  /// Removes our own temporary file.
  ///
  /// A failure leaves litter and nothing worse.
  private static func discard(_ temporary: GitPath) {
    _ = temporary.withSystemPath { unlink($0) }
  }

  /// Returns when the names in the folder would survive a power cut.
  package static func makeFolderDurable(_ folder: GitPath) throws(SystemError) {
    let file = try OpenFile(folder, flags: O_RDONLY | O_DIRECTORY, operation: "make durable")
    try file.makeDurable()
  }
}
