import PulsarCore
import TestSupport

/// A scheduler amid random events, and what is known about its repositories without asking it.
struct RandomPlay {
  private var scheduler: Scheduler
  private var random: SplitMix64
  private var nanoseconds: Int64 = 0
  private var known: [Known] = []
  private var added = 0
  private var isEnding = false
  /// Whether questions and work are answered truly and at once.
  private var isCalm = false
  /// The last reading of a battery, and when it was taken.
  private var charge: (percent: Int, readAt: Int64)?
  /// The first rule that was broken.
  private(set) var violation: String? {
    didSet { if oldValue != nil { self.violation = oldValue } }
  }
  /// Every event and action, a line each.
  private(set) var trace = ""

  private struct Known {
    let number: RepositoryNumber
    var schedule: Schedule
    var isPaused = false
    var isMissing = false
    var isBusy = false
    var captureBegan: Int64?
    var lastCapture: Int64?
    var wasAsked = false
    var isPushing = false
    /// Since when there is something to capture, and to push.
    var dirtySince: Int64?
    var unpushedSince: Int64?
  }

  init(seed: UInt64) {
    self.scheduler = Scheduler(seed: seed)
    self.random = SplitMix64(seed: seed)
  }

  private var now: MonotonicTime { MonotonicTime(nanoseconds: self.nanoseconds) }

  mutating func run(steps: Int) {
    for _ in 0..<3 { self.add() }
    for _ in 0..<steps where self.violation == nil && !self.isEnding { self.step() }
  }

  private mutating func step() {
    switch self.random.below(100) {
    case 0..<25: self.reachDeadline()
    case 25..<40: self.nanoseconds += Int64(self.random.below(3_000)) * 1_000_000
    case 40..<44: self.nanoseconds += Int64(self.random.below(7_200)) * 1_000_000_000
    case 44..<45: self.nanoseconds += Int64(self.random.below(30)) * 86_400_000_000_000
    case 45..<65: self.finishSomething()
    case 65..<72: self.answerSomething()
    default: self.send(self.anyEvent())
    }
  }

