import Testing

@testable import PulsarSimulator

@Suite struct ChanceTests {
  private let chance = Chance(seed: 7, subject: "desk")

  @Test func `the mixing is SplitMix64`() {
    // The first outputs of the authors' program for the seed 1234567.
    #expect(mixed(1_234_567) == 6_457_827_717_110_365_317)
    #expect(mixed(1_234_567 &+ 0x9E37_79B9_7F4A_7C15) == 3_203_168_211_198_807_973)
  }

  @Test func `a draw is the same for ever`() {
    #expect(self.chance.bits("kind", 3) == 14_487_074_015_173_103_440)
    #expect(Chance(seed: 7, subject: "ü").of("a").bits("ä") == 9_987_529_433_045_448_284)
  }

  @Test func `each part of the key makes another draw`() {
    let drawn = [
      self.chance.bits("kind"), self.chance.bits("kind", 1), self.chance.bits("kind", -1),
      self.chance.bits("kine"), self.chance.bits(""), self.chance.of("a").bits("kind"),
      self.chance.of("").bits("kind"), self.chance.of("kind").bits(""),
      Chance(seed: 8, subject: "desk").bits("kind"), Chance(seed: 7, subject: "dess").bits("kind"),
      Chance(seed: 7, subject: "").of("desk").bits("kind"),
      Chance(seed: 7, subject: "desk\0").bits("kind"),
    ]
    #expect(Set(drawn).count == drawn.count)
  }

  @Test func `numbers below a bound are all drawn, equally often`() {
    var counts = [0, 0, 0, 0, 0]
    for occurrence in 0..<10_000 { counts[self.chance.below(5, "n", occurrence)] += 1 }
    // Five standard deviations.
    for count in counts { #expect((1_800...2_200).contains(count)) }
    #expect(self.chance.below(1, "n") == 0)
  }

  @Test func `bounds that are no power of two are not favoured`() {
    // The remainder of 64 bits by this bound would be below half of it two times in three.
    let bound = Int(UInt64.max / 3 * 2 / 2)
    let low = (0..<3_000).filter { self.chance.below(bound, "n", $0) < bound / 2 }.count
    #expect((1_350...1_650).contains(low))
  }

  @Test(arguments: [(0, 0...0), (20, 1_800...2_200), (100, 10_000...10_000)])
  func `what happens so many times in a hundred does`(percent: Int, expected: ClosedRange<Int>) {
    let times = (0..<10_000).filter { self.chance.isTrue(percent: percent, "k", $0) }.count
    #expect(expected.contains(times))
  }

  @Test func `one is picked by weight, and what weighs nothing never`() {
    var counts = ["a": 0, "b": 0, "c": 0]
    for occurrence in 0..<10_000 {
      counts[self.chance.pick(weighted: [("a", 1), ("b", 0), ("c", 3)], "k", occurrence)]? += 1
    }
    #expect((2_250...2_750).contains(counts["a"] ?? 0))
    #expect(counts["b"] == 0)
    #expect(counts["c"] == 10_000 - (counts["a"] ?? 0))
  }

  @Test func `each of several is picked`() {
    #expect(Set((0..<100).map { self.chance.pick(["a", "b", "c"], "k", $0) }) == ["a", "b", "c"])
  }

  @Test func `spans are whole seconds with both ends`() {
    let spans = (0..<200).map {
      self.chance.span(from: .seconds(20), to: .seconds(23), "pause", $0)
    }
    #expect(Set(spans) == Set([20, 21, 22, 23].map { SimulatedTime.seconds($0) }))
    #expect(self.chance.span(from: .minutes(1), to: .minutes(1), "pause") == .minutes(1))
  }

  @Test func `every order is drawn, equally often`() {
    var counts: [[Int]: Int] = [:]
    for occurrence in 0..<6_000 {
      counts[self.chance.shuffled([1, 2, 3], "k", occurrence), default: 0] += 1
    }
    #expect(counts.count == 6)
    for count in counts.values { #expect((850...1_150).contains(count)) }
  }
}
