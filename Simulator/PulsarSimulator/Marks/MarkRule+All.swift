extension MarkRule {
  /// Every situation that the records of one node and of the remote show.
  static let all: [MarkRule] =
    Self.captures + Self.surroundings + Self.crashes + Self.pushes + Self.looks + Self.handoffs

  private static let captured = Fact(.captured)
  private static let pushed = Fact(.pushed)
  private typealias Words = TraceWords

  private static func beside(_ mark: Mark, _ word: String...) -> MarkRule {
    MarkRule(mark, Fact(.git, Words.beside, anyOf: word), Self.captured, unless: [Fact(.crashed)])
  }

  private static let captures: [MarkRule] = [
    Self.beside(.besideGarbageCollection, "gc", "repack", "prune"),
    Self.beside(.besideCommit, "commit"),
    Self.beside(.besideStash, "stash"),
    Self.beside(.besideSwitch, "switch"),
    Self.beside(.besideReset, "reset"),
    Self.beside(.besideClean, "clean"),
    MarkRule(
      .waitedForRebase, Fact(.git, "rebase", Words.stopped), Fact(.captureFailed, Words.underWay),
      Fact(.git, "rebase", anyOf: [Words.abort, "--continue", "--skip"]), Self.captured,
      unless: [Self.captured]),
    MarkRule(
      .waitedForMerge, Fact(.git, "merge", Words.stopped), Fact(.captureFailed, Words.underWay),
      Fact(.git, anyOf: [Words.abort, "--continue", "commit"]), Self.captured,
      unless: [Self.captured]),
    MarkRule(.nowMetRebase, Fact(.verb, "now", Words.underWay)),
    MarkRule(.firstOnBranch, Fact(.captured, Words.first)),
    MarkRule(.capturedStaged, Fact(.captured, Words.staged)),
    MarkRule(.capturedAfterAmend, Fact(.git, "commit", "--amend"), Self.captured),
    MarkRule(.capturedAfterReset, Fact(.git, "reset", "--hard"), Self.captured),
    MarkRule(.capturedAfterStashPop, Fact(.git, "stash", "pop"), Self.captured),
    MarkRule(
      .diskFullThenCaptured, Fact(.captureFailed, Words.diskFull), Self.captured),
    MarkRule(.diskFailingThenCaptured, Fact(.captureFailed, Words.diskFailing), Self.captured),
    MarkRule(.diskReadOnlyThenCaptured, Fact(.captureFailed, Words.diskReadOnly), Self.captured),
    MarkRule(.diskDeniedThenCaptured, Fact(.captureFailed, Words.diskDenied), Self.captured),
    MarkRule(.fileErrorThenCaptured, Fact(.fileError), Self.captured),
    MarkRule(.capturedAtShutdown, Fact(.captured, Words.shutdown)),
    MarkRule(.capturedOnDemand, Fact(.captured, Words.now)),
    MarkRule(.capturedBeforeSync, Fact(.captured, Words.beforeSync)),
    MarkRule(.capturedBeforeRestore, Fact(.captured, Words.beforeRestore)),
    MarkRule(.capturedBeforeFinalize, Fact(.captured, Words.beforeFinalize)),
    MarkRule(.capturedBeforeUndo, Fact(.captured, Words.beforeUndo)),
  ]

  private static let surroundings: [MarkRule] = [
    MarkRule(.clockBack, Self.captured, Fact(.clock, Words.back), Self.captured),
    MarkRule(.clockForward, Self.captured, Fact(.clock, Words.forward), Self.captured),
    MarkRule(
      .sleptThroughOutage, Fact(.asleep), Fact(.faultBegan, ActKind.down.rawValue),
      Fact(.faultEnded, ActKind.down.rawValue), Fact(.awake), unless: [Fact(.awake)]),
    MarkRule(
      .chargedThenCaptured, Fact(told: .allSuspended), Fact(.power, Words.mains), Self.captured,
      unless: [Self.captured]),
    MarkRule(
      .chargedThenPushed, Fact(told: .pushesDeferred), Fact(.power, Words.mains), Self.pushed,
      unless: [Self.pushed]),
  ]

  private static func crash(_ points: [ScenarioPoint]) -> Fact {
    Fact(.crashed, anyOf: points.map(\.rawValue))
  }

  private static let crashes: [MarkRule] = [
    MarkRule(.crashBeforeCommit, Self.crash(BarrierPoints.beforeCommit)),
    MarkRule(.crashBeforeRef, Self.crash(BarrierPoints.beforeRef)),
    MarkRule(.crashBeforeConfirmed, Self.crash(BarrierPoints.beforeConfirmed)),
    MarkRule(.crashBeforePush, Self.crash(BarrierPoints.beforePush)),
    MarkRule(.crashBeforeNote, Self.crash(BarrierPoints.beforeNote)),
    MarkRule(
      .crashThenCaptured, Self.crash(BarrierPoints.capture), Fact(.daemonStarted), Self.captured),
    MarkRule(.crashThenPushed, Self.crash(BarrierPoints.push), Fact(.daemonStarted), Self.pushed),
    MarkRule(
      .crashAtOperationThenCaptured, Fact(.crashed, anyOf: Words.operations), Fact(.daemonStarted),
      Self.captured),
    MarkRule(
      .killedThenCaptured, Fact(.crashed, Words.kill), Fact(.daemonStarted), Self.captured),
  ]

  private static let pushes: [MarkRule] = [
    MarkRule(.refusedThenAccepted, Fact(.pushFailed, Words.refused), Self.pushed),
    MarkRule(.unreachableThenPushed, Fact(.pushFailed, Words.unreachable), Self.pushed),
    MarkRule(.fileErrorThenPushed, Fact(.pushFailed, Words.fileError), Self.pushed),
    MarkRule(.answerLost, Fact(.pushed, Words.foundArrived)),
    MarkRule(
      .failedOftenThenPushed, Fact(.pushFailed), Fact(.pushFailed), Fact(.pushFailed), Self.pushed,
      unless: [Self.pushed]),
    MarkRule(
      .pushedSlowly, Fact(.faultBegan, ActKind.slow.rawValue), Self.pushed,
      unless: [Fact(.faultEnded, ActKind.slow.rawValue)]),
    MarkRule(
      .manyInOnePush, Self.captured, Self.captured, Self.captured, Self.pushed,
      unless: [Self.pushed]),
    MarkRule(.recreated, Fact(.remoteMoved, Words.recreated), Self.pushed),
    MarkRule(.deletedThenPushed, Fact(.remoteMoved, Words.deleted), Self.pushed),
    MarkRule(.rewoundThenPushed, Fact(.remoteMoved, Words.rewound), Self.pushed),
    MarkRule(.collectedThenPushed, Fact(.remoteMoved, Words.collected), Self.pushed),
  ]

  private static let looks: [MarkRule] = [
    MarkRule(.driftAhead, Fact(.drift, Words.ahead)),
    MarkRule(.driftApart, Fact(.drift, Words.apart)),
    MarkRule(
      .driftGone, Fact(.drift, anyOf: [Words.ahead, Words.apart]), Fact(.drift, Words.gone)),
    MarkRule(.lookedInVain, Fact(.looked, Words.unreachable)),
  ]

  private static func handoff(_ mark: Mark, _ verb: String, _ word: String) -> MarkRule {
    MarkRule(mark, Fact(.handoff, verb, word))
  }

  private static func death(_ mark: Mark, _ verb: String) -> MarkRule {
    MarkRule(mark, Fact(.handoff, verb, Words.died), Self.captured)
  }

  private static let handoffs: [MarkRule] = [
    Self.handoff(.syncTook, Words.sync, Words.took),
    Self.handoff(.syncMerged, Words.sync, Words.merged),
    Self.handoff(.syncConflict, Words.sync, Words.conflict),
    Self.handoff(.syncMarkers, Words.sync, Words.markers),
    Self.handoff(.syncFastForward, Words.sync, Words.fastForward),
    Self.handoff(.syncNothing, Words.sync, Words.nothing),
    Self.handoff(.syncUnreachable, Words.sync, Words.unreachable),
    Self.handoff(.syncMetRebase, Words.sync, Words.underWay),
    Self.handoff(.undoSync, Words.undo, Words.tookBack(Words.sync)),
    Self.handoff(.undoRestore, Words.undo, Words.tookBack(Words.restore)),
    Self.handoff(.undoFinalize, Words.undo, Words.tookBack(Words.finalize)),
    Self.handoff(.undoUndo, Words.undo, Words.tookBack(Words.undo)),
    Self.handoff(.undoNothing, Words.undo, Words.nothing),
    Self.handoff(.finalizeTwo, Words.finalize, Words.machines(2)),
    Self.handoff(.finalizeConflict, Words.finalize, Words.conflict),
    Self.handoff(.finalizeOnto, Words.finalize, Words.onto),
    Self.handoff(.finalizeNothing, Words.finalize, Words.nothing),
    Self.handoff(.restoredFromAnother, Words.restore, Words.fromAnother),
    Self.death(.syncDied, Words.sync),
    Self.death(.undoDied, Words.undo),
    Self.death(.finalizeDied, Words.finalize),
    Self.death(.restoreDied, Words.restore),
  ]
}
