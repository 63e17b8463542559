import PulsarCore
import Testing

@Suite struct ContainmentTests {
  /// Of numbers that stand for sets of bits, the first in `order` first.
  private func containment(_ sets: [Int], in order: [Int]? = nil) -> Containment {
    Containment(in: order ?? Array(sets.indices.reversed())) { sets[$0] & ~sets[$1] == 0 }
  }

  @Test func `what has something of its own stays`() {
    let containment = self.containment([0b001, 0b010, 0b100])
    #expect(containment.apart == [0, 1, 2])
    #expect((0...2).map(containment.holder(of:)) == [0, 1, 2])
    #expect(self.containment([]).apart.isEmpty)
  }

  @Test func `what is contained in something that gave way is held by what stayed`() {
    let chain = [0b0001, 0b0011, 0b0111, 0b1000]
    for order in [[0, 1, 2, 3], [3, 2, 1, 0], [1, 0, 3, 2]] {
      let containment = self.containment(chain, in: order)
      #expect(containment.apart == [2, 3])
      #expect((0...3).map(containment.holder(of:)) == [2, 2, 2, 3])
    }
  }

  @Test func `of the same the one that comes last in the order stays`() {
    #expect(self.containment([1, 1, 1]).apart == [0])
    #expect(self.containment([1, 1, 1], in: [0, 2, 1]).apart == [1])
    #expect(self.containment([1, 1, 1]).holder(of: 2) == 0)
  }

  @Test func `one stays where each has nothing that the next lacks`() {
    let containment = Containment(in: [2, 1, 0]) { ($0 + 1) % 3 == $1 }
    #expect(containment.apart == [1])
    #expect((0...2).map(containment.holder(of:)) == [1, 1, 1])
  }

  @Test func `what a question fails with is passed on`() {
    struct Unknown: Error {}
    #expect(throws: Unknown.self) {
      try Containment(in: [0, 1]) { (_, _) throws(Unknown) in throw Unknown() }
    }
  }
}
