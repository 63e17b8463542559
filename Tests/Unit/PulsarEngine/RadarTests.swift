import PulsarCore
import PulsarEngine
import Testing

@Suite struct RadarTests {
  private let store = FakeStore()
  private let base: ObjectID
  private let own: ObjectID

  init() {
    self.base = self.store.commit(["a": "0"])
    self.own = self.store.capture(["a": "1"], after: [self.base], head: self.base)
    self.store.setStream("lap--1", to: self.own)
  }

  private var standpoint: OwnStandpoint {
    OwnStandpoint(
      branch: Branch("main"), capture: self.store.stream("lap--1"), head: self.base)
  }

  private func put(
    _ slug: String, _ text: String, on branch: String = "main", after parent: ObjectID? = nil,
    seconds: Int64 = 1000
  ) -> ObjectID {
    let tip = self.store.capture(
      ["a": text], of: slug, on: branch, after: [parent ?? self.base], head: self.base,
      seconds: seconds)
    self.store.setStream(slug, branch, to: tip)
    return tip
  }

  private func drift(_ standpoint: OwnStandpoint? = nil) throws -> [Drift] {
    try DriftSearch(self.store, KnownStreams(in: self.store), ownSlug: "lap--1")
      .drift(from: standpoint ?? self.standpoint)
  }

  private func look(_ record: inout RadarRecord) throws -> [Drift] {
    try RadarProcedure(store: self.store, ownSlug: "lap--1").look(from: self.standpoint, &record)
  }

  // MARK: Drift

  @Test func `tells who is ahead and who went apart, and nobody else`() throws {
    let ahead = self.put("desk--2", "12", after: self.own)
    let apart = self.put("pad--3", "3")
    _ = self.put("same--4", "1")
    _ = self.put("idle--5", "0")
    self.store.setStream("behind--6", to: self.base)
    let drift = try self.drift()
    #expect(drift.map(\.slug) == ["desk--2", "pad--3"])
    #expect(drift.map(\.kind) == [.ahead, .diverged])
    #expect(drift.map(\.tip) == [ahead, apart])
    #expect(drift.map(\.machine) == ["desk", "pad"])
  }

  @Test func `a session that another one holds is not told of beside it`() throws {
    let first = self.put("desk--2", "12", after: self.own)
    _ = self.put("pad--3", "123", after: first)
    #expect(try self.drift().map(\.slug) == ["pad--3"])
    _ = self.put("desk--2", "123", after: first)
    #expect(try self.drift().map(\.slug) == ["desk--2"], "the same work twice")
  }

  @Test func `work that HEAD has already is not lacking`() throws {
    let commit = self.store.commit(["a": "2"], parents: [self.base])
    let theirs = self.store.capture(["a": "2"], of: "desk--2", after: [commit], head: commit)
    self.store.setStream("desk--2", to: theirs)
    #expect(try self.drift().map(\.kind) == [.diverged])
    let pulled = OwnStandpoint(branch: Branch("main"), capture: self.own, head: commit)
    #expect(try self.drift(pulled).isEmpty)
  }

  @Test func `who deleted all files is told of, unless nothing here was among them`() throws {
    let amended = self.store.commit(["a": "0"], message: "another first one")
    let own = self.store.capture(["a": "1"], after: [self.own, amended], head: amended)
    let here = OwnStandpoint(branch: Branch("main"), capture: own, head: amended)
    let all = self.store.capture([:], of: "desk--2", after: [self.base], head: self.base)
    self.store.setStream("desk--2", to: all)
    #expect(try self.drift(here).map(\.kind) == [.diverged])
    self.store.setStream("desk--2", to: self.store.capture([:], of: "desk--2", after: []))
    #expect(try self.drift(here).isEmpty)
  }

