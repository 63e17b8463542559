/// What a random run can have go wrong.
package enum FaultKind: String, CaseIterable, Hashable, Sendable {
  // The remote.
  case down, refuse, slow
  case loseAnswers = "lose-answers"
  case collectGarbage = "collect-garbage"
  case deleteStreams = "delete-streams"
  case rewindStream = "rewind-stream"
  /// Somebody with a copy of a node pushes onto its streams.
  case pushOver = "push-over"
  case recreate
  // A node.
  case cut, suspend, battery, load, clock
  /// Its clock is wrong from the start, and stays so.
  case skew
  case diskFull = "disk-full"
  case diskFailing = "disk-failing"
  case diskReadOnly = "disk-read-only"
  case diskDenied = "disk-denied"
  /// The daemon is asked to end, and started later.
  case stop
  /// The daemon dies: between two effects ten times as often as at any moment.
  case death
  /// The line is cut between two effects.
  case cutInside = "cut-inside"
  /// Somebody runs git between two effects.
  case gitInside = "git-inside"
  /// One operation on files fails.
  case fileError = "file-error"
  /// Another process captures between two effects.
  case captureInside = "capture-inside"
  /// The machine loses power: at any moment, or at an operation on files.
  case powerCut = "power-cut"
  /// It sleeps for a minute, wakes for a minute, and so on.
  case naps
  /// Another process holds a lock of git's, or of ours.
  case lockHeld = "lock-held"

  /// Whether only runs with unlike machines have it.
  var isUnlike: Bool { [.powerCut, .naps, .lockHeld].contains(self) }

  /// The remote has it, not a node.
  package var isOfRemote: Bool {
    switch self {
    case .down, .refuse, .slow, .loseAnswers, .collectGarbage, .deleteStreams, .rewindStream,
      .pushOver, .recreate:
      true
    case .cut, .suspend, .battery, .load, .clock, .skew, .diskFull, .diskFailing, .diskReadOnly,
      .diskDenied, .stop, .death, .cutInside, .gitInside, .fileError, .captureInside, .powerCut,
      .naps, .lockHeld:
      false
    }
  }

  /// How long it takes at the least; zero for what happens at once.
  package var shortest: SimulatedTime {
    switch self {
    case .down, .refuse, .slow, .loseAnswers, .cut, .load: .minutes(10)
    case .suspend, .battery: .minutes(30)
    case .naps: .minutes(10)
    case .lockHeld: .minutes(1)
    case .diskFull, .diskFailing, .diskReadOnly, .diskDenied, .stop: .minutes(5)
    case .collectGarbage, .deleteStreams, .rewindStream, .pushOver, .recreate, .clock, .skew,
      .death, .cutInside, .gitInside, .fileError, .captureInside, .powerCut:
      .zero
    }
  }

  /// How long it takes at the most.
  var longest: SimulatedTime {
    switch self {
    case .suspend: .hours(9)
    case .naps: .hours(1)
    case .lockHeld: .minutes(30)
    case .down, .cut, .battery: .hours(5)
    case .refuse, .slow, .loseAnswers, .load, .diskFull, .diskFailing, .diskReadOnly, .diskDenied,
      .stop:
      .hours(2)
    case .collectGarbage, .deleteStreams, .rewindStream, .pushOver, .recreate, .clock, .skew,
      .death, .cutInside, .gitInside, .fileError, .captureInside, .powerCut:
      .zero
    }
  }

  /// In how many of a hundred runs with faults it comes: what little survives comes more often.
  var odds: Int {
    switch self {
    case .death, .clock: 60
    // Where power may be lost, every change of a file is noted, which takes time.
    case .powerCut: 15
    default: 40
    }
  }

  /// How many come while one of the others comes.
  var rate: Int64 {
    switch self {
    case .death, .cutInside, .gitInside, .fileError, .captureInside, .powerCut: 4
    case .down, .refuse, .slow, .loseAnswers, .collectGarbage, .deleteStreams, .rewindStream,
      .pushOver, .recreate, .cut, .suspend, .battery, .load, .clock, .skew, .diskFull,
      .diskFailing, .diskReadOnly, .diskDenied, .stop, .naps, .lockHeld:
      1
    }
  }
}
