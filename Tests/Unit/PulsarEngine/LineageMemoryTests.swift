import PulsarCore
import PulsarEngine
import TestSupport
import Testing

/// What `Lineage` keeps, and what it costs to ask again.
@Suite struct LineageMemoryTests {
  private final class Memory: LineageMemory {
    var bytes: [UInt8]?
    var saves = 0

    func load() -> LineageRecord? { self.bytes.flatMap { try? LineageRecord(file: $0) } }
    func save(_ record: LineageRecord) {
      self.bytes = record.file
      self.saves += 1
    }
  }

  private let store = FakeStore()
  private let memory = Memory()

  private func lineage(_ marks: [ObjectID]) -> Lineage<FakeStore> {
    Lineage(store: self.store, markTips: marks, memory: self.memory)
  }

  /// The calls of the store that finding a relation takes.
  private func calls(_ ours: ObjectID, _ theirs: ObjectID, _ marks: [ObjectID]) throws -> Int {
    let before = self.store.calls
    let lineage = self.lineage(marks)
    _ = try lineage.relation(lineage.standpoint(of: ours), lineage.standpoint(of: theirs))
    return self.store.calls - before
  }

  @Test func `what was finalized long ago costs nothing, nor does one mark more`() throws {
    let base = self.store.commit(["a": "0"], message: "base")
    var result = base
    var capture: ObjectID?
    var mark: ObjectID?
    func finalize(_ number: Int) {
      capture = self.store.capture(
        ["a": "\(number)"], of: "desk--2", after: [capture, result].compactMap { $0 },
        head: result, seconds: Int64(1000 + 3 * number))
      result = self.store.commit(
        ["a": "\(number)"], parents: [result], message: "work", seconds: Int64(1001 + 3 * number))
      mark = self.store.mark(
        after: mark, consuming: [capture].compactMap { $0 }, result: result)
    }
    for number in 1...10 { finalize(number) }
    let few = try (#require(capture), #require(mark))
    let ours = self.store.capture(["a": "1!"], after: [base], head: base)
    _ = try self.calls(ours, few.0, [few.1])
    let beforeFew = try self.calls(ours, few.0, [few.1])
    for number in 11...120 { finalize(number) }
    let many = try (#require(capture), #require(mark))
    let first = try self.calls(ours, many.0, [many.1])
    #expect(first < 120 * 10, "a few calls a mark: \(first)")
    let again = try self.calls(ours, many.0, [many.1])
    #expect(again <= beforeFew + 30, "\(beforeFew) calls with 10 marks, \(again) with 120")
    finalize(121)
    let (last, newest) = try (#require(capture), #require(mark))
    let more = try self.calls(ours, last, [newest])
    #expect(more <= again + 30, "\(again) calls, and \(more) with one mark more")
    let saves = self.memory.saves
    _ = try self.calls(ours, last, [newest])
    #expect(self.memory.saves == saves, "nothing new is nothing to write")
  }

  @Test func `what was taken back long ago costs nothing`() throws {
    let base = self.store.commit(["a": "0"], message: "base")
    let ours = self.store.capture(["a": "1"], after: [base], head: base)
    let theirs = self.store.capture(["a": "2"], of: "desk--2", after: [base], head: base)
    let merged = self.store.capture(["a": "12"], after: [ours, theirs], head: base)
    var tip = self.store.capture(
      ["a": "1"], after: [merged], head: base, continuing: .commit(ours))
    for number in 0..<300 {
      tip = self.store.capture(
        ["a": "\(number)"], after: [tip], head: base, continuing: .earlier)
    }
    let first = try self.calls(tip, theirs, [])
    let again = try self.calls(tip, theirs, [])
    #expect(first > 300 && again < 60, "\(first), then \(again)")
    let lineage = self.lineage([])
    #expect(
      try lineage.relation(lineage.standpoint(of: tip), lineage.standpoint(of: theirs))
        == .diverged)
    // Pruned, as nothing holds it.
    self.store.drop(try lineage.core(of: tip))
    #expect(try self.lineage([]).core(of: tip) == lineage.core(of: tip))
    #expect(try self.store.has(ours, in: self.lineage([]).core(of: tip)))
  }

  @Test(arguments: 0..<60)
  func `a random history holds exactly the captures of the results in it`(seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed))
    var commits = [self.store.commit(["a": "0"], message: "base")]
    var marks: [Int: ObjectID] = [:]
    var finalized: [(result: ObjectID, capture: ObjectID)] = []
    for number in 1...40 {
      // Clocks are wrong now and then, and many results stay on no branch.
      let seconds = Int64(1000 + number + (random.below(6) == 0 ? -20 : 0))
      let nearby = commits[max(0, commits.count - 1 - random.below(8))]
      let result = self.store.commit(
        ["a": "\(number)"], parents: [nearby], message: "work \(number)", seconds: seconds)
      if random.below(seed.isMultiple(of: 2) ? 4 : 2) > 0 { commits.append(result) }
      if random.below(4) == 0 { continue }
      let capture = self.store.capture(
        ["a": "\(number)c"], after: [commits[0]], head: commits[0], seconds: seconds)
      finalized.append((result, capture))
      let machine = random.below(3)
      marks[machine] = self.store.mark(
        after: marks[machine], consuming: [capture], result: result)
      if random.below(5) == 0 { try self.check(commits, marks, finalized) }
    }
    try self.check(commits, marks, finalized)
  }