  @Test func `without a capture, or any commit, of ours all work is lacking`() throws {
    _ = self.put("desk--2", "2")
    let fresh = OwnStandpoint(branch: Branch("main"), capture: nil, head: self.base)
    #expect(try self.drift(fresh).map(\.kind) == [.ahead])
    let unborn = OwnStandpoint(branch: Branch("main"), capture: nil, head: nil)
    #expect(try self.drift(unborn).map(\.kind) == [.ahead])
  }

  @Test func `machines of one name are told apart`() throws {
    _ = self.put("desk--2", "2")
    _ = self.put("desk--3", "3")
    _ = self.put("lap--4", "4")
    _ = self.put("pad--5", "5")
    #expect(try self.drift().map(\.machine) == ["desk--2", "desk--3", "lap--4", "pad"])
  }

  @Test func `a stream that cannot be read hides no other`() throws {
    let gone = ObjectID(bytes: Array(repeating: 9, count: 20))
    let broken = self.store.capture(
      ["a": "9"], of: "bad--9", after: [self.base], continuing: .commit(gone))
    self.store.setStream("bad--9", to: broken)
    _ = self.put("desk--2", "2")
    #expect(try self.drift().map(\.slug) == ["desk--2"])
  }

  @Test func `other branches are counted, but for those nobody can check out`() throws {
    _ = self.put("desk--2", "2", on: "topic")
    _ = self.put("desk--2", "3", on: "detached/0123456789ab")
    _ = self.put("desk--2", "0", on: "idle")
    let merged = self.put("desk--2", "4", on: "merged")
    self.store.set(RefName("refs/heads/merged"), to: merged)
    self.store.set(RefName("refs/heads/idle"), to: self.base)
    let search = DriftSearch(
      self.store, try KnownStreams(in: self.store), ownSlug: "lap--1")
    let elsewhere = try search.driftElsewhere(than: Branch("main"))
    #expect(elsewhere == [ElsewhereDrift(branch: Branch("topic"), capture: nil)])
  }

  // MARK: News

  @Test func `a fact is told of once, also by the next process`() throws {
    var record = RadarRecord()
    let tip = self.put("desk--2", "12", after: self.own)
    #expect(try self.look(&record).map(\.tip) == [tip])
    record = try RadarRecord(file: record.file)
    #expect(try self.look(&record).isEmpty)
    // Gone and back, as after a sync that was taken back.
    self.store.setStream("lap--1", to: tip)
    #expect(try self.look(&record).isEmpty)
    self.store.setStream("lap--1", to: self.own)
    #expect(try self.look(&record).isEmpty)
    // The same session, and we went on.
    let more = self.store.capture(["a": "1+"], after: [self.own], head: self.base)
    self.store.setStream("lap--1", to: more)
    #expect(try self.look(&record).map(\.kind) == [.diverged])
    _ = self.put("desk--2", "123", after: tip)
    #expect(try self.look(&record).count == 1)
    #expect(try self.look(&record).isEmpty)
  }

  @Test func `with nothing new the record stays as it is`() throws {
    var record = RadarRecord()
    _ = self.put("desk--2", "2")
    _ = self.put("desk--2", "2", on: "topic")
    _ = try self.look(&record)
    let before = record
    let calls = self.store.commits.count
    _ = try self.look(&record)
    #expect(record == before)
    #expect(self.store.commits.count == calls)
  }

  @Test func `many facts at once are not all told of, the newest are`() throws {
    var record = RadarRecord()
    for number in 2...9 {
      _ = self.put("m\(number)--\(number)", "\(number)", seconds: Int64(1000 + number))
    }
    #expect(try self.look(&record).map(\.machine) == ["m9", "m8", "m7", "m6"])
    #expect(try self.look(&record).isEmpty)
  }

