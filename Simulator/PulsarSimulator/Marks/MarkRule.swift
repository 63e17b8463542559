/// Facts of one node that, one after another, make up a situation.
///
/// Between two of them anything else may be, but for what breaks it off. What the remote does is a
/// fact of every node, unless it names one.
struct MarkRule: Sendable {
  let mark: Mark
  let steps: [Fact]
  /// With one of these the rule begins anew.
  let breakers: [Fact]

  init(_ mark: Mark, _ steps: Fact..., unless breakers: [Fact] = []) {
    self.mark = mark
    self.steps = steps
    self.breakers = breakers
  }

  /// A record of a kind, with all of some words and at least one of others.
  struct Fact: Sendable {
    let kind: TraceRecord.Kind
    var words: [String] = []
    var anyOf: [String] = []

    init(_ kind: TraceRecord.Kind, _ words: String..., anyOf: [String] = []) {
      self.kind = kind
      self.words = words
      self.anyOf = anyOf
    }

    init(told mark: Mark) {
      self.kind = .marked
      self.words = [mark.rawValue]
    }

    func isMet(by record: TraceRecord, words: [Substring]) -> Bool {
      guard record.kind == self.kind else { return false }
      if record.kind == .marked { return self.words == [record.detail] }
      return self.words.allSatisfy { words.contains($0[...]) }
        && (self.anyOf.isEmpty || self.anyOf.contains { words.contains($0[...]) })
    }
  }

  /// Goes on with one record.
  ///
  /// - Parameters:
  ///   - step: how many facts there were so far; how many there are now.
  ///   - record: the next of the node.
  ///   - words: those of its detail.
  /// - Returns: whether it was the last one.
  func advance(_ step: inout Int, with record: TraceRecord, words: [Substring]) -> Bool {
    if self.steps[step].isMet(by: record, words: words) {
      step += 1
      guard step == self.steps.count else { return false }
      // The last fact of one may be the first of the next.
      step = self.steps.count > 1 && self.steps[0].isMet(by: record, words: words) ? 1 : 0
      return true
    }
    if self.breakers.contains(where: { $0.isMet(by: record, words: words) }) {
      step = self.steps[0].isMet(by: record, words: words) ? 1 : 0
    }
    return false
  }
}
