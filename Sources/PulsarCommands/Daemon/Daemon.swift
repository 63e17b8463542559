internal import PulsarCore
internal import PulsarEngine
internal import PulsarGit
internal import PulsarSystem

/// The daemon: one thread that waits for files, workers, signals and one deadline (`DESIGN.md` §4).
///
/// Nothing to do means no wake-up at all.
final class Daemon {
  /// Looks under way at once: a start with many repositories is not to fill the machine.
  private static let looksAtOnce = 2

  let session: Session
  let hands: DaemonHands
  let watch: any FileWatch
  let ruleWatch = RuleWatch()
  var loop: DaemonLoop<DaemonHands, LocalClock>
  var roots: KnownRoots
  let isOnePass: Bool
  private let signals: SignalPipe
  private let stateWatch: StateWatch
  private let notice: ServiceNotice
  private var sleep = SleepDetector(.now())
  private var nextPing: Int64?
  private var isReady = false
  private var isRegistryOld = true

  /// - Parameters:
  ///   - session: of a process that does nothing else.
  ///   - isOnePass: whether to end when nothing is left to do; files are not watched then.
  /// - Throws: when the system does not let us watch our own files.
  init(_ session: Session, isOnePass: Bool) throws {
    self.session = session
    self.isOnePass = isOnePass
    let state = session.directories.state
    self.hands = DaemonHands(session, program: try OwnProgram.running())
    self.watch = SystemFileWatch()
    self.roots = KnownRoots(stateFolder: state)
    self.notice = ServiceNotice(environment: session.environment)
    let seed = UInt64.random(in: .min ... .max)
    self.loop = DaemonLoop(
      scheduler: Scheduler(seed: seed, isOnePass: isOnePass), effects: self.hands,
      time: session.clock)
    self.signals = try SignalPipe()
    let files = [
      session.registry.path, session.configFile, state.appending(DaemonFiles.poke),
    ]
    for file in files { try AtomicFile.makeFolder(file.parent) }
    self.stateWatch = try StateWatch(files: files)
    if self.notice.watchdogInterval != nil { self.nextPing = ClockReadings.continuous() }
  }

  /// Runs until somebody ends it, or in one pass until nothing is left to do.
  ///
  /// - Throws: when the system does not let it wait.
  func run() throws {
    self.hands.note("daemon-started", .info, nil, [("version", GitPulsar.version)])
    while true {
      self.reloadRegistry()
      self.startLooks()
      self.tellReadiness()
      self.hands.writeBoard()
      if self.loop.hasStopped || (self.isOnePass && self.isAtRest) { break }
      let ready = try DescriptorPoll.wait(self.descriptors, within: self.timeout)
      self.observeClocks()
      for source in Source.allCases where ready.contains(source) { self.take(source) }
      self.passDeadlines()
    }
    self.notice.send(.stopping)
    self.hands.workers.terminate()
    self.hands.note("daemon-stopped")
  }

  // MARK: waiting

  /// Files before signals: what changed before the end was asked for is captured.
  private enum Source: CaseIterable {
    case files, rules, state, workers, signals
  }

  private var descriptors: [(descriptor: Int32, token: Source)] {
    var watched: [(Int32, Source)] = [
      (self.signals.descriptor, .signals), (self.stateWatch.descriptor, .state),
    ]
    if let descriptor = self.watch.descriptor { watched.append((descriptor, .files)) }
    if let descriptor = self.ruleWatch.descriptor { watched.append((descriptor, .rules)) }
    watched += self.hands.workers.descriptors.map { ($0, .workers) }
    return watched.map { (descriptor: $0.0, token: $0.1) }
  }

  /// Until the next deadline; nil for as long as nothing happens.
  private var timeout: Duration? {
    let deadlines = [
      self.loop.deadline?.nanoseconds, self.hands.notifier.deadline, self.hands.workers.deadline,
      self.nextPing, self.hands.repositories.compactMap(\.nextLook).min(),
    ]
    return deadlines.compactMap { $0 }.min().map {
      max(.zero, .nanoseconds($0 - ClockReadings.continuous()))
    }
  }

  private func observeClocks() {
    switch self.sleep.observe(.now()) {
    case .woke(let gap):
      self.hands.note("woke", .info, nil, [("after", "\(gap.components.seconds) s")])
      self.loop.handle(.wokeFromSleep(after: gap))
    case .wallStepped(let step):
      self.hands.note("clock-stepped", .info, nil, [("by", "\(step.components.seconds) s")])
      self.loop.handle(.wallClockStepped)
    case nil: break
    }
  }

  private func passDeadlines() {
    let now = ClockReadings.continuous()
    if let deadline = self.loop.deadline, deadline.nanoseconds <= now { self.loop.passDeadline() }
    if let deadline = self.hands.notifier.deadline, deadline <= now { self.tendNotifier() }
    self.hands.workers.kill(at: now)
    for repository in self.hands.repositories {
      if let next = repository.nextLook, next <= now {
        repository.nextLook = nil
        repository.isLookDue = true
      }
    }
    if let next = self.nextPing, next <= now, let interval = self.notice.watchdogInterval {
      self.notice.send(.watchdog)
      self.nextPing = (MonotonicTime(nanoseconds: now) + interval).nanoseconds
    }
  }

  private func tendNotifier() {
    for trouble in self.hands.notifier.tend(now: ClockReadings.continuous()) {
      self.hands.note("notice-failed", .warning, nil, [("why", trouble)])
    }
  }

  // MARK: what happens

