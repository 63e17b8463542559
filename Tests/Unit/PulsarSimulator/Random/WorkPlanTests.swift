import Testing

@testable import PulsarSimulator

@Suite struct WorkPlanTests {
  private static let plans = (0..<200).map { seed in
    WorkPlan(
      Chance(seed: UInt64(seed), subject: "plan"), nodes: ["desk", "laptop", "studio"],
      until: .hours(72))
  }

  @Test func `a day has at most twelve hours of work at a node`() {
    for plan in Self.plans {
      for day in 0..<3 as Range<Int64> {
        for node in ["desk", "laptop", "studio"] {
          let worked = plan.stints.filter { $0.node == node }.reduce(SimulatedTime.zero) {
            let from = max($1.from, .hours(24 * day))
            let to = min($1.to, .hours(24 * day + 24))
            return from < to ? $0 + (to - from) : $0
          }
          #expect(worked <= .hours(12))
        }
      }
    }
  }

  @Test func `work of a day, wherever, is over after twelve hours, and some days are that long`() {
    var longest = SimulatedTime.zero
    for plan in Self.plans {
      for day in 0..<3 as Range<Int64> {
        let today = plan.stints.filter { $0.from.milliseconds / 86_400_000 == day }
        guard let from = today.map(\.from).min(), let to = today.map(\.to).max() else { continue }
        #expect(to - from <= .hours(12))
        longest = max(longest, to - from)
      }
    }
    #expect(longest > .hours(11))
  }

  @Test func `one or two nodes are worked at at a time, now and then two`() {
    var pairs = 0
    for plan in Self.plans {
      for stint in plan.stints {
        let others = plan.stints.filter { $0 != stint && $0.from < stint.to && stint.from < $0.to }
        #expect(others.count <= 1)
        #expect(others.allSatisfy { $0.node != stint.node })
        pairs += others.count
      }
    }
    let stints = Self.plans.reduce(0) { $0 + $1.stints.count }
    // 15 times in a hundred a second stint stands beside the first: 30 of 115 are in a pair.
    #expect((20...32).contains(pairs * 100 / stints))
  }

  @Test func `stints come by time, within the run, and take some time`() {
    for plan in Self.plans {
      #expect(plan.stints.allSatisfy { $0.from < $0.to && $0.to <= .hours(72) })
      for (one, next) in zip(plan.stints, plan.stints.dropFirst()) {
        #expect(one.from <= next.from)
      }
      #expect((plan.stints.first?.from ?? .hours(1)) <= .minutes(10))
      // Work goes on the next days.
      #expect(plan.stints.contains { $0.from > .hours(48) })
    }
  }

  @Test func `who comes from another node arrives`() {
    for plan in Self.plans {
      var last: Stint?
      for stint in plan.stints {
        if let last, last.from == stint.from {
          #expect(!stint.isArrival)
          continue
        }
        #expect(stint.isArrival == (last != nil && last?.node != stint.node))
        last = stint
      }
    }
  }
}
