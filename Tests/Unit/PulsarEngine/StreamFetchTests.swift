import PulsarCore
import PulsarEngine
import Testing

@Suite struct StreamFetchTests {
  /// A clone of the machine `lap--1` and a remote.
  final class World {
    let store = FakeStore()
    let remote = FakeRemote()
    let base: ObjectID
    var foldsCase = false

    init() {
      self.base = self.store.commit(["a": "0"])
      self.remote.arrive = { [store] in store.set($0, to: $1) }
    }

    func put(_ name: String, _ id: ObjectID?) {
      self.remote.refs[RefName("refs/heads/wip/pulsar/\(name)")] = id
    }

    func next(_ text: String, after parent: ObjectID? = nil) -> ObjectID {
      self.store.commit(["a": text], parents: [parent ?? self.base], message: text)
    }

    private var fetch: StreamFetch<FakeStore, FakeRemote> {
      StreamFetch(
        store: self.store, remote: self.remote, ownSlug: "lap--1", backupBranch: "wip/pulsar/",
        foldsCase: self.foldsCase)
    }

    func plan(skipping: [RefName: ObjectID] = [:]) throws -> [String] {
      try self.fetch.plan(skipping: skipping).moved.map(\.from.displayed)
    }

    @discardableResult
    func run() throws -> StreamFetchReport { try self.fetch.perform(self.fetch.plan()) }

    var streams: [String] {
      self.store.heads.keys.sorted().compactMap {
        $0.dropping(prefix: StreamRefs.streamPrefix).map { String(decoding: $0, as: UTF8.self) }
      }
    }

    func confirm(_ name: String, _ id: ObjectID) {
      self.store.set(RefName("\(StreamRefs.pushedPrefix)\(name)"), to: id)
    }

    /// Takes note of what the remote lost.
    ///
    /// - Returns: what the notes of confirmed captures say then.
    func forget(_ plan: StreamFetch<FakeStore, FakeRemote>.Plan? = nil) throws -> [ObjectID?] {
      let plan = try plan ?? self.fetch.plan()
      let forgotten = try self.fetch.forget(plan.lost)
      return forgotten.map { self.store.heads[$0] }
    }

    func wholePlan() throws -> StreamFetch<FakeStore, FakeRemote>.Plan { try self.fetch.plan() }

    func kept() -> [ObjectID] {
      self.store.heads.filter { $0.key.dropping(prefix: StreamRefs.replacedPrefix) != nil }
        .map(\.value)
    }
  }

