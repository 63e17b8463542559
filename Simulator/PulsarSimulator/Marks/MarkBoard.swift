/// How often each situation was met.
package struct MarkBoard: Hashable, Sendable {
  private var counts: [Mark: Int] = [:]

  package init() {}

  /// Counts a situation that was met once more.
  package mutating func note(_ mark: Mark) { self.counts[mark, default: 0] += 1 }

  package func count(_ mark: Mark) -> Int { self.counts[mark, default: 0] }

  /// In the order of the marks; empty when all were met.
  package var neverMet: [Mark] { Mark.allCases.filter { self.count($0) == 0 } }

  /// How many situations were met at least once.
  package var met: Int { Mark.allCases.count - self.neverMet.count }

  /// Adds what another board counted.
  package mutating func merge(_ other: MarkBoard) {
    for mark in Mark.allCases where other.count(mark) > 0 {
      self.counts[mark, default: 0] += other.count(mark)
    }
  }
}
