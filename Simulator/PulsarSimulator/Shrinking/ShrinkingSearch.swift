/// One search for a smaller scenario: the best so far, and what was tried.
final class ShrinkingSearch {
  private(set) var best: Scenario
  private(set) var runs = 1
  private(set) var others: [Shrinker.Other] = []
  /// Whether a run was left out because the time was over.
  private(set) var isStopped = false
  private let failure: FailureClass
  private let isOver: () -> Bool
  private let report: (Shrinker.Progress) -> Void
  private let fails: (Scenario) -> FailureClass?
  /// Small scenarios that were tried and did not fail in the same way.
  private var refused: Set<Scenario> = []

  /// Scenarios with more events are not remembered: they would fill memory, and rarely come back.
  private static let mostEventsRemembered = 256

  /// Takes a scenario that was run once, and how it failed.
  init(
    scenario: Scenario, failure: FailureClass, isOver: @escaping () -> Bool,
    report: @escaping (Shrinker.Progress) -> Void, fails: @escaping (Scenario) -> FailureClass?
  ) {
    self.best = scenario
    self.failure = failure
    self.isOver = isOver
    self.report = report
    self.fails = fails
    report(Shrinker.Progress(eventsLeft: scenario.events.count, runs: 1))
  }

  /// Takes a scenario in place of the best one when it fails in the same way.
  ///
  /// - Parameter change: what to do to a copy of the best.
  /// - Returns: whether it was taken; false also when the change changes nothing.
  @discardableResult func take(_ change: (inout Scenario) -> Void) -> Bool {
    var candidate = self.best
    change(&candidate)
    guard candidate != self.best, !self.refused.contains(candidate) else { return false }
    if self.isStopped || self.isOver() {
      self.isStopped = true
      return false
    }
    let result = self.fails(candidate)
    self.runs += 1
    let isTaken = result == self.failure
    if isTaken {
      self.best = candidate
    } else {
      if candidate.events.count <= Self.mostEventsRemembered { self.refused.insert(candidate) }
      if let result, !self.others.contains(where: { $0.failure == result }) {
        self.others.append(Shrinker.Other(failure: result, scenario: candidate))
      }
    }
    self.report(Shrinker.Progress(eventsLeft: self.best.events.count, runs: self.runs))
    return isTaken
  }

  /// Drops as many of some things as can be dropped, in pieces that become smaller: all, a half,
  /// a quarter, down to one.
  ///
  /// - Parameters:
  ///   - count: how many there are.
  ///   - keep: makes the scenario have only those, by index.
  /// Source: Zeller and Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", 2002.
  func dropPieces(of count: Int, keep: (inout Scenario, [Int]) -> Void) {
    var left = Array(0..<count)
    var size = count
    while size >= 1 {
      var start = 0
      while start < left.count {
        let candidate = Array(left[..<start]) + left[min(start + size, left.count)...]
        if self.take({ keep(&$0, candidate) }) {
          left = candidate
        } else {
          start += size
        }
      }
      size /= 2
    }
  }
}
