/// A registered working tree, for as long as the daemon runs.
///
/// Given out in the order of registration, and never to another one.
package struct RepositoryNumber: Hashable, Comparable, Sendable {
  package let number: Int

  package init(_ number: Int) { self.number = number }

  package static func < (left: RepositoryNumber, right: RepositoryNumber) -> Bool {
    left.number < right.number
  }
}

/// What is so about a repository when it is added.
package struct RepositoryFacts: Hashable, Sendable {
  package var isPaused = false
  /// Its folder is not there, or is another repository.
  package var isMissing = false
  /// A rebase, merge or the like has stopped half-way.
  package var isBusy = false
  /// Whether the system tells of changed files; otherwise it is scanned every interval.
  package var isWatched = true
  package var hasUnpushedCapture = false
  /// nil when there was none yet, or nobody knows.
  package var ageOfLastPush: Duration?
  /// nil when there was none yet.
  package var ageOfLastMaintenance: Duration?

  package init() {}
}
