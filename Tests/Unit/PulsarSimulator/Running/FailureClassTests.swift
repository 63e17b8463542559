import Testing

@testable import PulsarSimulator

@Suite struct FailureClassTests {
  private func site(_ sentence: String) -> String {
    FailureClass(
      of: Failure(
        invariant: "S1", sentence: sentence, seed: "0x1", event: 1, actor: "desk", at: .zero)
    ).site
  }

  @Test func `ids, numbers, paths and names in quotes make no other class`() {
    #expect(
      self.site("0123abc of 'refs/a' is not on the remote")
        == self.site("4567def of 'refs/b c d' is not on the remote"))
    #expect(self.site("captured 12 s ago") == "captured s ago")
    #expect(self.site("a push changed the file 'sp ace'") == "a push changed the file")
  }

  @Test func `other words make another class`() {
    #expect(self.site("a push changed the file 'a'") != self.site("a capture changed the file 'a'"))
  }

  @Test func `every invariant is named and told`() {
    for invariant in Invariant.allCases {
      #expect(!invariant.name.isEmpty)
      #expect(invariant.name.count <= 26, "\(invariant.name)")
      #expect(invariant.line.count <= 100, "\(invariant.line)")
    }
    #expect(Set(Invariant.allCases.map(\.sentence)).count == Invariant.allCases.count)
  }

  @Test func `seeds that follow from one are the same each time, and all different`() {
    var seeds = RandomSeeds(base: 7)
    var again = RandomSeeds(base: 7)
    let drawn = (0..<1000).map { _ in seeds.next() }
    #expect(drawn == (0..<1000).map { _ in again.next() })
    #expect(Set(drawn).count == 1000)
    var other = RandomSeeds(base: 8)
    #expect(other.next() != drawn[0])
  }
}
