import Foundation
import PulsarCore
import Testing

@testable import PulsarSystem

@Suite struct EventLogFileTests {
  private func log(_ folder: TemporaryFolder, sizeMax: Int = 1_000_000) -> EventLogFile {
    EventLogFile(stateFolder: folder("state"), sizeMax: ByteCount(sizeMax))
  }

  private func event(_ number: Int) -> LogEvent {
    LogEvent(time: WallTime(seconds: 0), name: "tick", fields: [.init("n", "\(number)")])
  }

  private func numbers(_ lines: [[UInt8]]) -> [Int] {
    lines.compactMap { LogEvent(line: $0)?["n"].flatMap { Int($0) } }
  }

  @Test func `holds one line an event, for the owner only`() throws {
    let folder = TemporaryFolder()
    let log = self.log(folder)
    #expect(try EventLogReader(log).last(5) == [])
    #expect(log.record(self.event(1)))
    #expect(log.record(self.event(2)))
    #expect(
      try content(of: log.path)
        == "1970-01-01T00:00:00Z info tick n=1\n1970-01-01T00:00:00Z info tick n=2\n")
    #expect(mode(of: log.path) == 0o600)
  }

  @Test func `gives the newest lines across both files, oldest first`() throws {
    let folder = TemporaryFolder()
    let log = self.log(folder, sizeMax: 200)
    for number in 1...9 { log.record(self.event(number)) }
    // 35 bytes a line: five in each file.
    #expect(self.numbers(try EventLogReader(log).last(100)) == [1, 2, 3, 4, 5, 6, 7, 8, 9])
    #expect(self.numbers(try EventLogReader(log).last(6)) == [4, 5, 6, 7, 8, 9])
    #expect(self.numbers(try EventLogReader(log).last(1)) == [9])
    #expect(try EventLogReader(log).last(0) == [])
    #expect(try EventLogReader(log).last(-1) == [])
  }

  @Test func `never grows beyond its limit`() throws {
    let folder = TemporaryFolder()
    let log = self.log(folder, sizeMax: 200)
    for number in 1...40 {
      #expect(log.record(self.event(number)))
      #expect(try content(of: log.path).utf8.count <= 200)
    }
    #expect(try content(of: log.previousPath).utf8.count <= 200)
    #expect(self.numbers(try EventLogReader(log).last(3)) == [38, 39, 40])
  }

  @Test func `takes a line that is longer than its limit`() throws {
    let folder = TemporaryFolder()
    let log = self.log(folder, sizeMax: 1)
    #expect(log.record(self.event(1)))
    #expect(log.record(self.event(2)))
    #expect(self.numbers(try EventLogReader(log).last(9)) == [1, 2])
  }

  @Test func `reads far back through a long file`() throws {
    let folder = TemporaryFolder()
    let log = self.log(folder)
    let count = 6000
    let text = (1...count).map { self.event($0).line + "\n" }.joined()
    try AtomicFile.makeFolder(folder("state"))
    try put(text, at: log.path)
    #expect(self.numbers(try EventLogReader(log).last(5000)) == Array((count - 4999)...count))
    #expect(self.numbers(try EventLogReader(log).last(count + 1)) == Array(1...count))
  }

  @Test func `begins a new line after one that was cut short`() throws {
    let folder = TemporaryFolder()
    let log = self.log(folder)
    log.record(self.event(1))
    try AtomicFile.append(log.path, Array("1970-01-01T00:00:00Z info ti".utf8))
    #expect(log.record(self.event(2)))
    #expect(try EventLogReader(log).last(9).count == 3)
    #expect(self.numbers(try EventLogReader(log).last(9)) == [1, 2])
  }

  @Test func `loses and mixes no lines when many write at once`() throws {
    let folder = TemporaryFolder()
    let log = self.log(folder)
    let failures = inThreads(8) { number in
      for index in 0..<100 where !log.record(self.event(number * 100 + index)) {
        throw NotRecorded()
      }
    }
    #expect(failures.isEmpty)
    #expect(self.numbers(try EventLogReader(log).last(10_000)).sorted() == Array(0..<800))
  }

  @Test func `loses nothing to a rotation while many write`() throws {
    let folder = TemporaryFolder()
    // 37 bytes a line: rotated once.
    let log = self.log(folder, sizeMax: 400 * 37)
    let failures = inThreads(8) { number in
      for index in 0..<90 where !log.record(self.event(100 + number * 90 + index)) {
        throw NotRecorded()
      }
    }
    #expect(failures.isEmpty)
    let lines = try EventLogReader(log).last(10_000)
    #expect(self.numbers(lines).sorted() == Array(100..<820), "none is torn or missing")
    #expect(try content(of: log.previousPath).utf8.count > 0)
  }

  @Test func `keeps the newest of each writer over many rotations`() throws {
    let folder = TemporaryFolder()
    let log = self.log(folder, sizeMax: 2000)
    let failures = inThreads(4) { number in
      for index in 0..<200 where !log.record(self.event(number * 1000 + index)) {
        throw NotRecorded()
      }
    }
    #expect(failures.isEmpty)
    let lines = try EventLogReader(log).last(10_000)
    let numbers = self.numbers(lines)
    #expect(!lines.isEmpty && numbers.count == lines.count, "no line is torn")
    for writer in 0..<4 {
      let own = numbers.filter { $0 / 1000 == writer }
      let newest = (writer * 1000 + 200 - own.count)..<(writer * 1000 + 200)
      #expect(own == Array(newest), "writer \(writer)")
    }
  }

  @Test func `writes again what went to a file that others rotated away`() throws {
    let folder = TemporaryFolder()
    let log = self.log(folder, sizeMax: 40)
    #expect(log.record(self.event(1)))
    var isFirst = true
    let isWritten = log.record(self.event(2)) {
      if isFirst {
        isFirst = false
        for number in 3...5 { log.record(self.event(number)) }
      }
    }
    #expect(isWritten)
    #expect(self.numbers(try EventLogReader(log).last(9)) == [5, 2])
  }

  @Test func `fails nobody when it cannot write`() throws {
    let folder = TemporaryFolder()
    try put("", at: folder("state"))
    #expect(!self.log(folder).record(self.event(1)))
  }

  @Test func `waits for nobody when its file is a FIFO`() throws {
    let folder = TemporaryFolder()
    let log = self.log(folder)
    try AtomicFile.makeFolder(folder("state"))
    mkfifo(text(log.path), 0o600)
    _ = log.record(self.event(1))
  }

  #if os(Linux)
    @Test func `says no on a full disk`() throws {
      let folder = TemporaryFolder()
      let log = self.log(folder)
      try AtomicFile.makeFolder(folder("state"))
      #expect(symlink("/dev/full", text(log.path)) == 0)
      #expect(!log.record(self.event(1)))
    }
  #endif

  private struct NotRecorded: Error {}
}
