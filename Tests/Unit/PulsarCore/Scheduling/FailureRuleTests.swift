import PulsarCore
import Testing

@Suite struct FailureRuleTests {
  /// The gaps between attempts, the first counted from the first attempt.
  private func gaps(_ times: [Duration]) -> [Duration] {
    zip(times, times.dropFirst()).map { $1 - $0 }
  }

  private func expect(
    _ gap: Duration, around wanted: Duration, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(gap >= wanted * 8 / 10, sourceLocation: sourceLocation)
    #expect(gap <= wanted * 12 / 10, sourceLocation: sourceLocation)
  }

  @Test(arguments: [
    (CaptureTrouble.passing, 600, 5, 600), (.passing, 3600, 5, 3600), (.lasting, 600, 60, 3600),
  ])
  func `tries a failed capture again after twice the time, up to a cap`(
    trouble: CaptureTrouble, interval: Int, first: Int, cap: Int
  ) {
    var driver = SchedulerDriver.settled(.make(commit: interval))
    driver.captures = .failed(trouble)
    driver.happen(.filesChanged(1))
    driver.run(for: .hours(24))
    let gaps = self.gaps(driver.captureTimes)
    #expect(gaps.count > 15)
    for (number, gap) in gaps.enumerated() {
      self.expect(gap, around: .seconds(min(first << min(number, 20), cap)))
    }
  }

  @Test func `a failed capture leaves its changes uncaptured, and new ones do not hurry it`() {
    var driver = SchedulerDriver.settled(.make(commit: 0))
    driver.captures = .failed(.lasting)
    driver.happen(.filesChanged(1))
    driver.run(for: .seconds(10))
    driver.happen(.filesChanged(1))
    driver.run(for: .seconds(30))
    #expect(driver.captureTimes.count == 1)
    guard case .backingOff(_, .lasting) = driver.standing()?.captures else {
      Issue.record("\(String(describing: driver.standing()))")
      return
    }
    driver.captures = .captured(isNew: true)
    driver.run(for: .minutes(1))
    #expect(driver.captureTimes.count == 2)
    #expect(driver.standing()?.captures == .captured)
  }

  @Test func `the third retry looks at everything`() {
    var driver = SchedulerDriver.settled()
    driver.captures = .failed(.passing)
    driver.happen(.filesChanged(1))
    driver.run(for: .minutes(2))
    let scopes = driver.captureList.prefix(4).map { action -> CaptureScope? in
      if case .capture(_, _, let scope, _) = action { scope } else { nil }
    }
    #expect(scopes == [.changedPaths, .changedPaths, .changedPaths, .everything])
  }

