/// What the scheduler knows about one repository.
///
/// Events change it; `look` then decides, from nothing but this state and the surroundings.
struct ScheduledRepository: Sendable {
  let number: RepositoryNumber
  var schedule: Schedule
  var isPaused: Bool
  var isMissing: Bool
  var isBusy: Bool
  var isWatched: Bool
  var power = PowerFloors()
  var random: KeyedRandomness

  /// Whether something changed that `look` has not seen.
  var isStale = true
  /// When to look again although nothing changed; nil for never.
  private(set) var wake: MonotonicTime?
  private var standing: Standing?

  // Captures.
  var change: PendingChange?
  var capture: RunningCapture?
  /// When the last one that succeeded began.
  var lastCapture: MonotonicTime?
  /// The number of the last attempt, counted over all repositories; zero for none.
  var lastTurn = 0
  /// Since when a capture waits for something else than time; it stays due when files change again.
  var captureDueSince: MonotonicTime?
  /// Whether nothing but other repositories' captures is in the way.
  var isCaptureReady = false
  var isCaptureAsked = false
  var isLastCaptureTried = false
  var captureBackoff = Backoff<CaptureTrouble>()
  var captureNotice = Notice()

  // Pushes.
  var unpushedSince: MonotonicTime?
  var hasRemote = true
  var push: RunningPush?
  /// When the last one that succeeded began.
  var lastPush: MonotonicTime?
  var isPushAsked = false
  var pushBackoff = Backoff<PushTrouble>()
  var pushNotice = Notice()
  /// Nothing is sent before unless asked: machines start and wake together.
  var sendNotBefore: MonotonicTime?

  // Radar and maintenance.
  var radarDue: MonotonicTime?
  var isRadarUnderWay = false
  var lastRadar: MonotonicTime?
  var isAnnounced = false
  /// When files were last known to change; a scan that finds nothing does not count.
  var lastActivity: MonotonicTime?
  var maintenanceDue: MonotonicTime
  var isMaintenanceUnderWay = false

  struct RunningCapture: Sendable {
    let began: MonotonicTime
    let taken: PendingChange
    let scope: CaptureScope
    let isAsked: Bool
  }

  struct RunningPush: Sendable {
    let began: MonotonicTime
    /// The first capture that it cannot hold.
    var overtakenAt: MonotonicTime?
  }

  init(
    _ number: RepositoryNumber, _ schedule: Schedule, _ facts: RepositoryFacts, seed: UInt64,
    holdsSending: Bool, at now: MonotonicTime
  ) {
    self.number = number
    self.schedule = schedule
    self.isPaused = facts.isPaused
    self.isMissing = facts.isMissing
    self.isBusy = facts.isBusy
    self.isWatched = facts.isWatched
    self.random = KeyedRandomness(seed: seed, number: number)
    // Whatever happened before the start, nobody saw.
    self.change = PendingChange(at: now, isSeen: false, scope: .everything)
    self.unpushedSince = facts.hasUnpushedCapture ? now : nil
    self.lastPush = facts.ageOfLastPush.map { now - min($0, Schedule.longestInterval) }
    self.maintenanceDue = now
    if holdsSending { self.holdSending(at: now) }
    self.radarDue = schedule.radarInterval == nil ? nil : self.sendNotBefore ?? now
    self.planMaintenance(ageOfLast: facts.ageOfLastMaintenance, at: now)
  }

  /// Decides what to begin, and when to look again.
  mutating func look(_ surroundings: inout Surroundings) {
    self.isStale = false
    self.wake = nil
    self.isCaptureReady = false
    var standing = Standing(captures: .paused, pushes: .held, isWatched: self.isWatched)
    if self.isPaused || self.isMissing {
      self.captureDueSince = nil
      if self.isMissing { standing.captures = .missing }
    } else if surroundings.isShuttingDown {
      standing.captures = self.lookAtLastCapture(&surroundings)
      standing.pushes = self.standing?.pushes ?? .held
    } else {
      standing.captures = self.lookAtCapture(&surroundings)
      standing.pushes = self.lookAtPush(&surroundings)
      self.lookAtRadar(&surroundings)
      self.lookAtMaintenance(&surroundings)
    }
    if self.standing != standing {
      self.standing = standing
      surroundings.actions.append(.standing(self.number, standing))
    }
  }

  func isDue(at now: MonotonicTime) -> Bool {
    guard let wake = self.wake else { return false }
    return wake <= now
  }

  mutating func wake(at time: MonotonicTime) {
    if let wake = self.wake, wake <= time { return }
    self.wake = time
  }
}

/// What a low battery forbids.
struct PowerFloors: Sendable {
  /// Nothing at all is done.
  private(set) var isSuspended = false
  /// Nothing is sent.
  private(set) var isEco = false

  /// What the charge must gain before a limit is lifted, so that a flapping battery does not flap us.
  static let hysteresis = 5

  var isLow: Bool { self.isSuspended || self.isEco }

  mutating func update(_ power: PowerState, _ schedule: Schedule) {
    guard case .battery(let percent) = power else {
      self = PowerFloors()
      return
    }
    func isBelow(_ floor: Int, wasBelow: Bool) -> Bool {
      percent < min(min(floor, 100) + (wasBelow ? Self.hysteresis : 0), 100)
    }
    self.isSuspended = isBelow(schedule.minBatteryPercent, wasBelow: self.isSuspended)
    self.isEco = isBelow(schedule.ecoModePercent, wasBelow: self.isEco)
  }
}