  private func take(_ source: Source) {
    switch source {
    case .files: self.readWatch()
    case .rules: self.readRuleWatch()
    case .state:
      if self.stateWatch.read() { self.lookAtEverything() }
    case .workers: self.collect()
    case .signals:
      for signal in self.signals.read() { self.take(signal) }
    }
  }

  private func take(_ signal: SignalPipe.Signal) {
    switch signal {
    case .terminate, .interrupt:
      self.hands.note("daemon-stopping")
      self.loop.handle(.shuttingDown)
    case .hangup: self.lookAtEverything()
    case .childEnded:
      self.collect()
      self.tendNotifier()
    }
  }

  private func lookAtEverything() {
    self.isRegistryOld = true
    for repository in self.hands.repositories { repository.isLookDue = true }
  }

  private func collect() {
    for end in self.hands.workers.collect() {
      guard let repository = self.hands.repository(end.number) else { continue }
      if end.message == nil {
        self.hands.note("worker-failed", .error, repository, [("why", "it ended without a word")])
      }
      switch end.task {
      case .look: self.finishLook(end.message, repository)
      case .capture:
        let capture = self.captureEnd(end.message, repository)
        self.loop.finish(capture, of: end.number)
        if let message = end.message { self.takeForced(message, repository) }
        // What the worker saw may have ended before it could tell.
        if case .busy = capture.outcome { self.observeOperation(of: repository) }
      case .push:
        self.loop.handle(.pushFinished(end.number, end.message?.pushOutcome ?? .failed(.other)))
        for failed in self.hands.startPushesInLine() {
          self.loop.handle(.pushFinished(failed, .failed(.other)))
        }
      case .radar:
        self.loop.handle(.radarFinished(end.number, self.radarOutcome(end.message, repository)))
        if end.message?.flag(.isUnpushed) == true { self.loop.handle(.unpushed(end.number)) }
        for failed in self.hands.startRadarsInLine() {
          self.loop.handle(.radarFinished(failed, .failed))
        }
      case .tidy: self.loop.handle(.maintenanceFinished(end.number))
      }
    }
  }

  private func captureEnd(_ message: WorkMessage?, _ repository: DaemonRepository) -> CaptureEnd {
    guard let message else { return CaptureEnd(.failed(.passing)) }
    if let words = message.text(.words), message.text(.outcome) != "busy" {
      self.hands.note("capture-failed", .warning, repository, [("why", words)])
    }
    return message.captureEnd
  }

  private func radarOutcome(
    _ message: WorkMessage?, _ repository: DaemonRepository
  ) -> RadarOutcome {
    guard let message else { return .failed }
    // Only when it is not the same as before: a remote may be out of reach for days.
    if let words = message.text(.words) {
      self.hands.note("radar-failed", .warning, repository, [("why", words)])
    }
    for trouble in message.all(.problem) {
      let words = String(decoding: trouble, as: UTF8.self)
      self.hands.note("radar-trouble", .warning, repository, [("what", words)])
    }
    return message.radarOutcome
  }

  // MARK: repositories

  /// Adds what was registered since, and drops what is no more.
  private func reloadRegistry() {
    guard self.isRegistryOld else { return }
    self.isRegistryOld = false
    let paths: [GitPath]
    do {
      paths = try self.session.registry.load().paths
    } catch {
      self.hands.note("registry-failed", .error, nil, [("why", error.explanation)])
      return
    }
    let registered = Set(paths)
    for repository in self.hands.repositories where !registered.contains(repository.path) {
      self.watch.remove(repository.number.number)
      self.watchRules([], of: repository)
      self.hands.remove(repository.number)
      self.loop.handle(.repositoryRemoved(repository.number))
    }
    let known = Set(self.hands.repositories.map(\.path))
    for path in paths where !known.contains(path) { self.hands.add(path) }
    self.roots = KnownRoots(stateFolder: self.session.directories.state)
  }

  private func startLooks() {
    guard !self.loop.hasStopped else { return }
    for repository in self.hands.repositories where repository.isLookDue {
      guard self.hands.workers.count(of: .look) < Self.looksAtOnce else { return }
      if repository.isLookUnderWay { continue }
      repository.isLookDue = false
      let root = self.roots[repository.path].map { ["--root", $0] } ?? []
      do throws(SystemError) {
        try self.hands.workers.start(.look, of: repository.number, repository.path, root)
        repository.isLookUnderWay = true
      } catch {
        self.hands.note("worker-failed", .error, repository, [("why", error.explanation)])
        repository.nextLook = ClockReadings.continuous() + 60_000_000_000
      }
    }
  }

  /// Tells the service manager once every repository has been looked at.
  private func tellReadiness() {
    if self.isReady { return }
    let isLooking = self.hands.repositories.contains { $0.isLookDue || $0.isLookUnderWay }
    if isLooking { return }
    self.isReady = true
    let count = self.hands.repositories.count
    self.notice.send(
      .ready, .status("\(count) registered \(count == 1 ? "repository" : "repositories")"))
  }

  /// Whether nothing is under way and nothing goes on by itself at once.
  private var isAtRest: Bool {
    // A push in line waits for one of the workers; a notification ends with the process that shows it.
    guard self.isReady, self.hands.workers.isIdle, self.hands.notifier.deadline == nil else {
      return false
    }
    return !self.hands.repositories.contains { repository in
      guard let standing = repository.standing else { return repository.isScheduled }
      switch standing.captures {
      case .inLine, .underWay: return true
      default: break
      }
      if case .underWay = standing.pushes { return true }
      return false
    }
  }
}
