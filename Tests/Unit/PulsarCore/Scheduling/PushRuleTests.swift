import PulsarCore
import Testing

@Suite struct PushRuleTests {
  private static let schedule = Schedule.make(commit: 0, push: 3600, hasRemote: true)

  @Test func `a fresh capture goes at once, the next one an interval after the push before`() {
    var driver = SchedulerDriver.settled(Self.schedule)
    let start = driver.now
    for _ in 0..<30 {
      driver.happen(.filesChanged(1))
      driver.run(for: .minutes(5))
    }
    #expect(driver.captureTimes.count == 30)
    #expect(driver.pushTimes.map { $0 - start } == [.seconds(2), .seconds(3602), .seconds(7202)])
  }

  @Test func `a capture of nothing new is not pushed`() {
    var driver = SchedulerDriver.settled(Self.schedule)
    driver.captures = .captured(isNew: false)
    driver.happen(.filesChanged(1))
    driver.run(for: .hours(3))
    #expect(driver.captureTimes.count == 1)
    #expect(driver.pushTimes.isEmpty)
    #expect(driver.standing()?.pushes == .pushed)
  }

  @Test func `what the remote lost is pushed again, though nothing is new`() {
    var driver = SchedulerDriver.settled(Self.schedule)
    driver.happen(.filesChanged(1))
    driver.run(for: .hours(2))
    driver.forgetLog()
    driver.happen(.unpushed(1))
    driver.run(for: .hours(3))
    #expect(driver.captureTimes.isEmpty)
    #expect(driver.pushTimes.count == 1)
    #expect(driver.standing()?.pushes == .pushed)
  }

  @Test func `captures go on while a push is under way, and are pushed after it`() {
    var driver = SchedulerDriver.settled(Self.schedule)
    driver.pushes = nil
    driver.happen(.filesChanged(1))
    driver.run(for: .minutes(1))
    driver.happen(.filesChanged(1))
    driver.run(for: .hours(2))
    #expect(driver.captureTimes.count == 2)
    #expect(driver.pushTimes.count == 1)
    driver.happen(.pushFinished(1, .pushed))
    #expect(driver.pushTimes.count == 2)
    driver.happen(.pushFinished(1, .nothingToPush))
    driver.run(for: .hours(2))
    #expect(driver.pushTimes.count == 2)
  }

  @Test func `a push that a person asks for waits for the capture, and for nothing else`() {
    var driver = SchedulerDriver.settled(Self.schedule)
    // The second capture waits for the push interval.
    for _ in 1...2 {
      driver.happen(.filesChanged(1))
      driver.run(for: .minutes(1))
    }
    driver.captureTime = .seconds(7)
    driver.forgetLog()
    let start = driver.now
    driver.happen(.asked(nil, pushes: true))
    driver.run(for: .minutes(1))
    #expect(driver.captureTimes == [start])
    #expect(driver.pushTimes == [start + .seconds(7)])
  }

  @Test func `what was never pushed is pushed when asked although nothing is new`() {
    var driver = SchedulerDriver.settled(Self.schedule)
    driver.pushes = .failed(.unreachable)
    driver.happen(.filesChanged(1))
    driver.run(for: .hours(3))
    driver.captures = .captured(isNew: false)
    driver.forgetLog()
    driver.happen(.asked(1, pushes: true))
    #expect(driver.pushTimes == [driver.now])
  }

  @Test func `a wish for a push without anything to push is forgotten`() {
    var driver = SchedulerDriver.settled(Self.schedule)
    driver.happen(.filesChanged(1))
    driver.run(for: .seconds(2))
    driver.captures = .captured(isNew: false)
    driver.happen(.asked(1, pushes: true))
    driver.captures = .captured(isNew: true)
    driver.forgetLog()
    driver.happen(.filesChanged(1))
    driver.run(for: .minutes(1))
    #expect(driver.captureTimes.count == 1)
    #expect(driver.pushTimes.isEmpty)
  }

  @Test(arguments: [
    SchedulerEvent.paused(1), .missing(1), .busy(1), .repositoryRemoved(1),
  ])
  func `nothing is pushed for a repository that is not at hand`(event: SchedulerEvent) {
    var driver = SchedulerDriver.settled(Self.schedule)
    driver.pushes = .failed(.other)
    driver.happen(.filesChanged(1))
    driver.run(for: .seconds(2))
    driver.happen(event)
    driver.forgetLog()
    driver.run(for: .hours(5))
    #expect(!driver.actions.contains { $0.isPush || $0.isCapture })
  }

  @Test func `what was captured before the start is pushed within two minutes, not at once`() {
    var facts = RepositoryFacts()
    facts.hasUnpushedCapture = true
    var times: [Duration] = []
    for seed in 1...50 {
      var driver = SchedulerDriver(seed: UInt64(seed))
      driver.captures = .captured(isNew: false)
      driver.happen(.repositoryAdded(1, Self.schedule, facts))
      driver.run(for: .hours(2))
      #expect(driver.pushTimes.count == 1)
      times += driver.pushTimes
    }
    #expect(times.allSatisfy { $0 <= .minutes(2) })
    #expect(times.contains { $0 < .seconds(40) })
    #expect(times.contains { $0 > .seconds(80) })
  }

  @Test func `the first push after the start waits no longer than the push interval`() {
    for seed in 1...50 {
      var driver = SchedulerDriver(seed: UInt64(seed))
      driver.happen(
        .repositoryAdded(1, .make(push: 3, hasRemote: true), RepositoryFacts()))
      driver.run(for: .seconds(3))
      #expect(driver.pushTimes.count == 1)
    }
  }
}
