extension ScheduledRepository {
  /// Unwatched repositories are scanned no more often than this.
  private static let leastScanInterval = Duration.seconds(60)
  /// High load delays a capture by at most three intervals of at least this.
  private static let leastLoadInterval = Duration.seconds(30)
  /// From this many failures in a row on, nothing known about the paths is relied on.
  private static let failuresBeforeFullScan = 3
  private static let failingForLong = Duration.seconds(3600)
  private static let firstRetry = Duration.seconds(5)
  private static let retryCap = Duration.seconds(600)
  private static let firstLastingRetry = Duration.seconds(60)
  private static let lastingRetryCap = Duration.seconds(3600)

  /// Notes that something is to be captured.
  ///
  /// - Parameters:
  ///   - now: the time.
  ///   - isSeen: whether files changed just now and had better settle.
  ///   - scope: what the capture must look at.
  mutating func noteChange(at now: MonotonicTime, isSeen: Bool, scope: CaptureScope) {
    let change = PendingChange(at: now, isSeen: isSeen, scope: scope)
    if isSeen { self.lastActivity = now }
    if self.change == nil { self.change = change } else { self.change?.add(change) }
  }

  mutating func lookAtCapture(_ surroundings: inout Surroundings) -> Standing.Captures {
    let now = surroundings.now
    if let capture = self.capture { return .underWay(since: capture.began) }
    if self.isBusy {
      self.captureDueSince = nil
      return .busy
    }
    self.planScan(at: now)
    guard let change = self.change else { return .captured }
    if self.captureDueSince == nil {
      var due = change.due(after: self.lastCapture, self.schedule)
      if let retryAt = self.captureBackoff.retryAt { due = max(due, retryAt) }
      if self.isCaptureAsked { due = now }
      guard due <= now else {
        self.wake(at: due)
        if let retryAt = self.captureBackoff.retryAt, let trouble = self.captureBackoff.trouble {
          return .backingOff(until: retryAt, trouble)
        }
        let earliest = change.earliest(after: self.lastCapture, self.schedule)
        return .waiting(since: change.first, until: earliest)
      }
      self.captureDueSince = due
    }
    if !self.isCaptureAsked, let wait = self.waitForMachine(change, &surroundings) { return wait }
    self.isCaptureReady = true
    return .inLine
  }

  /// An unwatched repository may have changed at any time.
  private mutating func planScan(at now: MonotonicTime) {
    guard !self.isWatched, self.change == nil else { return }
    if let lastCapture = self.lastCapture {
      let scan = lastCapture + max(self.schedule.commitInterval, Self.leastScanInterval)
      guard scan <= now else {
        self.wake(at: scan)
        return
      }
    }
    self.noteChange(at: now, isSeen: false, scope: .everything)
  }

  /// What a due capture waits for on the side of power and load; nil for nothing.
  private mutating func waitForMachine(
    _ change: PendingChange, _ surroundings: inout Surroundings
  ) -> Standing.Captures? {
    let since = self.captureDueSince ?? surroundings.now
    let powerEnd = surroundings.powerKnown(isLow: self.power.isSuspended)
    if let powerEnd, self.power.isSuspended {
      self.wake(at: powerEnd)
      if surroundings.suspension.raise(.capturesSuspended, at: surroundings.now) {
        surroundings.actions.append(.notify(.capturesSuspended, nil))
      }
      return .suspended(batteryPercent: surroundings.batteryPercent)
    }
    let loadEnd = surroundings.loadKnown()
    guard powerEnd != nil, let loadEnd else {
      let earliest = change.earliest(after: self.lastCapture, self.schedule)
      return .waiting(since: change.first, until: earliest)
    }
    let latest = self.latestUnderLoad(since)
    guard surroundings.isLoadHigh, !surroundings.isOnePass, surroundings.now < latest else {
      return nil
    }
    self.wake(at: min(loadEnd, latest))
    return .delayedByLoad(until: latest)
  }

  private func latestUnderLoad(_ since: MonotonicTime) -> MonotonicTime {
    since + max(self.schedule.commitInterval, Self.leastLoadInterval) * 3
  }

  /// At the end everything that waits is captured at once, in one attempt.
  mutating func lookAtLastCapture(_ surroundings: inout Surroundings) -> Standing.Captures {
    if let capture = self.capture { return .underWay(since: capture.began) }
    if self.isBusy { return .busy }
    if self.power.isSuspended {
      return .suspended(batteryPercent: surroundings.batteryPercent)
    }
    if !self.isWatched {
      self.noteChange(at: surroundings.now, isSeen: false, scope: .everything)
    }
    guard let change = self.change else { return .captured }
    if self.isLastCaptureTried { return .waiting(since: change.first, until: change.first) }
    self.isLastCaptureTried = true
    self.beginCapture(.shutdown, &surroundings)
    return .underWay(since: surroundings.now)
  }

  var captureScope: CaptureScope {
    let isDoubtful = self.captureBackoff.failures >= Self.failuresBeforeFullScan
    return isDoubtful ? .everything : self.change?.scope ?? .everything
  }

  /// Begins the capture that is ready.
  mutating func beginReadyCapture(_ surroundings: inout Surroundings) {
    if self.isCaptureAsked {
      self.beginCapture(.now, &surroundings)
    } else {
      let isImmediate = self.schedule.commitInterval == .zero
      self.beginCapture(isImmediate ? .change : .interval, &surroundings)
    }
  }

  private mutating func beginCapture(
    _ reason: CaptureReason, _ surroundings: inout Surroundings
  ) {
    guard let change = self.change else { return }
    let scope = self.captureScope
    // A capture that high load has delayed for long goes all the same, but gently.
    let isLow = reason != .now && reason != .shutdown && surroundings.isLoadHigh
    self.capture = RunningCapture(
      began: surroundings.now, taken: change, scope: scope, isAsked: self.isCaptureAsked)
    surroundings.turns += 1
    self.lastTurn = surroundings.turns
    self.change = nil
    self.captureDueSince = nil
    self.isCaptureReady = false
    self.isCaptureAsked = false
    surroundings.actions.append(.capture(self.number, reason, scope, atLowPriority: isLow))
  }

  mutating func finishCapture(_ outcome: CaptureOutcome, _ surroundings: inout Surroundings) {
    guard let capture = self.capture else { return }
    let now = surroundings.now
    self.capture = nil
    switch outcome {
    case .captured(let isNew):
      self.lastCapture = capture.began
      self.captureBackoff.clear()
      self.captureNotice.clear()
      if isNew {
        self.lastActivity = now
        self.noteUnpushed(at: now)
      }
    case .busy:
      self.isBusy = true
      self.isCaptureAsked = self.isCaptureAsked || capture.isAsked
      self.takeBack(capture)
    case .failed(let trouble):
      self.takeBack(capture)
      let isLasting = trouble == .lasting
      self.captureBackoff.fail(
        trouble, at: now, first: isLasting ? Self.firstLastingRetry : Self.firstRetry,
        cap: isLasting
          ? Self.lastingRetryCap : max(Self.retryCap, self.schedule.commitInterval),
        random: &self.random, kind: .captureRetry)
      let isLong = self.captureBackoff.since.map { $0 + Self.failingForLong <= now } ?? false
      if isLasting || isLong, self.captureNotice.raise(.capturesFail(trouble), at: now) {
        surroundings.actions.append(.notify(.capturesFail(trouble), self.number))
      }
    }
  }

  /// What a capture that came to nothing had taken is uncaptured as before.
  private mutating func takeBack(_ capture: RunningCapture) {
    var change = capture.taken
    if let later = self.change { change.add(later) }
    self.change = change
  }
}
