/// Seeds that follow from one: the same one gives the same others, in the same order.
package struct RandomSeeds: Hashable, Sendable {
  private let base: UInt64
  private var count: UInt64 = 0

  package init(base: UInt64) { self.base = base }

  package mutating func next() -> UInt64 {
    self.count += 1
    return mixed(self.base &+ mixed(self.count))
  }
}

extension Seed {
  /// As files are called: hexadecimal digits.
  package var fileName: String { String(self.value, radix: 16) }
}
