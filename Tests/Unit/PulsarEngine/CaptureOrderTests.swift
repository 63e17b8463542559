import PulsarCore
import PulsarEngine
import TestSupport
import Testing

@Suite struct CaptureOrderTests {
  private static func commit(_ number: Int, _ parents: [Int], at seconds: Int64) throws
    -> CommitRecord
  {
    CommitRecord(
      id: try self.id(number), tree: try self.id(0), parents: try parents.map(self.id),
      time: WallTime(seconds: seconds), message: [])
  }

  private static func id(_ number: Int) throws -> ObjectID {
    let digits = String(number, radix: 16)
    let hex = String(repeating: "0", count: 40 - digits.count) + digits
    return try #require(ObjectID(hex: hex))
  }

  @Test func `a clock that is wrong does not put a capture before what it was made upon`() throws {
    // 3 took 2 over, on a machine whose clock is two hours behind.
    let commits = [
      try Self.commit(1, [], at: 100), try Self.commit(2, [9], at: 7300),
      try Self.commit(3, [1, 2], at: 110),
    ]
    let sorted = CaptureOrder.newestFirst(commits).map(\.id)
    #expect(sorted == [try Self.id(3), try Self.id(2), try Self.id(1)])
  }

  @Test func `what is concurrent is sorted by time, and by id where the times are the same`() throws
  {
    let commits = [
      try Self.commit(1, [], at: 5), try Self.commit(2, [], at: 7), try Self.commit(3, [], at: 5),
    ]
    #expect(
      CaptureOrder.newestFirst(commits).map(\.id)
        == [try Self.id(2), try Self.id(3), try Self.id(1)])
    #expect(CaptureOrder.newestFirst([]).isEmpty)
  }

  @Test(arguments: 1...50 as ClosedRange<UInt64>)
  func `any history keeps all, children first`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    var commits: [CommitRecord] = []
    for number in 0..<40 {
      let parents = (0..<random.below(4)).map { _ in
        number == 0 ? 999 : random.below(number) + 1
      }
      commits.append(
        try Self.commit(number + 1, parents, at: Int64(random.below(20))))
    }
    let sorted = CaptureOrder.newestFirst(commits.shuffled(using: &random))
    #expect(Set(sorted) == Set(commits), "seed \(seed)")
    #expect(sorted.count == commits.count, "seed \(seed)")
    var placed: Set<ObjectID> = []
    for commit in sorted {
      #expect(commit.parents.allSatisfy { !placed.contains($0) }, "seed \(seed)")
      placed.insert(commit.id)
    }
    #expect(
      CaptureOrder.newestFirst(commits).map(\.id) == sorted.map(\.id),
      "seed \(seed): the order given matters")
  }
}
