import PulsarCore
import Testing

@Suite struct FairnessRuleTests {
  private func change(_ driver: inout SchedulerDriver, _ numbers: [Int]) {
    for number in numbers {
      driver.happen(.filesChanged(RepositoryNumber(number)))
      driver.run(for: .milliseconds(10))
    }
  }

  private func captured(_ driver: SchedulerDriver) -> [RepositoryNumber] {
    driver.captureList.compactMap { action in
      if case .capture(let number, _, _, _) = action { number } else { nil }
    }
  }

  @Test func `two captures at a time, the longest waiting first`() {
    var driver = SchedulerDriver.settled(.make(commit: 0), count: 5)
    driver.captureTime = .seconds(4)
    let start = driver.now
    self.change(&driver, [3, 5, 1, 4, 2])
    driver.run(for: .seconds(4))
    #expect(self.captured(driver) == [3, 5])
    #expect(driver.standing(1)?.captures == .inLine)
    driver.run(for: .minutes(1))
    #expect(self.captured(driver) == [3, 5, 1, 4, 2])
    #expect(driver.captureTimes.map { ($0 - start) / .seconds(1) } == [2, 2.01, 6, 6.01, 10])
  }

  @Test func `one scan of everything at a time, which small captures pass by`() {
    var driver = SchedulerDriver.settled(.make(commit: 0), count: 3)
    driver.captures = nil
    driver.happen(.changesLost(1))
    driver.happen(.changesLost(2))
    driver.happen(.filesChanged(3))
    driver.run(for: .seconds(5))
    #expect(self.captured(driver) == [1, 3])
    driver.happen(.captureFinished(3, .captured(isNew: true)))
    #expect(self.captured(driver) == [1, 3])
    driver.happen(.captureFinished(1, .captured(isNew: true)))
    #expect(self.captured(driver) == [1, 3, 2])
  }

  @Test func `a capture that hangs holds up the others for a minute at most`() {
    var driver = SchedulerDriver.settled(.make(commit: 0), count: 6)
    driver.captures = nil
    self.change(&driver, [1, 2, 3, 4, 5, 6])
    let start = driver.now
    driver.run(for: .minutes(5))
    #expect(self.captured(driver) == [1, 2, 3, 4, 5, 6])
    #expect(driver.captureTimes.allSatisfy { $0 < start + .seconds(125) })
  }

  @Test func `a person who asks goes before those who wait`() {
    var driver = SchedulerDriver.settled(.make(commit: 0), count: 4)
    driver.captureTime = .seconds(9)
    self.change(&driver, [1, 2, 3, 4])
    driver.run(for: .seconds(3))
    driver.happen(.asked(4, pushes: false))
    driver.run(for: .minutes(1))
    #expect(self.captured(driver) == [1, 2, 4, 3])
  }

  @Test func `changes during a capture are kept for the next one, of which there is one at a time`()
  {
    var driver = SchedulerDriver.settled(.make(commit: 10))
    driver.captureTime = .seconds(30)
    let start = driver.now
    driver.happen(.filesChanged(1))
    driver.run(for: .seconds(20))
    driver.happen(.filesChanged(1))
    driver.happen(.asked(1, pushes: false))
    driver.run(for: .minutes(5))
    #expect(driver.captureTimes.map { $0 - start } == [.seconds(2), .seconds(32)])
  }

  @Test func `one repository that never stops changing does not starve another`() {
    var driver = SchedulerDriver.settled(.make(commit: 0), count: 3)
    driver.captureTime = .seconds(15)
    for _ in 0..<300 {
      for number in [1, 2, 3] { driver.happen(.filesChanged(RepositoryNumber(number))) }
      driver.run(for: .seconds(1))
    }
    let captured = self.captured(driver)
    for number in [1, 2, 3] as [RepositoryNumber] {
      #expect(captured.filter { $0 == number }.count >= captured.count / 3 - 1)
    }
  }
}
