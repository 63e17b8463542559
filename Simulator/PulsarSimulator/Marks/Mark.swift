/// A situation that a run can meet, and that all runs together must, or they prove less than they
/// seem to.
///
/// The raw value is the sentence of `expect sometimes "…"`.
package enum Mark: String, CaseIterable, Hashable, Sendable {
  // Captures, and what people do meanwhile.
  case besideGarbageCollection = "capture beside a user's gc"
  case besideCommit = "capture beside a user's commit"
  case besideStash = "capture beside a user's stash"
  case besideSwitch = "capture beside a user's switch"
  case besideReset = "capture beside a user's reset"
  case besideClean = "capture beside a user's clean"
  case waitedForRebase = "capture waited for a rebase"
  case waitedForMerge = "capture waited for a merge"
  case nowMetRebase = "now was refused while git was half-way"
  case firstOnBranch = "first capture of a branch"
  case capturedStaged = "capture kept what was staged"
  case capturedAfterAmend = "capture after an amend"
  case capturedAfterReset = "capture after commits were reset away"
  case capturedAfterStashPop = "capture after a stash came back"
  case diskFullThenCaptured = "disk full and captured afterwards"
  case diskFailingThenCaptured = "disk failing and captured afterwards"
  case diskReadOnlyThenCaptured = "disk read-only and captured afterwards"
  case diskDeniedThenCaptured = "disk denied and captured afterwards"
  case fileErrorThenCaptured = "one file operation failed, and captured all the same"
  case capturedAtShutdown = "captured at shutdown"
  case capturedOnDemand = "captured because somebody said now"
  case capturedBeforeSync = "captured before a sync"
  case capturedBeforeRestore = "captured before a restore"
  case capturedBeforeFinalize = "captured before a finalize"
  case capturedBeforeUndo = "captured before an undo"
  case capturedTogether = "two machines captured within a minute"
  case delayedByLoad = "capture delayed by load"

  // Time and power.
  case clockBack = "clock set back between captures"
  case clockForward = "clock set forward between captures"
  case wokeAndCapturedOnce = "woke and captured once"
  case sleptThroughOutage = "slept through an outage"
  case allSuspended = "all suspended on empty battery"
  case pushesDeferred = "pushes deferred on battery"
  case chargedThenCaptured = "charged and captured what was suspended"
  case chargedThenPushed = "charged and pushed what was deferred"

  // Crashes.
  case crashBeforeCommit = "crash before anything was committed"
  case crashBeforeRef = "crash after the commit and before the ref"
  case crashBeforeConfirmed = "crash after the ref and before it was confirmed"
  case crashBeforePush = "crash before the push"
  case crashBeforeNote = "crash after the push and before its note"
  case crashThenCaptured = "crash and captured again without help"
  case crashThenPushed = "crash amid a push and pushed again"
  case crashAtOperationThenCaptured = "crash at a file operation and captured again without help"
  case killedThenCaptured = "killed and captured again"
  case sweptLitter = "litter of a crash was swept"

  // Pushes.
  case refusedThenAccepted = "push refused then accepted"
  case unreachableThenPushed = "remote out of reach then pushed"
  case fileErrorThenPushed = "one file operation failed a push, and pushed afterwards"
  case answerLost = "answer lost and push found arrived"
  case failedOftenThenPushed = "push failed three times then arrived"
  case pushedSlowly = "push went over a slow line"
  case manyInOnePush = "several captures went in one push"
  case recreated = "remote recreated and filled again"
  case deletedThenPushed = "stream deleted on the remote and pushed again"
  case rewoundThenPushed = "stream rewound on the remote and pushed again"
  case collectedThenPushed = "remote collected garbage and took a push"
  case twoCut = "two machines cut at once"
  case healedInOtherOrder = "lines healed in another order than they were cut"

  // Radar.
  case driftAhead = "radar told of drift"
  case driftApart = "radar told that both went apart"
  case driftGone = "drift went away"
  case lookedInVain = "radar could not reach the remote"

  // Sync.
  case syncTook = "sync took another machine's work over"
  case syncMerged = "sync merged both sides"
  case syncConflict = "sync met a conflict"
  case syncMarkers = "sync wrote conflict markers"
  case syncFastForward = "sync fast-forwarded the branch"
  case syncNothing = "sync found nothing to take over"
  case syncUnreachable = "sync could not reach the remote"
  case syncMetRebase = "sync was refused while git was half-way"
  case thereAndBack = "work went to another machine and back"

  // Undo, finalize, restore.
  case undoSync = "undo took a sync back"
  case undoRestore = "undo took a restore back"
  case undoFinalize = "undo took a finalize back"
  case undoUndo = "undo took an undo back"
  case undoNothing = "undo found nothing"
  case syncDied = "sync died half-way and a capture followed"
  case undoDied = "undo died half-way and a capture followed"
  case finalizeDied = "finalize died half-way and a capture followed"
  case restoreDied = "restore died half-way and a capture followed"
  case halfWayFinished = "what a verb that died had left was finished or taken back"
  case finalizeTwo = "finalize squashed two machines"
  case finalizeConflict = "finalize met a conflict"
  case finalizeOnto = "finalize put a branch onto another"
  case finalizeNothing = "finalize found nothing to do"
  case restoredFromAnother = "restore brought another machine's file"

  /// Records do not show it: who sees it happen has to say it.
  package var isTold: Bool {
    !CrossingMarks.all.contains(self) && !MarkRule.all.contains { $0.mark == self }
  }
}
