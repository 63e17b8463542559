import Testing

@testable import PulsarSimulator

@Suite struct SwarmTests {
  private static let swarms = (0..<300).map { Swarm(seed: UInt64($0)) }
  private static let unlike = (0..<300).map { Swarm(seed: UInt64($0), isUnlike: true) }

  @Test func `weights are 0 or from 1 to 100, and both ends are drawn`() {
    let swarms = (0..<3_000).map { Swarm(seed: UInt64($0)) }
    let weights = Set(swarms.flatMap { $0.faults.map(\.weight) + $0.work.map(\.weight) })
    #expect(weights == Set(0...100))
  }

  @Test func `each kind of work is on as often as it says, and writing in all`() {
    for kind in WorkKind.allCases {
      let count = Self.unlike.filter { $0.isOn(kind) }.count
      #expect(!kind.isUnlike || Self.swarms.allSatisfy { !$0.isOn(kind) })
      let usual = kind.odds * 3
      #expect(
        kind == .write ? count == 300 : (usual - 40...usual + 40).contains(count),
        "\(kind): \(count)")
    }
  }

  @Test func `a run that is not calm has some faults on and some off`() {
    for swarm in Self.swarms {
      let on = swarm.faults.filter { $0.weight > 0 }.count
      #expect(swarm.isCalm ? on == 0 : (1..<FaultKind.allCases.count).contains(on))
    }
    for kind in FaultKind.allCases {
      let count = Self.unlike.filter { swarm in
        swarm.faults.contains { $0.element == kind && $0.weight > 0 }
      }.count
      // A fifth of the runs are calm; one kind is on in any other.
      let usual = kind.odds * 3 * 8 / 10 + 10
      #expect((usual - 45...usual + 45).contains(count), "\(kind): \(count)")
    }
  }

  @Test func `three in ten of the runs with cuts cut one by one and heal in another order`() {
    var swizzled = 0
    var all = 0
    for (seed, swarm) in Self.swarms.enumerated()
    where swarm.faults.contains(where: { $0.element == .cut && $0.weight > 0 }) {
      all += 1
      guard swarm.isSwizzled else { continue }
      let scenario = ScenarioGenerator().scenario(
        seed: UInt64(seed), length: .hours(30), nodes: 3)
      let cuts: [(node: String, from: SimulatedTime, to: SimulatedTime)] =
        scenario.events.compactMap { event in
          guard case .cut(let span) = event.act else { return nil }
          return (event.actor, event.at, event.at + span)
        }
      #expect(!cuts.isEmpty && cuts.count % 3 == 0)
      swizzled += 1
      for start in stride(from: 0, to: cuts.count - 2, by: 3) {
        let group = Array(cuts[start..<start + 3])
        #expect(Set(group.map(\.node)).count == 3)
        #expect(group[0].from < group[1].from && group[1].from < group[2].from)
        let healed = group.sorted { $0.to < $1.to }
        #expect(Set(group.map(\.to)).count == 3)
        #expect(healed.map(\.node) != group.map(\.node))
        #expect(healed[0].to >= group[2].from + .minutes(10))
      }
    }
    #expect((15...45).contains(swizzled * 100 / max(all, 1)), "\(swizzled) of \(all)")
  }
}