  @Test func `brings what moved in one fetch, and never our own`() throws {
    let world = World()
    world.put("lap--1/main", world.next("own"))
    world.put("desk--2/main", world.next("1"))
    world.put("desk--2/topic/a", world.next("2"))
    world.put("pad--3/finalized--0000000000000000", world.next("3"))
    world.put("stray", world.next("4"))
    let report = try world.run()
    #expect(world.remote.fetches.map(\.count) == [3])
    #expect(report.arrived.count == 3 && report.failed.isEmpty)
    #expect(
      world.streams
        == ["desk--2/main", "desk--2/topic/a", "pad--3/finalized--0000000000000000"])
    #expect(world.store.heads.count == 6, "what was fetched, and how it came")
    world.put("desk--2/main", world.next("5", after: world.store.stream("desk--2")))
    #expect(try world.plan() == ["refs/heads/wip/pulsar/desk--2/main"])
  }

  @Test func `with nothing new nothing is fetched and nothing written`() throws {
    let world = World()
    world.put("desk--2/main", world.next("1"))
    try world.run()
    let heads = world.store.heads
    try world.run()
    #expect(world.remote.fetches.count == 1)
    #expect(world.store.heads == heads)
  }

  @Test func `what the remote confirmed and lost is known as unpushed`() throws {
    let world = World()
    let old = world.next("old")
    let new = world.next("new", after: old)
    world.confirm("lap--1/main", new)
    // Deleted, moved back.
    #expect(try world.forget() == [nil])
    world.confirm("lap--1/main", new)
    world.put("lap--1/main", old)
    #expect(try world.forget() == [old])
  }

  @Test func `what somebody else put there is left to the next push`() throws {
    let world = World()
    let old = world.next("old")
    let mine = world.next("mine", after: old)
    let unknown = ObjectID(bytes: Array(repeating: 7, count: 20))
    for theirs in [unknown, world.next("theirs", after: old)] {
      world.confirm("lap--1/main", mine)
      world.put("lap--1/main", theirs)
      // A capture is to be pushed anyway.
      world.store.set(RefName("\(StreamRefs.streamPrefix)lap--1/main"), to: old)
      #expect(try world.forget().isEmpty)
      // Nothing would be: this clone was there, and has something to push.
      world.store.set(RefName("\(StreamRefs.streamPrefix)lap--1/main"), to: mine)
      #expect(try world.forget() == [old])
      #expect(try world.forget().isEmpty)
    }
  }

  @Test func `what the remote has as confirmed, or newer, is left alone`() throws {
    let world = World()
    let old = world.next("old")
    world.confirm("lap--1/main", old)
    world.confirm("desk--2/main", old)
    world.put("lap--1/main", old)
    #expect(try world.forget().isEmpty)
    world.put("lap--1/main", world.next("newer", after: old))
    #expect(try world.forget().isEmpty)
  }

  @Test func `a push that ends while the remote is asked keeps its note`() throws {
    let world = World()
    let old = world.next("old")
    let new = world.next("new", after: old)
    world.confirm("lap--1/main", old)
    let plan = try world.wholePlan()
    #expect(plan.lost.count == 1)
    world.confirm("lap--1/main", new)
    #expect(try world.forget(plan).isEmpty)
    #expect(world.store.heads[RefName("\(StreamRefs.pushedPrefix)lap--1/main")] == new)
  }

  @Test func `a stream that went from the remote stays`() throws {
    let world = World()
    world.put("desk--2/main", world.next("1"))
    try world.run()
    world.put("desk--2/main", nil)
    try world.run()
    #expect(world.streams == ["desk--2/main"])
  }

  @Test func `a stream made anew leaves what it held`() throws {
    let world = World()
    let old = world.next("1")
    world.put("desk--2/main", old)
    try world.run()
    let new = world.next("2")
    world.put("desk--2/main", new)
    try world.run()
    #expect(world.store.stream("desk--2") == new)
    #expect(world.kept() == [old])
  }

  @Test func `what goes on, or is parked elsewhere, is not kept twice`() throws {
    let world = World()
    let old = world.next("1")
    world.put("desk--2/main", old)
    try world.run()
    world.put("desk--2/main", world.next("2", after: old))
    try world.run()
    #expect(world.kept().isEmpty)
    world.put("desk--2-ab12/main", world.store.stream("desk--2"))
    world.put("desk--2/main", world.next("3"))
    try world.run()
    #expect(world.kept().isEmpty)
    #expect(world.streams == ["desk--2-ab12/main", "desk--2/main"])
  }

  @Test(arguments: [("topic", "topic/a"), ("topic/a", "topic")])
  func `a name that cannot exist beside an old one makes it room`(old: String, new: String) throws {
    let world = World()
    let first = world.next("1")
    world.put("desk--2/\(old)", first)
    world.store.setStream("lap--1", old, to: world.base)
    try world.run()
    world.put("desk--2/\(old)", nil)
    let second = world.next("2")
    world.put("desk--2/\(new)", second)
    let report = try world.run()
    #expect(report.renamed.count == 1)
    #expect(world.store.stream("desk--2", new) == second)
    let flat = String(decoding: StreamRefs.flattened(Array(old.utf8)), as: UTF8.self)
    #expect(world.store.stream("desk--2", flat) == first)
    #expect(world.store.stream("desk--2", old) == nil)
    #expect(world.store.stream("lap--1", old) == world.base, "ours is not in the way")
    // And again, with the free name taken.
    world.put("desk--2/\(new)", nil)
    let third = world.next("3")
    world.put("desk--2/\(old)", third)
    try world.run()
    world.put("desk--2/\(old)", nil)
    world.put("desk--2/\(new)", world.next("4"))
    try world.run()
    #expect(Set(world.store.heads.values).isSuperset(of: [first, second, third]))
  }

  @Test func `what is no commit becomes no stream, and the others arrive`() throws {
    let world = World()
    let blob = try world.store.writeBlobs([[1]])[0]
    world.put("bad--9/main", blob)
    world.put("desk--2/main", world.next("1"))
    let report = try world.run()
    #expect(world.streams == ["desk--2/main"])
    #expect(report.failed.map(\.ref.displayed) == ["refs/heads/wip/pulsar/bad--9/main"])
    let bad = RefName("refs/heads/wip/pulsar/bad--9/main")
    #expect(try world.plan() == [bad.displayed])
    #expect(try world.plan(skipping: [bad: blob]).isEmpty)
    #expect(try world.plan(skipping: [bad: world.base]) == [bad.displayed], "it moved")
  }

  @Test func `one that cannot be fetched keeps no other away`() throws {
    let world = World()
    world.put("bad--9/main", world.next("0"))
    world.put("desk--2/main", world.next("1"))
    world.put("pad--3/main", world.next("2"))
    world.remote.unfetchable = [RefName("refs/heads/wip/pulsar/bad--9/main")]
    let report = try world.run()
    #expect(world.streams == ["desk--2/main", "pad--3/main"])
    #expect(report.failed.count == 1)
  }

  @Test func `names that mean something else to git are not handed to it`() throws {
    let world = World()
    for name in ["x:refs/heads/main/y", "x/../../heads/main", "x/a b", "x/a*", "x/.lock", "x//y"] {
      world.put(name, world.next("1"))
    }
    let report = try world.run()
    #expect(world.remote.fetches.isEmpty && world.streams.isEmpty)
    #expect(report.malformed.count == 6)
  }

  @Test func `names too long for a file, or that differ in case only, get names of their own`()
    throws
  {
    let world = World()
    let long = String(repeating: "n", count: 300)
    world.put("\(long)/main", world.next("1"))
    world.put("desk--2/\(long)", world.next("2"))
    world.put("desk--2/Topic", world.next("3"))
    world.put("desk--2/topic", world.next("4"))
    try world.run()
    #expect(world.streams.count == 4)
    #expect(world.streams.allSatisfy { $0.split(separator: "/").allSatisfy { $0.count <= 240 } })
    let other = World()
    other.foldsCase = true
    other.put("desk--2/Topic", other.next("3"))
    other.put("desk--2/topic", other.next("4"))
    try other.run()
    #expect(Set(other.streams.map { $0.lowercased() }).count == 2)
  }

  @Test func `a stream whose commit a power cut took is fetched again`() throws {
    let world = World()
    let tip = world.next("1")
    world.put("desk--2/main", tip)
    try world.run()
    #expect(try world.plan().isEmpty)
    world.store.drop(tip)
    #expect(try world.plan().count == 1)
  }

  @Test func `whichever call fails, nothing that was here is lost, and the next fetch succeeds`()
    throws
  {
    for kind in FakeStore.Failure.allCases {
      for call in 1...200 {
        let world = World()
        let old = world.next("1")
        let room = world.next("2")
        world.put("desk--2/main", old)
        world.put("desk--2/topic", room)
        try world.run()
        let new = world.next("3")
        world.put("desk--2/main", new)
        world.put("desk--2/topic", nil)
        world.put("desk--2/topic/a", world.next("4"))
        let before = world.store.calls
        world.store.failingCall = before + call
        world.store.failure = kind
        do {
          try world.run()
        } catch {
          // Expected of most calls.
        }
        let hasEnded = world.store.calls < before + call
        let reopened = world.store.reopened()
        #expect(Set(reopened.heads.values).isSuperset(of: [old, room]), "\(kind) \(call)")
        let fetch = StreamFetch(
          store: reopened, remote: world.remote, ownSlug: "lap--1", backupBranch: "wip/pulsar")
        world.remote.arrive = { reopened.set($0, to: $1) }
        _ = try fetch.perform(fetch.plan())
        #expect(reopened.stream("desk--2") == new)
        #expect(reopened.stream("desk--2", "topic/a") != nil)
        #expect(Set(reopened.heads.values).isSuperset(of: [old, room]), "\(kind) \(call)")
        if hasEnded { break }
        #expect(call < 200)
      }
    }
  }

  @Test func `more streams than the limit are left out, and no machine takes the room of others`()
    throws
  {
    let world = World()
    world.put("desk--2/main", world.base)
    try world.run()
    for number in 0..<(ForeignLimits.streams + 50) { world.put("a--1/b\(number)", world.base) }
    world.put("tower--3/main", world.base)
    world.put("tower--3/finalized--0000000000000000", world.base)
    world.put("desk--2/main", world.next("1"))
    let plan = try world.wholePlan()
    #expect(plan.moved.count == ForeignLimits.streams)
    #expect(plan.overLimit == 53)
    for name in ["desk--2/main", "tower--3/main", "tower--3/finalized--0000000000000000"] {
      #expect(plan.moved.contains { $0.from == RefName("refs/heads/wip/pulsar/\(name)") })
    }
  }
}
