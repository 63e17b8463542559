/// What waits in a repository, and for what.
package struct Standing: Hashable, Sendable {
  package var captures: Captures
  package var pushes: Pushes
  package var isWatched: Bool

  package init(captures: Captures, pushes: Pushes, isWatched: Bool) {
    self.captures = captures
    self.pushes = pushes
    self.isWatched = isWatched
  }

  package enum Captures: Hashable, Sendable {
    /// Nothing waits.
    case captured
    /// Goes when the files are quiet, from `until` on.
    case waiting(since: MonotonicTime, until: MonotonicTime)
    /// Other repositories are before it.
    case inLine
    case underWay(since: MonotonicTime)
    case paused
    case missing
    /// A rebase, merge or the like has stopped half-way.
    case busy
    case suspended(batteryPercent: Int)
    /// Goes at `until` at the latest.
    case delayedByLoad(until: MonotonicTime)
    case backingOff(until: MonotonicTime, CaptureTrouble)
  }

  package enum Pushes: Hashable, Sendable {
    /// There is no remote.
    case off
    case pushed
    case waiting(until: MonotonicTime)
    case underWay(since: MonotonicTime)
    /// Paused, missing, or amid a rebase.
    case held
    case suspended(batteryPercent: Int)
    /// The battery is low; goes at `until` at the latest.
    case deferred(until: MonotonicTime)
    case backingOff(until: MonotonicTime, PushTrouble)
  }
}
