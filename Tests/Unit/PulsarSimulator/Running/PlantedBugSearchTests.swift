import Testing

@testable import PulsarSimulator

@Suite struct PlantedBugSearchTests {
  private func report(_ invariant: String?) -> RunReport {
    var report = RunReport()
    report.elapsed = 1250
    report.broken = invariant.map {
      RunReport.Broken(invariant: $0, sentence: "it broke", actor: "desk", at: 0, event: 1)
    }
    return report
  }

  @Test func `each bug is looked for by one run at a time while others wait, from seed 1 on`() {
    var search = PlantedBugSearch([.removesAFile, .leavesALock], most: 2)
    #expect(search.next()?.bug == .removesAFile)
    #expect(search.next()?.bug == .leavesALock)
    #expect(search.note(self.report(nil), of: .leavesALock, seed: 1) == nil)
    let next = search.next()
    #expect(next?.bug == .leavesALock)
    #expect(next?.seed == 2)
    let idle = search.next()
    #expect(idle?.bug == .removesAFile)
    #expect(idle?.seed == 2)
    #expect(search.next() == nil)
  }

  @Test func `the first seed that breaks counts, whichever ends first`() {
    var search = PlantedBugSearch([.removesAFile], most: 9)
    for _ in 1...3 { _ = search.next() }
    #expect(search.note(self.report(nil), of: .removesAFile, seed: 1) == nil)
    #expect(search.note(self.report("S3"), of: .removesAFile, seed: 3) == nil)
    #expect(search.next() == nil)
    let hunt = search.note(self.report("S1"), of: .removesAFile, seed: 2)
    #expect(hunt?.seeds == 2)
    #expect(hunt?.invariant == "S1")
  }

  @Test func `a bug is over when it is found, or when all seeds were tried`() {
    var search = PlantedBugSearch([.removesAFile, .leavesALock], most: 1)
    _ = search.next()
    _ = search.next()
    #expect(search.standing.of == 0)
    let found = search.note(self.report("S1"), of: .removesAFile, seed: 1)
    #expect(found?.line == "removes-a-file               S1           1 seed      1.2 s")
    let crashed = RunReport(trouble: "gone", seed: 1)
    let missed = search.note(crashed, of: .leavesALock, seed: 1)
    #expect(missed?.line == "leaves-a-lock                NOT FOUND    1 seed      0.0 s")
    #expect(search.next() == nil)
    #expect(search.standing.found == 1)
    #expect(search.standing.of == 2)
    #expect(search.standing.missing == ["leaves-a-lock"])
    #expect(search.summary == "found 1/2 within 1 seed each, median 1")
  }
}
