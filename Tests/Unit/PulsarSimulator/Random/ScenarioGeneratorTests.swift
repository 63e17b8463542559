import Testing

@testable import PulsarSimulator

@Suite struct ScenarioGeneratorTests {
  private static let length = SimulatedTime.hours(30)
  private static let end = Self.length - ScenarioGenerator.calmBefore
  /// 300 seeds, with two, three and four nodes.
  private static let runs: [Scenario] = (0..<300).map {
    ScenarioGenerator().scenario(seed: UInt64($0), length: Self.length, nodes: 2 + $0 % 3)
  }
  private static let events = Self.runs.flatMap(\.events)
  /// The same seeds where machines are unlike.
  private static let unlike: [Scenario] = (0..<300).map {
    ScenarioGenerator().scenario(
      seed: UInt64($0), length: Self.length, nodes: 2 + $0 % 3, traits: TraitKind.allCases)
  }
  private static let unlikeEvents = Self.unlike.flatMap(\.events)

  @Test func `one seed makes one scenario, for ever`() {
    let generator = ScenarioGenerator()
    let scenario = generator.scenario(seed: 7, length: .hours(24), nodes: 3)
    #expect(generator.scenario(seed: 7, length: .hours(24), nodes: 3) == scenario)
    let hash = scenario.events.reduce(UInt64(0)) { hash, event in
      let words = Self.paths(event.act) + Self.given(event.act)
      let kind = ActKind(event.act).rawValue
      return mixed(hash, "\(event.at.milliseconds) \(event.actor) \(kind) \(words)")
    }
    #expect(hash == 4_896_069_789_007_988_491)
  }

  @Test func `another seed, another number of nodes and another length make another scenario`() {
    let generator = ScenarioGenerator()
    let scenario = generator.scenario(seed: 7, length: .hours(24), nodes: 3)
    #expect(generator.scenario(seed: 8, length: .hours(24), nodes: 3).events != scenario.events)
    #expect(generator.scenario(seed: 7, length: .hours(24), nodes: 2).events != scenario.events)
    #expect(generator.scenario(seed: 7, length: .hours(25), nodes: 3).events != scenario.events)
  }

  @Test func `a node more changes no fault of the others`() {
    let generator = ScenarioGenerator()
    var compared = 0
    for seed in 0..<50 as Range<UInt64> where !Swarm(seed: seed).isSwizzled {
      let few = generator.scenario(seed: seed, length: .hours(24), nodes: 2)
      let many = generator.scenario(seed: seed, length: .hours(24), nodes: 3)
      #expect(many.nodes.starts(with: few.nodes))
      for node in few.nodes {
        let faults = [few, many].map { run in
          run.events.filter { $0.actor == node && !ActKind($0.act).isWork }
        }
        #expect(faults[0] == faults[1])
        compared += faults[0].count
      }
    }
    #expect(compared > 100)
  }

  @Test func `a scenario says what it is and what must become of it`() {
    for (seed, run) in Self.runs.enumerated() {
      #expect(run.seed == UInt64(seed))
      #expect(run.nodes.count == 2 + seed % 3)
      #expect(Set(run.nodes).count == run.nodes.count)
      #expect(run.quiet == .hours(2))
      #expect(run.expectations == [.converged(within: .hours(2))])
      #expect(!run.title.isEmpty)
      #expect(run.events.contains { ActKind($0.act) == .write })
    }
  }

