import Testing

@Suite struct PruneTests {
  /// A record of `undo` made in 2020, and one of now.
  private static func world() throws -> TestRepository {
    let repository = try RestoreTests.captured([("a.txt", "good\n")])
    try repository.write("a.txt", "broken\n")
    #expect(
      try repository.pulsar("restore", "--yes", "a.txt", clock: "2020-01-01 00:00:00").status == 0)
    try repository.write("a.txt", "broken again\n")
    #expect(try repository.pulsar("restore", "--yes", "a.txt").status == 0)
    return repository
  }

  private static func records(_ repository: TestRepository) throws -> [Bytes] {
    try repository.git("for-each-ref", "--format=%(refname)", "refs/pulsar/undo").lines
  }

  @Test func `old records go, new ones and every capture stay`() throws {
    let repository = try Self.world()
    try repository.git("update-ref", "refs/pulsar/replaced/x", "HEAD")
    let streams = try repository.git("for-each-ref", "refs/pulsar/streams")
    let before = try Untouched(repository)
    let dry = try repository.pulsar("prune", "--dry-run")
    #expect(dry.shown.contains("record of undo"), "\(dry)")
    #expect(try Self.records(repository).count == 2)
    let declined = try repository.pulsar("prune")
    #expect(declined.status == 2, "\(declined)")
    #expect(try Self.records(repository).count == 2)
    let outcome = try repository.pulsar("prune", "--yes")
    #expect(outcome.status == 0, "\(outcome)")
    #expect(try Self.records(repository) == ["refs/pulsar/undo/2"])
    #expect(try repository.git("for-each-ref", "refs/pulsar/replaced") == "")
    #expect(try repository.git("for-each-ref", "refs/pulsar/streams") == streams)
    #expect(try before.differences(after: Untouched(repository)) == [])
    let again = try repository.pulsar("prune", "--yes")
    #expect(again.shown.contains("nothing to drop"), "\(again)")
    #expect(try repository.pulsar("undo").status == 0)
  }

  @Test func `a limit that makes no sense is refused`() throws {
    let repository = try RestoreTests.captured([("a.txt", "good\n")])
    for days: Bytes in ["0", "-1", "1000000", "x"] {
      #expect(try repository.pulsar("prune", "--days", days).status == 64)
    }
  }
}
