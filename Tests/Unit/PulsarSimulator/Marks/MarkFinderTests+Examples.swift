@testable import PulsarSimulator

/// One line a record: seconds, actor, kind, detail. The last one completes the mark.
extension MarkFinderTests {
  struct Example: Sendable {
    let mark: Mark
    let lines: [String]

    init(_ mark: Mark, _ lines: String...) {
      self.mark = mark
      self.lines = lines
    }
  }

  static let examples: [Example] =
    Self.captures + Self.surroundings + Self.crashes + Self.pushes + Self.handoffs

  private static let captures: [Example] = [
    Example(
      .besideGarbageCollection, "1 desk git gc --prune=now beside", "2 desk captured change"),
    Example(.besideCommit, "1 desk git commit -am x beside", "2 desk captured change"),
    Example(.besideStash, "1 desk git stash beside", "2 desk captured change"),
    Example(.besideSwitch, "1 desk git switch main beside", "2 desk captured change"),
    Example(.besideReset, "1 desk git reset --hard HEAD~1 beside", "2 desk captured change"),
    Example(.besideClean, "1 desk git clean -fd beside", "2 desk captured change"),
    Example(
      .waitedForRebase, "1 desk git rebase main stopped", "2 desk capture-failed under-way",
      "3 desk git rebase --abort", "4 desk captured change"),
    Example(
      .waitedForMerge, "1 desk git merge --no-edit topic stopped",
      "2 desk capture-failed under-way", "3 desk git merge --abort", "4 desk captured change"),
    Example(.nowMetRebase, "1 desk verb now under-way"),
    Example(.firstOnBranch, "1 desk captured change first"),
    Example(.capturedStaged, "1 desk captured change staged"),
    Example(.capturedAfterAmend, "1 desk git commit --amend --no-edit", "2 desk captured change"),
    Example(.capturedAfterReset, "1 desk git reset --hard HEAD~1", "2 desk captured change"),
    Example(.capturedAfterStashPop, "1 desk git stash pop", "2 desk captured change"),
    Example(.diskFullThenCaptured, "1 desk capture-failed disk-full", "2 desk captured interval"),
    Example(
      .diskFailingThenCaptured, "1 desk capture-failed disk-failing lasting",
      "2 desk captured interval"),
    Example(
      .diskReadOnlyThenCaptured, "1 desk capture-failed disk-read-only lasting",
      "2 desk captured interval"),
    Example(
      .diskDeniedThenCaptured, "1 desk capture-failed disk-denied lasting",
      "2 desk captured interval"),
    Example(
      .fileErrorThenCaptured, "1 desk file-error capture.fs[3] rename EIO",
      "2 desk captured interval"),
    Example(.capturedAtShutdown, "1 desk captured shutdown"),
    Example(.capturedOnDemand, "1 desk captured now"),
    Example(.capturedBeforeSync, "1 desk captured before-sync"),
    Example(.capturedBeforeRestore, "1 desk captured before-restore"),
    Example(.capturedBeforeFinalize, "1 desk captured before-finalize"),
    Example(.capturedBeforeUndo, "1 desk captured before-undo"),
    Example(.capturedTogether, "1 desk captured change", "61 laptop captured change"),
  ]

  private static let surroundings: [Example] = [
    Example(
      .clockBack, "1 desk captured change", "2 desk clock back 1h", "3 desk captured change"),
    Example(
      .clockForward, "1 desk captured change", "2 desk clock forward 1h", "3 desk captured change"),
    Example(
      .wokeAndCapturedOnce, "1 desk asleep", "2 desk awake", "3 desk captured change",
      "64 laptop edit"),
    Example(
      .sleptThroughOutage, "1 desk asleep", "2 origin fault-began down",
      "3 origin fault-ended down", "4 desk awake"),
    Example(
      .chargedThenCaptured, "1 desk marked all suspended on empty battery", "2 desk power mains",
      "3 desk captured change"),
    Example(
      .chargedThenPushed, "1 desk marked pushes deferred on battery", "2 desk power mains",
      "3 desk pushed"),
  ]

