import PulsarCore
import Testing

@Suite struct RepositoryRuleTests {
  @Test func `a repository is scanned at once when it is added`() {
    var driver = SchedulerDriver()
    driver.happen(.repositoryAdded(1, .make(commit: 86400), RepositoryFacts()))
    #expect(driver.captureTimes == [.zero])
    #expect(driver.captureList == [.capture(1, .interval, .everything, atLowPriority: false)])
    driver.run(for: .hours(5))
    #expect(driver.captureTimes.count == 1)
  }

  @Test func `a watched repository without changes sets no deadline`() {
    var driver = SchedulerDriver()
    driver.happen(.repositoryAdded(1, .make(), RepositoryFacts()))
    let deadline = driver.scheduler.deadline.map { $0 - SchedulerDriver.moment(.zero) }
    // Maintenance is all that is left.
    #expect(deadline ?? .hours(1) >= .minutes(10))
    driver.run(for: .hours(2))
    let next = driver.scheduler.deadline.map { $0 - SchedulerDriver.moment(driver.now) }
    #expect(next ?? .hours(999) > .hours(150))
  }

  @Test(arguments: [(600, 600), (60, 60), (10, 60), (0, 60), (-5, 60)])
  func `an unwatched repository is scanned every interval, at most every minute`(
    commit: Int, gap: Int
  ) {
    var driver = SchedulerDriver()
    driver.captures = .captured(isNew: false)
    var facts = RepositoryFacts()
    facts.isWatched = false
    driver.happen(.repositoryAdded(1, .make(commit: commit), facts))
    driver.run(for: .seconds(gap * 5))
    #expect(driver.captureTimes == (0...5).map { .seconds(gap * $0) })
    #expect(driver.standing()?.isWatched == false)
  }

  @Test func `removing drops everything of a repository, and its end of work is ignored`() {
    var driver = SchedulerDriver.settled(.make(commit: 0, hasRemote: true), count: 2)
    driver.captures = nil
    driver.happen(.filesChanged(1))
    driver.run(for: .seconds(5))
    driver.happen(.repositoryRemoved(1))
    driver.forgetLog()
    driver.happen(.captureFinished(1, .captured(isNew: true)))
    driver.happen(.filesChanged(1))
    driver.run(for: .hours(5))
    #expect(driver.actions.isEmpty)
  }

  @Test func `adding a repository again changes its schedule and nothing else`() {
    var driver = SchedulerDriver.settled(.make(commit: 600))
    driver.captures = nil
    driver.happen(.filesChanged(1))
    driver.run(for: .seconds(2))
    driver.happen(.repositoryAdded(1, .make(commit: 0), RepositoryFacts()))
    driver.run(for: .hours(1))
    #expect(driver.captureTimes.count == 1)
    driver.happen(.captureFinished(1, .captured(isNew: true)))
    driver.happen(.filesChanged(1))
    driver.run(for: .seconds(2))
    #expect(driver.captureTimes.count == 2)
  }

  @Test func `a shorter interval takes effect at once`() {
    var driver = SchedulerDriver.settled(.make(commit: 86400))
    driver.happen(.asked(1, pushes: false))
    driver.happen(.filesChanged(1))
    driver.run(for: .minutes(10))
    #expect(driver.captureTimes.count == 1)
    driver.happen(.scheduleChanged(1, .make(commit: 300)))
    #expect(driver.captureTimes.last == driver.now)
  }

  @Test(arguments: [Int.min, -1, 0, 1, 1_000_000_000, Int.max])
  func `no interval is too hostile`(seconds: Int) {
    var driver = SchedulerDriver()
    driver.happen(
      .repositoryAdded(
        1,
        .make(
          commit: seconds, push: seconds, minBattery: seconds, eco: seconds, hasRemote: true,
          radar: .seconds(seconds)),
        RepositoryFacts()))
    driver.happen(.powerRead(.battery(percent: seconds)))
    for _ in 0..<50 {
      driver.happen(.filesChanged(1))
      driver.run(for: .seconds(1))
    }
    driver.load = Int.max
    driver.power = .battery(percent: 50)
    driver.run(for: .hours(1))
    driver.happen(.asked(1, pushes: true))
    #expect(driver.captureTimes.last == driver.now)
  }

  @Test func `tells where a repository stands whenever that changes, and only then`() {
    var driver = SchedulerDriver.settled(.make(commit: 600))
    let start = driver.now
    driver.happen(.asked(1, pushes: false))
    driver.forgetLog()
    for _ in 0..<20 {
      driver.run(for: .seconds(1))
      driver.happen(.filesChanged(1))
    }
    let until = SchedulerDriver.moment(start + .minutes(10))
    let since = SchedulerDriver.moment(start + .seconds(1))
    #expect(
      driver.actions == [
        .standing(
          1, Standing(captures: .waiting(since: since, until: until), pushes: .off, isWatched: true)
        )
      ])
    for (event, standing) in [
      (SchedulerEvent.busy(1), Standing.Captures.busy), (.paused(1), .paused),
      (.missing(1), .missing),
    ] {
      driver.happen(event)
      #expect(driver.standing()?.captures == standing)
    }
  }
}
