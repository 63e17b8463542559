import PulsarSimulator
import Testing

@Suite struct RunSummaryTests {
  private var summary: RunSummary {
    var summary = RunSummary()
    summary.seeds = 1280
    summary.simulated = .hours(6 * 1280)
    summary.lived = .hours(18 * 1280 + 6)
    summary.elapsedMilliseconds = 2_037_300
    summary.faults = [.init("crash", 3100), .init("remote down", 98)]
    summary.excusedStalls = [.init("disk still full", 2)]
    summary.planted = .init(found: 12, of: 12)
    summary.marks = .init(found: 38, of: 40, missing: ["clone-of-a-disk", "gc-inside-a-capture"])
    summary.rechecks = 64
    return summary
  }

  @Test func `a summary has its numbers in one column`() {
    #expect(
      self.summary.text == """
        OK    no invariant broke
          seeds                     1,280
          machine-days             960.25
          faults                    3,198
            crash                   3,100
            remote down                98
          planted bugs found        12/12
          marks hit                 38/40   never: clone-of-a-disk, gc-inside-a-capture
          excused stalls                2
            disk still full             2
          run twice, the same          64
          seconds a machine-day      2.12
          ratio to the clock     13,571:1

        """)
  }

  @Test func `traits are told with what they hit, and judges with how often they judged`() {
    var summary = self.summary
    summary.traits = [
      .init("ignores global", runs: 300, hits: 12), .init("partial", runs: 5, hits: 0),
    ]
    summary.judged = [.init("S17 another's work undone", 2004), .init("S18 known paths", 0)]
    let lines = summary.text.split(separator: "\n").map { $0.split(separator: " ") }
    #expect(lines.contains(["traits", "305"]))
    #expect(lines.contains(["ignores", "global", "300", "hit", "12"]))
    #expect(lines.contains(["partial", "5"]))
    #expect(lines.contains(["judged", "2,004"]))
    #expect(lines.contains(["S18", "known", "paths", "0"]))
  }

  @Test func `what failed is said first`() {
    var summary = self.summary
    summary.failed = 4
    #expect(summary.text.hasPrefix("FAIL  4 of the runs\n  seeds "))
    #expect(self.summary.text.hasPrefix("OK    no invariant broke\n  seeds "))
  }

  @Test func `nothing run is nothing divided`() {
    let text = RunSummary().text
    #expect(text.contains("  seconds a machine-day     -\n"))
    #expect(text.contains("  ratio to the clock        -\n"))
    #expect(text.contains("  machine-days           0.00\n"))
    #expect(!text.contains("planted"))
  }

  @Test func `many names that were never hit take more lines`() {
    var summary = self.summary
    summary.marks.missing = (0..<40).map { "mark-number-\($0)" }
    let lines = summary.text.split(separator: "\n")
    #expect(lines.allSatisfy { $0.count <= 100 })
    #expect(summary.text.contains("mark-number-39"))
  }
}