  private static let crashes: [Example] = [
    Example(.crashBeforeCommit, "1 desk crashed capture.after-tree"),
    Example(.crashBeforeRef, "1 desk crashed capture.after-objects-durable"),
    Example(.crashBeforeConfirmed, "1 desk crashed capture.after-ref"),
    Example(.crashBeforePush, "1 desk crashed push.before-push"),
    Example(.crashBeforeNote, "1 desk crashed push.after-push"),
    Example(
      .crashThenCaptured, "1 desk crashed capture.after-ref", "2 desk daemon-started",
      "3 desk captured interval"),
    Example(
      .crashThenPushed, "1 desk crashed push.after-push", "2 desk daemon-started", "3 desk pushed"),
    Example(
      .crashAtOperationThenCaptured, "1 desk crashed at capture.fs[17] rename",
      "2 desk daemon-started", "3 desk captured interval"),
    Example(
      .killedThenCaptured, "1 desk crashed kill", "2 desk daemon-started",
      "3 desk captured interval"),
  ]

  private static let pushes: [Example] = [
    Example(.refusedThenAccepted, "1 desk push-failed refused", "2 desk pushed"),
    Example(.unreachableThenPushed, "1 desk push-failed unreachable", "2 desk pushed"),
    Example(.fileErrorThenPushed, "1 desk push-failed other file-error", "2 desk pushed"),
    Example(.answerLost, "1 desk pushed found-arrived"),
    Example(
      .failedOftenThenPushed, "1 desk push-failed refused", "2 desk push-failed unreachable",
      "3 desk push-failed moved", "4 desk pushed"),
    Example(
      .pushedSlowly, "1 desk edit", "2 origin fault-began slow", "3 desk pushed"),
    Example(
      .manyInOnePush, "1 desk captured change", "2 desk captured change", "3 desk captured change",
      "4 desk pushed"),
    Example(.recreated, "1 desk edit", "2 origin remote-moved recreated", "3 desk pushed"),
    Example(
      .deletedThenPushed, "1 desk edit", "2 origin remote-moved deleted desk", "3 desk pushed"),
    Example(
      .rewoundThenPushed, "1 desk edit", "2 origin remote-moved rewound desk", "3 desk pushed"),
    Example(
      .collectedThenPushed, "1 desk edit", "2 origin remote-moved collected", "3 desk pushed"),
    Example(.twoCut, "1 desk fault-began cut", "2 laptop fault-began cut"),
    Example(
      .healedInOtherOrder, "1 desk fault-began cut", "2 laptop fault-began cut",
      "3 laptop fault-ended cut"),
    Example(.driftAhead, "1 desk drift ahead laptop"),
    Example(.driftApart, "1 desk drift apart laptop"),
    Example(.driftGone, "1 desk drift apart laptop", "2 desk drift gone"),
    Example(.lookedInVain, "1 desk looked unreachable"),
  ]

  private static let handoffs: [Example] = [
    Example(.syncTook, "1 desk handoff sync took"),
    Example(.syncMerged, "1 desk handoff sync merged"),
    Example(.syncConflict, "1 desk handoff sync conflict"),
    Example(.syncMarkers, "1 desk handoff sync markers"),
    Example(.syncFastForward, "1 desk handoff sync fast-forward"),
    Example(.syncNothing, "1 desk handoff sync nothing"),
    Example(.syncUnreachable, "1 desk handoff sync unreachable"),
    Example(.syncMetRebase, "1 desk handoff sync under-way"),
    Example(
      .thereAndBack, "1 desk handoff sync took", "2 laptop handoff sync merged",
      "3 desk handoff sync took"),
    Example(.undoSync, "1 desk handoff undo took-back:sync"),
    Example(.undoRestore, "1 desk handoff undo took-back:restore"),
    Example(.undoFinalize, "1 desk handoff undo took-back:finalize"),
    Example(.undoUndo, "1 desk handoff undo took-back:undo"),
    Example(.undoNothing, "1 desk handoff undo nothing"),
    Example(.syncDied, "1 desk handoff sync died", "2 desk captured change"),
    Example(.undoDied, "1 desk handoff undo died", "2 desk captured change"),
    Example(.finalizeDied, "1 desk handoff finalize died", "2 desk captured change"),
    Example(.restoreDied, "1 desk handoff restore died", "2 desk captured change"),
    Example(.finalizeTwo, "1 desk handoff finalize machines:2"),
    Example(.finalizeConflict, "1 desk handoff finalize conflict"),
    Example(.finalizeOnto, "1 desk handoff finalize onto-another"),
    Example(.finalizeNothing, "1 desk handoff finalize nothing"),
    Example(.restoredFromAnother, "1 desk handoff restore from-another"),
  ]

