internal import PulsarCommands
internal import PulsarCore
internal import PulsarEngine
internal import PulsarSystem

/// V6, V7: what has settled is captured, and what is captured is pushed, within bounds that follow from
/// the schedule.
extension World {
  /// Files are quiet after so long.
  private static let settling = SimulatedTime.seconds(2)
  /// Files that are never quiet are captured a quarter of the interval later, or so much.
  private static let patience = SimulatedTime.seconds(10)
  /// What is known of the load and of a full battery holds for half a minute and for one.
  private static let slack = SimulatedTime.seconds(90)
  /// What is known of a low battery holds so long.
  static let lowPowerHolds = SimulatedTime.minutes(5)
  /// Machines that start or wake together do not send together.
  private static let longestHold = SimulatedTime.minutes(2)
  /// More than that waits for a processor.
  private static let highLoad = 250

  // MARK: after every event

  /// Judges what should be done by now, as all was before the event that comes next.
  func judgeTimes() {
    for node in self.nodes {
      self.judgeNotices(of: node)
      guard let schedule = node.schedule, self.failure == nil else { continue }
      if let due = self.captureDue(of: node, schedule), due.soonest < self.now {
        self.judgeCaptureTime(of: node, due)
      }
      if let due = self.pushDue(of: node, schedule), due.soonest < self.now {
        self.judgePushTime(of: node, due)
      }
    }
  }

  /// Notes what keeps machines from their work once an event has passed.
  func noteReasons() {
    for node in self.nodes {
      let (captures, pushes) = (self.captureReason(of: node), self.pushReason(of: node))
      self.note(captures, at: \.captures, of: node)
      self.note(pushes, at: \.pushes, of: node)
    }
  }

  private func note(
    _ reason: LateReason?, at delay: WritableKeyPath<WaitingWork, WaitingWork.Delay>,
    of node: SimulatedNode
  ) {
    if let old = node.waits[keyPath: delay].reason, old != reason {
      let rest = old == .battery ? Self.lowPowerHolds : .zero
      let free = max(node.waits[keyPath: delay].free, self.now + rest)
      node.waits[keyPath: delay].free = free
      node.waits[keyPath: delay].isCounted = false
    }
    node.waits[keyPath: delay].reason = reason
  }

  private func reason(of node: SimulatedNode) -> LateReason? {
    if node.asleepUntil != nil { return .asleep }
    if !node.isRunning { return .notRunning }
    if !node.isThere { return .missing }
    if Files.status(Pause(gitDirectory: node.gitDir).path) != nil { return .paused }
    if node.repository?.isBusy == true { return .halfWay }
    if node.waits.isLow { return .battery }
    return self.diskFault(of: node) == nil ? nil : .disk
  }

  private func captureReason(of node: SimulatedNode) -> LateReason? {
    if let reason = self.reason(of: node) { return reason }
    if self.lockEnd(of: node) != nil { return .locked }
    return self.now < node.waits.captures.retry ? .retries : nil
  }

  private func pushReason(of node: SimulatedNode) -> LateReason? {
    if let reason = self.reason(of: node) { return reason }
    let isAway = self.faults.isActive { kind in
      switch kind {
      case .cut(let number): number == node.number
      case .down, .refuses, .losesAnswers: true
      case .slow, .disk, .lock: false
      }
    }
    if isAway { return .remote }
    return self.now < node.waits.pushes.retry ? .retries : nil
  }

  // MARK: V6

  /// When something is to be done at the latest, and when by the schedule alone.
  private struct Due {
    let limit: SimulatedTime
    let soonest: SimulatedTime
    /// What puts it off up to the limit; nil: nothing.
    let reason: LateReason?
  }

  private func captureDue(of node: SimulatedNode, _ schedule: Schedule) -> Due? {
    let waits = node.waits
    guard let changed = waits.changed else { return nil }
    let interval = SimulatedTime(schedule.commitInterval)
    let quarter = SimulatedTime(milliseconds: interval.milliseconds / 4)
    let earliest = max(changed.first, waits.captured.map { $0 + interval } ?? changed.first)
    let patient = changed.first + interval + max(quarter, Self.patience)
    let due = max(earliest, min(changed.last + Self.settling, patient), waits.captures.free)
    // A busy machine puts it off by three intervals, or until it is less busy.
    let most = max(interval.milliseconds, SimulatedTime.seconds(30).milliseconds) * 3
    let loaded = due + SimulatedTime(milliseconds: most)
    let isBusy = node.load > Self.highLoad
    let latest = isBusy ? loaded : min(loaded, max(due, waits.loadEnded))
    return Due(
      limit: latest + Self.slack, soonest: due + Self.slack, reason: latest > due ? .load : nil)
  }

