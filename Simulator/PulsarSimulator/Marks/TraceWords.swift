/// The words in the details of trace records that situations are told by.
///
/// A detail is words with one space between them, in any order unless said here; others may stand
/// among them. What begins or ends a fault names it first, as `ActKind` does: `down`, `refuse`,
/// `slow`, `lose-answers`, `cut`, `disk-full`. A crash names its barrier point, or `kill`. A git
/// record holds the words given to git, and what came of it behind them. A marked record is the
/// mark's sentence and nothing else.
package enum TraceWords {
  // captured: why, as the capture's own trailer has it.
  package static let change = "change"
  package static let interval = "interval"
  package static let now = "now"
  package static let beforeSync = "before-sync"
  package static let beforeRestore = "before-restore"
  package static let beforeFinalize = "before-finalize"
  package static let beforeUndo = "before-undo"
  package static let shutdown = "shutdown"
  /// It has what was staged as well.
  package static let staged = "staged"
  /// The stream had no capture before.
  package static let first = "first"

  // capture-failed, and verbs that were refused.
  package static let diskFull = ActKind.diskFull.rawValue
  package static let diskFailing = ActKind.diskFailing.rawValue
  package static let diskReadOnly = ActKind.diskReadOnly.rawValue
  package static let diskDenied = ActKind.diskDenied.rawValue
  /// Nothing but one operation on files went wrong.
  package static let fileError = ActKind.fileError.rawValue
  /// A rebase, merge or the like has stopped half-way.
  ///
  /// A capture that waits for its end counts as failed.
  package static let underWay = "under-way"

  // pushed.
  /// The push failed or its answer was lost, and the remote's list had the commit.
  package static let foundArrived = "found-arrived"

  // push-failed, looked, and verbs that asked the remote.
  package static let refused = "refused"
  package static let unreachable = "unreachable"
  package static let moved = "moved"

  // drift.
  /// Another machine is ahead.
  package static let ahead = "ahead"
  /// Both have work that the other has not.
  package static let apart = "apart"
  package static let gone = "gone"

  // handoff: the verb, and what it came to.
  package static let sync = "sync"
  package static let undo = "undo"
  package static let finalize = "finalize"
  package static let restore = "restore"
  /// Another machine's work is here now.
  package static let took = "took"
  /// Both sides had work, and both are in the result.
  package static let merged = "merged"
  package static let conflict = "conflict"
  /// Conflicts were written into files, to resolve by hand.
  package static let markers = "markers"
  /// The branch itself moved to the other machine's commits.
  package static let fastForward = "fast-forward"
  /// Its process ended half-way; where comes behind it.
  package static let died = "died"
  /// There was nothing to do.
  package static let nothing = "nothing"
  /// Finalize put the work onto another branch than the one it was done on.
  package static let onto = "onto-another"
  /// The file came from another machine's capture.
  package static let fromAnother = "from-another"
  /// So many machines had work in what was squashed.
  package static func machines(_ count: Int) -> String { "machines:\(count)" }

  /// What an undo took back: `took-back:` and the verb.
  package static func tookBack(_ verb: String) -> String { "took-back:\(verb)" }

  // git.
  /// Somebody ran it between two effects of the daemon.
  package static let beside = "beside"
  /// It stopped half-way, at a conflict.
  package static let stopped = "stopped"
  package static let abort = "--abort"

  // crashed, and file-error.
  /// Operations on files, behind the point at which one of them was.
  package static let operations = [
    "create", "open", "write", "rename", "link", "symlink", "unlink", "mkdir", "rmdir", "truncate",
    "sync", "chmod", "utimes",
  ]
  package static let kill = "kill"
  package static let powerCut = ActKind.powerCut.rawValue

  // power.
  package static let battery = "battery"
  package static let mains = "mains"

  // clock.
  package static let back = "back"
  package static let forward = "forward"

  // remote-moved, by `origin`; the node whose streams they are comes second.
  package static let deleted = "deleted"
  package static let rewound = "rewound"
  /// By somebody with a copy of the node.
  package static let pushedOver = "pushed-over"
  /// By a process of the node itself that minds no lock.
  package static let captured = "captured"
  package static let recreated = "recreated"
  package static let collected = "collected"
}
