import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Repositories that come, go and rest while the daemon runs.
@Suite struct DaemonRegistryTests {
  @Test func `registering, pausing and removing take effect at once`() async throws {
    let world = try DaemonWorld()
    let repository = world.repository
    try await world.startAndSettle()

    let other = try world.addRepository()
    try other.write("new.txt", "1\n")
    try await world.expectCapture(of: other)

    #expect(try repository.pulsar("pause").status == 0)
    try await world.expectStatus { $0.captures == "paused" }
    let tip = try repository.tip()
    try repository.append("a.txt", "while paused\n")
    try other.append("new.txt", "2\n")
    try await world.expectCapture(of: other)
    #expect(try repository.tip() == tip)
    #expect(try repository.pulsar("resume").status == 0)
    try await world.expectCapture()

    #expect(try other.pulsar("remove").status == 0)
    try await world.expect("the daemon knows nothing of what was removed") {
      try world.status(of: other).captures == nil
    }
    let last = try other.tip()
    try other.append("new.txt", "3\n")
    try repository.append("a.txt", "afterwards\n")
    try await world.expectCapture()
    #expect(try other.tip() == last)
  }

  @Test func `a repository that is away is missing, and is captured when it is back`() async throws
  {
    let world = try DaemonWorld()
    let repository = world.repository
    let away = repository.top + ".away"
    try await world.startAndSettle()

    try Files.rename(repository.top, away)
    try await world.expectLog(" missing ")
    let list = try world.sandbox.run([Program.path, "list"], in: world.sandbox.root)
    #expect(list.status == 0 && list.output.contains("missing"), "\(list)")
    try Files.write(away / "meanwhile.txt", "1\n")
    try Files.rename(away, repository.top)
    #expect(try world.status().captures == "missing; it is captured again when it is back")
    world.signal(SIGHUP)
    try await world.expectCapture()
    try await world.expectLog(" returned ")
    try repository.append("meanwhile.txt", "2\n")
    try await world.expectCapture()
  }

  @Test func `another repository at the same path is not captured`() async throws {
    let world = try DaemonWorld()
    let repository = world.repository
    try await world.startAndSettle()
    try Files.rename(repository.top, repository.top + ".away")
    try await world.expectLog(" missing ")

    let stranger = try world.sandbox.makeRepository()
    try #require(stranger.top == repository.top)
    try stranger.write("strange.txt", "1\n")
    try stranger.git("add", "-A")
    try stranger.git("commit", "-q", "-m", "another beginning")
    world.signal(SIGHUP)
    try await world.expectStatus { $0.captures?.contains("another repository lies there") == true }
    try stranger.write("strange.txt", "2\n")
    let other = try world.addRepository()
    try await world.expectCapture(of: other)
    #expect(try stranger.streams() == [])

    try world.register(stranger)
    try await world.expectCapture(of: stranger)
    try stranger.write("strange.txt", "3\n")
    try await world.expectCapture(of: stranger)
  }

  @Test(
    arguments: [
      [["merge", "-q", "side"], ["merge", "--abort"]],
      [["rebase", "-q", "side"], ["rebase", "--abort"]],
    ] as [[[Bytes]]])
  func `nothing is captured while an operation of the user's has stopped half-way`(
    commands: [[Bytes]]
  ) async throws {
    let world = try DaemonWorld { repository in
      try repository.git("branch", "side")
      try repository.write("a.txt", "here\n")
      try repository.commitAll()
      try repository.git("switch", "-q", "side")
      try repository.write("a.txt", "there\n")
      try repository.commitAll()
      try repository.git("switch", "-q", "main")
    }
    let repository = world.repository
    let other = try world.addRepository()
    try await world.startAndSettle(other)

    #expect(try world.sandbox.tryGit(commands[0], in: repository.top).status == 1)
    try await world.expectStatus { status in
      status.operation != nil
        && status.captures == "captures wait for the end of a rebase, merge or the like"
    }
    let tip = try world.value(of: repository.stream(of: "main"), in: repository)
    try repository.write("during.txt", "1\n")
    try other.append("a.txt", "more\n")
    try await world.expectCapture(of: other)
    #expect(try world.value(of: repository.stream(of: "main"), in: repository) == tip)
    #expect(try repository.streams().count == 1)
    try await world.expectLog("waiting repo=")

    #expect(try world.sandbox.tryGit(commands[1], in: repository.top).status == 0)
    try await world.expectCapture()
    #expect(try repository.read("during.txt") == "1\n")
  }
}
