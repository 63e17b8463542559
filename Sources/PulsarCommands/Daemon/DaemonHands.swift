internal import PulsarCore
internal import PulsarEngine
internal import PulsarSystem

/// What the scheduler decides, done: paths that changed are captured here, all else by workers.
final class DaemonHands: DaemonEffects {
  let session: Session
  let workers: Workers
  let notifier: DesktopNotifier
  /// In the order of their numbers.
  private(set) var repositories: [DaemonRepository] = []
  /// Whether a standing changed since it was last written down.
  private var isBoardOld = true
  private var nextNumber = 0
  /// Pushes that were decided on and wait for others to end, oldest first.
  private var pushesInLine: [RepositoryNumber] = []
  /// Looks of the radar in line; apart, as a remote that hangs is not to hold up pushes to others.
  private var radarsInLine: [RepositoryNumber] = []
  /// More at once only get in each other's way.
  private static let pushesAtOnce = 4
  private static let radarsAtOnce = 4
  private let board: StandingBoard

  init(_ session: Session, program: GitPath) {
    self.session = session
    self.workers = Workers(program: program)
    self.notifier = DesktopNotifier(environment: session.environment)
    self.board = StandingBoard(stateFolder: session.directories.state)
  }

  func repository(_ number: RepositoryNumber) -> DaemonRepository? {
    self.repositories.first { $0.number == number }
  }

  func add(_ path: GitPath) {
    self.repositories.append(DaemonRepository(RepositoryNumber(self.nextNumber), path))
    self.nextNumber += 1
  }

  func remove(_ number: RepositoryNumber) {
    self.repositories.removeAll { $0.number == number }
    self.isBoardOld = true
  }

  // MARK: effects

  func capture(_ task: CaptureTask) -> CaptureEnd? {
    guard let repository = self.repository(task.number), let place = repository.place else {
      return CaptureEnd(.failed(.passing))
    }
    if let paths = task.paths, place.isPlain, !task.isAtLowPriority,
      !paths.contains(where: Self.changesRules)
    {
      let direct = repository.direct ?? DirectCapture(self.session, repository.path)
      repository.direct = direct
      if let end = direct.run(task.reason, paths) { return end }
    }
    let manner = task.isAtLowPriority ? ["--gently"] : []
    let hasStarted = self.start(.capture(task.reason), repository, manner)
    return hasStarted ? nil : CaptureEnd(.failed(.passing))
  }

  /// Whether a path says what belongs in the tree, or how it is stored.
  static func changesRules(_ path: GitPath) -> Bool {
    [".gitignore", ".gitattributes", ".gitmodules"].contains { path.name.elementsEqual($0.utf8) }
  }

  func push(_ number: RepositoryNumber) -> PushOutcome? {
    guard let repository = self.repository(number) else { return .failed(.other) }
    if self.workers.count(of: .push) >= Self.pushesAtOnce {
      self.pushesInLine.append(number)
      return nil
    }
    return self.start(.push, repository) ? nil : .failed(.other)
  }

  /// Starts as many pushes in line as there is room for.
  ///
  /// - Returns: those that could not be started.
  func startPushesInLine() -> [RepositoryNumber] {
    var failed: [RepositoryNumber] = []
    while self.workers.count(of: .push) < Self.pushesAtOnce, !self.pushesInLine.isEmpty {
      let number = self.pushesInLine.removeFirst()
      // One that was removed meanwhile is nobody's any more.
      guard let repository = self.repository(number) else { continue }
      if !self.start(.push, repository) { failed.append(number) }
    }
    return failed
  }

  func radar(_ number: RepositoryNumber) -> RadarOutcome? {
    guard let repository = self.repository(number) else { return .failed }
    if self.workers.count(of: .radar) >= Self.radarsAtOnce {
      self.radarsInLine.append(number)
      return nil
    }
    return self.start(.radar, repository) ? nil : .failed
  }

  /// Starts as many looks of the radar in line as there is room for.
  ///
  /// - Returns: those that could not be started.
  func startRadarsInLine() -> [RepositoryNumber] {
    var failed: [RepositoryNumber] = []
    while self.workers.count(of: .radar) < Self.radarsAtOnce, !self.radarsInLine.isEmpty {
      let number = self.radarsInLine.removeFirst()
      guard let repository = self.repository(number) else { continue }
      if !self.start(.radar, repository) { failed.append(number) }
    }
    return failed
  }

