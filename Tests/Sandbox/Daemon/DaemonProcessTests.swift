import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The process: one at a time, whatever happened to the one before.
@Suite struct DaemonProcessTests {
  @Test func `there is one daemon at a time`() async throws {
    let world = try DaemonWorld()
    let daemon = try world.start()
    try await world.expectCapture()
    let second = try world.repository.pulsar("daemon")
    #expect(second.status == 1, "\(second)")
    #expect(
      second.errors.contains("no daemon was started: there is one already (pid \(daemon.number))"),
      "\(second)")
    let once = try world.repository.pulsar("daemon", "--once")
    #expect(once.status == 0, "\(once)")
    #expect(
      once.output == Bytes("the daemon (pid \(daemon.number)) is running, and captures by itself\n")
    )
    #expect(try world.status().daemonRuns)

    #expect(try await world.stop(SIGKILL) == 128 + SIGKILL)
    #expect(try world.status().daemonRuns == false)
    #expect(Files.exists(world.sandbox.state / "git-pulsar/daemon.pid"), "as it was left")
    try world.repository.append("a.txt", "more\n")
    try world.start()
    try await world.expectCapture()
  }

  @Test func `one pass captures and pushes everything, and says so`() async throws {
    let world = try DaemonWorld(hasRemote: true)
    let other = try world.addRepository()
    let away = try world.addRepository(named: "away")
    try Files.rename(away.top, away.top + ".moved")
    for repository in [world.repository, other] { try repository.append("a.txt", "more\n") }
    try world.repository.git("add", "a.txt")
    let before = try [world.repository, other].map { try Untouched($0) }
    let outcome = try world.repository.pulsar("daemon", "--once")
    #expect(outcome.status == 0, "\(outcome)")
    for (old, repository) in zip(before, [world.repository, other]) {
      #expect(old.differences(after: try Untouched(repository)) == [])
      try await world.expectCapture(of: repository)
    }
    try await world.expectPush()
    #expect(
      outcome.output.lines == [
        world.repository.top + ": everything is captured; everything is pushed",
        other.top + ": everything is captured; there is no remote to push to",
        away.top + ": missing; it is captured again when it is back",
      ], "\(outcome)")
  }

  #if canImport(Glibc)
    @Test func `a killed worker is replaced`() async throws {
      let world = try DaemonWorld()
      let repository = world.repository
      try await world.startAndSettle()
      try world.holdUpCaptures(of: repository)
      try repository.write("file.slow", "1\n")
      try await world.expect("the filter runs") { world.isReached("capture") }
      let workers = try Processes.all(of: world.sandbox, running: ["work", "capture"])
      #expect(workers.count == 1)
      for worker in workers { kill(worker, SIGKILL) }
      try world.letGo("capture")
      try await world.expectLog("worker-failed")
      try await world.expectCapture()
    }

    @Test func `a daemon that was killed amid a capture leaves nothing that blocks the next`()
      async throws
    {
      let world = try DaemonWorld()
      let repository = world.repository
      try await world.startAndSettle()
      try world.holdUpCaptures(of: repository)
      try repository.write("file.slow", "1\n")
      try await world.expect("the filter runs") { world.isReached("capture") }
      let workers = try Processes.all(of: world.sandbox, running: ["work", "capture"])
      #expect(try await world.stop(SIGKILL) == 128 + SIGKILL)
      for worker in workers { kill(worker, SIGKILL) }
      try world.letGo("capture")
      try world.start()
      try await world.expectCapture()
      try repository.append("a.txt", "more\n")
      try await world.expectCapture()
      try repository.git("add", "-A")
      try repository.git("commit", "-q", "-m", "no lock is left over")
    }

    @Test func `nothing to do is no wake-up, also while ignored files change`() async throws {
      let world = try DaemonWorld {
        try $0.write(".gitignore", "build/\n")
        try $0.write("build/deep/old", "1\n")
      }
      try await world.startAndSettle()
      let daemon = try #require(world.daemon)
      var seen = try Processes.wakeUps(of: daemon.number)
      var looksInPeace = 0
      // For longer than files take to settle.
      try await world.expect("the daemon comes to rest") {
        let now = try Processes.wakeUps(of: daemon.number)
        looksInPeace = now == seen ? looksInPeace + 1 : 0
        seen = now
        return looksInPeace > 25
      }
      for number in 0..<50 {
        try world.repository.write(Bytes("build/deep/new-\(number)"), "1\n")
        try await Task.sleep(for: .milliseconds(100))
      }
      #expect(try Processes.wakeUps(of: daemon.number) == seen, "\(world.log)")
    }
  #endif
}
