/// What an act is, whatever its values: for counting.
package enum ActKind: String, CaseIterable, Hashable, Sendable {
  case write, append, fill, delete, move, link, executable, git, pulsar, save
  case daemonStart = "daemon-start"
  case daemonStop = "daemon-stop"
  case daemonKill = "daemon-kill"
  case suspend, battery, mains, load
  case clockBack = "clock-back"
  case clockForward = "clock-forward"
  case diskFull = "disk-full"
  case diskFailing = "disk-failing"
  case diskReadOnly = "disk-read-only"
  case diskDenied = "disk-denied"
  case cut
  case barrierCrash = "barrier-crash"
  case barrierCut = "barrier-cut"
  case barrierGit = "barrier-git"
  case fileCrash = "file-crash"
  case fileError = "file-error"
  case barrierCapture = "barrier-capture"
  case powerCut = "power-cut"
  case filePowerCut = "file-power-cut"
  case lockIndex = "lock-index"
  case lockCaptures = "lock-captures"
  case down, refuse, slow
  case loseAnswers = "lose-answers"
  case collectGarbage = "collect-garbage"
  case deleteStreams = "delete-streams"
  case rewindStream = "rewind-stream"
  case pushOver = "push-over"
  case recreate

  package init(_ act: Act) {
    self =
      switch act {
      case .write: .write
      case .append: .append
      case .fill: .fill
      case .delete: .delete
      case .move: .move
      case .link: .link
      case .executable: .executable
      case .git: .git
      case .pulsar: .pulsar
      case .daemon(.start): .daemonStart
      case .daemon(.stop): .daemonStop
      case .daemon(.kill): .daemonKill
      case .suspend: .suspend
      case .battery: .battery
      case .mains: .mains
      case .load: .load
      case .clockStep(let step): step < .zero ? .clockBack : .clockForward
      case .disk(.full, _): .diskFull
      case .disk(.failing, _): .diskFailing
      case .disk(.readOnly, _): .diskReadOnly
      case .disk(.denied, _): .diskDenied
      case .save: .save
      case .lock(.index, _): .lockIndex
      case .lock(.captures, _): .lockCaptures
      case .cut: .cut
      case .on(_, .crash): .barrierCrash
      case .on(_, .cut): .barrierCut
      case .on(_, .git): .barrierGit
      case .onFile(_, .crash): .fileCrash
      case .onFile(_, .error): .fileError
      case .on(_, .capture): .barrierCapture
      case .powerCut: .powerCut
      case .onFile(_, .powerCut): .filePowerCut
      case .down: .down
      case .refuse: .refuse
      case .slow: .slow
      case .loseAnswers: .loseAnswers
      case .collectGarbage: .collectGarbage
      case .deleteStreams: .deleteStreams
      case .rewindStream: .rewindStream
      case .pushOver: .pushOver
      case .recreate: .recreate
      }
  }

  /// A person did it, not the world: nothing that is done in a calm run is anything else.
  package var isWork: Bool {
    switch self {
    case .write, .append, .fill, .delete, .move, .link, .executable, .git, .pulsar, .save: true
    case .daemonStart, .daemonStop, .daemonKill, .suspend, .battery, .mains, .load, .clockBack,
      .clockForward, .diskFull, .diskFailing, .diskReadOnly, .diskDenied, .cut, .barrierCrash,
      .barrierCut, .barrierGit, .barrierCapture, .fileCrash, .fileError, .powerCut, .filePowerCut,
      .lockIndex, .lockCaptures, .down, .refuse, .slow, .loseAnswers,
      .collectGarbage, .deleteStreams, .rewindStream, .pushOver, .recreate:
      false
    }
  }
}
