/// What a person can do at a node in a random run.
package enum WorkKind: String, CaseIterable, Hashable, Sendable {
  // Files.
  case write, append, delete, move, link, executable
  // git.
  case add, commit, amend
  case newBranch = "new-branch"
  case switchBranch = "switch-branch"
  case stash
  case stashPop = "stash-pop"
  case merge, rebase
  case resetBack = "reset-back"
  case cherryPick = "cherry-pick"
  case collectGarbage = "collect-garbage"
  case clean, tag
  // Verbs of ours.
  case now, sync, undo, finalize, restore, status, prune
  // What came with unlike machines: more of git, and more verbs of ours.
  /// `git add -N`
  case promise
  case stageHalf = "stage-half"
  case pause, resume
  case pruneAll = "prune-all"
  case restoreOld = "restore-old"
  case ignore, report
  case nowOnly = "now-only"
  /// `sync` that is told more than which side wins.
  case syncFor = "sync-for"
  /// `finalize` with conflicts written into the files, or without its commit.
  case finalizeKept = "finalize-kept"
  /// A file is saved every second.
  case saves
  /// Files by the hundred come to be, or go.
  case many

  /// Whether only runs with unlike machines have it.
  var isUnlike: Bool {
    switch self {
    case .promise, .stageHalf, .pause, .resume, .pruneAll, .restoreOld, .ignore, .report,
      .nowOnly, .syncFor, .finalizeKept, .saves, .many:
      true
    case .write, .append, .delete, .move, .link, .executable, .add, .commit, .amend, .newBranch,
      .switchBranch, .stash, .stashPop, .merge, .rebase, .resetBack, .cherryPick, .collectGarbage,
      .clean, .tag, .now, .sync, .undo, .finalize, .restore, .status, .prune:
      false
    }
  }

  /// In how many of a hundred runs it is done: work that goes from machine to machine meets most.
  var odds: Int { self == .sync ? 80 : 50 }

  /// How many of these are done while one verb of ours is.
  var rate: Int {
    switch self {
    case .write, .append, .delete, .move, .link, .executable: 12
    case .add, .commit, .amend, .newBranch, .switchBranch, .stash, .stashPop, .merge, .rebase,
      .resetBack, .cherryPick, .collectGarbage, .clean, .tag:
      2
    case .promise, .stageHalf, .resume: 2
    case .now, .sync, .undo, .finalize, .restore, .status, .prune, .pause, .pruneAll, .restoreOld,
      .ignore, .report, .nowOnly, .syncFor, .finalizeKept, .saves, .many:
      1
    }
  }

  /// What brings git back from half-way, where it may have stopped at a conflict.
  var wayBack: [String]? {
    switch self {
    case .merge: ["merge", "--abort"]
    case .rebase: ["rebase", "--abort"]
    case .cherryPick: ["cherry-pick", "--abort"]
    case .write, .append, .delete, .move, .link, .executable, .add, .commit, .amend, .newBranch,
      .switchBranch, .stash, .stashPop, .resetBack, .collectGarbage, .clean, .tag, .now, .sync,
      .undo, .finalize, .restore, .status, .prune, .promise, .stageHalf, .pause, .resume, .pruneAll,
      .restoreOld, .ignore, .report, .nowOnly, .syncFor, .finalizeKept, .saves, .many:
      nil
    }
  }
}
