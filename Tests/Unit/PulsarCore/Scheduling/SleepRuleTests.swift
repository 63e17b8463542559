import PulsarCore
import Testing

@Suite struct SleepRuleTests {
  private static let schedule = Schedule.make(
    push: 600, hasRemote: true, radar: Schedule.usualRadarInterval)

  @Test func `after a night there is one scan and one push for each repository, and no burst`() {
    var driver = SchedulerDriver.settled(Self.schedule, count: 5)
    driver.captureTime = .seconds(1)
    driver.sleep(for: .hours(8))
    let woken = driver.now
    driver.run(for: .minutes(5))
    #expect(driver.captureTimes.map { $0 - woken } == (0..<5).map { .seconds($0) })
    #expect(
      driver.captureList
        == (1...5).map {
          .capture(RepositoryNumber($0), .interval, .everything, atLowPriority: false)
        })
    #expect(driver.pushTimes.count == 5)
    #expect(driver.radarTimes.count == 5)
    let sent = driver.pushTimes + driver.radarTimes
    #expect(sent.allSatisfy { $0 <= woken + .minutes(2) })
    #expect(Set(driver.radarTimes).count == 5)
    #expect(sent.contains { $0 > woken + .seconds(30) })
  }

  @Test(arguments: [(599, true, 0), (601, true, 1), (30, false, 1)])
  func `a short sleep needs a scan only where nobody watches`(
    seconds: Int, isWatched: Bool, captures: Int
  ) {
    var driver = SchedulerDriver.settled(.make(commit: 0), isWatched: isWatched)
    // An unwatched repository was scanned on the minute.
    driver.run(for: .seconds(10))
    driver.forgetLog()
    driver.sleep(for: .seconds(seconds))
    #expect(driver.captureTimes.count == captures)
  }

  @Test func `the interval goes on during sleep`() {
    var driver = SchedulerDriver.settled(.make(commit: 600))
    driver.happen(.filesChanged(1))
    driver.run(for: .seconds(2))
    driver.happen(.filesChanged(1))
    driver.run(for: .seconds(10))
    driver.forgetLog()
    driver.sleep(for: .seconds(590))
    #expect(driver.captureTimes == [driver.now])
  }

  @Test func `what it ran on before the sleep is read anew`() {
    var driver = SchedulerDriver.settled(.make(commit: 0))
    driver.happen(.filesChanged(1))
    driver.run(for: .seconds(2))
    driver.power = .battery(percent: 2)
    driver.happen(.filesChanged(1))
    driver.sleep(for: .seconds(20))
    #expect(driver.captureTimes.count == 1)
  }

  @Test func `a machine that only ever wakes for a moment pushes all the same`() {
    var driver = SchedulerDriver.settled(.make(push: 600, hasRemote: true))
    driver.pushes = .failed(.unreachable)
    driver.happen(.filesChanged(1))
    driver.run(for: .minutes(1))
    driver.pushes = .pushed
    driver.captures = .captured(isNew: false)
    driver.forgetLog()
    for _ in 0..<5 {
      driver.sleep(for: .minutes(20))
      driver.run(for: .milliseconds(1))
    }
    #expect(driver.pushTimes.count == 1)
  }

  @Test func `a machine that only ever wakes for a moment asks all the same`() {
    var driver = SchedulerDriver.settled(Self.schedule)
    driver.captures = .captured(isNew: false)
    for _ in 0..<10 {
      driver.sleep(for: .minutes(20))
      driver.run(for: .milliseconds(1))
    }
    #expect(driver.radarTimes.count >= 4)
  }

  @Test func `a step of the wall clock changes nothing`() {
    var driver = SchedulerDriver.settled(Self.schedule)
    driver.happen(.filesChanged(1))
    let deadline = driver.scheduler.deadline
    driver.forgetLog()
    driver.happen(.wallClockStepped)
    #expect(driver.scheduler.deadline == deadline)
    #expect(driver.actions.isEmpty)
  }

  @Test func `a clock that goes back is taken to stand still`() {
    var scheduler = Scheduler(seed: 1)
    _ = scheduler.handle(
      .repositoryAdded(1, .make(), RepositoryFacts()), at: MonotonicTime(nanoseconds: 10))
    _ = scheduler.handle(.powerRead(.mains), at: MonotonicTime(nanoseconds: -10))
    _ = scheduler.handle(.loadRead(hundredthsPerCore: 1), at: MonotonicTime(nanoseconds: .min))
    #expect(
      scheduler.handle(
        .captureFinished(1, .captured(isNew: true)), at: MonotonicTime(nanoseconds: 0)
      )
      .contains(.standing(1, Standing(captures: .captured, pushes: .off, isWatched: true))))
    _ = scheduler.handle(.filesChanged(1), at: MonotonicTime(nanoseconds: 5))
    #expect(
      scheduler.deadline
        == MonotonicTime(nanoseconds: 10) + .minutes(10))
  }
}
