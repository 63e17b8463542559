internal import PulsarCore

/// Puts into words what waits in a repository, and for what.
struct StandingWords {
  private let now: MonotonicTime
  private let wall: WallTime

  /// - Parameters:
  ///   - now: by the continuous clock.
  ///   - wall: the same moment on the wall clock.
  init(now: MonotonicTime, wall: WallTime) {
    self.now = now
    self.wall = wall
  }

  /// Of a repository that is not there, only why.
  func captures(_ entry: StandingBoard.Entry) -> String {
    entry.absence?.words ?? entry.standing.map { self.captures($0.captures) }
      ?? "it is being looked at"
  }

  /// Empty when there is nothing to say.
  func pushes(_ entry: StandingBoard.Entry) -> String {
    entry.absence == nil ? entry.standing.map { self.pushes($0.pushes) } ?? "" : ""
  }

  func captures(_ captures: Standing.Captures) -> String {
    switch captures {
    case .captured: "everything is captured"
    case .waiting(_, let until): "changes are captured when files are quiet\(self.after(until))"
    case .inLine: "changes are captured after another repository's"
    case .underWay: "a capture is under way"
    case .paused: "paused"
    case .missing: "missing; it is captured again when it is back"
    case .busy: "captures wait for the end of a rebase, merge or the like"
    case .suspended(let percent): "captures wait for power: the battery is at \(percent) %"
    case .delayedByLoad(let until):
      "captures are delayed by the load of this machine, until \(self.clock(until)) at the latest"
    case .backingOff(let until, let trouble):
      "the last capture failed (\(trouble == .lasting ? "see 'git pulsar log'" : "it is tried again")), the next attempt is at \(self.clock(until))"
    }
  }

  func pushes(_ pushes: Standing.Pushes) -> String {
    switch pushes {
    case .off: "there is no remote to push to"
    case .pushed: "everything is pushed"
    case .waiting(let until): "captures are pushed\(self.after(until, otherwise: " next"))"
    case .underWay: "a push is under way"
    case .held: "pushes wait with the captures"
    case .suspended(let percent): "pushes wait for power: the battery is at \(percent) %"
    case .deferred(let until):
      "pushes are deferred as the battery is low, until \(self.clock(until)) at the latest"
    case .backingOff(let until, let trouble):
      "the last push failed (\(Self.cause(trouble))), the next attempt is at \(self.clock(until))"
    }
  }

  private static func cause(_ trouble: PushTrouble) -> String {
    switch trouble {
    case .unreachable: "the remote is out of reach"
    case .authentication: "the remote does not let you in"
    case .permission: "the remote does not let you write there"
    case .refused(.hook): "a hook of the remote refused it"
    case .refused(.protectedRef): "a rule of the remote about the ref refused it"
    case .refused(.quota): "the remote has no room left"
    case .refused(.size): "it is too large for the remote"
    case .refused(.contents): "the remote refused what it holds"
    case .refused(.other): "the remote refused it"
    case .movedByOthers: "the stream there was moved by somebody else"
    case .objectFormat: "the remote has another object format"
    case .other: "see 'git pulsar log'"
    }
  }

  private func after(_ time: MonotonicTime, otherwise: String = "") -> String {
    time <= self.now ? otherwise : ", from \(self.clock(time)) on"
  }

  /// `17:04`, or with the date when that is another day.
  private func clock(_ time: MonotonicTime) -> String {
    var moment = self.wall
    moment.seconds += (time - self.now).components.seconds
    let words = moment.displayed.split(separator: " ")
    let clock = words[1].prefix(5)
    let today = self.wall.displayed.split(separator: " ")[0]
    return words[0] == today ? String(clock) : "\(words[0]) \(clock)"
  }
}
