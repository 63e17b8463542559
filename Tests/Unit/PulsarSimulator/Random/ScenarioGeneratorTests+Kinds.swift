@testable import PulsarSimulator

/// What the tests know of acts; exhaustive, so that a new one has to be thought of here.
extension ScenarioGeneratorTests {
  static func acts(of fault: FaultKind) -> [ActKind] {
    switch fault {
    case .down: [.down]
    case .refuse: [.refuse]
    case .slow: [.slow]
    case .loseAnswers: [.loseAnswers]
    case .collectGarbage: [.collectGarbage]
    case .deleteStreams: [.deleteStreams]
    case .rewindStream: [.rewindStream]
    case .pushOver: [.pushOver]
    case .recreate: [.recreate]
    case .cut: [.cut]
    case .suspend: [.suspend]
    case .battery: [.battery, .mains]
    case .load: [.load]
    case .clock, .skew: [.clockBack, .clockForward]
    case .diskFull: [.diskFull]
    case .diskFailing: [.diskFailing]
    case .diskReadOnly: [.diskReadOnly]
    case .diskDenied: [.diskDenied]
    case .stop: [.daemonStop, .daemonStart]
    case .death: [.barrierCrash, .fileCrash, .daemonKill]
    case .cutInside: [.barrierCut]
    case .gitInside: [.barrierGit]
    case .fileError: [.fileError]
    case .captureInside: [.barrierCapture]
    case .powerCut: [.powerCut, .filePowerCut]
    case .naps: [.suspend]
    case .lockHeld: [.lockIndex, .lockCaptures]
    }
  }

  static func isOfRemote(_ kind: ActKind) -> Bool {
    switch kind {
    case .down, .refuse, .slow, .loseAnswers, .collectGarbage, .deleteStreams, .rewindStream,
      .pushOver, .recreate:
      true
    case .write, .append, .fill, .delete, .move, .link, .executable, .git, .pulsar, .daemonStart,
      .daemonStop, .daemonKill, .suspend, .battery, .mains, .load, .clockBack, .clockForward,
      .diskFull, .diskFailing, .diskReadOnly, .diskDenied, .cut, .barrierCrash, .barrierCut,
      .barrierGit, .barrierCapture, .fileCrash, .fileError, .powerCut, .filePowerCut, .save,
      .lockIndex, .lockCaptures:
      false
    }
  }

  static func paths(_ act: Act) -> [String] {
    switch act {
    case .write(let path, _), .append(let path, _), .fill(let path, _, _), .delete(let path),
      .link(let path, _), .executable(let path, _), .save(let path, _, _):
      [path]
    case .move(let from, let to): [from, to]
    case .git, .pulsar, .daemon, .suspend, .battery, .mains, .load, .clockStep, .disk, .cut,
      .on, .onFile, .powerCut, .lock, .down, .refuse, .slow, .loseAnswers, .collectGarbage,
      .deleteStreams, .rewindStream, .pushOver, .recreate:
      []
    }
  }

  /// The words given to a program, or to a file.
  static func given(_ act: Act) -> [String] {
    switch act {
    case .git(let words), .pulsar(let words), .on(_, .git(let words)): words
    case .write(_, let text), .append(_, let text), .fill(_, _, let text), .save(_, let text, _):
      [text]
    default: []
    }
  }

  /// The span of a fault, and how long it is at the least.
  static func span(_ act: Act) -> (span: SimulatedTime, shortest: SimulatedTime)? {
    switch act {
    case .suspend(let span): (span, .minutes(30))
    case .disk(_, let span): (span, .minutes(5))
    case .lock(_, let span): (span, .minutes(1))
    case .cut(let span), .down(let span), .refuse(let span), .loseAnswers(let span),
      .slow(_, let span):
      (span, .minutes(10))
    case .write, .append, .fill, .delete, .move, .link, .executable, .git, .pulsar, .daemon,
      .battery, .mains, .load, .clockStep, .on, .onFile, .powerCut, .collectGarbage, .deleteStreams,
      .rewindStream, .pushOver, .recreate, .save:
      nil
    }
  }

  /// The first words of what a person does, as far as they tell the kind of work.
  static func words(_ act: Act) -> String? {
    switch act {
    case .git(let words)
    where words.count > 1 && ["-c", "pop", "--amend", "-N"].contains(words[1]):
      "git \(words[0]) \(words[1])"
    case .git(let words): words.contains("--abort") ? nil : "git \(words[0])"
    case .pulsar(let words): "pulsar \(words[0])"
    case .write, .append, .fill, .delete, .move, .link, .executable, .daemon, .suspend, .battery,
      .mains,
      .load, .clockStep, .disk, .cut, .on, .onFile, .powerCut, .down, .refuse, .slow, .loseAnswers,
      .collectGarbage, .deleteStreams, .rewindStream, .pushOver, .recreate, .save, .lock:
      ActKind(act).isWork ? ActKind(act).rawValue : nil
    }
  }

  static func words(_ kind: WorkKind) -> String {
    switch kind {
    case .write, .append, .delete, .move, .link, .executable: kind.rawValue
    case .add, .stageHalf: "git add"
    case .promise: "git add -N"
    case .commit, .merge, .rebase, .clean, .tag, .stash: "git \(kind.rawValue)"
    case .amend: "git commit --amend"
    case .newBranch: "git switch -c"
    case .switchBranch: "git switch"
    case .stashPop: "git stash pop"
    case .resetBack: "git reset"
    case .cherryPick: "git cherry-pick"
    case .collectGarbage: "git gc"
    case .now, .sync, .undo, .finalize, .restore, .status, .prune, .pause, .resume, .ignore:
      "pulsar \(kind.rawValue)"
    case .pruneAll: "pulsar prune"
    case .restoreOld: "pulsar restore"
    case .report: "pulsar history"
    case .nowOnly: "pulsar now"
    case .finalizeKept: "pulsar finalize"
    case .syncFor: "pulsar sync"
    case .saves: "save"
    case .many: "write"
    }
  }
}
