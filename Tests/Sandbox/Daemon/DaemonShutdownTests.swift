import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The end that somebody asked for.
@Suite struct DaemonShutdownTests {
  @Test(arguments: [SIGTERM, SIGINT])
  func `what is not captured yet is captured before the end`(signal: Int32) async throws {
    let world = try DaemonWorld()
    try await world.startAndSettle()
    // High load would put off the first capture by three hours.
    try world.repository.write("pulsar.toml", "[daemon]\ncommit_interval = 3600\n")
    try await world.expectStatus { $0.waitsForInterval }
    try world.repository.append("a.txt", "the last\n")
    #expect(try await world.stop(signal) == 0)
    let capture = try #require(try world.repository.tip())
    #expect(try world.repository.content(of: "a.txt", in: capture)?.contains("the last") == true)
    #expect(try world.repository.message(of: capture).contains("Pulsar-Reason: shutdown"))
    #expect(try world.status().daemonRuns == false)
  }

  @Test func `neither a push nor a capture that hangs keeps it from ending`() async throws {
    let world = try DaemonWorld(hasRemote: true)
    let hanging = try world.addRepository(named: "hanging")
    let pushing = try world.addRepository(named: "pushing", hasRemote: true)
    try await world.startAndSettle(hanging, pushing)
    try await world.expectPush()
    try await world.expectPush(of: pushing)

    try world.holdUpPushes(of: pushing)
    try pushing.append("a.txt", "more\n")
    try await world.expect("the push hangs") { world.isReached("push") }
    try world.holdUpCaptures(of: hanging)
    try hanging.write("file.slow", "1\n")
    try await world.expect("the capture hangs") { world.isReached("capture") }
    try pushing.append("a.txt", "the last\n")
    try world.repository.append("a.txt", "the last\n")
    #expect(try await world.stop() == 0)
    for repository in [world.repository, pushing] {
      let capture = try #require(try repository.tip())
      #expect(try repository.content(of: "a.txt", in: capture)?.contains("the last") == true)
      #expect(try repository.message(of: capture).contains("Pulsar-Reason: shutdown"))
    }
    #if canImport(Glibc)
      try await world.expect("nothing it started is left") {
        try Processes.all(of: world.sandbox).isEmpty
      }
    #endif
  }
}
