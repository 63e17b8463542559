import PulsarCore
import PulsarEngine
import Testing

@Suite struct LineageTests {
  private let store = FakeStore()
  private let base: ObjectID

  init() { self.base = self.store.commit(["a": "0"], message: "base") }

  private func relation(
    _ ours: ObjectID, _ theirs: ObjectID, marks: [ObjectID] = []
  ) throws -> Relation {
    let lineage = Lineage(store: self.store, markTips: marks)
    let there = try lineage.relation(
      lineage.standpoint(of: ours), lineage.standpoint(of: theirs))
    let back = try lineage.relation(lineage.standpoint(of: theirs), lineage.standpoint(of: ours))
    let expected: Relation =
      switch there {
      case .same, .diverged: there
      case .ahead: .behind
      case .behind: .ahead
      }
    #expect(back == expected, "seen from the other side")
    return there
  }

  private func capture(
    _ text: String, of slug: String = "lap--1", after parents: [ObjectID],
    continuing: Continuation? = nil
  ) -> ObjectID {
    self.store.capture(
      ["a": text], of: slug, after: parents, head: self.base, continuing: continuing)
  }

  // MARK: Ancestry and content

  @Test func `work on one side or both decides`() throws {
    let ours = self.capture("1", after: [self.base])
    let theirs = self.capture("2", of: "desk--2", after: [self.base])
    let merged = self.capture("12", after: [ours, theirs])
    #expect(try self.relation(ours, ours) == .same)
    #expect(try self.relation(self.base, theirs) == .ahead)
    #expect(try self.relation(ours, theirs) == .diverged)
    #expect(try self.relation(merged, theirs) == .behind)
    #expect(try self.relation(ours, merged) == .ahead)
  }

  @Test func `a capture without changes is no work`() throws {
    let ours = self.capture("1", after: [self.base])
    let idle = self.capture("0", of: "desk--2", after: [self.base])
    #expect(try self.relation(ours, idle) == .behind)
    #expect(try self.relation(self.base, idle) == .same)
  }

  @Test func `a commit without changes is work of the machine that made it`() throws {
    let empty = self.store.commit(["a": "0"], parents: [self.base], message: "release")
    let theirs = self.store.capture(["a": "0"], of: "desk--2", after: [empty], head: empty)
    #expect(try self.relation(self.capture("0", after: [self.base]), theirs) == .ahead)
  }

  @Test func `the same files are no work that another lacks, however they came about`() throws {
    let ours = self.capture("1", after: [self.base])
    let theirs = self.capture("1", of: "desk--2", after: [self.base])
    #expect(try self.relation(ours, theirs) == .same)
    let unrelated = self.store.commit(["a": "1"], message: "elsewhere")
    // HEAD's commit of ours is no part of that history.
    #expect(try self.relation(ours, self.capture("1", of: "x--3", after: [unrelated])) == .behind)
    // What they committed is.
    let commit = self.store.commit(["a": "1"], parents: [self.base], message: "theirs")
    let committed = self.store.capture(["a": "1"], of: "desk--2", after: [commit], head: commit)
    #expect(try self.relation(ours, committed) == .ahead)
  }

  @Test func `unrelated histories have gone apart`() throws {
    let other = self.store.commit(["b": "1"], message: "elsewhere")
    #expect(try self.relation(self.capture("1", after: [self.base]), other) == .diverged)
  }

  @Test func `deleting every file is work on whatever lineage, having none is not`() throws {
    let other = self.store.commit(["b": "1"], message: "elsewhere")
    let emptied = self.store.capture([:], of: "desk--2", after: [other], head: other)
    let ours = self.capture("1", after: [self.base])
    #expect(try self.relation(ours, emptied) == .diverged)
    let unborn = self.store.capture([:], of: "new--3", after: [])
    #expect(try self.relation(ours, unborn) == .behind)
  }

  @Test func `sessions that took over each other have gone apart when both went on`() throws {
    let (l1, d1) = (
      self.capture("1", after: [self.base]), self.capture("2", of: "desk--2", after: [self.base])
    )
    let l2 = self.capture("12", after: [l1, d1])
    let d2 = self.capture("21", of: "desk--2", after: [d1, l1])
    #expect(try self.store.mergeBases(l2, d2).count == 2)
    #expect(try self.relation(l2, d2) == .diverged)
    let same = self.capture("12", of: "desk--2", after: [d1, l1])
    #expect(try self.relation(l2, same) == .same)
  }

