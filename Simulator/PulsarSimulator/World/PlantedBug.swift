/// A mistake that can be switched on, to see that it is found: made at the ports, where the world meets
/// the system.
package enum PlantedBug: String, CaseIterable, Hashable, Sendable {
  /// A capture is acknowledged, and the process had died before its ref moved.
  case acknowledgesBeforeTheRef = "acknowledges-before-the-ref"
  /// A push is acknowledged that was never made.
  case acknowledgesPushUnseen = "acknowledges-push-unseen"
  /// A push overwrites whatever another machine has.
  case overwritesOthers = "overwrites-others"
  /// A capture stages what it found in the user's index.
  case stagesInTheUsersIndex = "stages-in-the-users-index"
  /// A capture tidies a file of the user's away.
  case removesAFile = "removes-a-file"
  /// Intervals are counted by the wall clock.
  case countsByTheWallClock = "counts-by-the-wall-clock"
  /// The radar takes this machine's own stream for another's.
  case takesItselfForAnother = "takes-itself-for-another"
  /// A daemon that died leaves the user's index locked.
  case leavesALock = "leaves-a-lock"
  /// A capture goes on from the one before the last.
  case forgetsTheLastCapture = "forgets-the-last-capture"
  /// Old streams are dropped, and what is old is told by the wall clock.
  case prunesByTheWallClock = "prunes-by-the-wall-clock"
  /// The watch does not tell of files that are gone.
  case missesDeletions = "misses-deletions"
  /// A rebase that is over is not noticed.
  case waitsForever = "waits-forever"
  /// Nothing is captured after a sleep until a file changes.
  case sleepsOn = "sleeps-on"
  /// A capture moves a branch of the user's.
  case movesAForeignRef = "moves-a-foreign-ref"
  /// Maintenance drops streams that nobody has pushed yet.
  case prunesWhatIsNotPushed = "prunes-what-is-not-pushed"
  /// After a crash no capture is made any more.
  case staysDownAfterACrash = "stays-down-after-a-crash"
  /// A capture is put on another machine's stream, too.
  case writesAnothersStream = "writes-anothers-stream"
  /// Captures are made four times as often as the settings have it.
  case capturesTooOften = "captures-too-often"
  /// Pushes are made four times as often as the settings have it.
  case pushesTooOften = "pushes-too-often"
  /// Each capture leaves a file behind.
  case leavesLitter = "leaves-litter"
  /// Files that are ignored are captured.
  case capturesIgnoredFiles = "captures-ignored-files"
  /// Captures are pushed to a second place.
  case pushesElsewhere = "pushes-elsewhere"
  /// The radar does not look.
  case hidesDrift = "hides-drift"
  /// A handoff writes over a file before it is captured.
  case overwritesWork = "overwrites-work"
  /// What is told as durable was never synced.
  case syncsNothing = "syncs-nothing"
  /// A handoff leaves out one of the files.
  case syncsHalf = "syncs-half"
  /// A handoff takes a file away that is ignored.
  case deletesIgnoredFiles = "deletes-ignored-files"
  /// A capture of known paths forgets what is staged.
  case forgetsWhatIsStaged = "forgets-what-is-staged"
  /// An undo leaves nothing staged.
  case undoesHalf = "undoes-half"
  /// A finalize leaves out a file that another machine has.
  case finalizesHalf = "finalizes-half"
  /// A restore makes a program of a file, or the reverse.
  case restoresTheWrongMode = "restores-the-wrong-mode"
  /// A handoff that met a conflict leaves marks of it.
  case leavesMarks = "leaves-marks"
  /// A capture leaves out a file that is on disk, and nobody is told.
  case leavesOutSilently = "leaves-out-silently"
  /// Captures are made half as often as the settings have it.
  case capturesLate = "captures-late"
  /// Pushes are made half as often as the settings have it.
  case pushesLate = "pushes-late"
  /// What the settings say of the battery is not heeded.
  case ignoresTheBattery = "ignores-the-battery"
  /// Captures are dated by the wall clock, whatever they go on from.
  case datesByTheWallClock = "dates-by-the-wall-clock"
  /// The radar tells of everything each time it looks.
  case tellsNewsTwice = "tells-news-twice"
  /// Nobody is told of what the radar has found.
  case tellsNoNews = "tells-no-news"

  // A capture says what git on its machine says of what a session brought, and not what was brought.
  /// Of a file that is ignored there.
  case dropsIgnoredThere = "drops-ignored-there"
  /// Of a deletion that a sparse check-out hides.
  case revertsSparseDeletions = "reverts-sparse-deletions"
  /// Of what is a program, where files have no modes, or a link, where there are none.
  case revertsModes = "reverts-modes"
  /// Of a submodule that is not checked out.
  case revertsSubmodules = "reverts-submodules"
  /// Of line ends that git turns there.
  case revertsLineEnds = "reverts-line-ends"

  /// Those that random runs can find: in those, no machine loses power.
  package static let findable = Self.allCases.filter { $0 != .syncsNothing }
}
