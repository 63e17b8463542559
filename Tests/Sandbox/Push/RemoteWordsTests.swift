import Testing

/// What is said of remotes that are not as one would think.
@Suite struct RemoteWordsTests {
  private func make() throws -> (TestRepository, remote: Bytes) {
    let repository = try TestRepository.make()
    let remote = try repository.sandbox.makeRemote(of: repository)
    try repository.git("remote", "add", "origin", remote)
    return (repository, remote)
  }

  @Test func `a remote that hides the streams is told as that`() throws {
    let (repository, remote) = try self.make()
    try repository.sandbox.git(
      ["config", "uploadpack.hideRefs", "refs/heads/wip"], in: remote)
    for _ in 0..<2 {
      try repository.append("a.txt", "more\n")
      let outcome = try repository.pulsar("now")
      #expect(outcome.status == 3, "\(outcome)")
      #expect(outcome.shown.contains("hideRefs"), "\(outcome)")
      #expect(!outcome.shown.contains("somebody else"), "\(outcome)")
    }
    try repository.sandbox.git(["config", "--unset", "uploadpack.hideRefs"], in: remote)
    let outcome = try repository.pulsar("now")
    #expect(outcome.status == 0, "\(outcome)")
  }

  @Test(arguments: ["url", "pushurl"] as [Bytes])
  func `addresses that nothing is pushed to are named`(key: Bytes) throws {
    let (repository, remote) = try self.make()
    if key == "pushurl" { try repository.git("config", "remote.origin.pushurl", remote) }
    try repository.git(
      "config", "--add", "remote.origin." + key, repository.sandbox.root / "second.git")
    try repository.append("a.txt", "more\n")
    let outcome = try repository.pulsar("now")
    #expect(outcome.status == 0 && outcome.shown.contains("2 addresses"), "\(outcome)")
    #expect(try repository.pulsar("status").shown.contains("2 addresses"))
  }

  @Test func `a history that was rewritten here is told as that`() throws {
    let (repository, _) = try self.make()
    try repository.append("a.txt", "more\n")
    #expect(try repository.pulsar("now").status == 0)
    try repository.commitAll()
    #expect(try repository.pulsar("now").status == 0)
    try repository.git(
      "filter-branch", "-f", "--env-filter", "GIT_AUTHOR_NAME=other", "--", "--all",
      environment: ["FILTER_BRANCH_SQUELCH_WARNING": "1"])
    try repository.append("a.txt", "and more\n")
    let outcome = try repository.pulsar("now")
    #expect(outcome.status == 0, "\(outcome)")
    #expect(outcome.shown.contains("rewritten"), "\(outcome)")
    #expect(!outcome.shown.contains("copied or restored disk"), "\(outcome)")
  }
}
