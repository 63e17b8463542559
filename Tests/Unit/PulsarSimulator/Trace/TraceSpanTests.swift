import Testing

@testable import PulsarSimulator

@Suite struct TraceSpanTests {
  private func record(
    _ minute: Int64, _ actor: String, _ kind: TraceRecord.Kind, _ detail: String = ""
  ) -> TraceRecord {
    TraceRecord(at: .minutes(minute), actor: actor, kind: kind, detail: detail)
  }

  @Test func `a machine sleeps until it wakes, or until the end`() {
    let records = [
      self.record(1, "desk", .asleep, "for 3m"), self.record(2, "laptop", .asleep),
      self.record(4, "desk", .awake, "again"),
    ]
    let spans = TraceSpan.sleeps(in: records, end: .minutes(9))
    #expect(spans.map(\.actor) == ["desk", "laptop"])
    #expect(spans.map(\.from) == [.minutes(1), .minutes(2)])
    #expect(spans.map(\.until) == [.minutes(4), .minutes(9)])
  }

  @Test func `a fault ends with the same first word of the same actor`() {
    let records = [
      self.record(1, "origin", .faultBegan, "down for 1h"),
      self.record(2, "origin", .faultBegan, "refuse for 1h"),
      self.record(3, "desk", .faultEnded, "down"),
      self.record(4, "origin", .faultEnded, "down"),
      self.record(5, "origin", .faultEnded, "refuse"),
      self.record(6, "origin", .faultEnded, "slow"),
      self.record(7, "origin", .faultBegan, "down again"),
      self.record(8, "origin", .faultEnded, "down"),
    ]
    let spans = TraceSpan.faults(in: records, end: .minutes(9))
    #expect(spans.map(\.until) == [.minutes(4), .minutes(5), .minutes(8)])
    #expect(spans.map(\.detail) == ["down for 1h", "refuse for 1h", "down again"])
  }
}
