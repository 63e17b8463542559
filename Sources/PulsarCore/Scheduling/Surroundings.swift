/// What all repositories share: the time, the machine, and the list of actions.
struct Surroundings: Sendable {
  let isOnePass: Bool
  var now = MonotonicTime(nanoseconds: .min)
  var isShuttingDown = false
  var power = Reading(PowerState.unknown)
  /// Per core, in hundredths.
  var load = Reading(0)
  var suspension = Notice()
  /// How many captures were begun.
  var turns = 0
  var actions: [SchedulerAction] = []

  /// How long an answer is waited for; without it there are no limits.
  static let patience = Duration.seconds(5)
  static let powerHolds = Duration.seconds(60)
  /// While something waits for the charger.
  static let lowPowerHolds = Duration.seconds(300)
  static let loadHolds = Duration.seconds(30)
  static let highLoad = 250

  init(isOnePass: Bool) { self.isOnePass = isOnePass }

  /// Asks for the power unless it is known.
  ///
  /// - Returns: until when what is known holds; nil while an answer is awaited.
  mutating func powerKnown(isLow: Bool) -> MonotonicTime? {
    let holds = isLow ? Self.lowPowerHolds : Self.powerHolds
    if let end = self.power.end(after: holds), self.now < end { return end }
    if self.power.ask(at: self.now) { self.actions.append(.readPower) }
    return nil
  }

  /// Asks for the load unless it is known.
  ///
  /// - Returns: until when what is known holds; nil while an answer is awaited.
  mutating func loadKnown() -> MonotonicTime? {
    if let end = self.load.end(after: Self.loadHolds), self.now < end { return end }
    if self.load.ask(at: self.now) { self.actions.append(.readLoad) }
    return nil
  }

  var isLoadHigh: Bool { self.load.value > Self.highLoad }

  var batteryPercent: Int {
    if case .battery(let percent) = self.power.value { percent } else { 100 }
  }
}

/// Something read from the machine, only when a decision needs it.
struct Reading<Value: Sendable>: Sendable {
  private(set) var value: Value
  private var readAt: MonotonicTime?
  private var askedAt: MonotonicTime?

  init(_ value: Value) { self.value = value }

  func end(after holds: Duration) -> MonotonicTime? { self.readAt.map { $0 + holds } }

  /// When an answer is no longer waited for; nil when none is awaited.
  var giveUpAt: MonotonicTime? { self.askedAt.map { $0 + Surroundings.patience } }

  /// - Returns: false when an answer is awaited already.
  mutating func ask(at now: MonotonicTime) -> Bool {
    guard self.askedAt == nil else { return false }
    self.askedAt = now
    return true
  }

  mutating func answer(_ value: Value, at now: MonotonicTime) {
    self.value = value
    self.readAt = now
    self.askedAt = nil
  }

  /// The machine slept: it may run on something else now.
  mutating func forget() { self.readAt = nil }
}

/// Tells of a condition once, and again when it changed or a day passed.
struct Notice: Sendable {
  private var condition: Condition?
  private var toldAt: MonotonicTime?

  static let repeats = Duration.seconds(86400)

  /// - Returns: whether to tell the person.
  mutating func raise(_ condition: Condition, at now: MonotonicTime) -> Bool {
    if self.condition == condition, let toldAt = self.toldAt, now < toldAt + Self.repeats {
      return false
    }
    self.condition = condition
    self.toldAt = now
    return true
  }

  mutating func clear() { self.condition = nil }
}
