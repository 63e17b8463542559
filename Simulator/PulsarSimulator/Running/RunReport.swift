/// What one run came to, as a process tells another.
package struct RunReport: Codable, Hashable, Sendable {
  package var seed: UInt64 = 0
  package var nodes: [String] = []
  /// The trace hash, 16 digits.
  package var hash = ""
  /// How many records it has.
  package var count = 0
  /// How long was simulated, and how long that took, in milliseconds.
  package var simulated: Int64 = 0
  package var elapsed: Int64 = 0
  /// Faults that came, by `ActKind`.
  package var faults: [String: Int] = [:]
  /// Stalls that had one of the reasons that count, by reason.
  package var excuses: [String: Int] = [:]
  /// Situations that were met, by `Mark`.
  package var marks: [String] = []
  /// How often each judge had something to judge, by `Invariant`.
  package var judged: [String: Int] = [:]
  /// What made machines unlike, and how often that kept git from saying what others made.
  package var traits: [String: Int] = [:]
  package var broken: Broken?
  /// Where a second run parted from the first.
  package var difference: String?
  /// The trace hash of the second run; nil: there was none.
  package var secondHash: String?
  /// Why there was no run to its end: of the world, not of what is judged.
  package var trouble: String?
  /// All of them, when they were asked for.
  package var records: [SavedRecord] = []
  /// The last few before something broke.
  package var last: [SavedRecord] = []

  package struct Broken: Codable, Hashable, Sendable {
    package var invariant: String
    package var sentence: String
    package var actor: String
    package var at: Int64
    package var event: Int
  }

  package init() {}

  /// A run that did not come to its end.
  package init(trouble: String, seed: UInt64) {
    self.seed = seed
    self.trouble = trouble
  }

  /// Nothing broke, nothing differed, and nothing stood in the way.
  package var isFine: Bool {
    self.broken == nil && self.difference == nil && self.trouble == nil
  }

  package var exitCode: ExitCode {
    if self.trouble != nil { return .crash }
    if let broken { return ExitCode(broken: broken.invariant) }
    return self.difference == nil ? .ok : .nondeterminism
  }

  /// What is said of it on one line: `S4 pushed ack lost`, `ok`.
  package var verdict: String {
    if let trouble { return "CRASH \(trouble)" }
    if let broken { return "FAIL  \(broken.invariant) \(broken.sentence)" }
    return self.difference.map { "DIFFERS \($0)" } ?? "ok"
  }

  /// The failure with all that its text says; nil when no invariant broke.
  package var failure: Failure? {
    guard let broken else { return nil }
    var failure = Failure(
      invariant: broken.invariant, sentence: broken.sentence, seed: Seed(value: self.seed).text,
      event: broken.event, actor: broken.actor, at: SimulatedTime(milliseconds: broken.at))
    failure.name = Invariant(rawValue: broken.invariant)?.name ?? ""
    failure.records = self.last.compactMap(\.record)
    return failure
  }

  package var traceRecords: [TraceRecord] { self.records.compactMap(\.record) }
}

/// A record of a run, as a process tells another.
package struct SavedRecord: Codable, Hashable, Sendable {
  let at: Int64
  let actor: String
  let kind: String
  let detail: String

  package init(_ record: TraceRecord) {
    self.at = record.at.milliseconds
    self.actor = record.actor
    self.kind = record.kind.rawValue
    self.detail = record.detail
  }

  /// nil when it is of a kind that is not known.
  package var record: TraceRecord? {
    TraceRecord.Kind(rawValue: self.kind).map {
      TraceRecord(
        at: SimulatedTime(milliseconds: self.at), actor: self.actor, kind: $0, detail: self.detail)
    }
  }
}
