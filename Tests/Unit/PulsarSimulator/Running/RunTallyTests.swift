import Testing

@testable import PulsarSimulator

@Suite struct RunTallyTests {
  private func report(_ invariant: String?, trouble: String? = nil) -> RunReport {
    var report = RunReport()
    report.nodes = ["desk", "laptop"]
    report.simulated = SimulatedTime.hours(12).milliseconds
    report.trouble = trouble
    report.broken = invariant.map {
      RunReport.Broken(invariant: $0, sentence: "it broke", actor: "desk", at: 0, event: 1)
    }
    return report
  }

  @Test func `safety ends the program before liveness, and that before a crash`() {
    var tally = RunTally()
    tally.add(self.report(nil))
    #expect(tally.exitCode == .ok)
    tally.add(self.report(nil, trouble: "gone"))
    #expect(tally.exitCode == .crash)
    tally.add(self.report("V2"))
    #expect(tally.exitCode == .liveness)
    tally.add(self.report("S4"))
    tally.add(self.report("V1"))
    #expect(tally.exitCode == .safety)
    #expect(tally.failed.count == 4)
  }

  @Test func `a planted bug that nobody finds ends the program when nothing else did`() {
    var tally = RunTally()
    tally.add(self.report(nil))
    tally.planted = RunSummary.Found(found: 2, of: 2)
    #expect(tally.exitCode == .ok)
    tally.planted = RunSummary.Found(found: 1, of: 2, missing: ["leaves-a-lock"])
    #expect(tally.exitCode == .plantedBugNotFound)
    #expect(tally.summary(elapsed: 1).planted?.missing == ["leaves-a-lock"])
    tally.add(self.report("V1"))
    #expect(tally.exitCode == .liveness)
  }

  @Test func `each machine's time is lived, and a second run counts as a check`() {
    var tally = RunTally()
    var twice = self.report(nil)
    twice.secondHash = "0123456789abcdef"
    twice.marks = [Mark.clockBack.rawValue]
    twice.faults = ["cut": 2]
    twice.excuses = ["remote gone": 1, "disk full": 3]
    twice.traits = ["no-links": 2, "ignores global": 0]
    twice.judged = ["S17": 3]
    tally.add(twice)
    twice.difference = "record 1 differs"
    tally.add(twice)
    let summary = tally.summary(elapsed: 1000)
    #expect(summary.lived == .hours(48))
    #expect(summary.simulated == .hours(24))
    #expect(summary.rechecks == 1)
    #expect(summary.faults == [RunSummary.Count("cut", 4)])
    #expect(
      summary.excusedStalls == [
        RunSummary.Count("disk full", 6), RunSummary.Count("remote gone", 2),
      ])
    #expect(
      summary.traits == [
        RunSummary.Trait("ignores global", runs: 2, hits: 0),
        RunSummary.Trait("no-links", runs: 2, hits: 4),
      ])
    #expect(summary.judged.contains(RunSummary.Count("S17 another's work undone", 6)))
    #expect(tally.neverJudged == Invariant.counted.filter { $0 != .S17 })
    #expect(summary.marks.found == 1)
    #expect(tally.exitCode == .nondeterminism)
    #expect(tally.progress == "2 runs, 2.00 machine-days, 1 failed")
  }
}
