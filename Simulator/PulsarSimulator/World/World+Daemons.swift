internal import PulsarCommands
internal import PulsarCore
internal import PulsarEngine
internal import PulsarGit
internal import PulsarSystem

extension World {
  // MARK: life

  func startDaemon(_ number: Int) throws {
    let node = self.nodes[number]
    guard !node.isRunning, node.asleepUntil == nil else { return }
    node.life += 1
    node.isRunning = true
    node.waits.start(at: self.now)
    node.loop = DaemonLoop(
      scheduler: Scheduler(seed: self.scenario.seed &+ UInt64(number) &+ UInt64(node.life) << 32),
      effects: NodeEffects(self, number), time: node.clock.local)
    self.record(node.name, .daemonStarted, "")
    let repository = try HostedRepository(self.host(node), node.work)
    node.repository = repository
    node.known = WorktreeState(of: node.work)
    node.knownGit = WatchedGit(of: node, since: node.knownGit)
    guard let place = repository.look() else {
      return self.record(node.name, .captureFailed, "the repository was not found")
    }
    node.schedule = place.schedule
    self.takePower(node.power, of: node)
    let schedule = self.planted(place.schedule)
    self.feed(number) { $0.handle(.repositoryAdded(Self.one, schedule, place.facts)) }
  }

  /// Each machine has one repository.
  static let one = RepositoryNumber(0)

  func kill(_ number: Int, _ why: String) {
    let node = self.nodes[number]
    guard node.isRunning else { return self.record(node.name, .skipped, "no daemon runs") }
    self.forgetDaemon(of: node)
    node.ledger.hasDied = true
    self.record(node.name, .crashed, why)
    self.queue.add(.daemonReturns(node: number), at: self.now + Self.restartDelay)
  }

  private func forgetDaemon(of node: SimulatedNode) {
    node.isRunning = false
    node.life += 1
    node.loop = nil
    node.repository = nil
    node.waiting = []
    // What is in the queue for this one may come while none runs.
    node.nextDeadline = nil
  }

  func stop(_ number: Int) {
    let node = self.nodes[number]
    guard node.isRunning else { return self.record(node.name, .skipped, "no daemon runs") }
    self.feed(number) { $0.handle(.shuttingDown) }
  }

  /// Hands something to a machine's daemon, and sees to what it decides.
  func feed(
    _ number: Int, _ event: @escaping (inout DaemonLoop<NodeEffects, LocalClock>) -> Void
  ) {
    let node = self.nodes[number]
    guard node.isRunning, node.asleepUntil == nil else { return }
    node.waiting.append(event)
    // What is fed from within an effect comes after it.
    guard var loop = node.loop else { return }
    node.loop = nil
    let life = node.life
    while node.life == life, !node.waiting.isEmpty { node.waiting.removeFirst()(&loop) }
    guard node.life == life else { return }
    node.loop = loop
    if loop.hasStopped {
      self.forgetDaemon(of: node)
      return self.record(node.name, .daemonStopped, "")
    }
    if let deadline = loop.deadline {
      let time = max(node.clock.time(of: deadline), self.now)
      if node.nextDeadline.map({ time < $0 || $0 < self.now }) ?? true {
        node.nextDeadline = time
        self.queue.add(.deadline(node: number), at: time)
      }
    }
  }

  func passDeadline(_ number: Int) {
    let node = self.nodes[number]
    guard node.isRunning, node.asleepUntil == nil, let loop = node.loop else { return }
    if node.nextDeadline.map({ $0 <= self.now }) ?? false { node.nextDeadline = nil }
    guard let deadline = loop.deadline else { return }
    if node.clock.time(of: deadline) <= self.now {
      self.countTurn(node)
      self.feed(number) { $0.passDeadline() }
    } else {
      self.feed(number) { _ in }
    }
  }

  /// A daemon that decides over and over at one moment gets nowhere.
  private func countTurn(_ node: SimulatedNode) {
    node.turns = node.lastTurn == self.now ? node.turns + 1 : 0
    node.lastTurn = self.now
    if node.turns > 1000 { self.fail("S14", node.name, "the daemon spins without time passing") }
  }

  // MARK: sleep

  func suspend(_ number: Int, for span: SimulatedTime) {
    let node = self.nodes[number]
    guard node.asleepUntil == nil else { return self.record(node.name, .skipped, "asleep already") }
    node.asleepUntil = self.now + span
    node.fellAsleepAt = self.now
    self.record(node.name, .asleep, "")
    self.queue.add(.wakes(node: number), at: self.now + span)
  }

