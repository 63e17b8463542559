import PulsarCore

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// One file of the log, open; it stays the same file when it is renamed or removed.
final class LogGeneration {
  /// Longer than any line of ours; a longer one comes in pieces.
  static let lineBytesMax = 1 << 18
  private static let pieceBytes = 1 << 16
  private static let newline = UInt8(ascii: "\n")

  private let file: OpenFile
  private let identity: stat
  /// Where `next` goes on.
  private var offset = 0
  /// A line before `offset` that has no end yet.
  private var unfinished: [UInt8] = []

  /// - Returns: nil when there is no such file.
  init?(_ path: GitPath) throws(SystemError) {
    do {
      self.file = try OpenFile(path, flags: O_RDONLY | O_NONBLOCK | O_NOCTTY, operation: "read")
    } catch {
      if error.errno == ENOENT { return nil }
      throw error
    }
    self.identity = try self.file.status(operation: "read")
  }

  func isSame(as other: LogGeneration?) -> Bool {
    other.map { self.identity.isSameFile(as: $0.identity) } ?? false
  }

  private func size() throws(SystemError) -> Int {
    Int(try self.file.status(operation: "read").st_size)
  }

  /// The newest lines that are wanted, oldest first, read from the end; `next` goes on behind them.
  func last(
    _ count: Int, _ holdsUnfinished: Bool, where isWanted: ([UInt8]) -> Bool
  ) throws(SystemError) -> [[UInt8]] {
    let size = try self.size()
    self.offset = holdsUnfinished ? size - (try self.unfinishedCount(size)) : size
    var newestFirst: [[UInt8]] = []
    func take(_ slice: ArraySlice<UInt8>) {
      let line = Array(slice)
      if !line.isEmpty && newestFirst.count < count && isWanted(line) { newestFirst.append(line) }
    }
    var start = self.offset
    // The beginning of what was read; the line may have begun before.
    var rest: [UInt8] = []
    while start > 0 && newestFirst.count < count {
      let piece = min(start, Self.pieceBytes)
      start -= piece
      let bytes = try self.file.read(count: piece, at: start) + rest
      var end = bytes.endIndex
      while newestFirst.count < count, let newline = bytes[..<end].lastIndex(of: Self.newline) {
        take(bytes[(newline + 1)..<end])
        end = newline
      }
      rest = Array(bytes[..<end])
      if rest.count > Self.lineBytesMax {
        take(rest[...])
        rest = []
      }
    }
    take(rest[...])
    return newestFirst.reversed()
  }

  /// The bytes after the last newline; 0 where that line is longer than any of ours.
  private func unfinishedCount(_ size: Int) throws(SystemError) -> Int {
    let count = min(size, Self.lineBytesMax)
    let bytes = try self.file.read(count: count, at: size - count)
    if let newline = bytes.lastIndex(of: Self.newline) { return bytes.count - newline - 1 }
    return count == size ? size : 0
  }

  /// Hands over the lines that were added since and have their end.
  func next(_ take: ([UInt8]) -> Void) throws(SystemError) {
    let size = try self.size()
    if size < self.offset {
      // Somebody emptied it.
      self.flush(take)
      self.offset = 0
    }
    while self.offset < size {
      let count = min(size - self.offset, Self.pieceBytes)
      let bytes = try self.file.read(count: count, at: self.offset)
      if bytes.isEmpty { return }
      self.offset += bytes.count
      var rest = bytes[...]
      while let newline = rest.firstIndex(of: Self.newline) {
        self.unfinished += rest[..<newline]
        self.flush(take)
        rest = rest[(newline + 1)...]
      }
      self.unfinished += rest
      if self.unfinished.count > Self.lineBytesMax { self.flush(take) }
    }
  }

  private func flush(_ take: ([UInt8]) -> Void) {
    if !self.unfinished.isEmpty { take(self.unfinished) }
    self.unfinished = []
  }
}
