import Testing

@testable import PulsarSimulator

@Suite struct LanesTests {
  @Test func `lanes show a run`() {
    let lanes = Lanes(nodes: SampleTrace.nodes, records: SampleTrace.records, end: SampleTrace.end)
    #expect(
      lanes.text() == """
                0h     1h      2h      3h     4h      5h      6h     7h      8h      9h     10h     11h
        desk    ^·     |       ◇              ✗       ○▒▒▒!▒▒▒▒               #@  >      ◆
        laptop  ^          %    ·      %%»         zzzzzzzzzzzzzzzzzzzzzz%    x                          v
        origin  ──────────────────────────▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓─────────────────────+──────────────────────
                ◇ user git  ◆ handoff  > verb  · capture  ○ capture failed  | push  ✗ refused  » drift
                ^ start  v stop  x crash  # file error  % power  @ clock set  + ref moved  ! broken
                z asleep  ▒ fault  ▓ remote fault

        """)
  }

  @Test func `the listing has one line a record, without edits and what came to nothing`() {
    let records = SampleTrace.records.filter {
      ($0.at > .zero && $0.at < .minutes(200)) || $0.kind == .broken
    }
    let text = Lanes(nodes: SampleTrace.nodes, records: records).text(listing: true)
    let listing = text.split(separator: "\n\n").last.map(String.init)
    #expect(
      listing == """
          +10m00s  desk    captured  1a2b
        +1h00m00s  desk    pushed    1a2b
        +1h30m00s  laptop  power     battery 72
        +2h03m00s  desk    git       git rebase -i HEAD~3
        +2h10m00s  laptop  captured  77aa
        +3h00m00s  laptop  power     battery 8
        +3h10m00s  laptop  power     pushes deferred
        +3h16m00s  laptop  looked    failed
        +5h33m00s  desk    broken    S4 desk told 4c1e is pushed, but origin still holds 9b02

        """)
  }

  @Test func `without a listing there is none`() {
    let lanes = Lanes(nodes: SampleTrace.nodes, records: SampleTrace.records)
    #expect(lanes.text(listing: true).hasPrefix(lanes.text() + "\n"))
    #expect(!lanes.text().contains("git rebase"))
  }

  /// Every kind that has a glyph, in the order of what matters more.
  private static let bySeverity: [TraceRecord.Kind] = [
    .captured, .power, .notice, .remoteMoved, .pushed, .drift, .verb, .daemonStarted,
    .daemonStopped, .clock, .git, .handoff, .fileError, .captureFailed, .pushFailed, .crashed,
    .broken,
  ]

  @Test(arguments: zip(Self.bySeverity, Self.bySeverity.dropFirst()))
  func `of those in one column the most severe is drawn`(
    less: TraceRecord.Kind, more: TraceRecord.Kind
  ) throws {
    let glyph = try #require(Glyph.of(more)).character
    for kinds in [[less, more], [more, less]] {
      let records = kinds.map { SampleTrace.at(0, "desk", $0, "") }
      let lines = Lanes(nodes: ["desk"], records: records, end: .hours(1)).text()
        .split(separator: "\n")
      #expect(lines[1] == "desk    \(glyph)")
    }
  }

  @Test func `no two kinds have one character`() {
    #expect(Set(Glyph.all.map(\.character)).count == Glyph.all.count)
    #expect(Glyph.all.count == Self.bySeverity.count + 3)
  }

  @Test(arguments: [1, 59, 61, 1380, 10_080, 525_600] as [Int64])
  func `a run of any length fills the width and no more`(minutes: Int64) throws {
    let records = (0...100).flatMap { step in
      ["desk", "a-machine-with-a-long-name"].map {
        SampleTrace.at(minutes * step / 100, $0, .captured, "")
      }
    }
    let nodes = ["desk", "a-machine-with-a-long-name"]
    let lines = Lanes(nodes: nodes, records: records).text().split(separator: "\n")
    #expect(lines.map(\.count).max() == 100)
    #expect(lines[1].last == "·")
    #expect(lines[2].hasPrefix("a-machine-with-…  ·"))
    // Hours do not run into each other.
    let hours = lines[0].split(separator: " ")
    #expect(hours.count >= 5 && hours.count <= 15)
    #expect(hours.allSatisfy { $0.count <= 6 })
  }

  @Test func `long details and long legends are broken between words`() {
    let long = Array(repeating: "word", count: 60).joined(separator: " ")
    let records = SampleTrace.records + [SampleTrace.at(719, "desk", .broken, long)]
    let text = Lanes(nodes: SampleTrace.nodes, records: records).text(listing: true)
    let lines = text.split(separator: "\n")
    #expect(lines.allSatisfy { $0.count <= 100 })
    #expect(lines.map { $0.components(of: "word") }.reduce(0, +) == 60)
    #expect(text.contains("▓ remote fault"))
  }

  @Test func `what broke nowhere shows everywhere`() {
    let records = [SampleTrace.at(30, "world", .broken, "V1 stalled")]
    let lines = Lanes(nodes: ["desk"], records: records, end: .hours(1)).text()
      .split(separator: "\n")
    #expect(lines[1].contains("!") && lines[2].contains("!"))
  }
}

extension Substring {
  /// How often a word is in it.
  fileprivate func components(of word: String) -> Int {
    self.split(separator: " ").count { $0 == word }
  }
}
