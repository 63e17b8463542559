package import PulsarCore

/// The continuous clock: counts sleep, knows no steps.
package protocol ContinuousTimeSource {
  func continuousTime() -> MonotonicTime
}

/// What the scheduler's decisions are performed through.
///
/// A long effect returns nil at once, and its end is told to the loop later; others may begin
/// meanwhile. Whatever goes wrong in an effect is an outcome.
package protocol DaemonEffects: AnyObject {
  /// Begins a capture.
  ///
  /// - Parameter task: what to capture.
  /// - Returns: the end, if it has come already.
  func capture(_ task: CaptureTask) -> CaptureEnd?

  /// Begins a push of what is captured.
  func push(_ number: RepositoryNumber) -> PushOutcome?

  /// Begins to ask the remote what other machines have.
  func radar(_ number: RepositoryNumber) -> RadarOutcome?

  /// Begins to tidy up: what nobody needs any more.
  ///
  /// - Returns: whether it has ended already.
  func maintain(_ number: RepositoryNumber) -> Bool

  func readPower() -> PowerState

  /// What waits for a processor, per core, in hundredths; 0 when nobody can tell.
  func readLoad() -> Int

  /// Makes known what waits in a repository, for `status`.
  func show(_ standing: Standing, of number: RepositoryNumber)

  /// Tells the person; nil for the whole machine.
  func notify(_ condition: Condition, about number: RepositoryNumber?)
}

/// One capture that the scheduler decided on.
package struct CaptureTask: Hashable, Sendable {
  package let number: RepositoryNumber
  package let reason: CaptureReason
  /// Known to have changed since the previous capture, ascending; nil for a full scan.
  package let paths: [GitPath]?
  package let isAtLowPriority: Bool

  package init(
    number: RepositoryNumber, reason: CaptureReason, paths: [GitPath]?, isAtLowPriority: Bool
  ) {
    self.number = number
    self.reason = reason
    self.paths = paths
    self.isAtLowPriority = isAtLowPriority
  }
}

/// What a capture came to.
package struct CaptureEnd: Hashable, Sendable {
  package let outcome: CaptureOutcome
  /// Paths that it left at their last captured state; looked at again by the next capture.
  package let leftOut: [GitPath]

  package init(_ outcome: CaptureOutcome, leftOut: [GitPath] = []) {
    self.outcome = outcome
    self.leftOut = leftOut
  }
}
