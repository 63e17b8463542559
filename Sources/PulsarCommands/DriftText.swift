internal import PulsarCore

/// What to tell a person of another machine's work.
struct DriftText {
  /// Which machine, and how it lies to this one.
  let what: String
  let more: String
  let whatToDo: String

  init(_ drift: Drift) {
    let machine = nameForDisplay(Array(drift.machine.utf8))
    let branch = nameForDisplay(drift.branch.name)
    switch drift.kind {
    case .ahead:
      self.what = "\(machine) is ahead"
      self.more = "it has work on \(branch) that is not here"
      self.whatToDo = "run 'git pulsar sync' to take it over"
    case .diverged:
      self.what = "\(machine) and this machine went apart"
      self.more = "each has work on \(branch) that the other lacks"
      self.whatToDo = "run 'git pulsar sync' to bring both together"
    }
  }

  /// One line for `status`.
  static func line(_ drift: Drift, at now: WallTime) -> String {
    let text = DriftText(drift)
    let age = drift.time.displayed(before: now)
    return "\(text.what): \(text.more), \(drift.tip.short) of \(age); \(text.whatToDo)"
  }

  /// A few words for `list`; nil for no drift.
  static func brief(_ drifts: [Drift]) -> String? {
    guard let first = drifts.first else { return nil }
    let machine = nameForDisplay(Array(first.machine.utf8))
    let rest = drifts.count > 1 ? " and \(drifts.count - 1) more" : ""
    return "\(machine) \(first.kind.rawValue)\(rest)"
  }
}

/// One session of another machine in JSON.
struct DriftReport: Encodable {
  /// `ahead` or `diverged`.
  let relation: String
  let machine: String
  let slug: String
  let branch: String
  let commit: String
  let time: String

  init(_ drift: Drift) {
    self.relation = drift.kind.rawValue
    self.machine = drift.machine
    self.slug = drift.slug
    self.branch = drift.branch.displayed
    self.commit = drift.tip.hex
    self.time = drift.time.iso8601
  }
}
