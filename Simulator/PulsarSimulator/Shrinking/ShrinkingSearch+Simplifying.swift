extension ShrinkingSearch {
  /// Shortens spans to a minute, ten minutes or an hour.
  func shortenSpans() {
    for index in self.best.events.indices {
      for span in [SimulatedTime.minutes(1), .minutes(10), .hours(1)] {
        if self.take({ $0.events[index].act = $0.events[index].act.shortened(to: span) }) { break }
      }
    }
  }

  /// Has things happen at earlier operations on files: at the first, else by halves, else one by one.
  func lowerOperations() {
    for index in self.best.events.indices {
      var isLowered = true
      while isLowered, let number = self.best.events[index].act.operation, number > 1 {
        isLowered = [1, number / 2, number - 1].contains { lower in
          self.take {
            $0.events[index].act = $0.events[index].act.replacing(operation: max(1, lower))
          }
        }
      }
    }
  }

  /// Moves events back to whole hours, or else minutes: first all at once, then each.
  func roundTimes() {
    let units = [SimulatedTime.hours(1), .minutes(1)]
    for unit in units {
      self.take { scenario in
        for index in scenario.events.indices { scenario.events[index].moveBack(to: unit) }
      }
    }
    for index in self.best.events.indices {
      for unit in units {
        let isTaken = self.take { scenario in
          scenario.events[index].moveBack(to: unit)
          // Lines stay in the order of their times.
          let earliest = index > 0 ? scenario.events[index - 1].at : .zero
          scenario.events[index].at = max(scenario.events[index].at, earliest)
        }
        if isTaken { break }
      }
    }
  }

  /// Makes texts one letter: first all at once, those that differ still differing, then each.
  func shortenTexts() {
    var distinct: [String] = []
    for text in self.best.events.compactMap(\.act.textWritten) where !distinct.contains(text) {
      distinct.append(text)
    }
    let letters = "abcdefghijklmnopqrstuvwxyz".map(String.init)
    if distinct.count <= letters.count && distinct.contains(where: { $0.count > 1 }) {
      self.take { scenario in
        for (index, event) in scenario.events.enumerated() {
          guard let text = event.act.textWritten, let number = distinct.firstIndex(of: text),
            !text.isEmpty
          else { continue }
          scenario.events[index].act = event.act.replacing(text: letters[number])
        }
      }
    }
    for index in self.best.events.indices {
      guard let text = self.best.events[index].act.textWritten, !text.isEmpty else { continue }
      // Towards the first letter only, so that this comes to an end.
      for letter in ["a", "b"] where text.count > 1 || letter < text {
        if self.take({ $0.events[index].act = $0.events[index].act.replacing(text: letter) }) {
          break
        }
      }
    }
  }

  /// Names files `a`, `b` and so on: first all at once, then each.
  func renameFiles() {
    var paths: [String] = []
    for path in self.best.events.flatMap(\.act.paths) where !paths.contains(path) {
      paths.append(path)
    }
    var free = "abcdefghijklmnopqrstuvwxyz".map(String.init).filter { !paths.contains($0) }
    let long = paths.filter { $0.count > 1 }
    guard long.count <= free.count else { return }
    if self.rename(long, to: Array(free.prefix(long.count))) { return }
    for path in long where self.rename([path], to: [free[0]]) { free.removeFirst() }
  }

  private func rename(_ old: [String], to new: [String]) -> Bool {
    let name = { (path: String) in old.firstIndex(of: path).map { new[$0] } ?? path }
    return self.take { scenario in
      for index in scenario.events.indices {
        scenario.events[index].act = scenario.events[index].act.renaming(name)
      }
      scenario.expectations = scenario.expectations.map { expectation in
        guard case .file(let node, let path, let text) = expectation else { return expectation }
        return .file(node: node, path: name(path), text: text)
      }
    }
  }
}

extension ScenarioEvent {
  fileprivate mutating func moveBack(to unit: SimulatedTime) {
    self.at.milliseconds -= self.at.milliseconds % unit.milliseconds
  }
}
