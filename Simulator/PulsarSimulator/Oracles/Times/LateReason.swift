/// Why a capture or a push may be made later than the schedule has it; there are no other reasons.
enum LateReason: String, CaseIterable {
  case notRunning = "no daemon runs"
  case asleep = "asleep"
  case missing = "the repository is away"
  case paused = "paused"
  case halfWay = "an operation of git's has stopped half-way"
  case battery = "the battery is low"
  case disk = "the disk fails"
  case locked = "another process holds our lock"
  case remote = "the remote is out of reach"
  /// What failed for a reason of its own is tried again later each time.
  case retries = "tried again later"
  /// Others wait for a processor; a capture goes all the same in the end.
  case load = "the machine is busy"
  /// Pushes wait for the charger; they go all the same in the end.
  case eco = "the battery is not full"
}

/// What of a machine waits to be captured or pushed, as the world saw it come; kept outside of the
/// system under test.
struct WaitingWork {
  /// The first and the last change that no acknowledged capture has.
  var changed: (first: SimulatedTime, last: SimulatedTime)?
  /// When a capture of the daemon's was acknowledged last.
  var captured: SimulatedTime?
  /// The first capture that no push has which was acknowledged.
  var unpushed: SimulatedTime?
  /// The first one since the push under way began.
  var overtaken: SimulatedTime?
  /// When the push under way, and the last one that succeeded, began.
  var pushBegan: SimulatedTime?
  var pushed: SimulatedTime?
  /// When a verb may have pushed last.
  var verbPushed: SimulatedTime?
  var captures = Delay()
  var pushes = Delay()
  /// When the daemon of now was started.
  var started = SimulatedTime.zero
  var hasSetClock = false
  /// Whether the battery was below a floor, and has not gained since what lifts it.
  var isLow = false
  var isEco = false
  var loadEnded = SimulatedTime.zero

  /// What one kind of work waits for besides its time.
  struct Delay {
    /// What it waits for now; nil: nothing.
    var reason: LateReason?
    /// When the last reason ended.
    var free = SimulatedTime.zero
    /// Failures of one kind in a row, and until when the next try may be put off.
    var failures = 0
    var trouble = ""
    var retry = SimulatedTime.zero
    /// Whether the reason was counted among the excuses.
    var isCounted = false

    /// Notes a failure: the wait doubles with each of a kind, up to a cap, and is spread by a fifth.
    mutating func fail(
      _ trouble: String, at now: SimulatedTime, first: SimulatedTime, cap: SimulatedTime
    ) {
      self.failures = trouble == self.trouble ? self.failures + 1 : 1
      self.trouble = trouble
      var wait = first.milliseconds
      for _ in 1..<self.failures where wait < cap.milliseconds { wait *= 2 }
      self.retry = now + SimulatedTime(milliseconds: min(wait, cap.milliseconds) * 6 / 5)
    }

    mutating func succeed() {
      self.failures = 0
      self.trouble = ""
      self.retry = .zero
      self.isCounted = false
    }
  }

  mutating func noteChange(at now: SimulatedTime) {
    self.changed = (self.changed?.first ?? now, now)
  }

  mutating func noteUnpushed(at now: SimulatedTime) {
    self.unpushed = self.unpushed ?? now
    if self.pushBegan != nil { self.overtaken = self.overtaken ?? now }
  }

  /// Notes that a daemon was started, which captures what there is and knows of nothing before.
  mutating func start(at now: SimulatedTime) {
    self.started = now
    self.captures = Delay()
    self.pushes = Delay()
    self.captures.free = now
    self.pushes.free = now
    self.pushBegan = nil
    self.overtaken = nil
    self.changed = (now, now)
  }

  mutating func takePower(_ percent: Int?, floor: Int, eco: Int) {
    func isBelow(_ limit: Int, was: Bool) -> Bool {
      guard let percent else { return false }
      return percent < min(min(limit, 100) + (was ? 5 : 0), 100)
    }
    self.isLow = isBelow(floor, was: self.isLow)
    self.isEco = isBelow(eco, was: self.isEco)
  }
}
