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

  /// In how many of a hundred runs it is done: work that goes from machine to machine meets most.
  var odds: Int { self == .sync ? 80 : 50 }

  /// How many of these are done while one verb of ours is.
  var rate: Int {
    switch self {
    case .write, .append, .delete, .move, .link, .executable: 12
    case .add, .commit, .amend, .newBranch, .switchBranch, .stash, .stashPop, .merge, .rebase,
      .resetBack, .cherryPick, .collectGarbage, .clean, .tag:
      2
    case .now, .sync, .undo, .finalize, .restore, .status, .prune: 1
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
      .undo, .finalize, .restore, .status, .prune:
      nil
    }
  }
}
