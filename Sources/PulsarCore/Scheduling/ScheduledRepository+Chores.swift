extension ScheduledRepository {
  /// Announcements do not make the radar run more often than this.
  private static let leastRadarInterval = Duration.seconds(30)
  private static let longestWaitForCapture = Duration.seconds(300)
  private static let maintenanceInterval = Duration.seconds(7 * 86400)
  /// For how long nothing must have changed before maintenance.
  private static let idleTime = Duration.seconds(600)
  /// Maintenance that does not fit now is thought of again after this.
  private static let maintenanceRetry = Duration.seconds(3600)

  // MARK: Radar

  /// Asks the remote what other machines have; that needs no quiet tree, only the power.
  mutating func lookAtRadar(_ surroundings: inout Surroundings) {
    guard let interval = self.schedule.radarInterval, self.hasRemote, !self.isRadarUnderWay,
      let planned = self.radarDue
    else { return }
    let due = max(planned, self.sendNotBefore ?? planned)
    guard due <= surroundings.now else { return self.wake(at: due) }
    // After a start, first what changed here meanwhile: it says how the others' work lies to ours.
    // The end of a capture is an event.
    let isFirstCaptureAwaited =
      self.lastCapture == nil && (self.capture != nil || self.captureDueSince != nil)
    if isFirstCaptureAwaited, surroundings.now < due + Self.longestWaitForCapture {
      return self.wake(at: due + Self.longestWaitForCapture)
    }
    guard surroundings.powerKnown(isLow: self.power.isLow) != nil else { return }
    if self.power.isLow {
      self.planRadar(interval, at: surroundings.now)
      if let next = self.radarDue { self.wake(at: next) }
      return
    }
    self.isRadarUnderWay = true
    self.isAnnounced = false
    self.lastRadar = surroundings.now
    surroundings.actions.append(.radar(self.number))
  }

  private mutating func planRadar(_ interval: Duration, at now: MonotonicTime) {
    self.radarDue =
      now + self.random.part(of: interval, thousandths: 900...1100, for: .radar)
  }

  /// Somebody said that there is something new.
  mutating func hurryRadar(at now: MonotonicTime) {
    guard let planned = self.radarDue else { return }
    self.isAnnounced = self.isRadarUnderWay
    self.radarDue = min(
      planned, max(now, self.lastRadar.map { $0 + Self.leastRadarInterval } ?? now))
  }

  mutating func finishRadar(_ outcome: RadarOutcome, _ surroundings: inout Surroundings) {
    guard self.isRadarUnderWay else { return }
    let now = surroundings.now
    self.isRadarUnderWay = false
    if let interval = self.schedule.radarInterval { self.planRadar(interval, at: now) }
    // The answer may be older than the announcement.
    if self.isAnnounced { self.hurryRadar(at: now) }
    // What was told of before is no news, also after a restart: whoever looks keeps account.
    guard case .news(let news) = outcome else { return }
    for drift in news { surroundings.actions.append(.notify(.drift(drift), self.number)) }
  }

  // MARK: Maintenance

  /// Plans the first maintenance after the start, not for all repositories at once.
  mutating func planMaintenance(ageOfLast: Duration?, at now: MonotonicTime) {
    let age = ageOfLast.map { min(max($0, .zero), Self.maintenanceInterval) }
    let rest = Self.maintenanceInterval - (age ?? Self.maintenanceInterval)
    let spread = self.random.part(
      of: Self.maintenanceRetry, thousandths: 0...1000, for: .maintenance)
    self.maintenanceDue = now + max(rest, Self.idleTime) + spread
  }

  /// Maintenance is for quiet hours: no other work here, files quiet, power and load easy.
  mutating func lookAtMaintenance(_ surroundings: inout Surroundings) {
    let now = surroundings.now
    guard !self.isMaintenanceUnderWay else { return }
    guard self.maintenanceDue <= now else { return self.wake(at: self.maintenanceDue) }
    // Whatever ends one of these is an event, and is looked at.
    guard self.change == nil, self.capture == nil, self.push == nil, !self.isBusy,
      !self.isRadarUnderWay
    else { return }
    if let lastActivity = self.lastActivity, now < lastActivity + Self.idleTime {
      return self.wake(at: lastActivity + Self.idleTime)
    }
    let powerEnd = surroundings.powerKnown(isLow: self.power.isLow)
    guard surroundings.loadKnown() != nil, powerEnd != nil else { return }
    if self.power.isLow || surroundings.isLoadHigh {
      self.maintenanceDue = now + Self.maintenanceRetry
      return self.wake(at: self.maintenanceDue)
    }
    self.isMaintenanceUnderWay = true
    surroundings.actions.append(.maintain(self.number))
  }

  mutating func finishMaintenance(at now: MonotonicTime) {
    guard self.isMaintenanceUnderWay else { return }
    self.isMaintenanceUnderWay = false
    self.maintenanceDue = now + Self.maintenanceInterval
  }
}
