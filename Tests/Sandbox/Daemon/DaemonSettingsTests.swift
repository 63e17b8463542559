import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Rules and settings that change while the daemon runs.
@Suite struct DaemonSettingsTests {
  @Test func `an edited gitignore holds at once`() async throws {
    let world = try DaemonWorld {
      try $0.write(".gitignore", "build/\n")
      try $0.write("build/old", "1\n")
    }
    let repository = world.repository
    try await world.startAndSettle()

    try repository.write(".gitignore", "logs/\n")
    try repository.write("logs/file", "1\n")
    var capture = try await world.expectCapture()
    #expect(try repository.content(of: "build/old", in: capture) == "1\n")
    #expect(try repository.content(of: "logs/file", in: capture) == nil)
    try await world.expectStatus { $0.captures == "everything is captured" }

    try repository.write("build/new", "1\n")
    capture = try await world.expectCapture()
    #expect(try repository.content(of: "build/new", in: capture) == "1\n", "it is watched now")
  }

  @Test func `settings change while it runs`() async throws {
    let world = try DaemonWorld()
    let repository = world.repository
    let hourly = "[daemon]\ncommit_interval = 3600\n"
    try await world.startAndSettle()

    try repository.write("pulsar.toml", Bytes(hourly))
    try await world.expectStatus { $0.waitsForInterval }
    try repository.write("pulsar.toml", "[daemon]\npush_interval = 0\n")
    try await world.expectCapture()

    try world.sandbox.configure(hourly)
    try await world.expectLog("daemon-started")
    try repository.append("a.txt", "more\n")
    try await world.expectStatus { $0.waitsForInterval }
    try world.sandbox.configure(DaemonWorld.usualSettings)
    try await world.expectCapture()
  }

  @Test func `what decides about files changes while it runs`() async throws {
    let world = try DaemonWorld {
      try $0.write("pulsar.toml", "[limits]\nlarge_file_threshold = \"1KB\"\n")
      try $0.write("large.bin", Bytes(String(repeating: "1", count: 5000)))
      try $0.write("some.log", "1\n")
      try $0.write("some.tmp", "1\n")
      try $0.write(".git/info/exclude", "*.log\n")
    }
    let repository = world.repository
    try world.sandbox.configure(DaemonWorld.usualSettings + "[files]\nignore = [\"*.tmp\"]\n")
    try world.start()
    func expectOnly(_ missing: [Bytes]) async throws {
      let all: Set<Bytes> = ["large.bin", "some.log", "some.tmp"]
      let stream = try repository.stream()
      try await world.expect("all but \(missing) are captured") {
        guard let tip = try world.value(of: stream, in: repository) else { return false }
        return try all.subtracting(repository.paths(in: tip)) == Set(missing)
      }
      try await world.expectStatus { $0.captures == "everything is captured" }
    }
    try await expectOnly(["large.bin", "some.log", "some.tmp"])
    try repository.write("pulsar.toml", "[limits]\nlarge_file_threshold = \"1MB\"\n")
    try await expectOnly(["some.log", "some.tmp"])
    try repository.write(".git/info/exclude", "\n")
    try await expectOnly(["some.tmp"])
    try world.sandbox.configure(DaemonWorld.usualSettings)
    try await expectOnly([])
  }

  @Test(arguments: ["--local", "--global"] as [Bytes])
  func `settings of git change while it runs`(place: Bytes) async throws {
    let world = try DaemonWorld()
    let repository = world.repository
    try await world.startAndSettle()
    try repository.append("a.txt", "before\n")
    try await world.expectCapture()
    try repository.git("config", place, "user.name", "Another Name")
    try repository.append("a.txt", "after\n")
    let capture = try await world.expectCapture()
    #expect(try repository.git("show", "-s", "--format=%an", capture) == "Another Name")
  }

  @Test func `the last good settings hold while a file is broken`() async throws {
    let world = try DaemonWorld()
    let repository = world.repository
    try world.sandbox.configure("[daemon]\ncommit_interval = 3600\n")
    try repository.write("pulsar.toml", Bytes(DaemonWorld.usualSettings))
    try await world.startAndSettle()

    try repository.write("pulsar.toml", "[daemon\n")
    try await world.expectLog("settings-problem")
    try await world.expectCapture()
    // Looked at again, and as broken as before.
    world.signal(SIGHUP)
    try repository.append("a.txt", "more\n")
    try await world.expectCapture()
    #expect(world.logCount("settings-problem") == 1)

    try repository.write("pulsar.toml", "[daemon]\ncommit_interval = 7200\n")
    try await world.expectStatus { $0.waitsForInterval }
  }
}
