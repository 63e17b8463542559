/// What a timeline picture draws for one record, and what comes first when not all can be drawn.
enum TimelineMark: Int, CaseIterable, Hashable, Sendable {
  // By what must not be lost, first to last.
  case broken
  case crash
  case fileError
  case handoff
  case git
  case refusedPush
  case failedCapture
  case clock
  case daemonStart
  case daemonStop
  case remoteMove
  case drift
  case verb
  case notice
  case push
  case capture
  case edit

  /// What stands for a record; nil for those that have no mark of their own.
  static func of(_ kind: TraceRecord.Kind) -> Self? {
    switch kind {
    case .edit: .edit
    case .git: .git
    case .handoff: .handoff
    case .verb: .verb
    case .captured: .capture
    case .captureFailed: .failedCapture
    case .pushed: .push
    case .pushFailed: .refusedPush
    case .drift: .drift
    case .notice: .notice
    case .daemonStarted: .daemonStart
    case .daemonStopped: .daemonStop
    case .crashed: .crash
    case .fileError: .fileError
    case .clock: .clock
    case .remoteMoved: .remoteMove
    case .broken: .broken
    // Drawn as stretches, or not at all.
    case .asleep, .awake, .faultBegan, .faultEnded, .power, .looked, .skipped, .marked, .underWay:
      nil
    }
  }

  /// For the legend.
  var name: String {
    switch self {
    case .broken: "invariant broken"
    case .crash: "crash"
    case .fileError: "file error"
    case .handoff: "handoff"
    case .git: "user's git"
    case .refusedPush: "refused push"
    case .failedCapture: "capture failed"
    case .clock: "clock set"
    case .daemonStart: "daemon starts"
    case .daemonStop: "daemon stops"
    case .remoteMove: "ref moved"
    case .drift: "drift told"
    case .verb: "verb"
    case .notice: "notice"
    case .push: "push"
    case .capture: "capture"
    case .edit: "edit"
    }
  }

  /// Chooses what is drawn when there is more than may be: the marks that must not be lost come
  /// first, and of the first kind that does not fit, as many as fit, evenly over the run.
  ///
  /// - Parameters:
  ///   - marks: what each record would be drawn as.
  ///   - limit: how many may be drawn.
  /// - Returns: indices of those drawn, in order.
  static func thinned(_ marks: [Self], to limit: Int) -> [Int] {
    guard marks.count > limit else { return Array(marks.indices) }
    var chosen: [Int] = []
    for mark in Self.allCases {
      let all = marks.indices.filter { marks[$0] == mark }
      let room = limit - chosen.count
      guard all.count > room else {
        chosen += all
        continue
      }
      chosen += (0..<max(0, room)).map { all[$0 * all.count / room] }
      break
    }
    return chosen.sorted()
  }
}
