/// What was observed.
///
/// Every order of events is accepted. Events of a repository that is not there are ignored.
package enum SchedulerEvent: Hashable, Sendable {
  case repositoryAdded(RepositoryNumber, Schedule, RepositoryFacts)
  case repositoryRemoved(RepositoryNumber)
  /// Intervals or limits differ; when what belongs in a capture differs too, `changesLost` follows.
  case scheduleChanged(RepositoryNumber, Schedule)
  case paused(RepositoryNumber)
  case resumed(RepositoryNumber)
  /// Its folder is gone, or is another repository.
  case missing(RepositoryNumber)
  case returned(RepositoryNumber)
  /// A rebase, merge or the like has stopped half-way.
  case busy(RepositoryNumber)
  case free(RepositoryNumber)

  case filesChanged(RepositoryNumber)
  /// Something may have changed and nobody knows what: the queue overflowed, ignores were edited.
  case changesLost(RepositoryNumber)
  case watchChanged(RepositoryNumber, isWatched: Bool)
  case headMoved(RepositoryNumber)
  /// Another machine says that it has something new.
  case announced(RepositoryNumber)
  /// The remote lacks a capture, whoever made it, or has lost one.
  case unpushed(RepositoryNumber)
  /// A person wants a capture, and with `pushes` a push after it; nil for all repositories.
  case asked(RepositoryNumber?, pushes: Bool)

  case captureFinished(RepositoryNumber, CaptureOutcome)
  case pushFinished(RepositoryNumber, PushOutcome)
  case radarFinished(RepositoryNumber, RadarOutcome)
  case maintenanceFinished(RepositoryNumber)

  /// Answers `readPower`; also welcome unasked.
  case powerRead(PowerState)
  /// Answers `readLoad`: what waits for a processor, per core, in hundredths.
  case loadRead(hundredthsPerCore: Int)

  /// Comes before any other event after the sleep, so that nothing is sent in a burst.
  case wokeFromSleep(after: Duration)
  /// Nothing here depends on the wall clock.
  case wallClockStepped
  case shuttingDown
  /// The time `Scheduler.deadline` told has come.
  case deadline
}