  func maintain(_ number: RepositoryNumber) -> Bool {
    guard let repository = self.repository(number) else { return true }
    return !self.start(.tidy, repository)
  }

  private func start(
    _ task: Workers.Task, _ repository: DaemonRepository, _ manner: [String] = []
  ) -> Bool {
    do throws(SystemError) {
      try self.workers.start(task, of: repository.number, repository.path, manner)
      return true
    } catch {
      self.note("worker-failed", .error, repository, [("why", error.explanation)])
      return false
    }
  }

  func readPower() -> PowerState {
    switch SystemPowerSource().reading() {
    case .onMains, .battery(_, isCharging: true): .mains
    case .battery(let percent, isCharging: false): .battery(percent: percent)
    case .unknown: .unknown
    }
  }

  func readLoad() -> Int { SystemLoadSource().loadPerCoreHundredths() ?? 0 }

  func show(_ standing: Standing, of number: RepositoryNumber) {
    guard let repository = self.repository(number) else { return }
    let old = repository.standing
    repository.standing = standing
    self.isBoardOld = true
    self.noteWait(repository, old, standing)
  }

  /// Waiting for something else than time is worth a line in the log.
  private func noteWait(_ repository: DaemonRepository, _ old: Standing?, _ new: Standing) {
    let words = self.words()
    switch new.captures {
    case .busy, .suspended, .delayedByLoad, .missing:
      if case .missing = new.captures, repository.absence != nil { break }
      if old?.captures != new.captures {
        self.note("waiting", .info, repository, [("what", words.captures(new.captures))])
      }
    default: break
    }
    if case .deferred = new.pushes, old?.pushes != new.pushes {
      self.note("waiting", .info, repository, [("what", words.pushes(new.pushes))])
    }
  }

  private func words() -> StandingWords {
    StandingWords(now: self.session.clock.continuousTime(), wall: self.session.clock.wallTime())
  }

  func notify(_ condition: Condition, about number: RepositoryNumber?) {
    let repository = number.flatMap { self.repository($0) }
    let name = repository.map { self.session.displayed($0.path) }
    let text = ConditionText(condition, repository: name)
    let outcome = self.notifier.notify(
      DesktopNotification(
        title: text.title, body: text.body, urgency: text.urgency,
        key: "\(text.key)-\(number?.number ?? -1)"))
    var fields = [("what", text.title), ("more", text.body)]
    if case .skipped(let why) = outcome { fields.append(("not-shown", why)) }
    self.note("notice", .warning, repository, fields)
  }

  // MARK: what others read

  func note(
    _ name: String, _ level: LogEvent.Level = .info, _ repository: DaemonRepository? = nil,
    _ fields: [(String, String)] = []
  ) {
    let about = repository.map { [LogEvent.Field("repo", $0.path.displayed)] } ?? []
    let event = LogEvent(
      time: self.session.clock.wallTime(), level: level, name: name,
      fields: about + fields.map { .init($0.0, $0.1) })
    let sizeMax = repository?.place?.settings.maxLogSize ?? Settings().maxLogSize
    // A log that cannot be written stops nothing.
    _ = self.session.log(sizeMax).record(event)
  }

  /// What there is to say of the repositories now, in their order.
  func standings() -> StandingBoard.Content {
    StandingBoard.Content(
      now: self.session.clock.continuousTime(), wall: self.session.clock.wallTime(),
      entries: self.repositories.map {
        StandingBoard.Entry(
          repository: $0.path, absence: $0.absence, standing: $0.standing, unwatched: $0.unwatched)
      })
  }

  /// Writes the board if it is old.
  func writeBoard() {
    guard self.isBoardOld else { return }
    self.isBoardOld = false
    // Nothing but `status` needs it.
    do throws(SystemError) {
      try self.board.write(self.standings())
    } catch {
      self.note("board-failed", .warning, nil, [("why", error.explanation)])
    }
  }

  func touchBoard() { self.isBoardOld = true }
}