  @Test func `a failed scan of everything is followed by one of everything`() {
    var driver = SchedulerDriver.settled()
    driver.captures = .failed(.passing)
    driver.happen(.changesLost(1))
    driver.run(for: .minutes(1))
    #expect(driver.captureList.count > 2)
    #expect(
      driver.captureList.allSatisfy {
        $0 == .capture(1, .interval, .everything, atLowPriority: false)
      })
  }

  @Test(arguments: [SchedulerEvent.asked(1, pushes: false), .scheduleChanged(1, .make(commit: 0))])
  func `what a person does ends the waiting`(event: SchedulerEvent) {
    var driver = SchedulerDriver.settled(.make(commit: 0))
    driver.captures = .failed(.lasting)
    driver.happen(.filesChanged(1))
    driver.run(for: .minutes(30))
    driver.forgetLog()
    driver.happen(event)
    #expect(driver.captureTimes == [driver.now])
  }

  @Test func `a capture that meets a rebase waits for its end`() {
    var driver = SchedulerDriver.settled()
    driver.captures = .busy
    driver.happen(.filesChanged(1))
    driver.run(for: .hours(3))
    #expect(driver.captureTimes.count == 1)
    #expect(driver.standing()?.captures == .busy)
    driver.captures = .captured(isNew: true)
    driver.happen(.free(1))
    #expect(driver.captureTimes.last == driver.now)
  }

  // MARK: Pushes

  private func pushing(_ outcome: PushOutcome) -> SchedulerDriver {
    var driver = SchedulerDriver.settled(.make(commit: 0, push: 0, hasRemote: true))
    driver.pushes = outcome
    driver.happen(.filesChanged(1))
    driver.run(for: .seconds(2))
    return driver
  }

  @Test(arguments: [
    (PushTrouble.unreachable, 60, 1800), (.other, 120, 3600), (.authentication, 600, 21600),
    (.permission, 900, 21600), (.refused(.hook), 300, 21600), (.refused(.other), 300, 21600),
    (.refused(.protectedRef), 900, 43200), (.refused(.quota), 1800, 21600),
    (.refused(.size), 3600, 86400), (.objectFormat, 3600, 86400), (.movedByOthers, 300, 21600),
  ])
  func `tries a failed push again after twice the time, up to a cap`(
    trouble: PushTrouble, first: Int, cap: Int
  ) {
    var driver = self.pushing(.failed(trouble))
    driver.run(for: .hours(300))
    let gaps = self.gaps(driver.pushTimes)
    #expect(gaps.count > 10)
    for (number, gap) in gaps.enumerated() {
      self.expect(gap, around: .seconds(min(first << min(number, 20), cap)))
    }
  }

  @Test func `no two troubles share a keyword, and each is found again by its own`() {
    #expect(Set(PushTrouble.allCases.map(\.keyword)).count == PushTrouble.allCases.count)
    for trouble in PushTrouble.allCases {
      #expect(PushTrouble(keyword: trouble.keyword) == trouble)
    }
    #expect(PushTrouble(keyword: "pushed") == nil)
  }

  @Test func `a new capture does not hurry a push that was refused`() {
    var driver = self.pushing(.failed(.refused(.hook)))
    driver.happen(.filesChanged(1))
    driver.run(for: .minutes(3))
    #expect(driver.captureTimes.count == 2)
    #expect(driver.pushTimes.count == 1)
  }

  @Test(arguments: [
    SchedulerEvent.asked(1, pushes: true),
    .scheduleChanged(1, .make(commit: 0, push: 0, hasRemote: true)),
  ])
  func `what a person does has a refused push tried again`(event: SchedulerEvent) {
    var driver = self.pushing(.failed(.refused(.hook)))
    driver.run(for: .hours(30))
    driver.forgetLog()
    driver.happen(event)
    #expect(driver.pushTimes == [driver.now])
  }

  @Test func `a repository that is back has a refused push tried again`() {
    var driver = self.pushing(.failed(.refused(.hook)))
    driver.run(for: .hours(30))
    driver.happen(.missing(1))
    driver.forgetLog()
    driver.happen(.returned(1))
    #expect(driver.pushTimes == [driver.now])
  }

  @Test func `without a remote nothing is pushed until the settings change`() {
    var driver = self.pushing(.noRemote)
    driver.run(for: .hours(48))
    #expect(driver.pushTimes.count == 1)
    #expect(driver.standing()?.pushes == .off)
    #expect(driver.notices.isEmpty)
    driver.pushes = .pushed
    driver.happen(.scheduleChanged(1, .make(commit: 0, push: 0, hasRemote: true)))
    #expect(driver.pushTimes.last == driver.now)
  }

  // MARK: Notices

  @Test func `captures that fail for an hour are told of, then once a day`() {
    var driver = SchedulerDriver.settled()
    driver.captures = .failed(.passing)
    driver.happen(.filesChanged(1))
    driver.run(for: .minutes(59))
    #expect(driver.notices.isEmpty)
    driver.run(for: .hours(1))
    #expect(driver.notices == [.notify(.capturesFail(.passing), 1)])
    driver.run(for: .hours(22))
    #expect(driver.notices.count == 1)
    driver.run(for: .hours(3))
    #expect(driver.notices.count == 2)
  }

  @Test func `a failure that lasts is told of at once, and anew when it came back`() {
    var driver = SchedulerDriver.settled(.make(commit: 0))
    for round in 1...2 {
      driver.captures = .failed(.lasting)
      driver.happen(.filesChanged(1))
      driver.run(for: .hours(2))
      #expect(driver.notices.count == round)
      driver.captures = .captured(isNew: true)
      driver.run(for: .hours(2))
    }
  }

  @Test(arguments: PushTrouble.allCases.filter(\.isLasting))
  func `a push that a person must help is told of at once, then once a day`(trouble: PushTrouble) {
    var driver = self.pushing(.failed(trouble))
    #expect(driver.notices == [.notify(.pushesFail(trouble), 1)])
    driver.run(for: .hours(23))
    #expect(driver.notices.count == 1)
    driver.run(for: .hours(10))
    #expect(driver.notices.count == 2)
  }

  @Test func `another reason is told of at once`() {
    var driver = self.pushing(.failed(.refused(.hook)))
    driver.pushes = .failed(.authentication)
    driver.run(for: .minutes(10))
    #expect(
      driver.notices == [
        .notify(.pushesFail(.refused(.hook)), 1), .notify(.pushesFail(.authentication), 1),
      ])
  }

  @Test func `a remote out of reach is told of after a day`() {
    var driver = self.pushing(.failed(.unreachable))
    driver.run(for: .hours(24) - .seconds(10))
    #expect(driver.notices.isEmpty)
    driver.run(for: .hours(1))
    #expect(driver.notices == [.notify(.pushesOverdue, 1)])
  }

  @Test func `a first refusal after a long outage is retried as a first one`() {
    var driver = SchedulerDriver.settled(Schedule.make(hasRemote: true))
    driver.pushes = .failed(.unreachable)
    driver.happen(.filesChanged(1))
    driver.run(for: .hours(12))
    driver.forgetLog()
    driver.pushes = .failed(.refused(.hook))
    driver.run(for: .hours(1))
    let refusals = driver.pushTimes
    #expect(refusals.count >= 3)
    #expect(refusals.count < 8, "and then less and less often")
    let first = self.gaps(refusals).first
    #expect(first.map { $0 <= .seconds(360) } == true)
  }
}