  @Test func `every kind of act appears`() {
    let seen = Set(Self.unlikeEvents.map { ActKind($0.act) })
    for kind in ActKind.allCases { #expect(seen.contains(kind), "no \(kind.rawValue)") }
    let alike = Set(Self.events.map { ActKind($0.act) })
    let apart: Set<ActKind> = [
      .fill, .powerCut, .filePowerCut, .save, .lockIndex, .lockCaptures,
    ]
    #expect(alike == Set(ActKind.allCases).subtracting(apart))
  }

  @Test func `every kind of fault appears`() {
    let seen = Set(Self.unlikeEvents.map { ActKind($0.act) })
    for fault in FaultKind.allCases {
      for kind in Self.acts(of: fault) { #expect(seen.contains(kind), "no \(fault.rawValue)") }
    }
  }

  @Test func `every kind of work appears`() {
    let words = Set(Self.unlikeEvents.compactMap { Self.words($0.act) })
    for kind in WorkKind.allCases { #expect(words.contains(Self.words(kind)), "no \(kind)") }
  }

  @Test func `every name of the universe appears`() {
    let paths = Set(Self.events.flatMap { Self.paths($0.act) })
    for file in Universe.files { #expect(paths.contains(file), "no \(file)") }
    #expect(paths.isSubset(of: Set(Universe.files)))
    let more = Set(Self.unlikeEvents.flatMap { Self.paths($0.act) })
    let byHundreds = more.filter { $0.split(separator: "/").first == "many" }
    #expect(byHundreds.count > 100)
    #expect(more.subtracting(byHundreds) == Set(Universe.files + Universe.unlike))
    #expect(Set(Self.runs.flatMap(\.nodes)) == Set(Universe.nodes))
    #expect(Set(Self.events.map(\.actor)) == Set(Universe.nodes + [Universe.remote]))
    for branch in Universe.branches {
      #expect(Self.events.contains { $0.act == .git(["switch", branch]) })
    }
  }

  @Test func `every barrier appears`() {
    let points = Set(
      Self.events.compactMap { event -> ScenarioPoint? in
        guard case .on(let point, .crash) = event.act else { return nil }
        return point
      })
    #expect(points == Set(ScenarioPoint.allCases))
  }

  @Test func `deaths and errors come at operations of every effect, mostly early ones`() {
    let points = Self.events.compactMap { event -> FilePoint? in
      if case .onFile(let point, _) = event.act { point } else { nil }
    }
    #expect(Set(points.map(\.effect)) == Set(FileEffect.allCases))
    for effect in FileEffect.allCases {
      let usual = BarrierPoints.operations(of: effect)
      let numbers = points.filter { $0.effect == effect }.map(\.number)
      #expect(numbers.allSatisfy { (1...usual * 3).contains($0) })
      #expect(numbers.count { $0 <= usual } * 2 > numbers.count)
      #expect(numbers.contains { $0 > usual })
    }
    let errors = Self.events.compactMap { event -> FileError? in
      if case .onFile(_, .error(let error)) = event.act { error } else { nil }
    }
    #expect(Set(errors) == Set(FileError.allCases))
  }

  @Test func `clocks are wrong from the start where that is on, not of all nodes nor by the same`()
  {
    var steps: Set<SimulatedTime> = []
    for run in Self.runs {
      let isOn = Swarm(seed: run.seed).faults.contains { $0.element == .skew && $0.weight > 0 }
      let skewed = run.events.filter {
        if $0.at == .zero, case .clockStep(let step) = $0.act {
          steps.insert(step)
          return true
        }
        return false
      }
      #expect(isOn || skewed.isEmpty)
      #expect(Set(skewed.map(\.actor)).count == skewed.count)
    }
    #expect(steps.count == 6)
  }

  @Test func `only nodes that take part act, and only the remote does what it does`() {
    for run in Self.runs {
      for event in run.events {
        let isRemote = Self.isOfRemote(ActKind(event.act))
        #expect(isRemote == (event.actor == Universe.remote))
        #expect(isRemote || run.nodes.contains(event.actor))
        switch event.act {
        case .deleteStreams(of: let node), .rewindStream(of: let node), .pushOver(of: let node):
          #expect(run.nodes.contains(node))
        default: break
        }
      }
    }
  }

  @Test func `a fifth of the runs is calm, and has no fault at all`() {
    let calm = Self.runs.filter { $0.events.allSatisfy { ActKind($0.act).isWork } }
    #expect(calm.map(\.seed) == Self.runs.map(\.seed).filter { Swarm(seed: $0).isCalm })
    #expect((40...80).contains(calm.count))
  }

  @Test func `events come by time, on whole seconds, and end before the quiet phase`() {
    for run in Self.runs {
      for (one, next) in zip(run.events, run.events.dropFirst()) { #expect(one.at <= next.at) }
      #expect(run.events.allSatisfy { $0.at >= .zero && $0.at < Self.length })
      #expect(run.events.allSatisfy { $0.at.milliseconds % 1000 == 0 })
    }
  }

  @Test func `faults keep their least spans and are over at the end`() {
    for event in Self.events {
      guard let (span, shortest) = Self.span(event.act) else { continue }
      #expect(span >= shortest)
      #expect(event.at + span <= Self.end)
      if case .slow(let by, _) = event.act { #expect(by > .zero) }
    }
    for event in Self.events {
      if case .clockStep(let step) = event.act { #expect(step != .zero) }
    }
  }

  @Test func `two faults of a kind are never on one subject at once`() {
    for run in Self.runs {
      var ends: [String: SimulatedTime] = [:]
      for event in run.events {
        guard let (span, _) = Self.span(event.act) else { continue }
        let key = "\(event.actor) \(ActKind(event.act))"
        #expect(ends[key, default: .zero] <= event.at)
        ends[key] = event.at + span
      }
    }
  }

  @Test func `what was taken away is given back`() {
    for run in Self.runs {
      for node in run.nodes {
        let acts = run.events.filter { $0.actor == node }.map(\.act)
        let power = acts.map { ActKind($0) }.filter { [.battery, .mains].contains($0) }
        let daemon = acts.map { ActKind($0) }.filter {
          [.daemonStart, .daemonStop, .daemonKill].contains($0)
        }
        #expect(power.isEmpty || power.last == .mains)
        #expect(daemon.isEmpty || daemon.last == .daemonStart)
        let loads = acts.filter { ActKind($0) == .load }
        #expect(loads.isEmpty || loads.last == .load(hundredths: 20))
      }
    }
  }

  @Test func `stops and low batteries last as long as they must`() {
    for run in Self.runs {
      for node in run.nodes {
        let events = run.events.filter { $0.actor == node }
        self.expectSpan(events, from: .battery, to: .mains, atLeast: .minutes(30))
        self.expectSpan(events, from: .load, to: .load, atLeast: .minutes(10))
      }
    }
  }

  @Test func `crashes amid effects are ten times as frequent as at any moment`() {
    let inside: [ActKind] = [.barrierCrash, .fileCrash]
    let crashes = Self.events.filter { inside.contains(ActKind($0.act)) }.count
    let kills = Self.events.filter { ActKind($0.act) == .daemonKill }.count
    #expect(kills > 100)
    #expect((8...12).contains(crashes / max(kills, 1)))
  }

  @Test func `nobody acts at a node that is asleep`() {
    for run in Self.runs {
      var awake: [String: SimulatedTime] = [:]
      for event in run.events {
        if case .suspend(let span) = event.act { awake[event.actor] = event.at + span }
        guard ActKind(event.act).isWork else { continue }
        #expect(awake[event.actor, default: .zero] <= event.at)
      }
    }
  }

  @Test func `nobody works more than twelve hours a day, and each rests for hours`() {
    for run in Self.runs {
      for node in run.nodes {
        let times = run.events.filter { $0.actor == node && ActKind($0.act).isWork }.map(\.at)
        let hours = Set(times.filter { $0 < .hours(24) }.map { $0.milliseconds / 3_600_000 })
        #expect(hours.count <= 13)
        let rests = zip([.zero] + times, times + [Self.end]).map { $1 - $0 }
        #expect(rests.contains { $0 > .hours(10) })
      }
    }
  }

  @Test func `no two texts, messages or tags of a run are the same`() {
    for run in Self.runs {
      let texts = run.events.compactMap { event -> String? in
        switch event.act {
        case .write(_, let text), .append(_, let text): return text
        default: return nil
        }
      }
      #expect(Set(texts).count == texts.count)
      #expect(texts.allSatisfy { $0.count < 40 && $0.hasSuffix("\n") })
      let tags = run.events.filter { Self.words($0.act) == "git tag" }.map(\.act)
      #expect(Set(tags).count == tags.count)
    }
  }

  @Test func `what git may leave half-way is taken back at the end`() {
    for run in Self.runs where Swarm(seed: run.seed).isOn(.rebase) {
      for node in run.nodes {
        let last = run.events.last { $0.actor == node && $0.act == .git(["rebase", "--abort"]) }
        #expect((last?.at ?? .zero) > Self.end)
      }
    }
  }

  @Test func `what came with traits changes nothing of who works when`() {
    for (run, unlike) in zip(Self.runs, Self.unlike) {
      #expect(run.nodes == unlike.nodes)
      #expect(run.traits.isEmpty)
      let plain = run.events.filter { !ActKind($0.act).isWork }
      let others = unlike.events.filter { event in
        !ActKind(event.act).isWork
          && ![.powerCut, .filePowerCut, .lockIndex, .lockCaptures].contains(ActKind(event.act))
          // A nap.
          && event.act != .suspend(.minutes(1))
      }
      #expect(plain == others)
    }
  }

  @Test func `each trait comes to some machines and not to most`() {
    for kind in TraitKind.allCases {
      let count = Self.unlike.flatMap(\.traits).count { $0.kind == kind }
      let all = kind.isOfRemote ? 300 : Self.unlike.reduce(0) { $0 + $1.nodes.count }
      let usual = all * kind.odds / 100
      #expect((usual / 2...usual * 2).contains(count), "\(kind.rawValue): \(count) of \(all)")
    }
  }

  @Test func `a trait less leaves all others as they were`() {
    let generator = ScenarioGenerator()
    for less in TraitKind.allCases {
      let kinds = TraitKind.allCases.filter { $0 != less }
      for seed in 0..<10 as Range<UInt64> {
        let all = generator.scenario(
          seed: seed, length: .hours(2), nodes: 3, traits: TraitKind.allCases)
        let most = generator.scenario(seed: seed, length: .hours(2), nodes: 3, traits: kinds)
        #expect(most.traits == all.traits.filter { $0.kind != less })
        #expect(most.events == all.events)
      }
    }
  }

  @Test func `a scenario that was printed reads as itself`() throws {
    for run in Self.unlike.prefix(40) { #expect(try Scenario(text: run.text) == run) }
    for run in Self.runs.prefix(40) { #expect(try Scenario(text: run.text) == run) }
  }

  @Test func `short runs work too`() {
    for seed in 0..<50 {
      let run = ScenarioGenerator().scenario(seed: UInt64(seed), length: .minutes(30), nodes: 2)
      #expect(run.events.allSatisfy { $0.at < .minutes(30) })
      #expect(!run.events.isEmpty)
    }
  }

  private func expectSpan(
    _ events: [ScenarioEvent], from: ActKind, to: ActKind, atLeast span: SimulatedTime
  ) {
    var began: SimulatedTime?
    for event in events {
      if let start = began, ActKind(event.act) == to {
        #expect(event.at - start >= span)
        began = nil
      } else if began == nil, ActKind(event.act) == from {
        began = event.at
      }
    }
    #expect(began == nil)
  }
}
