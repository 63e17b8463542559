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
}
