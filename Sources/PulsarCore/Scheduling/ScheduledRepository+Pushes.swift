extension ScheduledRepository {
  private static let overdue = Duration.seconds(86400)
  private static let longestHold = Duration.seconds(120)
  /// Low power defers a push by four intervals, but no less and no more than these.
  private static let deferral = Duration.seconds(3600)...Duration.seconds(86400)

  mutating func noteUnpushed(at now: MonotonicTime) {
    self.unpushedSince = self.unpushedSince ?? now
    if let push = self.push, push.overtakenAt == nil { self.push?.overtakenAt = now }
  }

  mutating func lookAtPush(_ surroundings: inout Surroundings) -> Standing.Pushes {
    let now = surroundings.now
    guard self.schedule.pushes, self.hasRemote else { return .off }
    if let push = self.push { return .underWay(since: push.began) }
    let isCaptureAwaited = self.isCaptureAsked || self.capture != nil
    guard let since = self.unpushedSince, let base = self.pushBase else {
      if !isCaptureAwaited { self.isPushAsked = false }
      return .pushed
    }
    if self.isBusy { return .held }
    if self.isPushAsked {
      // The capture asked for with it goes first, and along.
      if isCaptureAwaited { return .waiting(until: since) }
    } else {
      if let wait = self.waitForPush(base, &surroundings) { return wait }
    }
    self.isPushAsked = false
    self.push = RunningPush(began: now)
    surroundings.actions.append(.push(self.number))
    return .underWay(since: now)
  }

  /// When the interval alone would have a push; nil when there is nothing to push.
  private var pushBase: MonotonicTime? {
    guard let since = self.unpushedSince else { return nil }
    guard let lastPush = self.lastPush else { return since }
    return max(since, lastPush + self.schedule.pushInterval)
  }

  /// What a push that nobody asked for waits for; nil for nothing.
  private mutating func waitForPush(
    _ base: MonotonicTime, _ surroundings: inout Surroundings
  ) -> Standing.Pushes? {
    let now = surroundings.now
    var due = max(base, self.sendNotBefore ?? base)
    if let retryAt = self.pushBackoff.retryAt { due = max(due, retryAt) }
    guard due <= now else {
      self.wake(at: due)
      if let retryAt = self.pushBackoff.retryAt, let trouble = self.pushBackoff.trouble {
        return .backingOff(until: retryAt, trouble)
      }
      return .waiting(until: due)
    }
    guard let powerEnd = surroundings.powerKnown(isLow: self.power.isLow) else {
      return .waiting(until: due)
    }
    if self.power.isSuspended {
      self.wake(at: powerEnd)
      return .suspended(batteryPercent: surroundings.batteryPercent)
    }
    guard self.power.isEco else { return nil }
    let wanted = self.schedule.pushInterval * 4
    let latest = base + min(max(wanted, Self.deferral.lowerBound), Self.deferral.upperBound)
    guard now < latest else { return nil }
    self.wake(at: min(powerEnd, latest))
    return .deferred(until: latest)
  }

  mutating func finishPush(_ outcome: PushOutcome, _ surroundings: inout Surroundings) {
    guard let push = self.push else { return }
    let now = surroundings.now
    self.push = nil
    switch outcome {
    case .pushed, .nothingToPush:
      self.lastPush = push.began
      self.unpushedSince = push.overtakenAt
      self.pushBackoff.clear()
      self.pushNotice.clear()
    case .noRemote:
      self.hasRemote = false
    case .failed(let trouble):
      self.pushBackoff.fail(
        trouble, at: now, first: trouble.retry.first, cap: trouble.retry.cap, random: &self.random,
        kind: .pushRetry)
      let isOverdue = self.unpushedSince.map { $0 + Self.overdue <= now } ?? false
      let condition =
        trouble.isLasting ? Condition.pushesFail(trouble) : isOverdue ? .pushesOverdue : nil
      if let condition, self.pushNotice.raise(condition, at: now) {
        surroundings.actions.append(.notify(condition, self.number))
      }
    }
  }

  /// Holds what is to be sent for a random time, so that machines that start or wake together do
  /// not send together.
  ///
  /// What has been held once is not held again, however often the machine sleeps.
  mutating func holdSending(at now: MonotonicTime) {
    if let end = self.sendNotBefore {
      if let base = self.pushBase, base <= end { return }
      if let radarDue = self.radarDue, radarDue <= end { return }
    }
    let longest = min(Self.longestHold, self.schedule.pushInterval)
    self.sendNotBefore = now + self.random.part(of: longest, thousandths: 0...1000, for: .sending)
  }
}