  @Test func `of two sessions with the same work it is the one that goes on from the other`() throws
  {
    let base = self.capture("1", of: "attic--1", after: [self.base])
    let edited = self.capture("2", of: "lap--2", after: [base])
    // What the first had once more, in the end.
    let later = self.capture("1", of: "lap--2", after: [edited])
    let beside = self.capture("1", of: "desk--3", after: [self.base])
    self.store.setStream("attic--1", to: base)
    self.store.setStream("desk--3", to: beside)
    self.store.setStream("lap--2", to: later)
    let lineage = Lineage(store: self.store, markTips: [])
    func sessions(but left: String? = nil) throws -> [ObjectID] {
      let streams = try KnownStreams(in: self.store).all.filter { $0.slug != left }
      return try lineage.sessions(streams, ours: lineage.standpoint(of: self.base))
        .map(\.stream.tip.id)
    }
    #expect(try sessions(but: "desk--3") == [later])
    #expect(try sessions(but: "attic--1") == [beside])
    #expect(try sessions() == [beside])
  }

  @Test func `where each session has nothing that the next lacks, one stays`() throws {
    let shared = self.capture("0b", after: [self.base])
    let edited = self.capture("1b", of: "desk--2", after: [shared])
    let back = self.capture("0b", of: "desk--2", after: [edited])
    let other = self.capture("2b", after: [shared])
    let merged = self.capture("1b", of: "studio--4", after: [edited, other])
    #expect(try self.relation(back, other) == .ahead)
    #expect(try self.relation(other, merged) == .ahead)
    #expect(try self.relation(merged, back) == .ahead)
    let lineage = Lineage(store: self.store, markTips: [])
    let sides = try [back, other, merged].map { try lineage.standpoint(of: $0) }
    #expect(try lineage.newest(sides) == [0])
    #expect(try lineage.newest(sides.reversed()) == [2])
    #expect(try lineage.newest([]) == [])
  }

  @Test func `captures of the original are compared by their files`() throws {
    let theirs = self.store.commit(["a": "1"], parents: [self.base], message: "backup")
    self.store.setStream("old-desk", to: theirs)
    let stream = try #require(try KnownStreams(in: self.store).all.first)
    let lineage = Lineage(store: self.store, markTips: [])
    let ours = try lineage.standpoint(of: self.capture("1", after: [self.base]))
    #expect(try lineage.relation(ours, lineage.standpoint(of: stream)) == .same)
  }

  @Test func `a head that is not here hides nobody's work`() throws {
    let gone = ObjectID(bytes: Array(repeating: 9, count: 20))
    let theirs = self.store.capture(["a": "0"], of: "desk--2", after: [self.base], head: gone)
    #expect(try self.relation(self.capture("1", after: [self.base]), theirs) == .diverged)
  }

  // MARK: Sessions taken back

  /// A sync of `theirs` that was captured, taken back, and captured again.
  private func takenBack() -> (ours: ObjectID, theirs: ObjectID, back: ObjectID) {
    let ours = self.capture("1", after: [self.base])
    let theirs = self.capture("2", of: "desk--2", after: [self.base])
    let merged = self.capture("12", after: [ours, theirs])
    let back = self.capture("1", after: [merged], continuing: .commit(ours))
    return (ours, theirs, back)
  }

  @Test func `a session that was taken back is work that we lack again`() throws {
    let (ours, theirs, back) = self.takenBack()
    #expect(try self.store.has(theirs, in: back))
    #expect(try self.relation(back, theirs) == .diverged)
    #expect(try self.relation(ours, back) == .same)
    let later = self.capture("1+", after: [back], continuing: .earlier)
    #expect(try self.relation(later, theirs) == .diverged)
    #expect(try self.relation(later, ours) == .behind)
  }