  private mutating func reachDeadline() {
    guard let deadline = self.scheduler.deadline else { return }
    let (seconds, attoseconds) = (deadline - self.now).components
    guard seconds < 8_000_000 else { return }
    self.nanoseconds += max(0, seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    // A fraction of a nanosecond may be missing.
    if self.now < deadline { self.nanoseconds += 1 }
    self.send(.deadline)
  }

  // MARK: Events

  private mutating func anySchedule() -> Schedule {
    let intervals = [-1, 0, 1, 5, 60, 600, 3600, 1_000_000_000, .max]
    return .make(
      commit: self.random.pick(intervals), push: self.random.pick(intervals),
      minBattery: self.random.pick([0, 10, 50, 200]), eco: self.random.pick([0, 20, 60, -5]),
      hasRemote: self.random.below(4) > 0,
      radar: self.random.below(2) > 0 ? Schedule.usualRadarInterval : nil)
  }

  private mutating func add() {
    self.added += 1
    let number = RepositoryNumber(self.added)
    let schedule = self.anySchedule()
    var facts = RepositoryFacts()
    facts.isPaused = self.random.below(8) == 0
    facts.isMissing = self.random.below(8) == 0
    facts.isBusy = self.random.below(8) == 0
    facts.isWatched = self.random.below(4) > 0
    facts.hasUnpushedCapture = self.random.below(2) == 0
    var known = Known(number: number, schedule: schedule)
    known.isPaused = facts.isPaused
    known.isMissing = facts.isMissing
    known.isBusy = facts.isBusy
    known.dirtySince = self.nanoseconds
    if facts.hasUnpushedCapture { known.unpushedSince = self.nanoseconds }
    self.known.append(known)
    self.send(.repositoryAdded(number, schedule, facts))
  }

  private mutating func anyEvent() -> SchedulerEvent {
    // Sometimes of a repository that is not there.
    let number = RepositoryNumber(self.random.below(self.added + 2))
    switch self.random.below(24) {
    case 0..<6: return .filesChanged(number)
    case 6: return .changesLost(number)
    case 7: return .headMoved(number)
    case 8: return .paused(number)
    case 9: return .resumed(number)
    case 10: return .busy(number)
    case 11: return .free(number)
    case 12: return .missing(number)
    case 13: return .returned(number)
    case 14: return .watchChanged(number, isWatched: self.random.below(2) == 0)
    case 15: return .announced(number)
    case 16:
      return .asked(self.random.below(3) == 0 ? nil : number, pushes: self.random.below(2) == 0)
    case 17: return .scheduleChanged(number, self.anySchedule())
    case 18: return self.random.below(4) == 0 ? .repositoryRemoved(number) : .wallClockStepped
    case 19: return .wokeFromSleep(after: .seconds(self.random.below(2000)))
    case 20: return self.random.below(10) == 0 ? .shuttingDown : .deadline
    case 21: return .pushFinished(number, self.anyPushOutcome())
    case 22: return .captureFinished(number, self.anyCaptureOutcome())
    default:
      return .radarFinished(
        number, self.random.pick([.nothingNew, .news([Drift.make()]), .failed]))
    }
  }

  private mutating func anyCaptureOutcome() -> CaptureOutcome {
    self.random.pick([
      .captured(isNew: true), .captured(isNew: true), .captured(isNew: false), .busy,
      .failed(.passing), .failed(.lasting),
    ])
  }

  private mutating func anyPushOutcome() -> PushOutcome {
    self.random.pick([
      .pushed, .pushed, .nothingToPush, .failed(.unreachable), .failed(.refused(.hook)),
      .failed(.other),
    ])
  }

  private mutating func finishSomething() {
    guard !self.known.isEmpty else { return }
    let number = self.random.pick(self.known).number
    switch self.random.below(5) {
    case 0, 1: self.send(.captureFinished(number, self.anyCaptureOutcome()))
    case 2: self.send(.pushFinished(number, self.anyPushOutcome()))
    case 3:
      self.send(
        .radarFinished(number, self.random.pick([.nothingNew, .news([Drift.make()]), .failed])))
    default: self.send(.maintenanceFinished(number))
    }
  }

  private mutating func answerSomething() {
    if self.random.below(2) == 0 {
      self.send(
        .powerRead(
          self.random.pick([
            .mains, .unknown, .battery(percent: self.random.below(101)), .battery(percent: 15),
          ])))
    } else {
      self.send(.loadRead(hundredthsPerCore: self.random.pick([0, 100, 251, 9999])))
    }
  }

  // MARK: Rules

  private mutating func send(_ event: SchedulerEvent) {
    guard self.violation == nil else { return }
    self.trace += "\(self.nanoseconds) \(event)\n"
    self.note(event)
    let actions = self.scheduler.handle(event, at: self.now)
    for action in actions {
      self.trace += "  \(action)\n"
      self.check(action)
    }
    if let deadline = self.scheduler.deadline, deadline <= self.now {
      self.violation = "the deadline is in the past"
    }
    guard self.isCalm else { return }
    for action in actions { self.answer(action) }
  }

  private mutating func note(_ event: SchedulerEvent) {
    switch event {
    case .repositoryRemoved(let number): self.known.removeAll { $0.number == number }
    case .scheduleChanged(let number, let schedule): self.with(number) { $0.schedule = schedule }
    case .paused(let number): self.with(number) { $0.isPaused = true }
    case .resumed(let number): self.with(number) { $0.isPaused = false }
    case .missing(let number): self.with(number) { $0.isMissing = true }
    case .returned(let number): self.with(number) { $0.isMissing = false }
    case .busy(let number): self.with(number) { $0.isBusy = true }
    case .free(let number): self.with(number) { $0.isBusy = false }
    case .filesChanged(let number), .changesLost(let number), .headMoved(let number):
      let time = self.nanoseconds
      self.with(number) { $0.dirtySince = $0.dirtySince ?? time }
    case .asked(let number, _):
      for index in self.known.indices where number == nil || self.known[index].number == number {
        self.known[index].wasAsked = true
        self.known[index].dirtySince = self.known[index].dirtySince ?? self.nanoseconds
      }
    case .captureFinished(let number, let outcome): self.noteCapture(number, outcome)
    case .pushFinished(let number, let outcome):
      self.with(number) { known in
        guard known.isPushing else { return }
        known.isPushing = false
        if outcome == .pushed || outcome == .nothingToPush { known.unpushedSince = nil }
      }
    case .powerRead(.battery(let percent)): self.charge = (percent, self.nanoseconds)
    case .powerRead: self.charge = nil
    case .shuttingDown: self.isEnding = true
    default: break
    }
  }

  private mutating func noteCapture(_ number: RepositoryNumber, _ outcome: CaptureOutcome) {
    let time = self.nanoseconds
    self.with(number) { known in
      guard let began = known.captureBegan else { return }
      known.captureBegan = nil
      switch outcome {
      case .captured(let isNew):
        known.lastCapture = began
        if isNew { known.unpushedSince = known.unpushedSince ?? time }
      case .busy:
        known.isBusy = true
        known.dirtySince = began
      case .failed: known.dirtySince = began
      }
    }
  }

  private mutating func with(_ number: RepositoryNumber, _ body: (inout Known) -> Void) {
    guard let index = self.known.firstIndex(where: { $0.number == number }) else { return }
    body(&self.known[index])
  }

  private mutating func check(_ action: SchedulerAction) {
    switch action {
    case .capture(let number, let reason, _, _): self.checkCapture(number, reason)
    case .push(let number):
      self.checkIsAtHand(number, action, evenBusy: false)
      if self.isEnding { self.violation = "\(action) at the end" }
      guard let known = self.known.first(where: { $0.number == number }) else { return }
      if known.isPushing { self.violation = "two pushes at once: \(action)" }
      if !known.schedule.pushes { self.violation = "no remote: \(action)" }
      self.with(number) { $0.isPushing = true }
    case .radar(let number):
      self.checkIsAtHand(number, action, evenBusy: true)
    case .maintain(let number):
      self.checkIsAtHand(number, action, evenBusy: false)
    default: break
    }
  }

  private mutating func checkIsAtHand(
    _ number: RepositoryNumber, _ action: SchedulerAction, evenBusy: Bool
  ) {
    guard let known = self.known.first(where: { $0.number == number }) else {
      self.violation = "unknown repository: \(action)"
      return
    }
    if known.isPaused || known.isMissing || (known.isBusy && !evenBusy) {
      self.violation = "not at hand: \(action)"
    }
  }

  private mutating func checkCapture(_ number: RepositoryNumber, _ reason: CaptureReason) {
    let action = "capture \(number.number) \(reason)"
    self.checkIsAtHand(number, .push(number), evenBusy: false)
    guard let index = self.known.firstIndex(where: { $0.number == number }) else { return }
    let known = self.known[index]
    if known.captureBegan != nil { self.violation = "two captures at once: \(action)" }
    if reason == .now, !known.wasAsked { self.violation = "nobody asked: \(action)" }
    if let last = known.lastCapture, reason == .interval || reason == .change,
      self.now < MonotonicTime(nanoseconds: last) + known.schedule.commitInterval
    {
      self.violation = "too early: \(action)"
    }
    // Younger than any question that could have gone unanswered since.
    if reason != .now, let charge = self.charge, charge.percent < known.schedule.minBatteryPercent,
      charge.percent < 100, self.nanoseconds - charge.readAt < 5_000_000_000
    {
      self.violation = "on an empty battery: \(action)"
    }
    self.known[index].captureBegan = self.nanoseconds
    self.known[index].dirtySince = nil
  }

  // MARK: Calm

  /// Ends all work, lifts all limits, and expects everything to be captured and pushed in time.
  mutating func calm() {
    guard !self.isEnding, self.violation == nil else { return }
    self.isCalm = true
    self.send(.powerRead(.mains))
    self.send(.loadRead(hundredthsPerCore: 0))
    for known in self.known {
      let schedule = Schedule.make(
        commit: self.random.pick([0, 5, 600]), push: self.random.pick([0, 60, 3600]),
        hasRemote: true)
      self.send(.captureFinished(known.number, .captured(isNew: true)))
      self.send(.pushFinished(known.number, .pushed))
      self.send(.scheduleChanged(known.number, schedule))
      // Scans that always find something would go on for ever.
      self.send(.watchChanged(known.number, isWatched: true))
      self.send(.resumed(known.number))
      self.send(.returned(known.number))
      self.send(.free(known.number))
      self.send(.filesChanged(known.number))
    }
    // 1.25 intervals, then a push interval, then what the start may hold back.
    let end = self.nanoseconds + (750 + 3600 + 120) * 1_000_000_000
    var steps = 0
    while self.violation == nil, let deadline = self.scheduler.deadline,
      deadline <= MonotonicTime(nanoseconds: end)
    {
      steps += 1
      self.reachDeadline()
      if steps > 10_000 { self.violation = "no end of deadlines" }
    }
    for known in self.known {
      if known.dirtySince != nil { self.violation = "\(known.number) was not captured" }
      if known.unpushedSince != nil { self.violation = "\(known.number) was not pushed" }
    }
  }

  private mutating func answer(_ action: SchedulerAction) {
    switch action {
    case .capture(let number, _, _, _): self.send(.captureFinished(number, .captured(isNew: true)))
    case .push(let number): self.send(.pushFinished(number, .pushed))
    case .radar(let number): self.send(.radarFinished(number, .nothingNew))
    case .maintain(let number): self.send(.maintenanceFinished(number))
    case .readPower: self.send(.powerRead(.mains))
    case .readLoad: self.send(.loadRead(hundredthsPerCore: 0))
    case .standing, .notify, .stop: break
    }
  }
}
