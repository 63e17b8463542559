import Foundation
import PulsarCore
import TestSupport
import Testing

@testable import PulsarSystem

@Suite struct EventLogReaderTests {
  private let folder = TemporaryFolder()
  private let log: EventLogFile

  init() throws {
    self.log = EventLogFile(stateFolder: self.folder("state"), sizeMax: ByteCount(1 << 30))
    try AtomicFile.makeFolder(self.folder("state"))
  }

  private func next(_ reader: EventLogReader) throws -> [String] {
    var lines: [String] = []
    try reader.next { lines.append(String(decoding: $0, as: UTF8.self)) }
    return lines
  }

  private func last(_ reader: EventLogReader, _ count: Int) throws -> [String] {
    try reader.last(count, holdsUnfinished: true).map { String(decoding: $0, as: UTF8.self) }
  }

  private func add(_ text: String) throws {
    try AtomicFile.append(self.log.path, Array(text.utf8))
  }

  private func rotate() throws {
    try #require(rename(text(self.log.path), text(self.log.previousPath)) == 0)
  }

  @Test func `goes on where the last lines ended`() throws {
    try self.add("one\ntwo\nthr")
    let reader = EventLogReader(self.log)
    #expect(try self.last(reader, 1) == ["two"])
    #expect(try self.next(reader) == [])
    try self.add("ee\n\nfour\n")
    #expect(try self.next(reader) == ["three", "four"])
    #expect(try self.next(reader) == [])
  }

  @Test func `a line without its end is shown to those who do not go on`() throws {
    try self.add("one\ntw")
    let lines = try EventLogReader(self.log).last(9)
    #expect(lines.map { String(decoding: $0, as: UTF8.self) } == ["one", "tw"])
  }

  @Test func `waits for a log that does not exist yet`() throws {
    let reader = EventLogReader(self.log)
    #expect(try self.last(reader, 9) == [])
    #expect(try self.next(reader) == [])
    try self.add("one\n")
    #expect(try self.next(reader) == ["one"])
  }

  @Test func `goes on over a rotation, also with what comes late to the older file`() throws {
    try self.add("one\n")
    let reader = EventLogReader(self.log)
    #expect(try self.last(reader, 9) == ["one"])
    try self.add("two\n")
    try self.rotate()
    try self.add("three\n")
    #expect(try self.next(reader) == ["two", "three"])
    try AtomicFile.append(self.log.previousPath, Array("late\n".utf8))
    try self.add("four\n")
    #expect(try self.next(reader) == ["late", "four"])
  }

  @Test func `goes on over two rotations at once`() throws {
    try self.add("one\n")
    let reader = EventLogReader(self.log)
    #expect(try self.last(reader, 0) == [])
    try self.add("two\n")
    try self.rotate()
    try self.add("three\n")
    try self.rotate()
    try self.add("four\n")
    #expect(try self.next(reader) == ["two", "three", "four"])
    try self.rotate()
    try self.add("five\n")
    #expect(try self.next(reader) == ["five"])
  }

  @Test func `shows nothing twice when the log is removed or emptied`() throws {
    try self.add("old\n")
    try self.rotate()
    try self.add("one\n")
    let reader = EventLogReader(self.log)
    #expect(try self.last(reader, 9) == ["old", "one"])
    #expect(try AtomicFile.remove(self.log.path))
    #expect(try self.next(reader) == [])
    try self.add("two\ntor")
    #expect(try self.next(reader) == ["two"])
    try #require(truncate(text(self.log.path), 0) == 0)
    try self.add("3\n")
    #expect(try self.next(reader) == ["tor", "3"])
  }

  @Test func `every line of a busy log comes once and in order`() throws {
    let small = EventLogFile(stateFolder: self.folder("state"), sizeMax: ByteCount(2000))
    let reader = EventLogReader(small)
    #expect(try self.last(reader, 9) == [])
    var seen: [Int] = []
    var random = SystemRandomNumberGenerator()
    let seed = random.next()
    var generator = SplitMix64(seed: seed)
    for number in 0..<2000 {
      let event = LogEvent(
        time: WallTime(seconds: 0), name: "tick", fields: [.init("n", "\(number)")])
      #expect(small.record(event))
      // Never more than one rotation behind: 50 lines a file.
      if generator.below(30) == 0 || number % 40 == 0 {
        try reader.next { seen += LogEvent(line: $0)?["n"].flatMap { Int($0) }.map { [$0] } ?? [] }
      }
    }
    try reader.next { seen += LogEvent(line: $0)?["n"].flatMap { Int($0) }.map { [$0] } ?? [] }
    #expect(seen == Array(0..<2000), "seed \(seed)")
  }

  @Test func `lines of others, of any length and bytes, break nothing`() throws {
    let long = [UInt8](repeating: UInt8(ascii: "x"), count: 1_000_000)
    let odd: [UInt8] = [0xFF, 0, 0x1B, 10]
    let reader = EventLogReader(self.log)
    _ = try self.last(reader, 9)
    try AtomicFile.append(self.log.path, odd + long + [10] + Array("end\n".utf8))
    var followed: [[UInt8]] = []
    try reader.next { followed.append($0) }
    for lines in [followed, try EventLogReader(self.log).last(99)] {
      #expect(lines.first == [0xFF, 0, 0x1B] && lines.last == Array("end".utf8))
      #expect(lines.dropFirst().dropLast().flatMap { $0 } == long)
      #expect(lines.allSatisfy { $0.count <= 2 * LogGeneration.lineBytesMax })
    }
  }

  @Test func `only wanted lines count`() throws {
    try self.add((0..<30_000).map { "\($0)\n" }.joined())
    let lines = try EventLogReader(self.log).last(3) {
      $0.last == UInt8(ascii: "7") && $0.count < 3
    }
    #expect(lines.map { String(decoding: $0, as: UTF8.self) } == ["77", "87", "97"])
  }

  @Test func `a folder in its place is an error in words`() throws {
    try AtomicFile.makeFolder(self.log.path)
    let error = #expect(throws: SystemError.self) { try EventLogReader(self.log).last(1) }
    #expect(error?.errno == EISDIR)
  }
}
