/// Finds the situations that several nodes make together, or that something not happening makes.
struct CrossingMarks: Sendable {
  static let all: [Mark] = [
    .wokeAndCapturedOnce, .capturedTogether, .twoCut, .healedInOtherOrder, .thereAndBack,
  ]

  /// After waking, a node that captures again this soon has not captured once.
  private static let soon = SimulatedTime.minutes(1)

  private var lastCapture: (node: String, at: SimulatedTime)?
  /// Nodes that woke and have not captured since.
  private var awoken: [String] = []
  /// Nodes that captured once since they woke.
  private var capturedOnce: [(node: String, at: SimulatedTime)] = []
  /// Nodes whose line is cut, in the order of the cuts.
  private var cut: [String] = []
  /// The three nodes that took work over last, newest last; never one twice in a row.
  private var takers: [String] = []

  /// - Returns: what this record completes, in the order of `all`.
  mutating func handle(_ record: TraceRecord, words: [Substring]) -> [Mark] {
    let settled = self.capturedOnce.contains { $0.at + Self.soon < record.at }
    self.capturedOnce.removeAll { $0.at + Self.soon < record.at }
    var marks: [Mark] = settled ? [.wokeAndCapturedOnce] : []
    switch record.kind {
    case .captured: marks += self.captured(record)
    case .asleep: self.forget(record.actor)
    case .awake:
      self.forget(record.actor)
      self.awoken.append(record.actor)
    case .faultBegan where words.contains(ActKind.cut.rawValue[...]):
      self.cut.append(record.actor)
      if self.cut.count == 2 { marks.append(.twoCut) }
    case .faultEnded where words.contains(ActKind.cut.rawValue[...]):
      if self.cut.contains(record.actor), self.cut.first != record.actor {
        marks.append(.healedInOtherOrder)
      }
      self.cut.removeAll { $0 == record.actor }
    case .handoff where Self.isTaking(words):
      guard self.takers.last != record.actor else { break }
      self.takers = self.takers.suffix(2) + [record.actor]
      if self.takers.count == 3, self.takers[0] == record.actor { marks.append(.thereAndBack) }
    default: break
    }
    return marks
  }

  private mutating func captured(_ record: TraceRecord) -> [Mark] {
    var marks: [Mark] = []
    // A second one: not once.
    self.capturedOnce.removeAll { $0.node == record.actor }
    if self.awoken.contains(record.actor) {
      self.awoken.removeAll { $0 == record.actor }
      self.capturedOnce.append((record.actor, record.at))
    }
    if let last = self.lastCapture, last.node != record.actor, record.at <= last.at + Self.soon {
      marks.append(.capturedTogether)
    }
    self.lastCapture = (record.actor, record.at)
    return marks
  }

  private mutating func forget(_ node: String) {
    self.awoken.removeAll { $0 == node }
    self.capturedOnce.removeAll { $0.node == node }
  }

  private static func isTaking(_ words: [Substring]) -> Bool {
    words.contains(TraceWords.sync[...])
      && [TraceWords.took, TraceWords.merged].contains { words.contains($0[...]) }
  }
}
