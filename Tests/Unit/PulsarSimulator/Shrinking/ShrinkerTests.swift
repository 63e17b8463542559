import Testing

@testable import PulsarSimulator

@Suite struct ShrinkerTests {
  private let lost = FailureClass(invariant: "S4", site: "push.reply")

  private func scenario(_ events: [ScenarioEvent], nodes: [String] = ["desk"]) -> Scenario {
    var scenario = Scenario()
    scenario.title = "as it was"
    scenario.nodes = nodes
    scenario.events = events
    return scenario
  }

  private func event(_ minutes: Int64, _ actor: String, _ act: Act) -> ScenarioEvent {
    ScenarioEvent(at: .minutes(minutes), actor: actor, act: act)
  }

  /// Many events of no consequence.
  private func noise(_ count: Int) -> [ScenarioEvent] {
    (0..<count).map { number in
      let act: Act =
        switch number % 4 {
        case 0: .write(path: "file\(number)", text: "noise \(number)")
        case 1: .load(hundredths: number)
        case 2: .git(["commit", "-m", "\(number)"])
        default: .cut(.minutes(7))
        }
      return self.event(Int64(number), "desk", act)
    }
  }

  /// Fails when the events hold all of some acts.
  private func needs(_ acts: Set<Act>) -> (Scenario) -> FailureClass? {
    { acts.isSubset(of: $0.events.map(\.act)) ? self.lost : nil }
  }

