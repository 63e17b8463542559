import PulsarCore
import PulsarEngine
import Testing

@Suite struct RefusedPushTests {
  /// A stream of which the remote has the first capture and refuses the second.
  final class World {
    let store = FakeStore()
    let remote = FakeRemote()
    let refs = StreamRefs(slug: "m--1", leaf: Array("main".utf8), backupBranch: "wip/pulsar")
    let first: ObjectID
    var noted: [RefusedPush<FakeStore, FakeRemote>.Substitute] = []

    init() {
      self.first = self.store.commit(["a": "1"], message: Self.message)
      self.store.set(self.refs.stream, to: self.first)
      self.remote.refs[self.refs.remote] = self.first
    }

    static var message: String {
      String(
        decoding: CaptureMessage(
          changes: [], machineSlug: "m--1", branch: Branch("main"), reason: .change,
          skippedCount: 0
        ).bytes, as: UTF8.self)
    }

    @discardableResult
    func capture(_ files: [String: String], seconds: Int64 = 1000) -> ObjectID {
      let tip = self.store.heads[self.refs.stream].map { [$0] } ?? []
      let id = self.store.commit(files, parents: tip, message: Self.message, seconds: seconds)
      self.store.set(self.refs.stream, to: id)
      return id
    }

    func run(_ error: RemoteError) throws -> RefusedPush<FakeStore, FakeRemote>.Substitute? {
      try RefusedPush(
        store: self.store, remote: self.remote, signature: Signature(name: nil, email: nil)
      ).run(self.refs, after: error, known: RefusedContents()) { self.noted.append($0) }
    }

    func files(_ commit: ObjectID?) -> Set<GitPath> {
      let tree = commit.flatMap { self.store.commits[$0]?.tree }
      return Set((tree.flatMap { self.store.trees[$0] } ?? [:]).keys)
    }
  }

  private static func refusal(_ words: String, by refusal: PushRefusal = .contents) -> RemoteError {
    .refused(remote: "origin", by: refusal, cause: "no", words: words)
  }

  @Test func `only what the remote names is left out`() throws {
    let world = World()
    world.capture(["a": "2", "conf.ini": "secret", "conf.ini.bak": "x"])
    let taken = try #require(try world.run(Self.refusal("error: conf.ini: a token")))
    #expect(world.files(taken.commit) == ["a", "conf.ini.bak"])
    #expect(world.remote.refs[world.refs.remote] == taken.commit)
    #expect(world.store.commits[taken.commit]?.parents == [world.first])
    #expect(taken.refused.map { Array($0.keys) } == [["conf.ini"]])
    #expect(world.noted == [taken], "written down before it is pushed")
  }

  @Test func `what is gone again is left out first, and then all that is new`() throws {
    let world = World()
    world.capture(["a": "1", "s": "secret"])
    world.capture(["a": "2"], seconds: 1001)
    let taken = try #require(try world.run(Self.refusal("no")))
    #expect(world.remote.pushes == 1)
    #expect(world.files(taken.commit) == ["a"])
    let middle = try #require(world.store.commits[taken.commit]?.parents.first)
    #expect(world.files(middle) == ["a"])

    world.store.set(world.refs.stream, to: taken.commit)
    world.capture(["a": "3", "b": "secret"], seconds: 1002)
    let next = try #require(try world.run(Self.refusal("no")))
    #expect(world.files(next.commit) == ["a"])
    #expect(world.store.commits[next.commit]?.tree == world.store.commits[taken.commit]?.tree)
    #expect(next.refused.map { Set($0.keys) } == [["a", "b"]])
  }

  @Test func `the same input gives the same commits`() throws {
    var ids: Set<ObjectID> = []
    for _ in 0..<2 {
      let world = World()
      world.capture(["a": "2", "conf.ini": "secret"])
      ids.insert(try #require(try world.run(Self.refusal("conf.ini"))).commit)
    }
    #expect(ids.count == 1)
  }

  @Test func `where the remote takes nothing, the error is the first one`() throws {
    let world = World()
    let tip = world.capture(["a": "2", "b": "1"])
    world.remote.script = Array(repeating: .fails(Self.refusal("no", by: .hook)), count: 10)
    #expect(throws: Self.refusal("no", by: .hook)) {
      _ = try world.run(Self.refusal("no", by: .hook))
    }
    #expect(world.store.heads[world.refs.stream] == tip)
    #expect(world.remote.refs[world.refs.remote] == world.first)
    #expect(world.remote.pushes <= 6)
  }

  @Test(arguments: [PushRefusal.protectedRef, .quota, .other])
  func `other refusals are about something else`(refusal: PushRefusal) throws {
    let world = World()
    world.capture(["a": "2"])
    #expect(try world.run(Self.refusal("no", by: refusal)) == nil)
    #expect(world.remote.pushes == 0)
  }

  @Test func `a push whose answer was lost counts when it arrived`() throws {
    let world = World()
    world.capture(["a": "2", "conf.ini": "secret"])
    world.remote.script = [.arrives(.interrupted(remote: "origin", cause: "cut"))]
    #expect(try world.run(Self.refusal("conf.ini")) != nil)
  }
}
