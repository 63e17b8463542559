extension ShrinkingSearch {
  /// Leaves out what comes after the failure; where that is not known, finds the earliest time
  /// after which nothing is needed.
  func cut(after failedAt: SimulatedTime?) {
    if let failedAt { self.take { $0.events.removeAll { $0.at > failedAt } } }
    // By halves: most failures need all that comes before some event, and nothing after it.
    let events = self.best.events
    var needed = events.count
    var unneeded = 0
    while unneeded < needed {
      let middle = (unneeded + needed) / 2
      if self.take({ $0.events = Array(events[..<middle]) }) {
        needed = middle
      } else {
        unneeded = middle + 1
      }
    }
  }

  /// Leaves out whole machines, one after the other, with all that they do.
  func dropNodes() {
    for node in self.best.nodes where self.best.nodes.count > 1 {
      self.take { scenario in
        scenario.nodes.removeAll { $0 == node }
        scenario.traits.removeAll { $0.actor == node }
        scenario.events.removeAll { $0.actor == node || $0.act.concerns(node) }
        scenario.expectations.removeAll {
          if case .file(node, _, _) = $0 { true } else { false }
        }
      }
    }
  }

  /// Leaves out events: faults before what a person does.
  func dropEvents() {
    self.dropEvents { $0.act.isFault }
    self.dropEvents { !$0.act.isFault }
  }

  private func dropEvents(where mayDrop: (ScenarioEvent) -> Bool) {
    let events = self.best.events
    let droppable = events.indices.filter { mayDrop(events[$0]) }
    self.dropPieces(of: droppable.count) { scenario, kept in
      var dropped = [Bool](repeating: false, count: events.count)
      for index in droppable { dropped[index] = true }
      for index in kept { dropped[droppable[index]] = false }
      scenario.events = zip(events, dropped).filter { !$1 }.map(\.0)
    }
  }

  /// Leaves out what makes machines unlike.
  func dropTraits() {
    let traits = self.best.traits
    self.dropPieces(of: traits.count) { scenario, kept in
      scenario.traits = kept.map { traits[$0] }
    }
  }

  func dropExpectations() {
    let expectations = self.best.expectations
    self.dropPieces(of: expectations.count) { scenario, kept in
      scenario.expectations = kept.map { expectations[$0] }
    }
  }
}
