/// What one random run is made of: each kind is on or off, and more or less often.
///
/// Runs that do everything a little seldom get far into anything.
///
/// Source: Groce, Zhang, Eide, Chen, Regehr, "Swarm testing", 2012.
package struct Swarm: Sendable {
  /// No faults at all.
  package let isCalm: Bool
  /// Lines to the remote are cut one by one, and healed in another order.
  package let isSwizzled: Bool
  /// Weights, 0 where a kind is off, else 1...100; at least one is on.
  package let work: [(element: WorkKind, weight: Int)]
  /// Weights, 0 where a kind is off, else 1...100; at least one is on unless the run is calm.
  package let faults: [(element: FaultKind, weight: Int)]

  /// Whether machines may be unlike, and do what comes with that.
  package let isUnlike: Bool

  package init(seed: UInt64, isUnlike: Bool = false) {
    let chance = Chance(seed: seed, subject: "swarm")
    self.isUnlike = isUnlike
    let isCalm = chance.isTrue(percent: 20, "calm")
    self.isCalm = isCalm
    self.isSwizzled = chance.isTrue(percent: 30, "swizzled")
    self.work = WorkKind.allCases.map { kind in
      let drawn = 1 + chance.below(100, "weight of \(kind.rawValue)")
      // Where nothing is written there is nothing to lose.
      if kind == .write { return (kind, max(drawn, 50)) }
      if kind.isUnlike && !isUnlike { return (kind, 0) }
      return (kind, chance.isTrue(percent: kind.odds, "\(kind.rawValue) is done") ? drawn : 0)
    }
    let always = chance.pick(FaultKind.allCases.filter { !$0.isUnlike }, "fault that is on")
    self.faults = FaultKind.allCases.map { kind in
      let mayCome = isUnlike || !kind.isUnlike
      let isOn =
        kind == always
        || (mayCome && chance.isTrue(percent: kind.odds, "\(kind.rawValue) comes"))
      return (kind, isOn && !isCalm ? 1 + chance.below(100, "weight of fault \(kind.rawValue)") : 0)
    }
  }

  func isOn(_ kind: WorkKind) -> Bool {
    self.work.contains { $0.element == kind && $0.weight > 0 }
  }
}
