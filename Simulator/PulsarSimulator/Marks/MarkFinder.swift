/// Tells, from the records of one run as they come, which situations they complete.
package struct MarkFinder: Sendable {
  /// Of one node: how many facts of each rule there were, in the order of the rules.
  private var steps: [String: [Int]] = [:]
  /// In the order in which they first appeared.
  private var nodes: [String] = []
  private var crossing = CrossingMarks()
  /// What it does is a fact of every node, unless it names one.
  private let remote: String

  private static let none = MarkRule.all.map { _ in 0 }

  package init(remote: String = Universe.remote) { self.remote = remote }

  /// Takes the next record of the run.
  ///
  /// Records of marks complete nothing by themselves, so what is found here may be recorded too.
  ///
  /// - Returns: the marks that it completes, one for each node that met it; mostly none.
  package mutating func handle(_ record: TraceRecord) -> [Mark] {
    let words = record.detail.split(separator: " ")
    var marks: [Mark] = []
    for node in self.subjects(of: record, words: words) {
      var steps = self.steps[node, default: Self.none]
      for (number, rule) in MarkRule.all.enumerated()
      where rule.advance(&steps[number], with: record, words: words) {
        marks.append(rule.mark)
      }
      self.steps[node] = steps
    }
    return marks + self.crossing.handle(record, words: words)
  }

  private mutating func subjects(of record: TraceRecord, words: [Substring]) -> [String] {
    if record.actor != self.remote {
      if self.steps[record.actor] == nil {
        self.nodes.append(record.actor)
        self.steps[record.actor] = Self.none
      }
      return [record.actor]
    }
    guard record.kind == .remoteMoved, words.count > 1 else { return self.nodes }
    return self.nodes.filter { $0 == words[1] }
  }
}
