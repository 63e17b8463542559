import PulsarCore
import TestSupport
import Testing

@Suite struct CaptureMessageTests {
  private func message(_ changes: [PathChange], skipped: Int = 0) -> CaptureMessage {
    CaptureMessage(
      changes: changes, machineSlug: "laptop--9a7b2c1d", branch: Branch("main"), reason: .now,
      skippedCount: skipped)
  }

  private func change(
    _ path: String, _ kind: PathChange.Kind, _ added: Int? = nil, _ removed: Int = 0
  ) -> PathChange {
    PathChange(
      path: GitPath(path), kind: kind, lines: added.map { LineCounts(added: $0, removed: removed) })
  }

  @Test func `says what changed in words`() {
    #expect(self.message([]).subject == "backup: no changes in files")
    #expect(
      self.message([self.change("daemon.py", .modified, 15)]).subject
        == "backup: modified daemon.py (+15 lines)")
    #expect(
      self.message([self.change("a", .modified, 0, 1)]).subject == "backup: modified a (-1 line)")
    #expect(self.message([self.change("a", .added, 0)]).subject == "backup: added a")
    #expect(self.message([self.change("a.bin", .deleted)]).subject == "backup: deleted a.bin")
    let many = [
      self.change("a", .modified, 20), self.change("b", .added, 20),
      self.change("c", .modified, 0, 2),
      self.change("d", .modified, 0),
    ]
    #expect(self.message(many).subject == "backup: modified 3 files, added 1 (+40 -2)")
    #expect(
      self.message(many + [self.change("e", .typeChanged)]).subject
        == "backup: modified 3 files, added 1, replaced 1")
  }

  @Test func `is the documented text`() {
    let message = self.message(
      [self.change("a\nb", .added, 1), self.change("c", .modified)], skipped: 2)
    #expect(
      String(decoding: message.bytes, as: UTF8.self) == """
        backup: modified 1 file, added 1

        added "a\\nb" (+1)
        modified c

        Pulsar-Machine: laptop--9a7b2c1d
        Pulsar-Branch: main
        Pulsar-Reason: now
        Pulsar-Skipped: 2
        Pulsar-Format: 1
        [skip ci]

        """)
  }

  @Test func `lists twenty paths and counts the rest`() {
    func listed(_ count: Int) -> [Substring] {
      let changes = (0..<count).map { self.change("f\($0)", .added) }
      return String(decoding: self.message(changes).bytes, as: UTF8.self)
        .split(separator: "\n").filter { $0.hasPrefix("added ") || $0.hasPrefix("…") }
    }
    #expect(listed(20).count == 20)
    #expect(listed(20).last == "added f19")
    #expect(listed(21).count == 21)
    #expect(listed(21).last == "… and 1 more")
    #expect(listed(1000).last == "… and 980 more")
  }

  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func `keeps to 72 columns, and its trailers come back, whatever changed`(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let kinds: [PathChange.Kind] = [.added, .modified, .deleted, .typeChanged]
    for _ in 0..<100 {
      let changes = (0..<random.pick([0, 1, 1, 1, 2, 5, 30])).map { _ in
        let text =
          random.bytes(random.below(5))
          + Array(String(repeating: "é/", count: random.below(60)).utf8)
        return PathChange(
          path: GitPath(bytes: text + Array("\nPulsar-Format: 9".utf8)), kind: random.pick(kinds),
          lines: random.below(3) == 0
            ? nil : LineCounts(added: random.below(10_000_000), removed: random.below(10_000_000)))
      }
      var branch = random.bytes(1 + random.below(30), from: 0x21...0xFF)
      branch.removeAll { $0 == 0x7F }
      let message = CaptureMessage(
        changes: changes, machineSlug: "m--1", branch: Branch(name: branch),
        reason: random.pick(CaptureReason.allCases), skippedCount: random.below(3))
      #expect(message.subject.count <= 72, "seed \(seed): \(message.subject)")
      #expect(!message.subject.contains("\n"), "seed \(seed)")
      let read = CaptureTrailers(message: message.bytes)
      #expect(read?.machineSlug == "m--1", "seed \(seed)")
      #expect(read?.branch == message.branch, "seed \(seed)")
      #expect(read?.reason == message.reason, "seed \(seed)")
      #expect(read?.skippedCount == message.skippedCount, "seed \(seed)")
      #expect(read?.formatVersion == 1, "seed \(seed)")
    }
  }

  @Test func `a subject with counts of any size keeps to 72 columns`() {
    let kinds: [PathChange.Kind] = [.added, .modified, .deleted, .typeChanged]
    let changes = kinds.flatMap { kind in
      (0..<100_000).map { PathChange(path: GitPath("f\($0)"), kind: kind, lines: nil) }
    }
    #expect(self.message(changes).subject.count <= 72)
  }

  @Test(arguments: ["", "a message of somebody's", "Pulsar-Machine: x\n", "Pulsar-Format: 1\n"])
  func `another message is no capture's`(text: String) {
    #expect(CaptureTrailers(message: Array(text.utf8)) == nil)
  }

  @Test(arguments: 1...10 as ClosedRange<UInt64>)
  func `the message of an index commit gives back paths of any bytes`(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let paths = (0..<random.below(6)).map { _ in GitPath(bytes: random.bytes(1 + random.below(20)))
    }
    let message = IndexMessage(
      branch: Branch("main"), machineSlug: "m--1", intentToAdd: paths)
    #expect(IndexMessage.isOne(message.bytes))
    #expect(IndexMessage.intentToAdd(in: message.bytes) == paths.sorted(), "seed \(seed)")
  }

  @Test func `reads no paths out of a damaged index message`() {
    for text in [
      "Pulsar-Intent-To-Add: ", "Pulsar-Intent-To-Add: zz x", "Pulsar-Intent-To-Add: 616",
    ] {
      #expect(IndexMessage.intentToAdd(in: Array(text.utf8)).isEmpty)
    }
    #expect(!IndexMessage.isOne(self.message([]).bytes))
  }

  @Test func `paths that are local only are read as they were written`() {
    let paths = [
      LocalOnlyPath(path: GitPath("b \n"), origin: .hidden),
      LocalOnlyPath(path: GitPath(bytes: [0xFF, 0x20, 0x0A]), origin: .taken),
    ]
    let message = CaptureMessage(
      changes: [], machineSlug: "laptop--01234567", branch: Branch("main"), reason: .now,
      skippedCount: 0, localOnly: paths.reversed())
    #expect(CaptureTrailers(message: message.bytes)?.localOnly == paths)
    var foreign = String(decoding: message.bytes.filter { $0 < 0x80 }, as: UTF8.self)
    foreign += "Pulsar-Local: lent 61 a\nPulsar-Local: hidden 6\nPulsar-Local: hidden\n"
    let read = CaptureTrailers(message: Array(foreign.utf8))?.localOnly ?? []
    #expect(read.contains(LocalOnlyPath(path: GitPath("a"), origin: .taken)))
    #expect(read.count == 3)
  }
}
