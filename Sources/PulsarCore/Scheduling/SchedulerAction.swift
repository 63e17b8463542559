/// What to do now.
package enum SchedulerAction: Hashable, Sendable {
  /// Ends with `captureFinished`.
  case capture(RepositoryNumber, CaptureReason, CaptureScope, atLowPriority: Bool)
  /// Ends with `pushFinished`.
  case push(RepositoryNumber)
  /// Asks the remote what other machines have; ends with `radarFinished`.
  case radar(RepositoryNumber)
  /// Ends with `maintenanceFinished`.
  case maintain(RepositoryNumber)
  /// Is answered by `powerRead`; after 5 s without it, there are no limits.
  case readPower
  /// Is answered by `loadRead`; after 5 s without it, there are no limits.
  case readLoad
  /// What `status` shows from now on.
  case standing(RepositoryNumber, Standing)
  /// Tells the person; nil for the whole machine.
  case notify(Condition, RepositoryNumber?)
  /// The daemon ends; nothing follows.
  case stop
}

/// What a capture looks at.
package enum CaptureScope: Hashable, Sendable {
  /// The paths known to have changed since the previous capture, and those it left out.
  case changedPaths
  case everything
}

/// What is worth a person's attention.
package enum Condition: Hashable, Sendable {
  case capturesFail(CaptureTrouble)
  /// Refused for a reason that does not go away by itself.
  case pushesFail(PushTrouble)
  /// The remote was out of reach for a day while captures waited.
  case pushesOverdue
  /// The battery is so low that nothing is captured.
  case capturesSuspended
  /// Another machine is ahead, or it and this one went apart.
  case drift(Drift)
}
