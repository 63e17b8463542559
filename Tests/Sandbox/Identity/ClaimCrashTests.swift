import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The program is killed while it makes way for its stream on the remote.
@Suite struct ClaimCrashTests {
  /// Makes hooks of the remote wait: `moment` is `update` (before a ref moves) or `post-receive`
  /// (after), `ref` a pattern of the shell's that the ref must match.
  private func hold(_ moment: Bytes, _ ref: Bytes, in world: IdentityWorld) throws -> () throws ->
    Bool
  {
    let root = world.sandbox.root
    let hold = root / "hold"
    let reached = root / "reached"
    try Files.write(hold, "")
    let name: Bytes = moment == "update" ? "\"$1\"" : "\"$(cut -d' ' -f3)\""
    try Files.write(
      world.remote / "hooks" / moment,
      "#!/bin/sh\ncase \(name) in \(ref)) touch \(reached); while [ -e \(hold) ]; do sleep 0.1; done;; esac\n",
      mode: 0o755)
    return { Files.exists(reached) }
  }

  private func letGo(_ world: IdentityWorld) throws {
    for hook: Bytes in ["update", "post-receive"] {
      try Files.remove(world.remote / "hooks" / hook)
    }
    try Files.remove(world.sandbox.root / "hold")
  }

  /// Kills `now` when a hook of the remote is reached; what git had begun goes on or not.
  private func captureAndDie(
    _ repository: TestRepository, _ world: IdentityWorld, _ moment: Bytes, at ref: Bytes
  ) async throws {
    try world.edit(repository)
    try repository.pulsar("status").expectEnd(status: 0)
    let isReached = try self.hold(moment, ref, in: world)
    let now = try world.sandbox.start([Program.path, "now", "--here"], in: repository.top)
    try await self.wait("the hook is reached") {
      try isReached() || now.exitStatus != nil
    }
    #expect(now.exitStatus == nil, "it did not come so far")
    now.signal(SIGKILL)
    try await self.wait("it is dead") { now.exitStatus != nil }
    try self.letGo(world)
  }

  private func wait(_ what: Comment, until isSo: () throws -> Bool) async throws {
    for _ in 0..<600 {
      if try isSo() { return }
      try await Task.sleep(for: .milliseconds(100))
    }
    Issue.record(what)
  }

  private static let moments: [Bytes] = ["update", "post-receive"]
  /// The ref that what was there gets, and the one of the stream.
  private static let refs: [Bytes] = ["*/laptop--01234567-????/*", "*/laptop--01234567/*"]

  @Test(arguments: moments, refs)
  func `a re-clone killed while it parks what it found loses nothing`(
    moment: Bytes, ref: Bytes
  ) async throws {
    let world = try IdentityWorld()
    let old = try world.clone()
    try world.capture(old)
    try Files.remove(old.top)
    let new = try world.clone()
    try await self.captureAndDie(new, world, moment, at: ref)
    // The last content is not pushed yet, unless git got so far.
    #expect(try world.lost().allSatisfy { $0 == "content 2" })
    try await self.expectGoesOn(new, world)
    #expect(try world.slug(in: new) == world.sandbox.slug)
    #expect(try world.streams().count == 2)
  }

  @Test(arguments: moments)
  func `a second clone killed while it pushes under its own slug keeps that`(
    moment: Bytes
  ) async throws {
    let world = try IdentityWorld()
    let one = try world.clone(named: "one")
    try world.capture(one)
    let two = try world.clone(named: "two")
    try await self.captureAndDie(two, world, moment, at: "*/laptop--01234567-*")
    let slug = try world.slug(in: two)
    #expect(slug != world.sandbox.slug)
    try await self.expectGoesOn(two, world)
    try world.capture(one)
    #expect(try world.slug(in: two) == slug)
    #expect(try world.streams().count == 2)
    try world.expectNothingLost()
  }

  /// What git began may still be on its way, and hold the remote's lock on a ref.
  private func expectGoesOn(_ repository: TestRepository, _ world: IdentityWorld) async throws {
    try world.edit(repository)
    try await self.wait("a push goes through") {
      try repository.pulsar("now", "--here").status == 0
    }
    try world.expectNothingLost()
    #expect(
      try world.content(of: "\(world.slug(in: repository))/main")
        == world.content(in: repository))
  }

  @Test func `a change of the slug that was cut short is taken up again`() throws {
    let world = try IdentityWorld()
    let one = try world.clone(named: "one")
    let two = try world.clone(named: "two")
    try world.edit(two)
    try two.pulsar("now", "--here", "--no-push").expectEnd(status: 0)
    let older = try #require(try two.tip())
    // As it stands when the program dies after the first of several refs.
    let slug = "\(world.sandbox.slug)-ab12cd"
    try two.write(
      ".git/pulsar/clone",
      Bytes("git-pulsar clone 1\nslug \(world.sandbox.slug)\nfork \(slug)\n"))
    try two.git("update-ref", Bytes("refs/pulsar/streams/\(slug)/main"), older)
    #expect(try world.slug(in: two) == world.sandbox.slug)
    try world.capture(one)
    try world.capture(two)
    #expect(try world.slug(in: two) == slug)
    #expect(try world.content(of: "\(slug)/main") == world.content(in: two))
    try world.expectNothingLost()
  }
}
