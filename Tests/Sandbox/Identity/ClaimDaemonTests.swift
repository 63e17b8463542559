import Testing

/// The daemon, whose captures go on under another slug from one moment to the next.
@Suite struct ClaimDaemonTests {
  @Test(arguments: [true, false])
  func `a daemon's captures follow a change of the slug at once`(isByDaemon: Bool) async throws {
    let world = try DaemonWorld(hasRemote: true) { repository in
      // Pushed before by somebody else with this id, as a copied disk.
      try repository.sandbox.configure(
        "[daemon]\ncommit_interval = 0\npush_interval = \(isByDaemon ? "0" : "\"10h\"")\n")
    }
    let repository = world.repository
    let slug = world.sandbox.slug
    let remote = try repository.git("config", "remote.origin.url")
    let ref = Bytes("refs/heads/wip/pulsar/\(slug)/main")
    try await world.startAndSettle()
    try repository.pulsar("now").expectEnd(status: 0)
    let theirs = try world.sandbox.git(
      ["-c", "user.name=x", "-c", "user.email=x@x", "commit-tree", "-m", "theirs", "main^{tree}"],
      in: remote)
    try world.sandbox.git(["update-ref", ref, theirs], in: remote)

    func forks() throws -> [Bytes] {
      try repository.git(
        "for-each-ref", "--format=%(refname)", Bytes("refs/pulsar/streams/\(slug)-*/*")
      ).lines
    }
    func newest(_ content: Bytes) throws -> Bool {
      guard let fork = try forks().first else { return false }
      return try repository.content(of: "a.txt", in: fork) == content
    }
    try repository.write("a.txt", "first\n")
    if !isByDaemon { try repository.pulsar("now").expectEnd(status: 0, ["go on as"]) }
    try await world.expect("the slug changes") { try newest("first\n") }
    for content: Bytes in ["second\n", "third\n"] {
      try repository.write("a.txt", content)
      try await world.expect("\(content) is captured under it") { try newest(content) }
    }
    let fork = try #require(try forks().first)
    #expect(try forks().count == 1)
    #expect(try repository.message(of: fork).contains("Pulsar-Machine: \(slug)-"))
    // The other's stream is left alone.
    #expect(try world.sandbox.git(["rev-parse", ref], in: remote) == theirs)
    let streams = try repository.git(
      "for-each-ref", "--format=%(objectname)", Bytes("refs/pulsar/streams/\(slug)/main"))
    #expect(try repository.isAncestor(streams, of: fork))
    #expect(try repository.content(of: "a.txt", in: streams) != "second\n")
    if isByDaemon {
      try await world.expect("it is pushed") {
        let pushed = fork.text.dropFirst("refs/pulsar/streams/".count)
        return try world.sandbox.tryGit(
          ["rev-parse", Bytes("refs/heads/wip/pulsar/\(pushed)")], in: remote
        ).output.line == repository.id(fork)
      }
      #expect(world.logCount("stream-forked") == 1)
    }
  }
}
