import Testing

/// Remotes that are not there or do not let us in: the capture is kept, and the push is told to have failed.
@Suite struct RemoteInputTests {
  /// A repository with a remote and a change.
  private func make() throws -> (TestRepository, remote: Bytes) {
    let repository = try TestRepository.makeChanged()
    let remote = try repository.sandbox.makeRemote(of: repository)
    try repository.git("remote", "add", "origin", remote)
    return (repository, remote)
  }

  /// Expects that `now` captures, does not push, and says why.
  private func expectKept(
    _ repository: TestRepository, _ words: String..., environment: [String: Bytes] = [:],
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let before = try Untouched(repository)
    let outcome = try repository.pulsar("now", environment: environment)
    outcome.expectEnd(
      status: 3, ["captured", "not pushed"] + words, sourceLocation: sourceLocation)
    #expect(
      try before.differences(after: Untouched(repository)) == [], sourceLocation: sourceLocation)
    let tip = try #require(try repository.tip(), sourceLocation: sourceLocation)
    #expect(
      try repository.content(of: "a.txt", in: tip) == repository.read("a.txt"),
      sourceLocation: sourceLocation)
    try repository.pulsar("status").expectEnd(
      status: 0, ["not pushed yet"], sourceLocation: sourceLocation)
  }

  @Test func `without a remote the capture is kept`() throws {
    try self.expectKept(TestRepository.makeChanged(), "there is no remote 'origin'")
  }

  @Test func `a remote that git does not know is named`() throws {
    let (repository, _) = try self.make()
    try repository.sandbox.configure("[core]\nremote_name = \"elsewhere\"\n")
    try self.expectKept(repository, "there is no remote 'elsewhere'")
  }

  @Test func `a remote that is gone is told as unreachable`() throws {
    let (repository, remote) = try self.make()
    try Files.remove(remote)
    try self.expectKept(repository, "unreachable")
  }

  @Test func `what a hook of the remote says is passed on`() throws {
    let (repository, remote) = try self.make()
    try Files.write(
      remote / "hooks/pre-receive", "#!/bin/sh\necho 'not on fridays' >&2\nexit 1\n", mode: 0o755)
    try self.expectKept(repository, "refused", "not on fridays")
  }

  @Test func `a ref that somebody else moved on the remote is not overwritten`() throws {
    let (repository, remote) = try self.make()
    try repository.pulsar("now").expectEnd(status: 0)
    let ref = Bytes("refs/heads/wip/pulsar/\(repository.sandbox.slug)/main")
    let theirs = try repository.sandbox.git(
      ["-c", "user.name=x", "-c", "user.email=x@x", "commit-tree", "-m", "theirs", "main^{tree}"],
      in: remote)
    try repository.sandbox.git(["update-ref", ref, theirs], in: remote)
    try repository.append("a.txt", "more\n")
    try repository.pulsar("now").expectEnd(
      status: 0, ["captures that were not made here", "pushed"])
    #expect(try repository.sandbox.git(["rev-parse", ref], in: remote) == theirs)
  }

  @Test func `a host that asks for a key we lack is told in its words`() throws {
    let (repository, _) = try self.make()
    try repository.git("remote", "set-url", "origin", "ssh://git@host.invalid/x")
    try Files.write(
      repository.sandbox.root / "bin/ssh",
      "#!/bin/sh\necho 'git@host.invalid: Permission denied (publickey).' >&2\nexit 255\n",
      mode: 0o755)
    try self.expectKept(repository, "does not let you in", "Permission denied (publickey)")
  }

  @Test func `a remote whose url is no url is told`() throws {
    let (repository, _) = try self.make()
    try repository.git("remote", "set-url", "origin", "frob://-nowhere\u{1b}[31m")
    try self.expectKept(repository)
  }

  @Test func `captures that only the remote has left are not overwritten`() throws {
    let (repository, remote) = try self.make()
    try repository.pulsar("now").expectEnd(status: 0)
    let tip = try #require(try repository.tip()).text
    try Files.remove(repository.top / Bytes(".git/objects/\(tip.prefix(2))/\(tip.dropFirst(2))"))
    try repository.append("a.txt", "more\n")
    let outcome = try repository.pulsar("now")
    outcome.expectEnd(status: 0, ["captures begin anew", "captures that were lost here", "pushed"])
    let parked = Bytes(
      "refs/heads/wip/pulsar/\(repository.sandbox.slug)-\(tip.prefix(4))/main")
    #expect(try repository.sandbox.git(["rev-parse", parked], in: remote) == Bytes(tip))
    try repository.git("cat-file", "-e", Bytes(tip))
  }
}
