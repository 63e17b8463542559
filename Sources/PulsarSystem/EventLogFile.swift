package import PulsarCore

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The log: `<state>/daemon.log`, and `daemon.log.1` with what came before it.
///
/// One event is one line and one write, so several processes may log at once.
package struct EventLogFile: Sendable {
  package let path: GitPath
  package let previousPath: GitPath
  private let lockPath: GitPath
  private let sizeMax: ByteCount
  /// A file system that counts no names must not have us write for ever.
  private static let attempts = 3

  /// - Parameters:
  ///   - stateFolder: made with the first line.
  ///   - sizeMax: of each of the two files; only a single longer line makes one larger.
  package init(stateFolder: GitPath, sizeMax: ByteCount) {
    self.path = stateFolder.appending("daemon.log")
    self.previousPath = stateFolder.appending("daemon.log.1")
    self.lockPath = stateFolder.appending("daemon.log.lock")
    self.sizeMax = sizeMax
  }

  /// Adds one line; makes the file and its folder when missing.
  ///
  /// - Returns: whether it was written. No work may fail because its log does.
  @discardableResult
  package func record(_ event: LogEvent) -> Bool { self.record(event, whenOpen: {}) }

  /// - Parameters:
  ///   - event: what to add.
  ///   - whenOpen: called between opening the file and writing to it, where others may rotate it.
  /// - Returns: whether it was written.
  func record(_ event: LogEvent, whenOpen: () -> Void) -> Bool {
    do {
      try AtomicFile.makeFolder(self.path.parent)
      let line = Array((event.line + "\n").utf8)
      for _ in 0..<Self.attempts {
        try self.rotate(before: line.count)
        let file = try self.open()
        whenOpen()
        let size = Int(try file.status(operation: "log to").st_size)
        // A line that a full disk or a power cut left without its end is not to swallow this one.
        let last = try file.read(count: size > 0 ? 1 : 0, at: max(0, size - 1))
        let isTorn = !last.isEmpty && last != [UInt8(ascii: "\n")]
        try file.write((isTorn ? [UInt8(ascii: "\n")] : []) + line)
        // Others rotated twice meanwhile, and the file that took the line is gone.
        if try file.status(operation: "log to").st_nlink > 0 { break }
      }
      return true
    } catch {
      return false
    }
  }

  private func open() throws(SystemError) -> OpenFile {
    try OpenFile(
      self.path, flags: O_RDWR | O_APPEND | O_CREAT | O_NONBLOCK | O_NOCTTY, operation: "log to")
  }

  /// Moves the file to `daemon.log.1` when `count` bytes more would make it too large.
  private func rotate(before count: Int) throws(SystemError) {
    guard try self.isTooLarge(count) else { return }
    // Whoever holds the lock is doing it; our line goes to either file.
    guard let lock = try FileLock(tryAt: self.lockPath) else { return }
    if try self.isTooLarge(count) {
      let renamed = self.path.withSystemPath { from in
        self.previousPath.withSystemPath { rename(from, $0) }.value
      }
      guard renamed.value == 0 else {
        throw SystemError(operation: "rotate", path: self.path, errno: renamed.errno)
      }
    }
    lock.release()
  }

  private func isTooLarge(_ count: Int) throws(SystemError) -> Bool {
    guard let status = try self.path.systemStatus(operation: "log to"), status.st_size > 0
    else { return false }
    return Int(status.st_size) + count > self.sizeMax.bytes
  }
}