  /// Almost, but not.
  static let counterexamples: [Example] = [
    Example(.besideGarbageCollection, "1 desk git gc", "2 desk captured change"),
    Example(
      .besideGarbageCollection, "1 desk git gc beside", "2 desk crashed capture.after-tree",
      "3 desk captured change"),
    Example(.besideCommit, "1 desk git stash beside", "2 desk captured change"),
    Example(.besideCommit, "1 desk git commit beside", "2 laptop captured change"),
    Example(
      .waitedForRebase, "1 desk git rebase main stopped", "2 desk git rebase --abort",
      "3 desk captured change"),
    Example(
      .waitedForRebase, "1 desk git rebase main", "2 desk capture-failed under-way",
      "3 desk git rebase --abort", "4 desk captured change"),
    Example(.diskFullThenCaptured, "1 desk capture-failed disk-full", "2 laptop captured change"),
    Example(.capturedTogether, "1 desk captured change", "62 laptop captured change"),
    Example(.capturedTogether, "1 desk captured change", "2 desk captured change"),
    Example(.clockBack, "1 desk clock back 1h", "2 desk captured change"),
    Example(
      .clockBack, "1 desk captured change", "2 desk clock forward 1h", "3 desk captured change"),
    Example(
      .wokeAndCapturedOnce, "1 desk asleep", "2 desk awake", "3 desk captured change",
      "4 desk captured change", "900 desk edit"),
    Example(
      .wokeAndCapturedOnce, "1 desk asleep", "2 desk awake", "3 desk captured change",
      "63 laptop edit"),
    Example(
      .wokeAndCapturedOnce, "1 desk asleep", "2 desk awake", "3 desk captured change",
      "4 desk asleep", "900 desk awake"),
    Example(.wokeAndCapturedOnce, "1 desk captured change", "900 desk edit"),
    Example(
      .sleptThroughOutage, "1 desk asleep", "2 origin fault-began down", "3 desk awake",
      "4 origin fault-ended down", "5 desk asleep", "6 desk awake"),
    Example(
      .sleptThroughOutage, "1 desk asleep", "2 origin fault-began slow",
      "3 origin fault-ended slow", "4 desk awake"),
    Example(
      .chargedThenPushed, "1 desk marked pushes deferred on battery", "2 desk pushed",
      "3 desk power mains", "4 desk pushed"),
    Example(
      .chargedThenPushed, "1 laptop marked pushes deferred on battery", "2 desk power mains",
      "3 desk pushed"),
    Example(
      .crashThenCaptured, "1 desk crashed kill", "2 desk daemon-started", "3 desk captured x"),
    Example(.crashThenCaptured, "1 desk crashed capture.after-ref", "2 desk captured change"),
    Example(.refusedThenAccepted, "1 desk push-failed moved", "2 desk pushed"),
    Example(.refusedThenAccepted, "1 desk push-failed refused", "2 laptop pushed"),
    Example(
      .failedOftenThenPushed, "1 desk push-failed refused", "2 desk push-failed refused",
      "3 desk pushed", "4 desk push-failed refused", "5 desk pushed"),
    Example(
      .pushedSlowly, "1 desk edit", "2 origin fault-began slow", "3 origin fault-ended slow",
      "4 desk pushed"),
    Example(
      .manyInOnePush, "1 desk captured x", "2 desk captured x", "3 desk pushed",
      "4 desk captured x", "5 desk pushed"),
    Example(
      .deletedThenPushed, "1 desk edit", "2 laptop edit", "3 origin remote-moved deleted laptop",
      "4 desk pushed"),
    Example(
      .twoCut, "1 desk fault-began cut", "2 desk fault-ended cut", "3 laptop fault-began cut"),
    Example(
      .healedInOtherOrder, "1 desk fault-began cut", "2 laptop fault-began cut",
      "3 desk fault-ended cut", "4 laptop fault-ended cut"),
    Example(.driftGone, "1 desk drift gone"),
    Example(.driftGone, "1 desk drift ahead", "2 laptop drift gone"),
    Example(.finalizeTwo, "1 desk handoff finalize machines:1"),
    Example(.syncTook, "1 desk handoff undo took-back:sync"),
    Example(.syncTook, "1 desk verb sync took"),
    Example(
      .thereAndBack, "1 desk handoff sync took", "2 desk handoff sync took",
      "3 desk handoff sync took"),
    Example(
      .thereAndBack, "1 desk handoff sync took", "2 laptop handoff sync nothing",
      "3 desk handoff sync took"),
    Example(
      .thereAndBack, "1 desk handoff sync took", "2 laptop handoff sync took",
      "3 studio handoff sync took"),
    Example(.undoSync, "1 desk marked undo took a sync back"),
  ]
}
