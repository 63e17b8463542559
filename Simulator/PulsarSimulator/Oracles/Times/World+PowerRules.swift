internal import PulsarCommands
internal import PulsarCore
internal import PulsarEngine

/// S28: on battery, nothing is done that the settings forbid.
extension World {
  /// What a daemon may capture at any charge.
  private static let asked: CaptureReason = .now

  /// Judges a capture that a daemon begins.
  func judgePower(ofCapture task: CaptureTask, _ node: SimulatedNode) {
    guard let (percent, schedule) = self.charge(of: node), task.reason != Self.asked else { return }
    self.count("S28")
    if percent < schedule.minBatteryPercent {
      self.fail(
        "S28", node.name,
        "captured at \(percent) %, and below \(schedule.minBatteryPercent) % nothing is captured")
    }
  }

  /// Judges a push that a daemon begins: below the second limit, what waits is put off by four
  /// intervals, an hour at the least and a day at the most.
  func judgePower(ofPushOf node: SimulatedNode) {
    guard let (percent, schedule) = self.charge(of: node) else { return }
    self.count("S28")
    if percent < schedule.minBatteryPercent {
      return self.fail(
        "S28", node.name,
        "pushed at \(percent) %, and below \(schedule.minBatteryPercent) % nothing is pushed")
    }
    guard percent < schedule.ecoModePercent, let since = node.waits.unpushed else { return }
    let wanted = SimulatedTime(milliseconds: SimulatedTime(schedule.pushInterval).milliseconds * 4)
    let least = min(max(wanted, .hours(1)), .hours(24))
    if self.now - since < least {
      self.fail(
        "S28", node.name,
        "pushed at \(percent) % what waited for \((self.now - since).spanText), and below "
          + "\(schedule.ecoModePercent) % it waits \(least.spanText)")
    }
  }

  /// Judges a look at the remote that a daemon begins.
  func judgePower(ofRadarOf node: SimulatedNode) {
    guard let (percent, schedule) = self.charge(of: node) else { return }
    self.count("S28")
    if percent < max(schedule.ecoModePercent, schedule.minBatteryPercent) {
      self.fail(
        "S28", node.name,
        "asked the remote at \(percent) %, and below \(schedule.ecoModePercent) % nobody does")
    }
  }

  private func charge(of node: SimulatedNode) -> (percent: Int, schedule: Schedule)? {
    guard case .battery(let percent) = node.power, let schedule = node.schedule else { return nil }
    return (percent, schedule)
  }

  /// Notes how busy a machine is from now on.
  func takeLoad(_ hundredths: Int, of node: SimulatedNode) {
    node.load = hundredths
    node.waits.loadEnded = self.now
  }

  /// Notes what a machine runs on from now on.
  func takePower(_ power: PowerState, of node: SimulatedNode) {
    node.power = power
    guard let schedule = node.schedule else { return }
    let percent: Int? = if case .battery(let percent) = power { percent } else { nil }
    let wasEco = node.waits.isEco
    node.waits.takePower(
      percent, floor: schedule.minBatteryPercent, eco: schedule.ecoModePercent)
    if wasEco, !node.waits.isEco { node.waits.pushes.free = self.now + Self.lowPowerHolds }
    if !node.waits.isLow { self.endConditions(.battery, of: node) }
  }
}
