import PulsarCore
import PulsarEngine
import Testing

@Suite struct ParkProcedureTests {
  typealias Procedure = ParkProcedure<FakeStore, Place>

  /// A remote in memory that knows which objects it was sent, and dies where it is told to.
  final class Place: Remote {
    enum Death: CaseIterable {
      /// The call does nothing, and nothing works after it.
      case before
      /// It does its work, and its answer is lost.
      case after
    }

    let store: FakeStore
    var refs: [RefName: ObjectID] = [:]
    /// What is said to who replaces a commit by one that does not follow from it.
    var refusal: RemoteError?
    /// Runs once, before the next push.
    var meanwhile: (() -> Void)?
    private(set) var calls = 0
    var failingCall: Int?
    var death = Death.before
    private var isDead = false

    init(_ store: FakeStore) { self.store = store }

    private func calling<Value>(
      _ work: () throws(RemoteError) -> Value
    ) throws(RemoteError) -> Value {
      self.calls += 1
      let failure = RemoteError.failed(remote: "origin", cause: "told to")
      if self.isDead { throw failure }
      guard self.calls == self.failingCall else { return try work() }
      self.isDead = true
      if self.death == .after { _ = try work() }
      throw failure
    }

    func resolve(_ ref: RefName) throws(RemoteError) -> ObjectID? {
      try self.calling { () throws(RemoteError) in self.refs[ref] }
    }

    func list(prefix: String) throws(RemoteError) -> [(name: RefName, id: ObjectID)] {
      try self.calling { () throws(RemoteError) in
        self.refs.filter { $0.key.dropping(prefix: prefix) != nil }
          .map { (name: $0.key, id: $0.value) }
      }
    }

    func fetch(_ refs: [(from: RefName, to: RefName)]) throws(RemoteError) {
      try self.calling { () throws(RemoteError) in
        for (from, to) in refs { self.store.set(to, to: self.refs[from]) }
      }
    }

    func push(
      _ commit: ObjectID, to ref: RefName, expecting expected: ObjectID?
    ) throws(RemoteError) {
      let meanwhile = self.meanwhile
      self.meanwhile = nil
      meanwhile?()
      try self.calling { () throws(RemoteError) in
        guard self.refs[ref] == expected else { throw .movedByOthers(ref: ref, found: nil) }
        if expected != nil, let refusal { throw refusal }
        self.refs[ref] = commit
      }
    }

    /// Whether a commit is in the history of some ref.
    func holds(_ commit: ObjectID) throws -> Bool {
      try self.refs.values.contains { try self.store.contains(commit, in: $0) }
    }
  }

  /// A new stream here, and an older one in its place on the remote.
  final class World {
    let store: FakeStore
    let place: Place
    let refs = StreamRefs(slug: "m--1", leaf: Array("main".utf8), backupBranch: "wip/pulsar")
    let found: ObjectID
    let tip: ObjectID

    init() {
      let store = FakeStore()
      self.found = store.commit(["a": "old 2"], parents: [store.commit(["a": "old"])])
      self.tip = store.commit(["a": "new"])
      store.set(self.refs.stream, to: self.tip)
      self.store = store
      self.place = Place(store)
      self.place.refs[self.refs.remote] = self.found
    }

    /// As another process finds it all.
    init(after world: World) {
      self.store = world.store.reopened()
      self.place = Place(self.store)
      self.place.refs = world.place.refs
      (self.found, self.tip) = (world.found, world.tip)
    }

    func parked(_ digits: Int = 4) -> StreamRefs {
      StreamRefs(
        slug: "m--1-\(self.found.hex.prefix(digits))", leaf: Array("main".utf8),
        backupBranch: "wip/pulsar")
    }

    var there: ObjectID? { self.place.refs[self.refs.remote] }

    func run() throws -> (tip: ObjectID, parked: StreamRefs)? {
      try Procedure(store: self.store, remote: self.place, backupBranch: "wip/pulsar")
        .run(self.refs, over: self.found)
    }
  }

