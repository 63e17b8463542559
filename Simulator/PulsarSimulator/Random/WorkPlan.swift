/// A while in which a person works at a node.
package struct Stint: Hashable, Sendable {
  package let node: String
  package let from: SimulatedTime
  package let to: SimulatedTime
  /// The person worked at another node before, and may take the work over.
  package let isArrival: Bool
}

/// Who works where and when: days of at most twelve hours, breaks, mostly one node at a time.
package struct WorkPlan: Sendable {
  /// By the time they begin.
  package let stints: [Stint]

  package init(_ chance: Chance, nodes: [String], until end: SimulatedTime) {
    var stints: [Stint] = []
    var last: String?
    var day = 0
    while SimulatedTime.hours(24 * Int64(day)) < end {
      stints += Self.day(day, chance.of("day \(day)"), nodes: nodes, after: &last, until: end)
      day += 1
    }
    self.stints = stints
  }

  private static func day(
    _ day: Int, _ chance: Chance, nodes: [String], after last: inout String?,
    until end: SimulatedTime
  ) -> [Stint] {
    var stints: [Stint] = []
    let latest = day == 0 ? SimulatedTime.minutes(10) : .hours(2)
    var now = .hours(24 * Int64(day)) + chance.span(from: .zero, to: latest, "begin")
    let evening = min(end, now + chance.span(from: .hours(8), to: .hours(12), "hours of work"))
    var number = 0
    while now < evening {
      let long = chance.span(from: .minutes(20), to: .hours(3), "length", number)
      let to = min(evening, now + long)
      let node = chance.pick(nodes, "node", number)
      let isArrival = last != nil && last != node
      stints.append(Stint(node: node, from: now, to: to, isArrival: isArrival))
      let others = nodes.filter { $0 != node }
      if !others.isEmpty, chance.isTrue(percent: 15, "two at once", number) {
        let other = chance.pick(others, "other node", number)
        stints.append(Stint(node: other, from: now, to: to, isArrival: false))
      }
      last = node
      now = to
      if chance.isTrue(percent: 50, "break", number) {
        now = now + chance.span(from: .minutes(10), to: .hours(2), "length of the break", number)
      }
      number += 1
    }
    return stints
  }
}