  @Test func `what was taken over after that counts`() throws {
    let (_, theirs, back) = self.takenBack()
    let third = self.capture("3", of: "pad--3", after: [self.base])
    let later = self.capture("13", after: [back, third], continuing: .earlier)
    #expect(try self.relation(later, third) == .behind)
    #expect(try self.relation(later, theirs) == .diverged)
    let again = self.capture("123", after: [later, theirs], continuing: .earlier)
    #expect(try self.relation(again, theirs) == .behind)
  }

  @Test func `a staging area is no session`() throws {
    let (_, theirs, back) = self.takenBack()
    let message = IndexMessage(branch: Branch("main"), machineSlug: "lap--1", intentToAdd: [])
    let index = self.store.commit(
      ["a": "2"], parents: [theirs], message: String(decoding: message.bytes, as: UTF8.self))
    let later = self.capture("1+", after: [back, index], continuing: .earlier)
    #expect(try self.relation(later, theirs) == .diverged)
  }

  @Test func `two sessions taken back one after the other are both lacking`() throws {
    let (_, theirs, back) = self.takenBack()
    let third = self.capture("3", of: "pad--3", after: [self.base])
    let merged = self.capture("13", after: [back, third], continuing: .earlier)
    let again = self.capture("1", after: [merged], continuing: .commit(back))
    #expect(try self.relation(again, theirs) == .diverged)
    #expect(try self.relation(again, third) == .diverged)
  }

  @Test func `who takes such work over has all of it, and lacks what was taken back from it`()
    throws
  {
    let (_, theirs, back) = self.takenBack()
    let later = self.capture("1+", after: [back], continuing: .earlier)
    let own = self.capture("0", of: "pad--3", after: [self.base])
    let taken = self.capture("1+", of: "pad--3", after: [own, later], continuing: .commit(own))
    #expect(try self.relation(taken, later) == .same)
    #expect(try self.relation(taken, theirs) == .diverged)
    let more = self.capture("1+3", of: "pad--3", after: [taken], continuing: .earlier)
    #expect(try self.relation(more, later) == .behind)
    #expect(try self.relation(more, theirs) == .diverged)
  }

  @Test func `work that goes on after it was taken over is ahead, not apart`() throws {
    let (_, _, back) = self.takenBack()
    let own = self.capture("0", of: "pad--3", after: [self.base])
    let taken = self.capture("1", of: "pad--3", after: [own, back], continuing: .commit(own))
    let later = self.capture("1+", after: [back], continuing: .earlier)
    #expect(try self.relation(taken, later) == .ahead)
  }

  @Test func `asking again writes nothing new`() throws {
    let (_, theirs, back) = self.takenBack()
    _ = try self.relation(back, theirs)
    let count = self.store.commits.count
    _ = try self.relation(back, theirs)
    #expect(self.store.commits.count == count)
  }

  @Test func `a stream that takes back without end exhausts nobody`() throws {
    var tip = self.capture("0", after: [self.base])
    for number in 1...20_000 {
      tip = self.capture("\(number)", of: "desk--2", after: [tip], continuing: .commit(tip))
    }
    let lineage = Lineage(store: self.store, markTips: [])
    _ = try lineage.commit(of: tip)
  }

  // MARK: Finalization marks

  /// Two sessions that were finalized into one commit.
  private func finalized() -> (ours: ObjectID, theirs: ObjectID, result: ObjectID, mark: ObjectID) {
    let ours = self.capture("1", after: [self.base])
    let theirs = self.capture("2", of: "desk--2", after: [self.base])
    let result = self.store.commit(["a": "12"], parents: [self.base], message: "done")
    return (ours, theirs, result, self.store.mark(consuming: [ours, theirs], result: result))
  }

  @Test func `a commit that holds the work of finalized sessions has it`() throws {
    let (ours, theirs, result, mark) = self.finalized()
    #expect(try self.relation(result, theirs) == .diverged)
    #expect(try self.relation(result, theirs, marks: [mark]) == .behind)
    #expect(try self.relation(ours, result, marks: [mark]) == .ahead)
    let next = self.store.capture(["a": "120"], after: [result], head: result)
    #expect(try self.relation(next, theirs, marks: [mark]) == .behind)
    let further = self.capture("22", of: "desk--2", after: [theirs])
    #expect(try self.relation(next, further, marks: [mark]) == .diverged)
  }

