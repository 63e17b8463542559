/// The first word of an act.
package enum ActVerb: String, CaseIterable, Hashable, Sendable {
  case write, append, fill, delete, move, link, executable
  case git, pulsar
  case save
  case daemon, suspend, battery, mains, load, clock, disk, cut, on, lock
  case powerCut = "power-cut"
  case down, refuse, slow
  case loseAnswers = "lose-answers"
  case gc
  case deleteStreams = "delete-streams"
  case rewindStream = "rewind-stream"
  case pushOver = "push-over"
  case recreate

  /// Whether `origin` does it; all others are acts of nodes.
  package var isOfRemote: Bool {
    switch self {
    case .write, .append, .fill, .delete, .move, .link, .executable, .git, .pulsar, .daemon,
      .suspend, .battery, .mains, .load, .clock, .disk, .cut, .on, .powerCut, .save, .lock:
      false
    case .down, .refuse, .slow, .loseAnswers, .gc, .deleteStreams, .rewindStream, .pushOver,
      .recreate:
      true
    }
  }

  /// How the act is written, for whom it was written wrongly.
  package var form: String {
    switch self {
    case .write: #"write PATH "text""#
    case .append: #"append PATH "text""#
    case .fill: #"fill PATH BYTES "text""#
    case .delete: "delete PATH"
    case .move: "move FROM TO"
    case .link: "link PATH TARGET"
    case .executable: "executable PATH on|off"
    case .git: "git WORD…"
    case .pulsar: "pulsar WORD…"
    case .daemon: "daemon start|stop|kill"
    case .suspend: "suspend for SPAN"
    case .battery: "battery N%"
    case .mains: "mains"
    case .load: "load N"
    case .clock: "clock back|forward SPAN"
    case .disk: "disk full|failing|read-only|denied for SPAN"
    case .save: #"save PATH "text" for SPAN"#
    case .lock: "lock index|captures for SPAN"
    case .cut: "cut for SPAN"
    case .on: "on POINT crash|cut|capture|git WORD…|error NAME|power-cut everything|content"
    case .powerCut: "power-cut everything|content"
    case .down: "down for SPAN"
    case .refuse: "refuse for SPAN"
    case .slow: "slow SPAN for SPAN"
    case .loseAnswers: "lose-answers for SPAN"
    case .gc: "gc"
    case .deleteStreams: "delete-streams NODE"
    case .rewindStream: "rewind-stream NODE"
    case .pushOver: "push-over NODE"
    case .recreate: "recreate"
    }
  }
}

extension Act {
  package var verb: ActVerb {
    switch self {
    case .write: .write
    case .append: .append
    case .fill: .fill
    case .delete: .delete
    case .move: .move
    case .link: .link
    case .executable: .executable
    case .git: .git
    case .pulsar: .pulsar
    case .daemon: .daemon
    case .suspend: .suspend
    case .battery: .battery
    case .mains: .mains
    case .load: .load
    case .clockStep: .clock
    case .disk: .disk
    case .save: .save
    case .lock: .lock
    case .cut: .cut
    case .on, .onFile: .on
    case .powerCut: .powerCut
    case .down: .down
    case .refuse: .refuse
    case .slow: .slow
    case .loseAnswers: .loseAnswers
    case .collectGarbage: .gc
    case .deleteStreams: .deleteStreams
    case .rewindStream: .rewindStream
    case .pushOver: .pushOver
    case .recreate: .recreate
    }
  }
}
