import PulsarCore
import PulsarEngine
import PulsarGit
import TestSupport
import Testing

/// What every `SnapshotStore` tells of histories; git is the reference.
@Suite struct HistoryContractTests {
  private let gone = ObjectID(bytes: Array(repeating: 9, count: 20))

  @Test(arguments: Adapter.allCases, [1, 63, 64, 200])
  func `passing commits are written one upon the other, few or many`(
    adapter: Adapter, count: Int
  ) throws {
    let plain = try PlainRepository()
    let store = try adapter.open(plain)
    let tree = try store.writeTree(base: nil, changes: [])
    let made = adapter == .gitProgram ? min(count, 70) : count
    for _ in 0..<2 {
      let ids = try store.writePassing(count: made) { place, ids in
        NewCommit.make(tree, ids.suffix(2).reversed(), "\(place)\n")
      }
      #expect(ids.count == made && Set(ids).count == made)
      let tip = try #require(ids.last)
      #expect(try store.commit(tip).parents == ids.suffix(3).dropLast().reversed())
      let counted = try plain.git(["rev-list", "--count", CommandWord(tip)])
      #expect(counted == Array("\(made)\n".utf8))
    }
    #expect(try store.writePassing(count: 0) { _, _ in NewCommit.make(tree) } == [])
    try plain.expectSound()
  }

  @Test(arguments: Adapter.allCases)
  func `commits are read together, and those that are not here are left out`(adapter: Adapter)
    throws
  {
    let plain = try PlainRepository()
    let store = try adapter.open(plain)
    let tree = try store.writeTree(base: nil, changes: [])
    let one = try store.writeCommit(.make(tree))
    let two = try store.writeCommit(.make(tree, [one]))
    let found = try store.commits([two, self.gone, one, two])
    #expect(found == [one: try store.commit(one), two: try store.commit(two)])
    #expect(try store.present([two, self.gone, one, two]) == [one, two])
    #expect(try store.present([]) == [] && store.commits([]).isEmpty)
    try Files.remove(plain.loosePath(one))
    #expect(try store.present([one, two]) == [two])
    #expect(try store.chain(from: one) { _ in true } == [])
  }

  @Test(arguments: Adapter.allCases)
  func `a chain follows first parents as long as it is wanted`(adapter: Adapter) throws {
    let plain = try PlainRepository()
    let store = try adapter.open(plain)
    let tree = try store.writeTree(base: nil, changes: [])
    let side = try store.writeCommit(.make(tree, [], "side\n"))
    let ids = try store.writePassing(count: 100) { place, ids in
      NewCommit.make(tree, place == 0 ? [] : [ids[place - 1], side], "\(place)\n")
    }
    #expect(try store.chain(from: ids[99]) { _ in true }.map(\.id) == ids.reversed())
    #expect(
      try store.chain(from: ids[99]) { $0.id != ids[20] }.map(\.id) == ids[21...].reversed())
    #expect(try store.chain(from: ids[99]) { _ in false } == [])
    #expect(try store.chain(from: self.gone) { _ in true } == [])
  }

  @Test(arguments: Adapter.allCases)
  func `what is new in a history is what git lists`(adapter: Adapter) throws {
    let plain = try PlainRepository()
    let store = try adapter.open(plain)
    let tree = try store.writeTree(base: nil, changes: [])
    var random = SplitMix64(seed: 7)
    var ids = [try store.writeCommit(.make(tree, [], "base\n"))]
    for number in 1...30 {
      let parents = Set((0...random.below(2)).map { _ in random.pick(ids) }).sorted()
      ids.append(
        try store.writeCommit(
          .make(tree, parents, "\(number)\n", seconds: Int64(1000 + number))))
    }
    for _ in 0..<20 {
      let tip = random.pick(ids)
      let others = (0..<random.below(3)).map { _ in random.pick(ids) }
      let listed = try plain.git(
        ["rev-list", CommandWord(tip)] + others.map { CommandWord("^\($0.hex)") })
      let expected = listed.split(separator: 10).compactMap { ObjectID(hex: $0) }
      #expect(try Set(store.commits(in: tip, notIn: others)) == Set(expected))
    }
  }

  @Test(arguments: Adapter.allCases)
  func `a commit that is missing is not taken for histories with nothing in common`(
    adapter: Adapter
  ) throws {
    let plain = try PlainRepository()
    let store = try adapter.open(plain)
    let tree = try store.writeTree(base: nil, changes: [])
    let base = try store.writeCommit(.make(tree, [], "base\n"))
    let middle = try store.writeCommit(.make(tree, [base], "middle\n", seconds: 1_000_001))
    let one = try store.writeCommit(.make(tree, [middle], "one\n", seconds: 1_000_002))
    let other = try store.writeCommit(.make(tree, [base], "other\n", seconds: 1_000_002))
    #expect(try store.mergeBases(one, other) == [base])
    #expect(
      try store.mergeBases(one, store.writeCommit(.make(tree, [], "unrelated\n"))) == [])
    try Files.remove(plain.loosePath(middle))
    #expect(throws: StoreError.self) { try adapter.open(plain).mergeBases(one, other) }
  }
}