  func wake(_ number: Int) {
    let node = self.nodes[number]
    guard let until = node.asleepUntil, self.isQuiet || until <= self.now else { return }
    node.asleepUntil = nil
    node.nextDeadline = nil
    self.record(node.name, .awake, "")
    let gap = Duration.milliseconds((self.now - node.fellAsleepAt).milliseconds)
    if self.plants.contains(.sleepsOn) { return }
    self.feed(number) { $0.handle(.wokeFromSleep(after: gap)) }
  }

  // MARK: what its watch sees

  /// Tells a daemon what changed in its files since it was told last.
  ///
  /// - Parameters:
  ///   - node: whose.
  ///   - edited: what was certainly touched: twice within a tick of the file system's clock, a file
  ///     looks as it did.
  func observe(_ node: SimulatedNode, edited: Set<GitPath> = []) {
    guard node.isRunning, let repository = node.repository else { return }
    let files = WorktreeState(of: node.work)
    let all = files.changes(since: node.known).union(edited)
    let changed = self.planted(all, files)
    node.known = files
    let git = WatchedGit(of: node, since: node.knownGit)
    let isGitChanged = node.knownGit != git
    node.knownGit = git
    if !all.isEmpty || isGitChanged { node.waits.noteChange(at: self.now) }
    if changed.isEmpty && !isGitChanged { return }
    let rules = changed.contains { path in
      [".gitignore", ".gitattributes"].contains { path.name.elementsEqual($0.utf8) }
    }
    if rules || isGitChanged { _ = repository.look() }
    self.feed(node.number) { loop in
      loop.change(changed, of: World.one)
      if rules { loop.handle(.changesLost(World.one)) }
      if isGitChanged, !self.plants.contains(.waitsForever) || repository.isBusy {
        loop.handle(repository.isBusy ? .busy(World.one) : .free(World.one))
        loop.handle(.headMoved(World.one))
      }
    }
  }

  // MARK: effects

  func capture(_ task: CaptureTask, on number: Int) -> CaptureEnd {
    let node = self.nodes[number]
    guard let repository = node.repository else { return CaptureEnd(.failed(.passing)) }
    let what = task.paths.map { $0.map(\.displayed).joined(separator: ", ") } ?? "everything"
    self.judgePower(ofCapture: task, node)
    node.underWay = "a capture (\(task.reason.rawValue)) of \(what)"
    defer { node.underWay = nil }
    let end = self.effect(
      "capture", on: node, of: self.planted(repository.capture(task), task, of: node)
    ) { end -> [UInt8] in
      switch end.outcome {
      case .captured(isNew: true): [0]
      case .captured(isNew: false): [1]
      case .busy: [2]
      case .failed(.lasting): [3]
      case .failed(.passing): [4]
      }
    } reading: { bytes -> CaptureEnd in
      switch bytes.first {
      case 0: CaptureEnd(.captured(isNew: true))
      case 1: CaptureEnd(.captured(isNew: false))
      case 2: CaptureEnd(.busy)
      case 3: CaptureEnd(.failed(.lasting))
      default: CaptureEnd(.failed(.passing))
      }
    }
    guard let end else { return CaptureEnd(.failed(.passing)) }
    if node.leftLitter, !node.hasLitter {
      node.leftLitter = false
      self.tell(.sweptLitter)
    }
    self.judgeCapture(end, task, of: node, isDisturbed: node.isMeddledWith)
    self.noteCaptureTime(end, of: node, isDisturbed: node.isMeddledWith)
    if !node.isMeddledWith { self.judgeKnownPaths(end, task, of: node) }
    self.observeMeddling(node)
    return end
  }

  /// The watch tells of what a user did amid an effect once that is over.
  private func observeMeddling(_ node: SimulatedNode) {
    guard node.isMeddledWith else { return }
    node.isMeddledWith = false
    self.observe(node)
  }

  func beginPush(on number: Int) {
    let node = self.nodes[number]
    self.judgePower(ofPushOf: node)
    self.judgePace(ofPushOf: node)
    node.waits.pushBegan = self.now
    self.queue.add(
      .push(node: number, life: node.life), at: self.now + Self.pushLatency + self.faults.delay)
  }