  private func judgeCaptureTime(of node: SimulatedNode, _ due: Due) {
    let isLate = due.limit < self.now
    if let reason = node.waits.captures.reason ?? (isLate ? nil : due.reason) {
      if !node.waits.captures.isCounted { self.excuse(reason, "capture") }
      node.waits.captures.isCounted = true
      return
    }
    do {
      self.count("V6")
      let path = try self.firstUncaptured(of: node)
      guard let path else {
        // What changed is as it was, or somebody captured it.
        node.waits.changed = nil
        return
      }
      self.fail(
        "V6", node.name,
        "'\(path.displayed)' was to be captured by \(due.limit.offsetText), and is not captured"
          + self.waiting(node))
    } catch {
      self.fail("V6", node.name, "what waits to be captured cannot be read: \(error)")
    }
  }

  /// Notes what a capture of the daemon's came to.
  func noteCaptureTime(_ end: CaptureEnd, of node: SimulatedNode, isDisturbed: Bool) {
    switch end.outcome {
    case .captured(let isNew):
      if node.waits.changed != nil, node.waits.captures.reason == nil { self.count("V6") }
      node.waits.captured = self.now
      node.waits.changed = isDisturbed ? (self.now, self.now) : nil
      node.waits.captures.succeed()
      self.endConditions(.captures, of: node)
      if isNew { node.waits.noteUnpushed(at: self.now) }
    case .busy: break
    case .failed(let trouble):
      if trouble == .lasting { self.oweNotice(.capturesFail(trouble), of: node) }
      let hasReason =
        node.fileTrouble != nil || isDisturbed || !node.isThere
        || Files.status(node.gitDir.appending("index.lock")) != nil
      guard hasReason, let schedule = node.schedule else { return }
      let longest = max(.minutes(10), SimulatedTime(schedule.commitInterval))
      node.waits.captures.fail(
        "\(trouble)", at: self.now, first: trouble == .lasting ? .minutes(1) : .seconds(5),
        cap: trouble == .lasting ? .hours(1) : longest)
    }
  }

  // MARK: V7

  private func pushDue(of node: SimulatedNode, _ schedule: Schedule) -> Due? {
    let waits = node.waits
    guard schedule.pushes, let since = waits.unpushed else { return nil }
    let interval = SimulatedTime(schedule.pushInterval)
    // A daemon that starts goes by the age of the last push, also of one that a verb made, by the wall
    // clock, which somebody may have set.
    let verb = waits.verbPushed.flatMap { $0 < waits.started ? $0 : nil }
    let last = max(max(waits.pushed, verb), waits.hasSetClock ? waits.started : nil)
    let base = max(since, last.map { $0 + interval } ?? since)
    let due = max(base, waits.pushes.free)
    let most = SimulatedTime(milliseconds: interval.milliseconds * 4)
    let deferred = base + min(max(most, .hours(1)), .hours(24))
    let latest = waits.isEco ? max(due, deferred) : due
    let travel = Self.longestHold + Self.pushLatency + self.faults.delay
    return Due(
      limit: latest + travel + Self.slack, soonest: due + travel + Self.slack,
      reason: latest > due ? .eco : nil)
  }

  private func judgePushTime(of node: SimulatedNode, _ due: Due) {
    let isLate = due.limit < self.now
    if let reason = node.waits.pushes.reason ?? (isLate ? nil : due.reason) {
      if !node.waits.pushes.isCounted { self.excuse(reason, "push") }
      node.waits.pushes.isCounted = true
      return
    }
    do {
      self.count("V7")
      let refs = self.remoteRefs()
      // What somebody took off the remote, the radar has pushed again in its own time.
      guard let tip = try self.currentTip(of: node), !self.isOnRemote(tip, refs),
        !node.ledger.confirmed.values.contains(tip)
      else {
        node.waits.unpushed = nil
        return
      }
      self.fail(
        "V7", node.name,
        "\(tip.short) was to be pushed by \(due.limit.offsetText), and is not on the remote"
          + self.waiting(node))
    } catch {
      self.fail("V7", node.name, "what waits to be pushed cannot be read: \(error)")
    }
  }

  /// Notes what a push came to.
  func notePushTime(_ outcome: PushOutcome?, of node: SimulatedNode) {
    let began = node.waits.pushBegan
    node.waits.pushBegan = nil
    defer { node.waits.overtaken = nil }
    switch outcome {
    case nil: break
    case .pushed, .nothingToPush:
      if node.waits.unpushed != nil, node.waits.pushes.reason == nil { self.count("V7") }
      node.waits.pushed = began
      node.waits.unpushed = node.waits.overtaken
      node.waits.pushes.succeed()
      self.endConditions(.pushes, of: node)
    case .noRemote: node.waits.unpushed = nil
    case .failed(let trouble):
      if trouble.isLasting { self.oweNotice(.pushesFail(trouble), of: node) }
      node.waits.pushes.fail(
        trouble.keyword, at: self.now, first: SimulatedTime(trouble.retry.first),
        cap: SimulatedTime(trouble.retry.cap))
    }
  }

  private func excuse(_ reason: LateReason, _ what: String) {
    self.excuses["late \(what): \(reason.rawValue)", default: 0] += 1
  }
}

/// The later of two times; nil is never.
private func max(_ one: SimulatedTime?, _ other: SimulatedTime?) -> SimulatedTime? {
  guard let one, let other else { return one ?? other }
  return Swift.max(one, other)
}
