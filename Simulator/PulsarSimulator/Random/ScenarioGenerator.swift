/// Makes random runs in which every choice is spelled out as an event: replay needs no generator.
package struct ScenarioGenerator: Sendable {
  /// From the last fault and the last act to the quiet phase.
  static let calmBefore = SimulatedTime.minutes(5)

  package init() {}

  /// Makes the scenario of a seed; the same seed, length and number of nodes make the same one.
  ///
  /// Nobody acts at a node that is asleep. The daemon of every node is taken to run from the start.
  ///
  /// - Parameters:
  ///   - seed: any.
  ///   - length: when the quiet phase begins; at least half an hour. Two hours have every kind of
  ///     fault that is on.
  ///   - count: 2...4 nodes.
  ///   - traits: those that nodes and the repository may have; nil: all are alike, and nobody does what
  ///     came with traits.
  /// - Returns: events by time; all faults are over, and all work is done, before `length`.
  package func scenario(
    seed: UInt64, length: SimulatedTime, nodes count: Int, traits: [TraitKind]? = nil
  ) -> Scenario {
    precondition((2...Universe.nodes.count).contains(count), "\(count) nodes")
    precondition(length >= .minutes(30), "a run of \(length) is too short for anything")
    let swarm = Swarm(seed: seed, isUnlike: traits != nil)
    let nodes = Array(
      Chance(seed: seed, subject: "nodes").shuffled(Universe.nodes, "who").prefix(count))
    let end = length - Self.calmBefore
    let faults = FaultPlan(
      nodes: nodes, swarm: swarm, chance: Chance(seed: seed, subject: "faults"), end: end
    ).events
    let sleeps = faults.compactMap(Sleep.init)
    let work = self.work(seed: seed, swarm: swarm, nodes: nodes, until: end).filter { event in
      event.at <= end && !sleeps.contains { $0.covers(event) }
    }
    let tidied = nodes.flatMap { node in
      self.worker(seed: seed, swarm: swarm, nodes: nodes, node: node)
        .tidied(at: end + .minutes(1))
    }

    var scenario = Scenario()
    scenario.title = "random run\(swarm.isCalm ? " without faults" : "")"
    scenario.seed = seed
    scenario.nodes = nodes
    scenario.traits =
      TraitPlan(
        nodes: nodes, chance: Chance(seed: seed, subject: "traits"), kinds: traits ?? []
      ).traits
    scenario.events = Self.ordered(faults + work + tidied)
    scenario.quiet = .hours(2)
    scenario.expectations = [.converged(within: .hours(2))]
    return scenario
  }

  private func work(
    seed: UInt64, swarm: Swarm, nodes: [String], until end: SimulatedTime
  ) -> [ScenarioEvent] {
    let plan = WorkPlan(Chance(seed: seed, subject: "plan"), nodes: nodes, until: end)
    return nodes.flatMap { node in
      var worker = self.worker(seed: seed, swarm: swarm, nodes: nodes, node: node)
      return plan.stints.filter { $0.node == node }.flatMap { worker.events(in: $0) }
    }
  }

  private func worker(seed: UInt64, swarm: Swarm, nodes: [String], node: String) -> Worker {
    Worker(
      node: node, nodes: nodes, swarm: swarm, chance: Chance(seed: seed, subject: "work").of(node))
  }

  /// By time; what comes at one time stays in its order.
  private static func ordered(_ events: [ScenarioEvent]) -> [ScenarioEvent] {
    events.enumerated().sorted {
      ($0.element.at, $0.offset) < ($1.element.at, $1.offset)
    }.map(\.element)
  }
}

/// A while in which a node is asleep.
private struct Sleep {
  let node: String
  let from: SimulatedTime
  let to: SimulatedTime

  init?(_ event: ScenarioEvent) {
    guard case .suspend(let span) = event.act else { return nil }
    self.node = event.actor
    self.from = event.at
    self.to = event.at + span
  }

  func covers(_ event: ScenarioEvent) -> Bool {
    event.actor == self.node && self.from <= event.at && event.at < self.to
  }
}
