import PulsarCore
import Testing

@Suite struct PowerRuleTests {
  private func driver(_ power: PowerState?, _ schedule: Schedule = .make()) -> SchedulerDriver {
    var driver = SchedulerDriver.settled(schedule)
    driver.power = power
    return driver
  }

  @Test(arguments: [
    (PowerState.mains, true), (.unknown, true), (.battery(percent: 100), true),
    (.battery(percent: 10), true), (.battery(percent: 9), false), (.battery(percent: 0), false),
  ])
  func `captures unless the battery is below min_battery_percent`(
    power: PowerState, isCaptured: Bool
  ) {
    var driver = self.driver(power)
    driver.happen(.filesChanged(1))
    driver.run(for: .hours(1))
    #expect(driver.captureTimes.isEmpty != isCaptured)
    #expect(driver.notices == (isCaptured ? [] : [.notify(.capturesSuspended, nil)]))
    if case .battery(let percent) = power, !isCaptured {
      #expect(driver.standing()?.captures == .suspended(batteryPercent: percent))
    }
  }

  @Test func `is suspended until five points above the floor, and reads the power every 5 min`() {
    var driver = self.driver(.battery(percent: 9))
    let start = driver.now
    driver.happen(.filesChanged(1))
    driver.run(for: .minutes(12))
    let readings = driver.times { $0 == .readPower }.map { $0 - start }
    #expect(readings == [.seconds(2), .seconds(302), .seconds(602)])
    driver.power = .battery(percent: 14)
    driver.run(for: .minutes(12))
    #expect(driver.captureTimes.isEmpty)
    driver.power = .battery(percent: 15)
    driver.run(for: .minutes(5))
    #expect(driver.captureTimes.count == 1)
  }

  @Test(arguments: [PowerState.mains, .unknown, .battery(percent: 60)])
  func `captures at once when the power is back`(power: PowerState) {
    var driver = self.driver(.battery(percent: 3))
    driver.happen(.filesChanged(1))
    driver.run(for: .seconds(30))
    driver.happen(.powerRead(power))
    #expect(driver.captureTimes == [driver.now])
  }

  @Test func `a battery that flaps around the floor does not flap us`() {
    var driver = self.driver(.battery(percent: 9))
    driver.happen(.filesChanged(1))
    driver.run(for: .seconds(10))
    for percent in [10, 9, 11, 9, 14, 9] {
      driver.happen(.powerRead(.battery(percent: percent)))
    }
    #expect(driver.captureTimes.isEmpty)
    #expect(driver.notices.count == 1)
  }

  @Test func `reads neither power nor load while nothing is due`() {
    var driver = self.driver(.battery(percent: 3))
    driver.run(for: .hours(48))
    #expect(driver.actions.isEmpty)
    #expect(
      driver.scheduler.deadline.map { $0 - SchedulerDriver.moment(driver.now) } ?? .hours(99)
        > .hours(48))
  }

  @Test func `takes what it read less than a minute ago for true`() {
    var driver = self.driver(.mains, .make(commit: 0))
    for gap in [0, 20, 20, 70] {
      driver.run(for: .seconds(gap))
      driver.happen(.filesChanged(1))
      driver.run(for: .seconds(2))
    }
    #expect(driver.captureTimes.count == 4)
    #expect(driver.times { $0 == .readPower }.count == 2)
    #expect(driver.times { $0 == .readLoad }.count == 3)
  }

  @Test func `captures without limits 5 s after a question that nobody answers`() {
    var driver = self.driver(nil)
    driver.load = nil
    driver.happen(.powerRead(.battery(percent: 1)))
    driver.run(for: .minutes(10))
    let start = driver.now
    driver.happen(.filesChanged(1))
    driver.run(for: .minutes(1))
    #expect(driver.captureTimes.map { $0 - start } == [.seconds(7)])
  }

  @Test func `a person who asks is heeded at any charge and load`() {
    var driver = self.driver(.battery(percent: 1), .make(hasRemote: true))
    driver.load = 9999
    driver.happen(.asked(1, pushes: true))
    #expect(
      driver.actions.filter { $0.isCapture || $0.isPush } == [
        .capture(1, .now, .everything, atLowPriority: false), .push(1),
      ])
  }

  // MARK: Eco mode

  @Test(arguments: [(3600, 4), (86400, 24), (60, 1)])
  func `eco mode defers pushes, but not for ever`(interval: Int, hours: Int) {
    var driver = self.driver(
      .battery(percent: 15), .make(commit: 0, push: interval, hasRemote: true))
    driver.happen(.filesChanged(1))
    driver.run(for: .seconds(2))
    let due = driver.now
    #expect(driver.captureTimes == [due])
    #expect(
      driver.standing()?.pushes
        == .deferred(until: SchedulerDriver.moment(due + .hours(hours))))
    driver.run(for: .hours(hours))
    #expect(driver.pushTimes == [due + .hours(hours)])
  }

  @Test func `below min_battery_percent a deferred push does not go`() {
    var driver = self.driver(.battery(percent: 15), .make(commit: 0, hasRemote: true))
    driver.happen(.filesChanged(1))
    driver.run(for: .hours(1))
    driver.power = .battery(percent: 5)
    driver.run(for: .hours(48))
    #expect(driver.pushTimes.isEmpty)
    #expect(driver.standing()?.pushes == .suspended(batteryPercent: 5))
    driver.power = .mains
    driver.run(for: .minutes(5))
    #expect(driver.pushTimes.count == 1)
  }

  @Test(arguments: [(20, true), (19, false)])
  func `pushes from eco_mode_percent on`(percent: Int, isPushed: Bool) {
    var driver = self.driver(.battery(percent: percent), .make(commit: 0, hasRemote: true))
    driver.happen(.filesChanged(1))
    driver.run(for: .minutes(10))
    #expect(driver.pushTimes.isEmpty != isPushed)
  }

  @Test func `the radar rests in eco mode`() {
    var driver = self.driver(
      .battery(percent: 15), .make(hasRemote: true, radar: Schedule.usualRadarInterval))
    driver.run(for: .hours(3))
    #expect(driver.radarTimes.isEmpty)
    driver.power = .mains
    driver.run(for: .minutes(17))
    #expect(driver.radarTimes.count == 1)
  }
}
