package import PulsarCore

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Holds the lock on a file until the value ends; one holder at a time, over all processes.
///
/// The system drops the lock when its holder dies, so a file that is left over blocks nobody. The
/// file is never removed: that would let two in. Its text, `pid <n>`, is for messages only.
///
/// The lock is given back by name, not by closing the file: a child that another thread is starting
/// holds a copy of every descriptor until it becomes its own program, and would keep the lock.
///
/// Source: flock(2).
package struct FileLock: ~Copyable {
  private let file: OpenFile

  private init(_ file: consuming OpenFile) { self.file = file }

  deinit { _ = flock(self.file.descriptor, LOCK_UN) }

  /// Takes the lock if it is free; the file and its folder are made when missing.
  ///
  /// - Returns: nil when somebody else holds it, in this process or another.
  package init?(tryAt path: GitPath) throws(SystemError) {
    guard let file = try Self.attempt(path) else { return nil }
    self.file = file
  }

  /// Takes the lock, waiting for it as long as it takes.
  ///
  /// - Parameters:
  ///   - path: the file, made with its folder when missing.
  ///   - isCancelled: asked before the wait and whenever a signal interrupts it.
  ///   - onWait: called once when there is somebody to wait for, with `pid <n>` where it is known.
  /// - Throws: an error that `isInterrupted` when `isCancelled` said yes.
  package init(
    waitingAt path: GitPath, isCancelled: () -> Bool = { false },
    onWait: (_ holder: String?) -> Void = { _ in }
  ) throws(SystemError) {
    if let file = try Self.attempt(path) {
      self.file = file
      return
    }
    onWait(Self.holder(at: path))
    self.file = try Self.wait(path, isCancelled)
  }

  /// Gives the lock back; without it that happens at the end of the scope.
  package consuming func release() {}

  /// Who took the lock last, as `pid <n>`; nil when that is not known.
  ///
  /// Does not say it is still held.
  package static func holder(at path: GitPath) -> String? {
    // Only for messages: a file that cannot be read is the same as one that says nothing.
    guard let bytes = try? AtomicFile.read(path, limit: 64) else { return nil }
    let line = bytes.prefix { $0 != UInt8(ascii: "\n") }
    let digits = line.dropFirst(4)
    guard line.starts(with: "pid ".utf8), !digits.isEmpty,
      digits.allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") })
    else { return nil }
    return String(decoding: line, as: UTF8.self)
  }

  private static func attempt(_ path: GitPath) throws(SystemError) -> OpenFile? {
    while true {
      let file = try Self.open(path)
      switch Self.lock(file, LOCK_EX | LOCK_NB) {
      case 0:
        if try Self.isInPlace(file) {
          Self.sign(file)
          return file
        }
      case EINTR: continue
      case EWOULDBLOCK: return nil
      case let number: throw SystemError(operation: "lock", path: path, errno: number)
      }
    }
  }

  private static func wait(
    _ path: GitPath, _ isCancelled: () -> Bool
  ) throws(SystemError) -> OpenFile {
    while true {
      let file = try Self.open(path)
      var number = EINTR
      while number == EINTR {
        if isCancelled() {
          throw SystemError(
            operation: "wait for the lock", path: path, errno: EINTR, cause: "you ended the wait")
        }
        number = Self.lock(file, LOCK_EX)
      }
      guard number == 0 else {
        throw SystemError(operation: "lock", path: path, errno: number)
      }
      if try Self.isInPlace(file) {
        Self.sign(file)
        return file
      }
    }
  }

  private static func open(_ path: GitPath) throws(SystemError) -> OpenFile {
    try AtomicFile.makeFolder(path.parent)
    return try OpenFile(path, flags: O_RDWR | O_CREAT, operation: "lock")
  }

  /// 0, or the number of the failure.
  private static func lock(_ file: borrowing OpenFile, _ how: Int32) -> Int32 {
    flock(file.descriptor, how) == 0 ? 0 : errno
  }

  /// Whether the locked file is still the one of that name; a lock on another keeps nobody out.
  private static func isInPlace(_ file: borrowing OpenFile) throws(SystemError) -> Bool {
    guard let named = try file.path.systemStatus(operation: "lock") else { return false }
    return try file.status(operation: "lock").isSameFile(as: named)
  }

  private static func sign(_ file: borrowing OpenFile) {
    // Only for messages: the lock holds without it, also on a full disk.
    guard ftruncate(file.descriptor, 0) == 0 else { return }
    do { try file.write("pid \(getpid())\n".utf8) } catch {}
  }
}
