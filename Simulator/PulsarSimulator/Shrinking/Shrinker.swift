/// Makes a scenario that fails small: what is left fails in the same way.
///
/// It asks only whether a scenario fails, and how; the same answers give the same result.
package struct Shrinker {
  private let isOver: () -> Bool
  private let report: (Progress) -> Void

  package struct Progress: Hashable, Sendable {
    /// Events of the smallest scenario so far.
    package let eventsLeft: Int
    package let runs: Int
  }

  package struct Outcome: Hashable, Sendable {
    package let scenario: Scenario
    package let failure: FailureClass
    package let runs: Int
    /// False when the time was over before nothing more could be left out.
    package let isFinished: Bool
    /// Failures of other classes met on the way, each once, with the scenario that showed it.
    package let others: [Other]
  }

  package struct Other: Hashable, Sendable {
    package let failure: FailureClass
    package let scenario: Scenario
  }

  /// Takes how long it may go on.
  ///
  /// - Parameters:
  ///   - isOver: asked before every run; once true, it must stay so.
  ///   - report: told after every run.
  package init(
    isOver: @escaping () -> Bool = { false }, report: @escaping (Progress) -> Void = { _ in }
  ) {
    self.isOver = isOver
    self.report = report
  }

  /// Makes a scenario small.
  ///
  /// - Parameters:
  ///   - scenario: one that fails.
  ///   - failedAt: when it fails, counted from its start; nil: not known.
  ///   - fails: runs a scenario; nil: it does not fail.
  /// - Returns: the smallest scenario found; nil when the one given does not fail.
  package func shrink(
    _ scenario: Scenario, failedAt: SimulatedTime? = nil,
    fails: @escaping (Scenario) -> FailureClass?
  ) -> Outcome? {
    guard !self.isOver(), let failure = fails(scenario) else { return nil }
    let search = ShrinkingSearch(
      scenario: scenario, failure: failure, isOver: self.isOver, report: self.report, fails: fails)
    // A trait less makes every run after it simpler to understand.
    search.dropTraits()
    search.cut(after: failedAt)
    var before: Scenario?
    while before != search.best && !search.isStopped {
      before = search.best
      search.dropTraits()
      search.dropNodes()
      search.dropEvents()
      search.dropExpectations()
      search.shortenSpans()
      search.lowerOperations()
      search.roundTimes()
      search.shortenTexts()
      search.renameFiles()
    }
    return Outcome(
      scenario: search.best, failure: failure, runs: search.runs, isFinished: !search.isStopped,
      others: search.others)
  }
}