  func endPush(on number: Int, life: Int) {
    let node = self.nodes[number]
    guard node.life == life, let repository = node.repository else { return }
    if let until = node.asleepUntil {
      return self.queue.add(.push(node: number, life: life), at: until + Self.pushLatency)
    }
    node.underWay = "a push"
    defer { node.underWay = nil }
    let outcomes: [PushOutcome] = [.pushed, .nothingToPush, .noRemote]
    node.remoteBefore = self.remoteRefs()
    let outcome = self.effect(
      "push", on: node, of: self.planted(node) ?? repository.push()
    ) { outcome -> [UInt8] in
      if case .failed(let trouble) = outcome { return Array(trouble.keyword.utf8) }
      return [UInt8(outcomes.firstIndex(of: outcome) ?? 0)]
    } reading: { bytes -> PushOutcome in
      if let first = bytes.first, Int(first) < outcomes.count { return outcomes[Int(first)] }
      return .failed(PushTrouble(keyword: String(decoding: bytes, as: UTF8.self)) ?? .other)
    }
    self.judgePush(outcome, of: node, before: node.remoteBefore)
    self.notePushTime(outcome, of: node)
    self.observeMeddling(node)
    guard let outcome else { return }
    self.feed(number) { $0.handle(.pushFinished(World.one, outcome)) }
  }

  func beginRadar(on number: Int) {
    let node = self.nodes[number]
    self.judgePower(ofRadarOf: node)
    self.queue.add(
      .radar(node: number, life: node.life), at: self.now + Self.radarLatency + self.faults.delay)
  }

  func endRadar(on number: Int, life: Int) {
    let node = self.nodes[number]
    guard node.life == life, let repository = node.repository else { return }
    if let until = node.asleepUntil {
      return self.queue.add(.radar(node: number, life: life), at: until + Self.radarLatency)
    }
    let look = self.planted(
      {
        self.effect("radar", on: node, of: repository.radar(), as: { $0 }, reading: { $0 })
          .map(HostedRepository.outcome(ofRadar:))
      }, of: node)
    guard let (outcome, isUnpushed) = look else {
      node.news.hasLost = true
      return
    }
    if isUnpushed { node.waits.noteUnpushed(at: self.now) }
    switch outcome {
    case .nothingNew: self.record(node.name, .looked, "nothing new")
    case .failed:
      self.record(node.name, .looked, node.fileTrouble ?? TraceWords.unreachable)
    case .news(let drifts):
      for drift in drifts {
        if drift.slug == node.currentSlug {
          self.fail("S15", node.name, "the radar took this machine's own stream for another's")
        }
        self.record(node.name, .drift, "\(Self.words(drift.kind)) \(drift.machine)")
        node.drift[drift.machine] = drift.tip
      }
    }
    if outcome != .failed { self.noteSettledDrift(of: node) }
    self.feed(number) { loop in
      loop.handle(.radarFinished(World.one, outcome))
      if isUnpushed { loop.handle(.unpushed(World.one)) }
    }
  }

  /// Work of others that a machine was told of, and that is part of its own by now.
  private func noteSettledDrift(of node: SimulatedNode) {
    guard let tip = try? self.currentTip(of: node) else { return }
    for (machine, theirs) in node.drift.sorted(by: { $0.key < $1.key })
    where (try? node.withStore { try $0.contains(theirs, in: tip) }) ?? false {
      node.drift[machine] = nil
      self.record(node.name, .drift, "\(TraceWords.gone) \(machine)")
    }
  }

  private static func words(_ kind: Drift.Kind) -> String {
    kind == .ahead ? TraceWords.ahead : TraceWords.apart
  }

  func tidy(on number: Int) {
    let node = self.nodes[number]
    self.watched("tidy", on: node) {
      node.repository?.tidy()
      self.plantInTidy(of: node)
    }
  }

  func note(_ standing: Standing, on number: Int) {
    let node = self.nodes[number]
    let old = node.standing
    node.standing = standing
    switch (old?.pushes, standing.pushes) {
    case (.deferred?, .deferred): break
    case (_, .deferred): self.tell(.pushesDeferred)
    default: break
    }
    switch (old?.captures, standing.captures) {
    case (.suspended?, .suspended), (.busy?, .busy): break
    case (_, .suspended): self.tell(.allSuspended)
    case (_, .busy): self.record(node.name, .captureFailed, TraceWords.underWay)
    case (.delayedByLoad?, .delayedByLoad): break
    case (_, .delayedByLoad): self.tell(.delayedByLoad)
    default: break
    }
  }

  func notice(_ condition: Condition, on number: Int) {
    let words = Self.words(condition)
    self.record(self.nodes[number].name, .notice, words)
    self.judgeNotice(condition, words, of: self.nodes[number])
  }

  static func words(_ condition: Condition) -> String {
    switch condition {
    case .capturesFail: "captures fail"
    case .pushesFail(let trouble): "pushes fail: \(trouble.keyword)"
    case .pushesOverdue: "pushes overdue"
    case .capturesSuspended: "captures suspended"
    case .drift(let drift): "drift \(Self.words(drift.kind)) \(drift.machine)"
    }
  }
}