  @Test func `what status shows follows the tips that are here now`() throws {
    var record = RadarRecord()
    let tip = self.put("desk--2", "12", after: self.own)
    let other = self.put("desk--2", "7", on: "topic")
    _ = try self.look(&record)
    func view() throws -> RadarRecord.View {
      try RadarProcedure(store: self.store, ownSlug: "lap--1")
        .quickView(from: self.standpoint, known: record)
    }
    #expect(try view().drift.count == 1)
    #expect(try view().elsewhere.map(\.branch) == [Branch("topic")])
    let merged = self.store.capture(["a": "12"], after: [self.own, tip], head: self.base)
    self.store.setStream("lap--1", to: merged)
    self.store.setStream("lap--1", "topic", to: other)
    #expect(try view().drift.isEmpty)
    #expect(try view().elsewhere.isEmpty)
    _ = self.put("pad--3", "9")
    #expect(try view().drift.map(\.slug) == ["pad--3"])
  }

  // MARK: The record

  private var full: RadarRecord {
    var record = RadarRecord()
    let drift = Drift.make(.diverged, branch: Branch(name: [0xFF, 10, 0x41]))
    record.take(
      RadarRecord.View(
        standpoint: OwnStandpoint(branch: drift.branch, capture: self.own, head: nil), mark: "ab",
        drift: [drift, .make(slug: "x--1", branch: drift.branch)],
        elsewhere: [ElsewhereDrift(branch: Branch("drift"), capture: nil)]))
    record.take(
      RadarRecord.View(
        standpoint: OwnStandpoint(branch: Branch("view"), capture: nil, head: self.base), mark: "",
        drift: [], elsewhere: []))
    _ = record.tell([drift])
    record.failure = .init(why: "no network", since: WallTime(seconds: -5))
    var report = StreamFetchReport()
    report.failed = [.init(ref: RefName("refs/heads/x/y"), id: self.base, why: nil)]
    record.take(report, at: WallTime(seconds: 77))
    return record
  }

  @Test func `the record comes back from its file`() throws {
    for record in [self.full, RadarRecord()] {
      #expect(try RadarRecord(file: record.file) == record)
      try expectRecord(record)
    }
  }

  @Test(arguments: ["git-pulsar radar 1\0more\0end\0", "git-pulsar radar 1\0end\0end\0"])
  func `a file with anything else in it is none`(text: String) {
    #expect(throws: RecordError.damaged) { try RadarRecord(file: Array(text.utf8)) }
  }

  @Test func `the record does not grow without end`() {
    var record = RadarRecord()
    for number in 0..<1000 {
      let branch = Branch("b\(number)")
      _ = record.tell([.make(branch: branch)])
      record.take(
        RadarRecord.View(
          standpoint: OwnStandpoint(branch: branch, capture: nil, head: nil), mark: "",
          drift: [], elsewhere: []))
    }
    #expect(record.views.count == RadarRecord.viewsMax)
    #expect(record.told.count == RadarRecord.toldMax)
    #expect(record.view(of: Branch("b999")) != nil)
  }

  @Test func `what something here kept from coming is tried again at once`() {
    var record = RadarRecord()
    var report = StreamFetchReport()
    report.failed = [.init(ref: RefName("refs/heads/x/y"), id: self.base, why: nil)]
    report.failed[0].isHere = true
    record.take(report, at: WallTime(seconds: 1000))
    #expect(record.skipped(at: WallTime(seconds: 1001)).isEmpty)
  }

  @Test func `what could not be fetched is tried again when it moved, or after a day`() {
    var record = RadarRecord()
    let ref = RefName("refs/heads/x/y")
    var report = StreamFetchReport()
    report.failed = [.init(ref: ref, id: self.base, why: nil)]
    record.take(report, at: WallTime(seconds: 1000))
    #expect(record.skipped(at: WallTime(seconds: 1001)) == [ref: self.base])
    #expect(record.skipped(at: WallTime(seconds: 1000 + 86400)).isEmpty)
    #expect(record.skipped(at: WallTime(seconds: 999)).isEmpty, "the clock was set back")
    record.take(StreamFetchReport(), at: WallTime(seconds: 90000))
    #expect(record.refused.isEmpty)
  }
}
