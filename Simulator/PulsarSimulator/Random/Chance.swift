/// Random values, each drawn from (seed, subject, kind, occurrence).
///
/// Never one stream: an event more or less leaves every other draw as it was. The same four give
/// the same value on every platform, for ever.
package struct Chance: Hashable, Sendable {
  private let key: UInt64

  package init(seed: UInt64, subject: String) { self.key = mixed(mixed(seed), subject) }

  private init(key: UInt64) { self.key = key }

  /// The chance of a subject within this one, such as a node of a run.
  package func of(_ subject: String) -> Chance { Chance(key: mixed(self.key, subject)) }

  /// Draws 64 bits.
  package func bits(_ kind: String, _ occurrence: Int = 0) -> UInt64 {
    mixed(mixed(self.key, kind) ^ mixed(UInt64(bitPattern: Int64(occurrence))))
  }

  /// Draws a number from 0 up to, and not with, the bound, which is 1 or more.
  package func below(_ bound: Int, _ kind: String, _ occurrence: Int = 0) -> Int {
    precondition(bound > 0, "nothing is below \(bound)")
    // The upper half of the product favours some numbers by less than bound / 2^64.
    return Int(self.bits(kind, occurrence).multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// Tells whether what happens so many times in a hundred happens now; 0 is never, 100 always.
  package func isTrue(percent: Int, _ kind: String, _ occurrence: Int = 0) -> Bool {
    self.below(100, kind, occurrence) < percent
  }

  /// Picks one of at least one.
  package func pick<Element>(
    _ elements: [Element], _ kind: String, _ occurrence: Int = 0
  ) -> Element {
    elements[self.below(elements.count, kind, occurrence)]
  }

  /// Picks one by weight; weights are 0 or more, and at least one is more.
  package func pick<Element>(
    weighted elements: [(element: Element, weight: Int)], _ kind: String, _ occurrence: Int = 0
  ) -> Element {
    var left = self.below(elements.reduce(0) { $0 + $1.weight }, kind, occurrence)
    for (element, weight) in elements {
      if left < weight { return element }
      left -= weight
    }
    preconditionFailure("the weights changed while one was picked")
  }

  /// Draws a span of whole seconds, both ends included; the second is not before the first.
  package func span(
    from least: SimulatedTime, to most: SimulatedTime, _ kind: String, _ occurrence: Int = 0
  ) -> SimulatedTime {
    let seconds = (most - least).milliseconds / 1000
    precondition(seconds >= 0, "no span from \(least) to \(most)")
    return least + .seconds(Int64(self.below(Int(seconds) + 1, kind, occurrence)))
  }

  /// The elements in another order, each order as likely as any other.
  package func shuffled<Element>(
    _ elements: [Element], _ kind: String, _ occurrence: Int = 0
  ) -> [Element] {
    // Fisher and Yates: the place is part of the key, so that one draw tells nothing of the next.
    let places = self.of(kind)
    var shuffled = elements
    for place in stride(from: shuffled.count - 1, to: 0, by: -1) {
      shuffled.swapAt(place, places.below(place + 1, "\(place)", occurrence))
    }
    return shuffled
  }
}
