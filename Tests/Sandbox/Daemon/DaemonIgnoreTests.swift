import Testing

/// What git ignores, or no longer ignores, while the daemon runs.
@Suite struct DaemonIgnoreTests {
  @Test func `a file that was tracked by force in an ignored folder is followed`() async throws {
    let world = try DaemonWorld {
      try $0.write(".gitignore", "build/\n")
      try $0.commitAll()
      try $0.write("build/tracked", "1\n")
      try $0.write("build/other", "1\n")
    }
    let repository = world.repository
    try await world.startAndSettle()
    try repository.git("add", "-f", "build/tracked")
    try await world.expectCapture()
    try await world.expectStatus { $0.captures == "everything is captured" }
    for content in ["2\n", "3\n"] as [Bytes] {
      try repository.write("build/tracked", content)
      try await world.expectCapture()
    }
  }

  @Test func `what the exclude file no longer hides is captured`() async throws {
    let world = try DaemonWorld()
    let repository = world.repository
    try repository.write(".git/info/exclude", "*.tmp\n")
    try repository.write("hidden.tmp", "1\n")
    try await world.startAndSettle()
    try repository.write(".git/info/exclude", "")
    let capture = try await world.expectCapture()
    #expect(try repository.content(of: "hidden.tmp", in: capture) == "1\n")
  }

  @Test func `a file of a session in a folder that is ignored here is followed`() async throws {
    let world = try DaemonWorld(hasRemote: true)
    let repository = world.repository
    try world.sandbox.become("desktop")
    let desktop = try world.sandbox.clone(repository.git("remote", "get-url", "origin"))
    try desktop.write("build/kept", "1\n")
    let pushed = try desktop.pulsar("now", "--here")
    try #require(pushed.status == 0, "\(pushed)")
    try world.sandbox.become("laptop")
    try repository.append(".git/info/exclude", "build/\n")
    let taken = try repository.pulsar("sync", "--yes")
    try #require(taken.status == 0, "\(taken)")
    try world.start()
    try await world.expectStatus { $0.captures == "everything is captured" }
    let stream = try repository.stream()
    for content in ["2\n", "3\n"] as [Bytes] {
      try repository.write("build/kept", content)
      try await world.expect("the edit is captured") {
        try repository.content(of: "build/kept", in: stream) == content
      }
    }
  }
}
