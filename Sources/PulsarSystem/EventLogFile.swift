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
  package func record(_ event: LogEvent) -> Bool {
    do {
      try AtomicFile.makeFolder(self.path.parent)
      let line = Array((event.line + "\n").utf8)
      try self.rotate(before: line.count)
      let file = try self.open()
      let size = Int(try file.status(operation: "log to").st_size)
      // A line that a full disk or a power cut left without its end is not to swallow this one.
      let last = try file.read(count: size > 0 ? 1 : 0, at: max(0, size - 1))
      let isTorn = !last.isEmpty && last != [UInt8(ascii: "\n")]
      try file.write((isTorn ? [UInt8(ascii: "\n")] : []) + line)
      return true
    } catch {
      return false
    }
  }

  /// The newest `count` lines that are not empty, oldest first, without their newlines.
  ///
  /// Reads no more of the files than it takes.
  package func lastLines(_ count: Int) throws(SystemError) -> [[UInt8]] {
    guard count > 0 else { return [] }
    var triesLeft = 3
    while true {
      let current = try Self.openToRead(self.path)
      let previous = try Self.openToRead(self.previousPath)
      triesLeft -= 1
      // Rotated between the two calls; the new file is there now.
      if triesLeft > 0, try Self.isSame(current, previous) { continue }
      let newest = try Self.lastLines(count, of: current)
      let older = try Self.lastLines(count - newest.count, of: previous)
      return older + newest
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

  private static func openToRead(_ path: GitPath) throws(SystemError) -> OpenFile? {
    do {
      return try OpenFile(path, flags: O_RDONLY | O_NONBLOCK | O_NOCTTY, operation: "read")
    } catch {
      if error.errno == ENOENT { return nil }
      throw error
    }
  }

  private static func isSame(
    _ left: borrowing OpenFile?, _ right: borrowing OpenFile?
  ) throws(SystemError) -> Bool {
    switch left {
    case .some(let left):
      switch right {
      case .some(let right):
        let status = try right.status(operation: "read")
        return try left.status(operation: "read").isSameFile(as: status)
      case .none: return false
      }
    case .none: return false
    }
  }

  private static func lastLines(
    _ count: Int, of file: borrowing OpenFile?
  ) throws(SystemError) -> [[UInt8]] {
    switch file {
    case .some(let file): try Self.lastLines(count, of: file)
    case .none: []
    }
  }

  private static func lastLines(
    _ count: Int, of file: borrowing OpenFile
  ) throws(SystemError) -> [[UInt8]] {
    guard count > 0 else { return [] }
    let newline = UInt8(ascii: "\n")
    var start = Int(try file.status(operation: "read").st_size)
    var tail: [UInt8] = []
    while true {
      let lines = tail.split(separator: newline)
      // The first may have begun before what was read.
      if start == 0 || lines.count > count { return lines.suffix(count).map { Array($0) } }
      let piece = min(start, 1 << 16)
      start -= piece
      tail = try file.read(count: piece, at: start) + tail
    }
  }
}
