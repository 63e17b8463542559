import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Pushes that are slow, or do not get through.
@Suite struct DaemonPushTests {
  @Test func `a slow push delays no capture`() async throws {
    let world = try DaemonWorld(hasRemote: true)
    let repository = world.repository
    let other = try world.addRepository()
    try await world.startAndSettle(other)
    try await world.expectPush()
    try world.holdUpPushes(of: repository)
    try repository.append("a.txt", "pushed slowly\n")
    try await world.expect("the push hangs") { world.isReached("push") }
    try await world.expectStatus { $0.pushes == "a push is under way" }

    try repository.append("a.txt", "meanwhile\n")
    try other.append("a.txt", "meanwhile\n")
    try await world.expectCapture()
    try await world.expectCapture(of: other)
    #expect(try world.status().pushes == "a push is under way")
    try world.letGo("push")
    try await world.expectPush()
  }

  @Test func `a remote out of reach is told of, and pushed to when it is back`() async throws {
    let world = try DaemonWorld(hasRemote: true)
    let repository = world.repository
    try await world.startAndSettle()
    try await world.expectPush()
    // The remote has it before the daemon knows.
    try await world.expectStatus { $0.pushes == "everything is pushed" }
    let remote = try repository.git("config", "remote.origin.url")
    try Files.rename(remote, remote + ".away")
    try repository.append("a.txt", "1\n")
    try await world.expectCapture()
    try await world.expectStatus {
      $0.pushes?.contains("the last push failed") == true
        && $0.pushes?.contains("the next attempt is at ") == true && $0.unpushed == 1
    }
    try repository.append("a.txt", "2\n")
    try await world.expectCapture()
    try Files.rename(remote + ".away", remote)
    world.signal(SIGHUP)
    try await world.expectPush()
    try await world.expectStatus { $0.pushes == "everything is pushed" && $0.unpushed == 0 }
  }

  @Test func `a capture that a person made without a push is pushed`() async throws {
    let world = try DaemonWorld(hasRemote: true)
    let repository = world.repository
    try await world.startAndSettle()
    try await world.expectPush()
    try await world.expectStatus { $0.pushes == "everything is pushed" }
    // Before the daemon gets to it: then it finds nothing new.
    try repository.append("a.txt", "captured by hand\n")
    #expect(try repository.pulsar("now", "--here", "--no-push").status == 0)
    try await world.expectPush()
    try await world.expectStatus { $0.pushes == "everything is pushed" && $0.unpushed == 0 }
  }

  @Test func `a stream that cannot be pushed holds up no other`() async throws {
    let world = try DaemonWorld(hasRemote: true)
    let gone = Bytes(String(repeating: "1", count: 40))
    let broken = ".git/refs/pulsar/streams/" + Bytes(world.sandbox.slug) + "/a-broken-one"
    try world.repository.write(broken, gone + "\n")
    try world.repository.append("a.txt", "more\n")
    // Both wait when the daemon starts.
    #expect(try world.repository.pulsar("now", "--no-push").status == 0)
    try world.start()
    try await world.expectPush()
    // Nobody captures that branch any more, and git would stumble over it.
    try await world.expectLog("stream-mended")
    #expect(!Files.exists(world.repository.top / broken))
    _ = try world.repository.git("repack", "-adq")
  }

  @Test func `more repositories than are pushed at once all get their turn`() async throws {
    let world = try DaemonWorld(hasRemote: true)
    var all = [world.repository]
    for number in 0..<6 {
      all.append(try world.addRepository(named: Bytes("other-\(number)"), hasRemote: true))
    }
    for repository in all { try repository.append("a.txt", "more\n") }
    try world.repository.pulsar("daemon", "--once").expectEnd(status: 0)
    for repository in all { try await world.expectPush(of: repository) }
  }
}
