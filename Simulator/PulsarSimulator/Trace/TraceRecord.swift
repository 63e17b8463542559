/// One logical fact of a run, in the order it came to be.
///
/// Nothing in it depends on anything but the scenario: no path, no process number, no real time.
package struct TraceRecord: Hashable, Sendable {
  package let at: SimulatedTime
  /// A node, or `origin`.
  package let actor: String
  package let kind: Kind
  /// Words: ids, refs, outcomes.
  package let detail: String

  /// What lanes and pictures know how to draw.
  package enum Kind: String, CaseIterable, Hashable, Sendable {
    /// A person changed files.
    case edit
    /// A person ran git.
    case git
    /// A person ran a verb of ours that hands a session over: sync, undo, finalize, restore.
    case handoff
    /// A person ran another verb.
    case verb
    case captured
    case captureFailed = "capture-failed"
    case pushed
    case pushFailed = "push-failed"
    case looked
    /// The radar told of another machine.
    case drift
    case notice
    case daemonStarted = "daemon-started"
    case daemonStopped = "daemon-stopped"
    case crashed
    /// One operation on files failed, as the scenario has it.
    case fileError = "file-error"
    case asleep
    case awake
    case power
    case clock
    case faultBegan = "fault-began"
    case faultEnded = "fault-ended"
    case remoteMoved = "remote-moved"
    case skipped
    case marked
    /// What was being done when an invariant broke.
    case underWay = "under-way"
    /// An invariant broke: the detail begins with its id.
    case broken
  }

  package init(at: SimulatedTime, actor: String, kind: Kind, detail: String) {
    self.at = at
    self.actor = actor
    self.kind = kind
    self.detail = detail
  }
}
