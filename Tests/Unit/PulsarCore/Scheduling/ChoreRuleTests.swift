import PulsarCore
import Testing

@Suite struct ChoreRuleTests {
  private static let schedule = Schedule.make(
    hasRemote: true, radar: Schedule.usualRadarInterval)

  @Test func `the radar asks every 15 min, give or take a tenth`() {
    var driver = SchedulerDriver.settled(Self.schedule)
    driver.run(for: .hours(24))
    let gaps = zip(driver.radarTimes, driver.radarTimes.dropFirst()).map { $1 - $0 }
    #expect(gaps.count > 85)
    #expect(gaps.allSatisfy { $0 >= .seconds(810) && $0 <= .seconds(990) })
    #expect(Set(gaps).count > 20)
  }

  @Test func `an announcement brings the radar forward, but not into a storm`() {
    var driver = SchedulerDriver.settled(Self.schedule)
    driver.run(for: .minutes(1))
    let start = driver.now
    driver.forgetLog()
    for _ in 0..<100 {
      driver.happen(.announced(1))
      driver.run(for: .seconds(1))
    }
    #expect(driver.radarTimes.first.map { $0 - start } ?? .hours(1) <= .seconds(30))
    #expect((3...5).contains(driver.radarTimes.count))
  }

  @Test func `an announcement during the radar is looked into after it`() {
    var driver = SchedulerDriver.settled(Self.schedule)
    driver.radars = nil
    driver.run(for: .minutes(20))
    driver.happen(.announced(1))
    driver.forgetLog()
    driver.happen(.radarFinished(1, .nothingNew))
    driver.run(for: .seconds(30))
    #expect(driver.radarTimes.count == 1)
  }

  @Test(arguments: [
    (SchedulerEvent.paused(1), false), (.missing(1), false), (.busy(1), true),
  ])
  func `the radar needs a repository at hand, not a quiet one`(
    event: SchedulerEvent, isAsked: Bool
  ) {
    var driver = SchedulerDriver.settled(Self.schedule)
    driver.happen(event)
    driver.run(for: .hours(1))
    #expect(driver.radarTimes.isEmpty != isAsked)
  }

  @Test func `each piece of news is told of as it comes, and nothing else`() {
    var driver = SchedulerDriver.settled(Self.schedule)
    let (one, other) = (Drift.make(slug: "desk--1"), Drift.make(.diverged, slug: "lap--2"))
    driver.radars = .news([one, other])
    driver.run(for: .minutes(16))
    #expect(driver.notices == [.notify(.drift(one), 1), .notify(.drift(other), 1)])
    for outcome in [RadarOutcome.nothingNew, .failed, .news([])] {
      driver.forgetLog()
      driver.radars = outcome
      driver.run(for: .hours(30))
      #expect(driver.notices.isEmpty)
      #expect(driver.radarTimes.count > 100, "a failure slows nothing down")
    }
  }

  @Test func `after a start the radar lets the first capture go before, but not for ever`() {
    var driver = SchedulerDriver()
    driver.captures = nil
    driver.happen(.repositoryAdded(1, Self.schedule, RepositoryFacts()))
    driver.run(for: .minutes(3))
    #expect(driver.radarTimes.isEmpty)
    var other = driver
    other.happen(.captureFinished(1, .captured(isNew: true)))
    other.run(for: .minutes(1))
    #expect(other.radarTimes.count == 1)
    driver.run(for: .minutes(6))
    #expect(driver.radarTimes.count == 1)
  }

  // MARK: Maintenance

  private func maintenance(_ driver: SchedulerDriver) -> [Duration] {
    driver.times(\.isMaintenance)
  }

  @Test func `maintains weekly`() {
    var driver = SchedulerDriver.settled()
    driver.run(for: .hours(24 * 28))
    let gaps = zip(self.maintenance(driver), self.maintenance(driver).dropFirst()).map { $1 - $0 }
    #expect(gaps == [.hours(168), .hours(168), .hours(168)])
  }

  @Test func `a repository never maintained is, soon after the start`() {
    var driver = SchedulerDriver()
    driver.happen(.repositoryAdded(1, .make(), RepositoryFacts()))
    driver.run(for: .minutes(10))
    #expect(self.maintenance(driver).isEmpty)
    driver.run(for: .minutes(61))
    #expect(self.maintenance(driver).count == 1)
  }

  @Test func `maintains only when files were quiet for 10 min`() {
    var driver = SchedulerDriver.settled()
    for _ in 0..<2000 {
      driver.happen(.filesChanged(1))
      driver.run(for: .minutes(5))
    }
    #expect(self.maintenance(driver).isEmpty)
    let last = driver.now - .minutes(5)
    driver.run(for: .hours(1))
    #expect(self.maintenance(driver).first.map { $0 - last } ?? .zero >= .minutes(10))
    #expect(self.maintenance(driver).count == 1)
  }

  @Test(arguments: [(PowerState.battery(percent: 19), 0), (.mains, 300)])
  func `maintains neither on a low battery nor under load`(power: PowerState, load: Int) {
    var driver = SchedulerDriver.settled()
    driver.power = power
    driver.load = load
    driver.run(for: .hours(24 * 8))
    #expect(self.maintenance(driver).isEmpty)
    driver.power = .mains
    driver.load = 0
    driver.run(for: .hours(2))
    #expect(self.maintenance(driver).count == 1)
  }

  @Test func `scans of an unwatched repository that find nothing do not put maintenance off`() {
    var driver = SchedulerDriver.settled(.make(commit: 0), isWatched: false)
    driver.captures = .captured(isNew: false)
    driver.run(for: .hours(24 * 6))
    #expect(self.maintenance(driver).count == 1)
  }
}

extension Drift {
  /// One of a machine with a capture on `main`, unless told otherwise.
  static func make(
    _ kind: Kind = .ahead, slug: String = "desk--1", machine: String? = nil,
    branch: Branch = Branch("main"), tip: UInt8 = 7, seconds: Int64 = 1000
  ) -> Drift {
    Drift(
      kind: kind, slug: slug, machine: machine ?? Machine.name(inSlug: slug), branch: branch,
      tip: ObjectID(bytes: Array(repeating: tip, count: 20)), time: WallTime(seconds: seconds))
  }
}
