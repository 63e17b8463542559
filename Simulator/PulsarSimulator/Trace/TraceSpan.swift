/// A stretch of a run in which a machine slept, or a fault held.
struct TraceSpan: Hashable, Sendable {
  let from: SimulatedTime
  let until: SimulatedTime
  let actor: String
  /// The detail of the record that began it.
  let detail: String

  /// Finds where machines slept: from `asleep` to `awake`.
  ///
  /// - Parameters:
  ///   - records: a run, in order.
  ///   - end: when the run ended; what did not end before ends there.
  /// - Returns: by the time of their beginning.
  static func sleeps(in records: [TraceRecord], end: SimulatedTime) -> [Self] {
    // A machine sleeps once at a time, whatever the words.
    Self.spans(in: records, end: end, from: .asleep, until: .awake) { $0.actor }
  }

  /// Finds where faults held: from `fault-began` to the `fault-ended` of the same actor and the
  /// same first word.
  ///
  /// - Parameters:
  ///   - records: a run, in order.
  ///   - end: when the run ended; what did not end before ends there.
  /// - Returns: by the time of their beginning.
  static func faults(in records: [TraceRecord], end: SimulatedTime) -> [Self] {
    Self.spans(in: records, end: end, from: .faultBegan, until: .faultEnded) {
      $0.actor + "\n" + ($0.detail.split(separator: " ").first ?? "")
    }
  }

  private static func spans(
    in records: [TraceRecord], end: SimulatedTime, from opening: TraceRecord.Kind,
    until closing: TraceRecord.Kind, key: (TraceRecord) -> String
  ) -> [Self] {
    var endOfSpan: [SimulatedTime?] = []
    var begun: [TraceRecord] = []
    var open: [String: [Int]] = [:]
    for record in records {
      if record.kind == opening {
        open[key(record), default: []].append(begun.count)
        begun.append(record)
        endOfSpan.append(nil)
      } else if record.kind == closing, let index = open[key(record)]?.popLast() {
        endOfSpan[index] = record.at
      }
    }
    return zip(begun, endOfSpan).map { record, until in
      Self(from: record.at, until: until ?? end, actor: record.actor, detail: record.detail)
    }
  }
}