  @Test func `what is there keeps a ref of its own, and ours takes its place`() throws {
    let world = World()
    let result = try #require(try world.run())
    #expect(result.parked == world.parked())
    #expect(world.there == world.tip)
    #expect(world.place.refs[world.parked().remote] == world.found)
    #expect(world.store.heads[world.parked().stream] == world.found)
    #expect(world.store.heads[world.refs.pushed] == world.tip)
    #expect(world.place.refs.count == 2)
  }

  @Test func `a name that another commit has there gets more digits`() throws {
    let world = World()
    world.place.refs[world.parked().remote] = world.tip
    #expect(try world.run()?.parked == world.parked(8))
    #expect(world.place.refs[world.parked().remote] == world.tip)
    #expect(world.place.refs[world.parked(8).remote] == world.found)
  }

  @Test func `a name that another commit has here gets more digits`() throws {
    let world = World()
    world.store.set(world.parked().stream, to: world.tip)
    #expect(try world.run()?.parked == world.parked(8))
    #expect(world.store.heads[world.parked().stream] == world.tip)
  }

  @Test func `who moves it meanwhile is not overwritten`() throws {
    for pushes in 0..<2 {
      let world = World()
      let newer = world.store.commit(["a": "newer"], parents: [world.found])
      let move = { world.place.refs[world.refs.remote] = newer }
      world.place.meanwhile =
        pushes == 0 ? move : { world.place.meanwhile = move }
      #expect(throws: Procedure.Failure.self) { try world.run() }
      #expect(world.there == newer)
    }
  }

  @Test func `what moved before it was fetched leaves no wrong name behind`() throws {
    let world = World()
    let newer = world.store.commit(["a": "newer"], parents: [world.found])
    world.place.refs[world.refs.remote] = newer
    #expect(throws: Procedure.Failure.self) { try world.run() }
    #expect(world.store.heads[world.parked().stream] == nil)
    #expect(world.there == newer)
  }

  @Test(arguments: [
    RemoteError.refused(remote: "origin", by: .other, cause: "no"),
    .movedByOthers(ref: RefName("refs/heads/x"), found: nil),
  ])
  func `a remote that lets nothing be replaced is told apart`(refusal: RemoteError) throws {
    let world = World()
    world.place.refusal = refusal
    do {
      _ = try world.run()
      Issue.record("it was replaced")
    } catch Procedure.Failure.notReplaceable {
    }
    #expect(world.there == world.found)
    #expect(world.place.refs[world.parked().remote] == world.found)
    #expect(world.store.heads[world.refs.pushed] == nil)
  }

  @Test func `wherever it dies at the remote, nothing is lost and the next run finishes`() throws {
    for death in Place.Death.allCases {
      var call = 1
      while true {
        let world = World()
        world.place.failingCall = call
        world.place.death = death
        _ = try? world.run()
        #expect(try world.place.holds(world.found), "call \(call), \(death)")
        if world.place.calls < call { break }
        try self.expectFinished(after: world, "call \(call), \(death)")
        call += 1
      }
      // Fetch, push, list, push, list.
      #expect(call == 6)
    }
  }

  @Test func `wherever it dies here, nothing is lost and the next run finishes`() throws {
    for failure in FakeStore.Failure.allCases {
      var call = 1
      while true {
        let world = World()
        world.store.failure = failure
        world.store.failingCall = call
        _ = try? world.run()
        if world.store.calls < call { break }
        try self.expectFinished(after: world, "call \(call), \(failure)")
        call += 1
      }
      #expect(call > 5)
    }
  }

  /// As the next push does: what is there may be ours by now.
  private func expectFinished(after world: World, _ comment: Comment) throws {
    let next = World(after: world)
    #expect(try next.place.holds(next.found), comment)
    if next.there == next.tip { return }
    #expect(next.there == next.found, comment)
    _ = try next.run()
    #expect(next.there == next.tip, comment)
    #expect(try next.place.holds(next.found), comment)
  }
}
