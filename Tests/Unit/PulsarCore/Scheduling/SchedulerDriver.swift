import PulsarCore
import Testing

/// Plays the machine around a scheduler: moves the time by hand, answers questions, ends work.
struct SchedulerDriver {
  private(set) var scheduler: Scheduler
  /// Since the start.
  private(set) var now = Duration.zero
  private(set) var log: [Entry] = []
  private var coming: [Coming] = []
  private var eventsWithoutProgress = 0

  /// nil for a machine that does not answer.
  var power: PowerState? = .mains
  /// Per core, in hundredths; nil for a machine that does not answer.
  var load: Int? = 0
  /// What work comes to; nil for work that never ends.
  var captures: CaptureOutcome? = .captured(isNew: true)
  var captureTime = Duration.zero
  var pushes: PushOutcome? = .pushed
  var radars: RadarOutcome? = .nothingNew

  struct Entry {
    let time: Duration
    let action: SchedulerAction
  }

  private struct Coming {
    let time: Duration
    let event: SchedulerEvent
  }

  init(seed: UInt64 = 1, isOnePass: Bool = false) {
    self.scheduler = Scheduler(seed: seed, isOnePass: isOnePass)
  }

  /// Where the continuous clock stood at the start.
  private static let origin = MonotonicTime(nanoseconds: 5_000_000_000)

  static func moment(_ time: Duration) -> MonotonicTime { Self.origin + time }

  mutating func send(_ event: SchedulerEvent) {
    let actions = self.scheduler.handle(event, at: Self.moment(self.now))
    if let deadline = self.scheduler.deadline {
      #expect(deadline > Self.moment(self.now), "the deadline is in the past after \(event)")
    }
    for action in actions {
      self.log.append(Entry(time: self.now, action: action))
      self.answer(action)
    }
  }

  private mutating func answer(_ action: SchedulerAction) {
    func soon(_ event: SchedulerEvent?, after: Duration = .zero) {
      guard let event else { return }
      let time = self.now + after
      let place = self.coming.firstIndex { $0.time > time } ?? self.coming.endIndex
      self.coming.insert(Coming(time: time, event: event), at: place)
    }
    switch action {
    case .readPower: soon(self.power.map { .powerRead($0) })
    case .readLoad: soon(self.load.map { .loadRead(hundredthsPerCore: $0) })
    case .capture(let number, _, _, _):
      soon(self.captures.map { .captureFinished(number, $0) }, after: self.captureTime)
    case .push(let number): soon(self.pushes.map { .pushFinished(number, $0) })
    case .radar(let number): soon(self.radars.map { .radarFinished(number, $0) })
    case .maintain(let number): soon(.maintenanceFinished(number))
    case .standing, .notify, .stop: break
    }
  }

  /// Lets time pass, and handles what comes in it, the end included.
  mutating func run(for duration: Duration) {
    let end = self.now + duration
    while true {
      let deadline = self.scheduler.deadline.map { $0 - Self.origin }
      let next = min(
        deadline ?? .seconds(Int64.max), self.coming.first?.time ?? .seconds(Int64.max))
      guard next <= end else { break }
      self.eventsWithoutProgress = next > self.now ? 0 : self.eventsWithoutProgress + 1
      guard self.eventsWithoutProgress < 1000 else {
        Issue.record("no end of events at \(self.now)")
        return
      }
      self.now = max(self.now, next)
      if let first = self.coming.first, first.time <= self.now {
        self.coming.removeFirst()
        self.send(first.event)
      } else {
        self.send(.deadline)
      }
    }
    self.now = end
  }

  /// Sends an event, and runs what it sets off without letting time pass.
  mutating func happen(_ event: SchedulerEvent) {
    self.send(event)
    self.run(for: .zero)
  }

  /// Lets time pass while nothing runs.
  mutating func stall(for duration: Duration) { self.now += duration }

  mutating func sleep(for duration: Duration) {
    self.stall(for: duration)
    self.happen(.wokeFromSleep(after: duration))
  }

  mutating func forgetLog() { self.log = [] }

  // MARK: What was done

  func times(_ isWanted: (SchedulerAction) -> Bool) -> [Duration] {
    self.log.filter { isWanted($0.action) }.map(\.time)
  }

  var captureTimes: [Duration] { self.times(\.isCapture) }
  var pushTimes: [Duration] { self.times(\.isPush) }
  var radarTimes: [Duration] { self.times(\.isRadar) }
  var actions: [SchedulerAction] { self.log.map(\.action) }
  var captureList: [SchedulerAction] { self.actions.filter(\.isCapture) }
  var notices: [SchedulerAction] { self.actions.filter(\.isNotice) }

  /// What `status` shows last.
  func standing(_ number: Int = 1) -> Standing? {
    for case .standing(RepositoryNumber(number), let standing) in self.actions.reversed() {
      return standing
    }
    return nil
  }
}

extension SchedulerAction {
  var isCapture: Bool { if case .capture = self { true } else { false } }
  var isPush: Bool { if case .push = self { true } else { false } }
  var isRadar: Bool { if case .radar = self { true } else { false } }
  var isMaintenance: Bool { if case .maintain = self { true } else { false } }
  var isNotice: Bool { if case .notify = self { true } else { false } }
}

extension RepositoryNumber: ExpressibleByIntegerLiteral {
  public init(integerLiteral value: Int) { self.init(value) }
}

extension Duration {
  static func minutes(_ count: Int) -> Duration { .seconds(60 * count) }
  static func hours(_ count: Int) -> Duration { .seconds(3600 * count) }
}

extension Schedule {
  /// Without a remote unless told, so that captures stand alone.
  static func make(
    commit: Int = 600, push: Int = 3600, minBattery: Int = 10, eco: Int = 20,
    hasRemote: Bool = false, radar: Duration? = nil
  ) -> Schedule {
    var settings = Settings()
    settings.commitIntervalSeconds = commit
    settings.pushIntervalSeconds = push
    settings.minBatteryPercent = minBattery
    settings.ecoModePercent = eco
    return Schedule(settings, hasRemote: hasRemote, radarInterval: radar)
  }
}

extension SchedulerDriver {
  /// Repositories 1 to `count`, two days after the start: all is captured and no interval is running.
  static func settled(
    _ schedule: Schedule = .make(), count: Int = 1, isWatched: Bool = true
  ) -> SchedulerDriver {
    var driver = SchedulerDriver()
    var facts = RepositoryFacts()
    facts.isWatched = isWatched
    facts.ageOfLastMaintenance = .zero
    for number in 1...count {
      driver.happen(.repositoryAdded(RepositoryNumber(number), schedule, facts))
    }
    driver.run(for: .hours(48))
    driver.forgetLog()
    return driver
  }
}