  @Test func `of 2,000 events the four that matter are left after few runs`() throws {
    let needed: [Act] = [.mains, .load(hundredths: -1), .recreate, .git(["gc"])]
    var events = self.noise(2000)
    for (index, act) in needed.enumerated() {
      events[index * 571 + 77] = self.event(Int64(index * 571 + 77), "desk", act)
    }
    let outcome = try #require(
      Shrinker().shrink(self.scenario(events), fails: self.needs(Set(needed))))
    #expect(outcome.scenario.events.map(\.act) == needed)
    #expect(outcome.scenario.title == "as it was")
    #expect(outcome.failure == self.lost)
    #expect(outcome.isFinished)
    #expect(outcome.runs < 300)
  }

  @Test func `traits go first, but those that matter`() throws {
    var scenario = self.scenario(self.noise(40))
    let kinds: [TraitKind] = [.noLinks, .partial, .adapter, .ignoreCase]
    scenario.traits = kinds.map { ScenarioTrait("desk", $0) }
    var seen: [Int] = []
    let outcome = try #require(
      Shrinker().shrink(scenario) { run in
        if run.events.count == 40 { seen.append(run.traits.count) }
        return run.traits.contains { $0.kind == .adapter } ? self.lost : nil
      })
    #expect(outcome.scenario.traits == [ScenarioTrait("desk", .adapter)])
    #expect(outcome.scenario.events.isEmpty)
    // With all that happens, until nothing is left that can go.
    #expect(seen.prefix(3) == [4, 0, 2])
  }

  @Test func `a scenario that does not fail is not shrunk`() {
    #expect(Shrinker().shrink(self.scenario(self.noise(9))) { _ in nil } == nil)
  }

  @Test func `only the same failure class is accepted, and others are told once each`() throws {
    // Alone, the first event fails in another way, and the second at another place.
    let events = [self.event(1, "desk", .mains), self.event(2, "desk", .recreate)]
    let other = FailureClass(invariant: "S5", site: "push.reply")
    let elsewhere = FailureClass(invariant: "S4", site: "capture.ref")
    let outcome = try #require(
      Shrinker().shrink(self.scenario(events + self.noise(8))) { scenario in
        let acts = scenario.events.map(\.act)
        switch (acts.contains(.mains), acts.contains(.recreate)) {
        case (true, true): return self.lost
        case (true, false): return other
        case (false, true): return elsewhere
        case (false, false): return nil
        }
      })
    #expect(outcome.scenario.events.map(\.act) == [.mains, .recreate])
    #expect(outcome.others.count == 2)
    for told in outcome.others {
      let lacks: Act = told.failure == other ? .recreate : .mains
      #expect([other, elsewhere].contains(told.failure))
      #expect(!told.scenario.events.map(\.act).contains(lacks))
    }
  }

  @Test func `what comes after the failure is cut first, by time`() throws {
    let events = self.noise(100)
    var seen: [Int] = []
    let outcome = try #require(
      Shrinker().shrink(self.scenario(events), failedAt: .minutes(40)) { scenario in
        seen.append(scenario.events.count)
        return scenario.events.contains { $0.act == .load(hundredths: 37) } ? self.lost : nil
      })
    #expect(seen.prefix(2) == [100, 41])
    #expect(outcome.scenario.events.count == 1)
  }

  @Test func `a machine goes with all that is said of it`() throws {
    var scenario = self.scenario(
      [
        self.event(1, "desk", .mains), self.event(2, "laptop", .git(["gc"])),
        self.event(3, "origin", .deleteStreams(of: "laptop")),
        self.event(4, "origin", .rewindStream(of: "desk")), self.event(5, "desk", .recreate),
      ], nodes: ["desk", "laptop", "studio"])
    scenario.expectations = [
      .file(node: "laptop", path: "a", text: nil), .sometimes("x"),
      .file(node: "desk", path: "a", text: nil),
    ]
    var tried: [Scenario] = []
    let outcome = try #require(
      Shrinker().shrink(scenario) { scenario in
        tried.append(scenario)
        let isWhole =
          scenario.nodes.contains("desk")
          && [.mains, .rewindStream(of: "desk"), .recreate].allSatisfy(
            scenario.events.map(\.act).contains)
        return isWhole && scenario.expectations.contains(.sometimes("x")) ? self.lost : nil
      })
    #expect(outcome.scenario.nodes == ["desk"])
    #expect(outcome.scenario.expectations == [.sometimes("x")])
    // All of it at once.
    let without = try #require(tried.first { $0.nodes == ["desk", "studio"] })
    #expect(without.events.map(\.act) == [.mains, .rewindStream(of: "desk"), .recreate])
    #expect(
      without.expectations == [.sometimes("x"), .file(node: "desk", path: "a", text: nil)])
  }

  @Test func `one machine is always left`() throws {
    let outcome = try #require(
      Shrinker().shrink(self.scenario([], nodes: ["desk", "laptop"])) { _ in self.lost })
    #expect(outcome.scenario.nodes.count == 1)
  }

  @Test func `faults are left out before what a person does`() throws {
    // Either of the two is enough.
    let events = [
      self.event(1, "desk", .git(["gc"])), self.event(2, "desk", .daemon(.kill)),
      self.event(3, "origin", .recreate),
    ]
    let outcome = try #require(
      Shrinker().shrink(self.scenario(events)) { scenario in
        let acts = scenario.events.map(\.act)
        let isEnough = acts.contains(.git(["gc"])) || acts.contains(.daemon(.kill))
        return isEnough && acts.contains(.recreate) ? self.lost : nil
      })
    #expect(outcome.scenario.events.map(\.act) == [.git(["gc"]), .recreate])
  }

  @Test(
    arguments: [
      (0, 1), (59, 1), (60, 10), (61, 10), (599, 10), (660, 60), (3660, 162),
    ] as [(Int64, Int64)])
  func `spans become a minute, ten or an hour`(needed: Int64, expected: Int64) throws {
    let events = [self.event(0, "desk", .suspend(.minutes(162)))]
    let outcome = try #require(
      Shrinker().shrink(self.scenario(events)) { scenario in
        guard case .suspend(let span) = scenario.events.first?.act else { return nil }
        return span > .seconds(needed) ? self.lost : nil
      })
    #expect(outcome.scenario.events.map(\.act) == [.suspend(.minutes(expected))])
  }

  @Test func `every act that lasts is shortened, and a clock still goes the same way`() {
    let long = SimulatedTime.hours(3)
    let acts: [Act] = [
      .suspend(long), .disk(.failing, for: long), .cut(long), .down(long), .refuse(long),
      .slow(by: long, for: long), .loseAnswers(long), .clockStep(long), .clockStep(.hours(-3)),
    ]
    let short = SimulatedTime.minutes(1)
    let shortened: [Act] = [
      .suspend(short), .disk(.failing, for: short), .cut(short), .down(short), .refuse(short),
      .slow(by: short, for: short), .loseAnswers(short), .clockStep(short),
      .clockStep(.minutes(-1)),
    ]
    #expect(acts.map { $0.shortened(to: short) } == shortened)
    #expect(shortened.map { $0.shortened(to: long) } == shortened)
  }

  @Test(arguments: [(17, 1, 1), (17, 5, 5), (1_000_000, 999, 999), (60, 60, 60), (2, 2, 2)])
  func `the number of an operation is lowered as far as it goes`(
    given: Int, needed: Int, expected: Int
  ) throws {
    let events = [self.event(0, "desk", .onFile(FilePoint(.push, given), .error(.input)))]
    let outcome = try #require(
      Shrinker().shrink(self.scenario(events)) { scenario in
        guard let number = scenario.events.first?.act.operation else { return nil }
        return number >= needed ? self.lost : nil
      })
    #expect(
      outcome.scenario.events.map(\.act) == [.onFile(FilePoint(.push, expected), .error(.input))])
  }

  @Test func `times become whole hours, or else minutes, and stay in order`() throws {
    let events = [
      ScenarioEvent(at: .seconds(3599), actor: "desk", act: .mains),
      ScenarioEvent(at: .seconds(9015), actor: "desk", act: .recreate),
      ScenarioEvent(at: .seconds(9099), actor: "desk", act: .git(["gc"])),
    ]
    let outcome = try #require(
      Shrinker().shrink(self.scenario(events)) { scenario in
        let events = scenario.events
        guard events.map(\.act) == [.mains, .recreate, .git(["gc"])] else { return nil }
        return events[1].at > .minutes(145) && events[2].at >= events[1].at ? self.lost : nil
      })
    #expect(outcome.scenario.events.map(\.at) == [.zero, .minutes(150), .minutes(150)])
  }

  @Test func `texts become one letter each, those that must differ still differing`() throws {
    let events = [
      self.event(0, "desk", .write(path: "a", text: "one text")),
      self.event(0, "desk", .append(path: "a", text: "another")),
      self.event(0, "desk", .write(path: "a", text: "")),
      self.event(0, "desk", .write(path: "a", text: "one text")),
    ]
    let outcome = try #require(
      Shrinker().shrink(self.scenario(events)) { scenario in
        let texts = scenario.events.compactMap(\.act.textWritten)
        guard texts.count == 4, texts[0] != texts[1], texts[0] == texts[3] else { return nil }
        return self.lost
      })
    #expect(outcome.scenario.events.compactMap(\.act.textWritten) == ["a", "b", "", "a"])
    let free = try #require(
      Shrinker().shrink(self.scenario(events)) { $0.events.count == 4 ? self.lost : nil })
    #expect(free.scenario.events.compactMap(\.act.textWritten) == ["a", "a", "", "a"])
  }

  @Test func `files get short names wherever they are named`() throws {
    var scenario = self.scenario([
      self.event(0, "desk", .write(path: "src/app.swift", text: "a")),
      self.event(0, "desk", .move(from: "src/app.swift", to: "b")),
      self.event(0, "desk", .git(["add", "src/app.swift", "src"])),
      self.event(0, "desk", .link(path: "long", target: "src/app.swift")),
      self.event(0, "desk", .write(path: ".gitignore", text: "a")),
      self.event(0, "desk", .on(.captureAfterTree, .git(["rm", "long"]))),
    ])
    scenario.expectations = [.file(node: "desk", path: "long", text: "a")]
    let outcome = try #require(
      Shrinker().shrink(scenario) { scenario in
        let isWhole = scenario.events.count == 6 && scenario.expectations.count == 1
        // The name itself is what matters.
        return isWhole && scenario.events[4].act == .write(path: ".gitignore", text: "a")
          ? self.lost : nil
      })
    #expect(
      outcome.scenario.events.map(\.act) == [
        .write(path: "a", text: "a"), .move(from: "a", to: "b"), .git(["add", "a", "src"]),
        .link(path: "c", target: "a"), .write(path: ".gitignore", text: "a"),
        .on(.captureAfterTree, .git(["rm", "c"])),
      ])
    #expect(outcome.scenario.expectations == [.file(node: "desk", path: "c", text: "a")])
  }

  @Test func `no run is started once the time is over`() throws {
    var runs = 0
    let events = self.noise(500)
    let shrinker = Shrinker(isOver: { runs >= 20 })
    let outcome = try #require(
      shrinker.shrink(self.scenario(events)) { scenario in
        runs += 1
        return self.needs([.load(hundredths: 101), .load(hundredths: 301)])(scenario)
      })
    #expect(runs == 20)
    #expect(outcome.runs == 20)
    #expect(!outcome.isFinished)
    // What was reached until then is kept, and fails.
    #expect(outcome.scenario.events.count < 400)
    #expect(outcome.scenario.events.contains { $0.act == .load(hundredths: 301) })
    #expect(Shrinker(isOver: { true }).shrink(self.scenario(events)) { _ in self.lost } == nil)
  }

  @Test func `progress is told after every run`() throws {
    var told: [Shrinker.Progress] = []
    let shrinker = Shrinker(report: { told.append($0) })
    let outcome = try #require(
      shrinker.shrink(
        self.scenario(self.noise(100)), fails: self.needs([.load(hundredths: 41)])))
    #expect(told.map(\.runs) == Array(1...outcome.runs))
    #expect(told.first?.eventsLeft == 100)
    #expect(told.last?.eventsLeft == 1)
    #expect(zip(told, told.dropFirst()).allSatisfy { $0.eventsLeft >= $1.eventsLeft })
  }

  @Test func `the same scenario is shrunk in the same way, and no candidate is run twice`() throws {
    let needed: Set<Act> = [.load(hundredths: 41), .load(hundredths: 141), .cut(.minutes(7))]
    var tried: [[Scenario]] = []
    for _ in 0..<2 {
      var candidates: [Scenario] = []
      _ = Shrinker().shrink(self.scenario(self.noise(200))) { scenario in
        candidates.append(scenario)
        return self.needs(needed)(scenario)
      }
      tried.append(candidates)
    }
    #expect(tried[0] == tried[1])
    #expect(Set(tried[0]).count == tried[0].count)
  }
}
