/// Decides what to do when: a pure function of what was observed.
///
/// Takes one event at a time, by the continuous clock. The same seed and the same events give the
/// same actions, in every process.
package struct Scheduler: Sendable {
  /// When to handle `deadline` unless something else comes first; nil for never.
  package private(set) var deadline: MonotonicTime?

  let seed: UInt64
  /// In the order of their numbers.
  var repositories: [ScheduledRepository] = []
  var surroundings: Surroundings
  private var shutdownEnd: MonotonicTime?
  private var hasStopped = false

  private static let capturesAtOnce = 2
  private static let fullScansAtOnce = 1
  /// A capture that takes longer holds up no other.
  private static let slowCapture = Duration.seconds(60)
  private static let shutdownTime = Duration.seconds(10)

  /// - Parameters:
  ///   - seed: what jitter is drawn from.
  ///   - isOnePass: whether it ends when nothing is left to do. Then high load puts nothing off, as
  ///     the next pass would not know for how long already, and pushes are not held so that machines
  ///     do not all send at once after a start.
  package init(seed: UInt64, isOnePass: Bool = false) {
    self.seed = seed
    self.surroundings = Surroundings(isOnePass: isOnePass)
  }

  /// Takes in what was observed, and says what to do about it.
  ///
  /// - Parameters:
  ///   - event: what was observed.
  ///   - now: by the continuous clock; never taken for earlier than the latest seen.
  /// - Returns: actions in the order to begin them in.
  package mutating func handle(
    _ event: SchedulerEvent, at now: MonotonicTime
  ) -> [SchedulerAction] {
    guard !self.hasStopped else { return [] }
    self.surroundings.now = max(self.surroundings.now, now)
    self.giveUpOnAnswers()
    self.take(event)
    self.look()
    self.stopWhenDone()
    let actions = self.surroundings.actions
    self.surroundings.actions = []
    return actions
  }

  /// Looks at every repository that an event changed or whose time has come, and begins captures.
  private mutating func look() {
    let now = self.surroundings.now
    var wake: MonotonicTime?
    var isCaptureReady = false
    for index in self.repositories.indices {
      if self.repositories[index].isStale || self.repositories[index].isDue(at: now) {
        self.repositories[index].look(&self.surroundings)
      }
      if self.repositories[index].isCaptureReady { isCaptureReady = true }
      wake = earlier(wake, self.repositories[index].wake)
    }
    if isCaptureReady {
      wake = self.beginCaptures()
      for index in self.repositories.indices { wake = earlier(wake, self.repositories[index].wake) }
    }
    wake = earlier(wake, self.surroundings.power.giveUpAt)
    wake = earlier(wake, self.surroundings.load.giveUpAt)
    self.deadline = earlier(wake, self.shutdownEnd)
  }

  // MARK: Captures in line

  /// Begins the captures that there is room for: those a person asked for, then the longest waiting,
  /// then the least recently begun.
  ///
  /// - Returns: when there is room for the next at the latest; nil when none is left.
  private mutating func beginCaptures() -> MonotonicTime? {
    while true {
      let running = self.runningCaptures
      let scans = running.filter { $0.scope == .everything }
      let hasRoom = running.count < Self.capturesAtOnce
      let hasScanRoom = hasRoom && scans.count < Self.fullScansAtOnce
      var next: Int?
      var isAnyLeft = false
      for index in self.repositories.indices where self.repositories[index].isCaptureReady {
        isAnyLeft = true
        let isScan = self.repositories[index].captureScope == .everything
        guard isScan ? hasScanRoom : hasRoom else { continue }
        if let other = next, !self.goes(index, before: other) { continue }
        next = index
      }
      guard let next else {
        return isAnyLeft ? running.map { $0.began + Self.slowCapture }.min() : nil
      }
      self.repositories[next].beginReadyCapture(&self.surroundings)
      self.repositories[next].look(&self.surroundings)
    }
  }

  private var runningCaptures: [ScheduledRepository.RunningCapture] {
    self.repositories.compactMap { repository in
      guard let capture = repository.capture,
        self.surroundings.now < capture.began + Self.slowCapture
      else { return nil }
      return capture
    }
  }

  private func goes(_ index: Int, before other: Int) -> Bool {
    let (left, right) = (self.repositories[index], self.repositories[other])
    if left.isCaptureAsked != right.isCaptureAsked { return left.isCaptureAsked }
    guard let since = left.captureDueSince, let otherSince = right.captureDueSince else {
      return false
    }
    return since == otherSince ? left.lastTurn < right.lastTurn : since < otherSince
  }

  // MARK: Power and load

  /// Without an answer there are no limits.
  private mutating func giveUpOnAnswers() {
    let now = self.surroundings.now
    if let end = self.surroundings.power.giveUpAt, end <= now { self.takePower(.unknown) }
    if let end = self.surroundings.load.giveUpAt, end <= now { self.takeLoad(0) }
  }

  mutating func takePower(_ power: PowerState) {
    self.surroundings.power.answer(power, at: self.surroundings.now)
    var isSuspended = false
    for index in self.repositories.indices {
      self.repositories[index].takePower(power)
      if self.repositories[index].power.isSuspended { isSuspended = true }
    }
    if !isSuspended { self.surroundings.suspension.clear() }
  }

  mutating func takeLoad(_ hundredths: Int) {
    self.surroundings.load.answer(hundredths, at: self.surroundings.now)
    self.lookAtAll()
  }

  mutating func lookAtAll() {
    for index in self.repositories.indices { self.repositories[index].isStale = true }
  }

  // MARK: The end

  /// Begins the end; a second request ends at once.
  mutating func shutDown() {
    guard self.shutdownEnd == nil else {
      self.shutdownEnd = self.surroundings.now
      return
    }
    self.shutdownEnd = self.surroundings.now + Self.shutdownTime
    self.surroundings.isShuttingDown = true
    self.lookAtAll()
  }

  private mutating func stopWhenDone() {
    guard let shutdownEnd = self.shutdownEnd else { return }
    let isWorking = self.repositories.contains { $0.capture != nil }
    guard !isWorking || shutdownEnd <= self.surroundings.now else { return }
    self.hasStopped = true
    self.deadline = nil
    self.surroundings.actions.append(.stop)
  }
}

/// The earlier of two times; nil is never.
private func earlier(_ left: MonotonicTime?, _ right: MonotonicTime?) -> MonotonicTime? {
  guard let left, let right else { return left ?? right }
  return min(left, right)
}
