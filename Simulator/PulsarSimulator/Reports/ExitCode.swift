/// How the program ends.
package enum ExitCode: Int32, CaseIterable, Hashable, Sendable {
  case ok = 0
  case usage = 1
  /// The program itself, or what it runs, crashed.
  case crash = 127
  /// Something that must happen did not: an invariant `V…`.
  case liveness = 128
  /// Something that must never happen did: an invariant `S…`.
  case safety = 129
  /// One seed ran twice and did not do the same.
  case nondeterminism = 130
  case plantedBugNotFound = 131

  /// Tells how a run ends in which an invariant broke.
  ///
  /// - Parameter invariant: its id; those that begin with `V` are of liveness.
  package init(broken invariant: String) {
    self = invariant.hasPrefix("V") ? .liveness : .safety
  }
}
