import PulsarSimulator
import Testing

@Suite struct TraceTests {
  private func record(_ number: Int, kind: TraceRecord.Kind = .captured) -> TraceRecord {
    TraceRecord(at: .seconds(Int64(number)), actor: "desk", kind: kind, detail: "x\(number)")
  }

  private func trace(_ keep: Trace.Keep, _ count: Int) -> Trace {
    var trace = Trace(keep: keep)
    for number in 0..<count { trace.add(self.record(number)) }
    return trace
  }

  @Test func `a trace keeps the last 64 records, oldest first`() {
    var trace = Trace()
    for number in 0..<150 { trace.add(self.record(number)) }
    #expect(trace.records == (86..<150).map { self.record($0) })
    #expect(trace.count == 150)
  }

  @Test(arguments: [0, 1, 2, 3, 4, 7])
  func `a trace keeps as many of the last records as it is told`(count: Int) {
    let all = (0..<count).map { self.record($0) }
    #expect(self.trace(.last(3), count).records == Array(all.suffix(3)))
    #expect(self.trace(.last(1), count).records == Array(all.suffix(1)))
    #expect(self.trace(.last(0), count).records == [])
    #expect(self.trace(.all, count).records == all)
  }

  @Test func `what is kept does not change the hash`() {
    let all = self.trace(.all, 300)
    #expect(self.trace(.last(2), 300).hash == all.hash)
    #expect(all.hash.count == 300)
  }

  @Test func `kinds are counted, in the order of their declaration`() {
    var trace = Trace(keep: .last(1))
    for kind in [TraceRecord.Kind.pushed, .captured, .broken, .captured] {
      trace.add(self.record(1, kind: kind))
    }
    #expect(trace.counts.map(\.kind) == [.captured, .pushed, .broken])
    #expect(trace.counts.map(\.count) == [2, 1, 1])
    #expect(trace.count(of: .captured) == 2)
    #expect(trace.count(of: .edit) == 0)
  }

  @Test func `the first record that differs is named in words`() {
    let one = [self.record(1), self.record(2), self.record(3)]
    let other = [self.record(1), self.record(2, kind: .pushed), self.record(4)]
    #expect(
      Trace.firstDifference(of: one, other)
        == "record 2 differs in its kind: '+2s desk captured x2' in the one run, "
        + "'+2s desk pushed x2' in the other")
    let third = [TraceRecord(at: .minutes(61), actor: "lap", kind: .captured, detail: "")]
    #expect(
      Trace.firstDifference(of: one, third)
        == "record 1 differs in its time, actor, detail: '+1s desk captured x1' in the one run, "
        + "'+1h01m00s lap captured' in the other")
  }

  @Test func `a record that only one run has is named, too`() {
    let one = [self.record(1), self.record(2)]
    #expect(
      Trace.firstDifference(of: one, [self.record(1)])
        == "record 2 is only in the one run: '+2s desk captured x2'")
    #expect(
      Trace.firstDifference(of: [], one)
        == "record 1 is only in the other run: '+1s desk captured x1'")
    #expect(Trace.firstDifference(of: one, one) == nil)
  }
}