  private func check(
    _ places: [ObjectID], _ marks: [Int: ObjectID],
    _ finalized: [(result: ObjectID, capture: ObjectID)]
  ) throws {
    let tips = marks.keys.sorted().compactMap { marks[$0] }
    let fresh = Lineage(store: self.store, markTips: tips)
    let kept = self.lineage(tips)
    for place in places {
      for lineage in [fresh, kept] {
        let stand = try lineage.commit(of: place)
        for (result, capture) in finalized {
          #expect(
            try self.store.has(capture, in: stand) == self.store.has(result, in: place))
        }
      }
    }
  }

  @Test func `a memory that is damaged, old or of other marks is not believed`() throws {
    let base = self.store.commit(["a": "0"], message: "base")
    let theirs = self.store.capture(["a": "1"], of: "desk--2", after: [base], head: base)
    let result = self.store.commit(["a": "1"], parents: [base], message: "done")
    let mark = self.store.mark(consuming: [theirs], result: result)
    let stand = try self.lineage([mark]).commit(of: result)
    let whole = try #require(self.memory.bytes)
    try expectRecord(LineageRecord(file: whole))
    for place in whole.indices {
      var bytes = whole
      bytes[place] ^= 1
      self.memory.bytes = bytes
      #expect(try self.lineage([mark]).commit(of: result) == stand)
    }
    self.memory.bytes = whole
    // The machine began its marks anew.
    let other = self.store.mark(consuming: [base], result: result)
    #expect(
      try self.lineage([other]).commit(of: result)
        == Lineage(store: self.store, markTips: [other]).commit(of: result))
    #expect(try self.lineage([]).commit(of: result) == result)
  }

  @Test func `a result that arrives after its mark counts`() throws {
    let base = self.store.commit(["a": "0"], message: "base")
    let theirs = self.store.capture(["a": "1"], of: "desk--2", after: [base], head: base)
    let result = self.store.commit(["a": "1"], parents: [base], message: "done")
    let mark = self.store.mark(consuming: [theirs], result: result)
    let files = try self.store.commit(result)
    self.store.drop(result)
    #expect(try self.lineage([mark]).commit(of: base) == base)
    _ = self.store.put(
      NewCommit(
        tree: files.tree, parents: files.parents, signature: Signature(name: nil, email: nil),
        time: files.time, message: files.message))
    #expect(try self.store.has(theirs, in: self.lineage([mark]).commit(of: result)))
  }
}