  @Test func `a capture without changes after what was taken over is no work beside marks`() throws
  {
    let (ours, theirs, result, mark) = self.finalized()
    let after = self.store.capture(["a": "12"], after: [ours, result], head: result)
    let taken = self.store.capture(
      ["a": "12", "b": "3"], of: "desk--2", after: [theirs, after], head: self.base)
    let idle = self.store.capture(["a": "12"], after: [after], head: result, seconds: 2000)
    #expect(try self.relation(taken, idle, marks: [mark]) == .behind)
    let changed = self.store.capture(["a": "13"], after: [after], head: result)
    #expect(try self.relation(taken, changed, marks: [mark]) == .diverged)
  }

  @Test func `a mark whose commit is not in the history says nothing`() throws {
    let (_, theirs, result, mark) = self.finalized()
    let amended = self.store.commit(["a": "12"], parents: [self.base], message: "amended")
    #expect(try self.relation(amended, theirs, marks: [mark]) == .diverged)
    self.store.drop(result)
    #expect(try self.relation(amended, theirs, marks: [mark]) == .diverged)
  }

  @Test func `older marks count as the newest does`() throws {
    let (_, theirs, result, mark) = self.finalized()
    let more = self.store.capture(["a": "4"], of: "pad--3", after: [result], head: result)
    let second = self.store.commit(["a": "5"], parents: [result], message: "more")
    let newest = self.store.mark(after: mark, consuming: [more], result: second)
    let lineage = Lineage(store: self.store, markTips: [newest])
    #expect(try lineage.allMarks().map(\.captures.count) == [1, 2])
    #expect(try self.relation(second, theirs, marks: [newest]) == .behind)
    #expect(try self.relation(second, more, marks: [newest]) == .behind)
  }

  @Test func `finalizing work does not finalize the session that was taken back from it`() throws {
    let (_, theirs, back) = self.takenBack()
    let result = self.store.commit(["a": "1"], parents: [self.base], message: "done")
    let mark = self.store.mark(consuming: [back], result: result)
    #expect(try self.relation(result, back, marks: [mark]) == .behind)
    #expect(try self.relation(result, theirs, marks: [mark]) != .behind)
    let next = self.store.capture(["a": "1+"], after: [result], head: result)
    #expect(try self.relation(next, theirs, marks: [mark]) == .diverged)
  }

  @Test func `work that went on from a session taken back is all in what it was finalized into`()
    throws
  {
    let (_, _, back) = self.takenBack()
    // HEAD moved on after that, and the stream follows.
    let head = self.store.commit(["a": "1", "b": "1"], parents: [self.base], message: "on")
    let ours = self.store.capture(
      ["a": "1", "b": "2"], after: [back, head], head: head, continuing: .earlier)
    let result = self.store.commit(["a": "1", "b": "2"], parents: [head], message: "done")
    let mark = self.store.mark(consuming: [ours], result: result)
    let theirs = self.store.capture(
      ["a": "1", "b": "2", "c": "3"], of: "desk--2", after: [result], head: result)
    #expect(try self.relation(ours, theirs, marks: [mark]) == .ahead)
    // Also with an older mark in the history of both.
    let older = self.store.mark(consuming: [self.base], result: head)
    let newest = self.store.mark(after: older, consuming: [ours], result: result)
    #expect(try self.relation(ours, theirs, marks: [newest]) == .ahead)
  }

  @Test func `captures of a mark that are not here count as not finalized`() throws {
    let (ours, theirs, result, mark) = self.finalized()
    self.store.drop(ours)
    #expect(try self.relation(result, theirs, marks: [mark]) == .behind)
    let gone = ObjectID(bytes: Array(repeating: 9, count: 20))
    #expect(try Lineage(store: self.store, markTips: [gone]).allMarks().isEmpty)
  }

  @Test func `marks that name each other's results end`() throws {
    let result = self.store.commit(["a": "1"], parents: [self.base], message: "done")
    let one = self.capture("2", after: [result])
    let other = self.capture("3", of: "desk--2", after: [result])
    let mark = self.store.mark(consuming: [one, other], result: result)
    #expect(try self.relation(result, one, marks: [mark]) != .diverged)
  }
}
