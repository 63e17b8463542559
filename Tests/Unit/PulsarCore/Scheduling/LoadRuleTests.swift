import PulsarCore
import Testing

@Suite struct LoadRuleTests {
  private func driver(load: Int?, commit: Int) -> SchedulerDriver {
    var driver = SchedulerDriver.settled(.make(commit: commit))
    driver.load = load
    driver.happen(.filesChanged(1))
    return driver
  }

  @Test(arguments: [(250, false), (251, true)])
  func `waits when more than 2.5 processes a core want to run`(load: Int, isDelayed: Bool) {
    var driver = self.driver(load: load, commit: 600)
    driver.run(for: .minutes(1))
    #expect(driver.captureTimes.isEmpty == isDelayed)
  }

  @Test(arguments: [(600, 1800), (10, 90), (0, 90), (3600, 10800)])
  func `goes at low priority after three intervals of high load, of at least 30 s`(
    commit: Int, seconds: Int
  ) {
    var driver = self.driver(load: 1000, commit: commit)
    let due = driver.now + .seconds(2)
    driver.run(for: .seconds(2))
    let latest = due + .seconds(seconds)
    #expect(
      driver.standing()?.captures == .delayedByLoad(until: SchedulerDriver.moment(latest)))
    driver.run(for: .hours(4))
    #expect(driver.captureTimes == [latest])
    #expect(
      driver.captureList == [
        .capture(1, commit == 0 ? .change : .interval, .changedPaths, atLowPriority: true)
      ])
  }

  @Test func `goes when the load is down, which is read every 30 s`() {
    var driver = self.driver(load: 1000, commit: 600)
    let start = driver.now
    driver.run(for: .seconds(70))
    #expect(
      driver.times { $0 == .readLoad }.map { $0 - start } == [
        .seconds(2), .seconds(32), .seconds(62),
      ])
    driver.load = 100
    driver.run(for: .minutes(1))
    #expect(driver.captureTimes.map { $0 - start } == [.seconds(92)])
    #expect(driver.captureList == [.capture(1, .interval, .changedPaths, atLowPriority: false)])
  }

  @Test func `one pass puts nothing off, as the next would not know since when`() {
    var driver = SchedulerDriver(isOnePass: true)
    driver.load = 1000
    driver.happen(.repositoryAdded(1, .make(commit: 600), RepositoryFacts()))
    #expect(driver.captureTimes == [driver.now])
    #expect(driver.captureList == [.capture(1, .interval, .everything, atLowPriority: true)])
  }

  @Test func `files that go on changing do not prolong the delay`() {
    var driver = self.driver(load: 1000, commit: 10)
    let due = driver.now + .seconds(20)
    for _ in 0..<150 {
      driver.run(for: .seconds(1))
      driver.happen(.filesChanged(1))
    }
    #expect(driver.captureTimes == [due + .seconds(90)])
  }

  @Test func `a change during the delay does not begin it anew`() {
    var driver = self.driver(load: 1000, commit: 0)
    let due = driver.now + .seconds(2)
    driver.run(for: .seconds(3))
    driver.happen(.filesChanged(1))
    driver.run(for: .minutes(5))
    #expect(driver.captureTimes == [due + .seconds(90)])
  }

  @Test func `a longer interval holds for a capture that the load has delayed`() {
    var driver = SchedulerDriver.settled(.make(commit: 0))
    let start = driver.now
    driver.happen(.asked(1, pushes: false))
    driver.load = 1000
    driver.happen(.filesChanged(1))
    driver.run(for: .minutes(1))
    driver.happen(.scheduleChanged(1, .make(commit: 3600)))
    driver.load = 0
    driver.run(for: .hours(2))
    #expect(driver.captureTimes == [start, start + .hours(1)])
  }
}
