import PulsarCore
import Testing

@Suite struct ShutdownRuleTests {
  @Test func `captures at once what waits, then stops, and does nothing more`() {
    var driver = SchedulerDriver.settled(.make(hasRemote: true), count: 4)
    driver.happen(.paused(4))
    for number in [1, 2, 4] { driver.happen(.filesChanged(RepositoryNumber(number))) }
    driver.forgetLog()
    driver.captureTime = .seconds(3)
    let start = driver.now
    driver.happen(.shuttingDown)
    #expect(
      driver.captureList
        == [1, 2].map { .capture($0, .shutdown, .changedPaths, atLowPriority: false) })
    #expect(!driver.actions.contains(.stop))
    driver.run(for: .hours(1))
    #expect(driver.times { $0 == .stop } == [start + .seconds(3)])
    #expect(driver.pushTimes.isEmpty)
    #expect(driver.scheduler.deadline == nil)
    let count = driver.log.count
    for event in [SchedulerEvent.filesChanged(1), .asked(nil, pushes: true), .shuttingDown] {
      driver.happen(event)
    }
    #expect(driver.log.count == count)
  }

  @Test func `stops at once when nothing waits`() {
    var driver = SchedulerDriver.settled()
    driver.happen(.shuttingDown)
    #expect(driver.actions == [.stop])
  }

  @Test func `stops after 10 s whatever is under way`() {
    var driver = SchedulerDriver.settled()
    driver.captures = nil
    driver.happen(.filesChanged(1))
    let start = driver.now
    driver.happen(.shuttingDown)
    driver.run(for: .minutes(1))
    #expect(driver.times { $0 == .stop } == [start + .seconds(10)])
  }

  @Test func `a second request stops at once`() {
    var driver = SchedulerDriver.settled()
    driver.captures = nil
    driver.happen(.filesChanged(1))
    driver.happen(.shuttingDown)
    driver.happen(.shuttingDown)
    #expect(driver.actions.last == .stop)
  }

  @Test func `what changed during the capture under way is captured after it`() {
    var driver = SchedulerDriver.settled(.make(commit: 600))
    driver.captureTime = .seconds(4)
    driver.happen(.filesChanged(1))
    driver.run(for: .seconds(3))
    driver.happen(.filesChanged(1))
    let start = driver.now
    driver.happen(.shuttingDown)
    driver.run(for: .minutes(1))
    #expect(driver.captureTimes == [start - .seconds(1), start + .seconds(3)])
    #expect(driver.times { $0 == .stop } == [start + .seconds(7)])
  }

  @Test func `a capture that fails at the end is not tried again`() {
    var driver = SchedulerDriver.settled()
    driver.captures = .failed(.passing)
    driver.happen(.filesChanged(1))
    driver.happen(.shuttingDown)
    #expect(driver.captureTimes.count == 1)
    #expect(driver.actions.last == .stop)
  }

  @Test func `an unwatched repository is scanned, a busy or suspended one left alone`() {
    var driver = SchedulerDriver.settled(count: 2, isWatched: false)
    driver.happen(.busy(2))
    driver.forgetLog()
    driver.happen(.shuttingDown)
    #expect(driver.captureList == [.capture(1, .shutdown, .everything, atLowPriority: false)])

    var suspended = SchedulerDriver.settled()
    suspended.happen(.powerRead(.battery(percent: 1)))
    suspended.happen(.filesChanged(1))
    suspended.happen(.shuttingDown)
    #expect(suspended.captureTimes.isEmpty)
  }
}
