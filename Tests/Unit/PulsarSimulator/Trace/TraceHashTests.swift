import Testing

@testable import PulsarSimulator

@Suite struct TraceHashTests {
  private func record(_ number: Int, detail: String = "x") -> TraceRecord {
    TraceRecord(
      at: .seconds(Int64(number)), actor: "desk", kind: .captured, detail: "\(detail)\(number)")
  }

  private func hash(_ records: [TraceRecord]) -> TraceHash {
    var hash = TraceHash()
    for record in records { hash.add(record) }
    return hash
  }

  @Test func `the hash is the same in every process`() {
    // FNV-1a of "1000", "desk", "captured" and "x1", each ended by 0xFF, the last by 0xFE.
    #expect(self.hash([self.record(1)]).text == "6fe1b5104f022f0b")
    #expect(TraceHash().text == "cbf29ce484222325")
  }

  @Test func `every part of a record counts`() {
    let records = [
      TraceRecord(at: .seconds(1), actor: "desk", kind: .captured, detail: "x"),
      TraceRecord(at: .seconds(2), actor: "desk", kind: .captured, detail: "x"),
      TraceRecord(at: .seconds(1), actor: "desk2", kind: .captured, detail: "x"),
      TraceRecord(at: .seconds(1), actor: "desk", kind: .pushed, detail: "x"),
      TraceRecord(at: .seconds(1), actor: "desk", kind: .captured, detail: "y"),
    ]
    #expect(Set(records.map { self.hash([$0]).value }).count == records.count)
  }

  @Test func `text that moves from one part to the next is another record`() {
    let one = TraceRecord(at: .zero, actor: "desk", kind: .notice, detail: "x")
    let other = TraceRecord(at: .zero, actor: "desknotice", kind: .notice, detail: "x")
    let third = TraceRecord(at: .zero, actor: "desk", kind: .notice, detail: "noticex")
    #expect(Set([one, other, third].map { self.hash([$0]).value }).count == 3)
    // Two records are not one with the text of both.
    #expect(self.hash([one, one]).value != self.hash([one]).value)
  }

  @Test func `the order of records counts`() {
    let (one, other) = (self.record(1), self.record(2))
    #expect(self.hash([one, other]).value != self.hash([other, one]).value)
  }

  @Test func `there is a checkpoint after every 256 records`() {
    let records = (1...600).map { self.record($0) }
    let hash = self.hash(records)
    #expect(
      hash.checkpoints == [
        self.hash(Array(records[..<256])).value, self.hash(Array(records[..<512])).value,
      ])
    #expect(hash.count == 600)
    #expect(hash.checkpointLines.map { String($0.prefix(6)) } == ["#0256 ", "#0512 "])
    #expect(hash.checkpointLines.allSatisfy { $0.count == 22 })
  }

  @Test(
    arguments: [
      (1, 1...256), (256, 1...256), (257, 257...512), (512, 257...512), (513, 513...600),
      (600, 513...600),
    ] as [(Int, ClosedRange<Int>)])
  func `checkpoints tell between which records two runs parted`(
    number: Int, expected: ClosedRange<Int>
  ) {
    let records = (1...600).map { self.record($0) }
    var others = records
    others[number - 1] = self.record(number, detail: "y")
    #expect(self.hash(records).firstDifference(from: self.hash(others)) == expected)
  }

  @Test func `runs that did the same did not part, and a longer one did at its end`() {
    let records = (1...600).map { self.record($0) }
    #expect(self.hash(records).firstDifference(from: self.hash(records)) == nil)
    let shorter = self.hash(Array(records[..<512]))
    #expect(self.hash(records).firstDifference(from: shorter) == 513...600)
    #expect(shorter.firstDifference(from: self.hash(records)) == 513...600)
  }
}
