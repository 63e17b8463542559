import PulsarCore
import PulsarEngine
import Testing

@Suite struct PushProcedureTests {
  /// A stream of two captures, nothing pushed yet.
  final class World {
    let store = FakeStore()
    let remote = FakeRemote()
    let refs = StreamRefs(slug: "m--1", leaf: Array("main".utf8), backupBranch: "wip/pulsar")
    let first: ObjectID
    let second: ObjectID

    init() {
      self.first = self.store.commit(["a": "1"], message: "first")
      self.second = self.store.commit(["a": "2"], parents: [self.first], message: "second")
      self.store.set(self.refs.stream, to: self.second)
    }

    var pushed: ObjectID? { self.store.heads[self.refs.pushed] }
    var there: ObjectID? { self.remote.refs[self.refs.remote] }

    func push() throws -> PushReport? {
      try PushProcedure(store: self.store, remote: self.remote).run(self.refs)
    }

    /// The remote's error of a push that fails.
    func failure() -> RemoteError? {
      do {
        _ = try self.push()
      } catch PushProcedure<FakeStore, FakeRemote>.Failure.remote(let error) {
        return error
      } catch {
        return nil
      }
      return nil
    }
  }

  private let offline = RemoteError.unreachable(remote: "origin", cause: "no network")

  @Test func `brings the tip to the remote and notes what its listing shows`() throws {
    let world = World()
    #expect(try world.push() == .pushed(world.second))
    #expect(world.there == world.second)
    #expect(world.pushed == world.second)
  }

  @Test func `asks nobody when the tip is there already`() throws {
    let world = World()
    _ = try world.push()
    #expect(try world.push() == .upToDate(world.second))
    #expect(world.remote.pushes == 1)
  }

  @Test func `has nothing to push without a stream`() throws {
    let world = World()
    world.store.set(world.refs.stream, to: nil)
    #expect(try world.push() == nil)
    #expect(world.remote.pushes == 0)
  }

  @Test func `moves the remote from where we left it`() throws {
    let world = World()
    world.store.set(world.refs.pushed, to: world.first)
    world.remote.refs[world.refs.remote] = world.first
    #expect(try world.push() == .pushed(world.second))
    #expect(world.remote.pushes == 1)
  }

  @Test func `an earlier push of ours that arrived unheard counts, after one more try`() throws {
    let world = World()
    world.remote.refs[world.refs.remote] = world.first
    #expect(try world.push() == .pushed(world.second))
    #expect(world.remote.pushes == 2)
    #expect(world.pushed == world.second)
  }

  @Test func `finds that the tip itself arrived earlier`() throws {
    let world = World()
    world.remote.refs[world.refs.remote] = world.second
    #expect(try world.push() == .pushed(world.second))
    #expect(world.pushed == world.second)
  }

  @Test func `begins anew when the stream on the remote was deleted`() throws {
    let world = World()
    world.store.set(world.refs.pushed, to: world.first)
    #expect(try world.push() == .pushed(world.second))
    #expect(world.there == world.second)
  }

  @Test func `leaves a commit of somebody else's alone`() throws {
    let world = World()
    let foreign = world.store.commit(["z": "1"], message: "theirs")
    world.remote.refs[world.refs.remote] = foreign
    #expect(world.failure() == .movedByOthers(ref: world.refs.remote, found: foreign))
    #expect(world.there == foreign)
    #expect(world.pushed == nil)
  }

  @Test func `leaves a commit that is not even here alone`() throws {
    let world = World()
    let foreign = FakeStore.id(3, [9])
    world.store.set(world.refs.pushed, to: world.first)
    world.remote.refs[world.refs.remote] = foreign
    #expect(world.failure() == .movedByOthers(ref: world.refs.remote, found: foreign))
    #expect(world.pushed == world.first)
  }

  @Test func `notes nothing when the push fails`() throws {
    let world = World()
    world.remote.script = [.fails(self.offline)]
    #expect(world.failure() == self.offline)
    #expect(world.pushed == nil)
  }

  private let cut = RemoteError.interrupted(remote: "origin", cause: "hung up")

  @Test func `a push whose answer was lost counts when the listing shows it`() throws {
    for error in [self.cut, .failed(remote: "origin", cause: "?")] {
      let world = World()
      world.remote.script = [.arrives(error)]
      #expect(try world.push() == .pushed(world.second))
      #expect(world.pushed == world.second)
      #expect(world.remote.pushes == 1)
    }
  }

  @Test func `a push that was cut and did not arrive failed as it says`() throws {
    let world = World()
    world.store.set(world.refs.pushed, to: world.first)
    world.remote.refs[world.refs.remote] = world.first
    world.remote.script = [.fails(self.cut)]
    #expect(world.failure() == self.cut)
    #expect(world.remote.pushes == 1)
    #expect(world.pushed == world.first)
    #expect(try world.push() == .pushed(world.second))
  }

  @Test func `a push that was cut, to where somebody else wrote meanwhile, was moved`() throws {
    let world = World()
    let foreign = world.store.commit(["z": "1"], message: "theirs")
    world.remote.refs[world.refs.remote] = foreign
    world.remote.script = [.fails(self.cut)]
    #expect(world.failure() == .movedByOthers(ref: world.refs.remote, found: foreign))
    #expect(world.there == foreign)
  }

  @Test func `after a cut the first error tells, when the listing fails too`() throws {
    let world = World()
    world.remote.script = [.arrives(self.cut)]
    world.remote.listingFailure = self.offline
    #expect(world.failure() == self.cut)
    #expect(world.pushed == nil)
    world.remote.listingFailure = nil
    #expect(try world.push() == .pushed(world.second))
  }

  @Test func `a remote that clearly refused is not asked what it has`() {
    let clear: [RemoteError] = [
      self.offline, .authentication(remote: "origin", cause: ""),
      .permission(remote: "origin", cause: ""), .refused(remote: "origin", by: .hook, cause: ""),
      .objectFormat(remote: "origin", cause: ""),
    ]
    for error in clear {
      let world = World()
      world.remote.script = [.fails(error)]
      #expect(world.failure() == error)
      #expect(world.remote.listings == 0)
    }
  }

  @Test func `does not believe a remote that says yes and shows nothing`() throws {
    let world = World()
    world.remote.script = [.lies, .lies]
    #expect(world.failure() == .hidden(ref: world.refs.remote))
    #expect(world.pushed == nil)
  }

  @Test func `notes nothing when the listing fails`() throws {
    let world = World()
    world.remote.listingFailure = self.offline
    #expect(world.failure() == self.offline)
    #expect(world.pushed == nil)
    world.remote.listingFailure = nil
    #expect(try world.push() == .pushed(world.second))
  }

  @Test func `whichever call of the store fails, only what the remote shows is noted`() throws {
    for failure in FakeStore.Failure.allCases {
      var call = 1
      while true {
        let world = World()
        world.remote.refs[world.refs.remote] = world.first
        world.store.failure = failure
        world.store.failingCall = call
        _ = try? world.push()
        #expect(world.pushed == nil || world.pushed == world.there, "call \(call), \(failure)")
        #expect(world.there == world.first || world.there == world.second)
        if world.store.calls < call { break }
        call += 1
      }
      #expect(call > 4)
    }
  }
}
