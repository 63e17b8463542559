import Testing

/// While an operation of the user's has stopped half-way, nothing is captured unless asked for twice.
@Suite struct UnderWayTests {
  struct Operation: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// What the person is told is under way.
    let word: String
    /// Run on branch `main`, which conflicts with `side` in `a.txt`.
    let commands: [[Bytes]]
  }

  static let operations = [
    Operation(
      testDescription: "rebase that conflicts", word: "rebase",
      commands: [["checkout", "-q", "side"], ["rebase", "main"]]),
    Operation(
      testDescription: "rebase by patches that conflicts", word: "rebase",
      commands: [["checkout", "-q", "side"], ["rebase", "--apply", "main"]]),
    Operation(
      testDescription: "rebase that stopped for an edit", word: "rebase",
      commands: [["-c", "sequence.editor=sed -i.old s/pick/edit/", "rebase", "-i", "HEAD~1"]]),
    Operation(
      testDescription: "merge that conflicts", word: "merge", commands: [["merge", "side"]]),
    Operation(
      testDescription: "merge that waits for its commit", word: "merge",
      commands: [["merge", "--no-ff", "--no-commit", "other"]]),
    Operation(
      testDescription: "cherry-pick that conflicts", word: "cherry-pick",
      commands: [["cherry-pick", "side"]]),
    Operation(
      testDescription: "revert that conflicts", word: "revert",
      commands: [["revert", "--no-edit", "HEAD~1"]]),
    Operation(
      testDescription: "bisect", word: "bisect",
      commands: [["bisect", "start", "HEAD", "HEAD~2"]]),
    Operation(
      testDescription: "am that conflicts", word: "am",
      commands: [
        ["format-patch", "-q", "-1", "-o", "../patches", "side"],
        ["am", "../patches/0001-side.patch"],
      ]),
  ]

  private func make(_ operation: Operation) throws -> TestRepository {
    let repository = try TestRepository.make()
    try repository.git("checkout", "-q", "-b", "other")
    try repository.write("other.txt", "o\n")
    try repository.commitAll("other")
    try repository.git("checkout", "-q", "-b", "side", "main")
    try repository.write("a.txt", "a 1\nside\na 3\n")
    try repository.commitAll("side")
    try repository.git("checkout", "-q", "main")
    for words: Bytes in ["main", "main again"] {
      try repository.write("a.txt", "a 1\n" + words + "\na 3\n")
      try repository.commitAll(words)
    }
    try repository.checkCapture()
    for command in operation.commands {
      _ = try repository.sandbox.tryGit(command, in: repository.top)
    }
    let status = try repository.git("status")
    try #require(status.contains(operation.word), "the set-up failed: \(status)")
    return repository
  }

  @Test(arguments: operations)
  func `now declines, says what is under way, and captures nothing`(operation: Operation) throws {
    let repository = try self.make(operation)
    try repository.write("new.txt", "n\n")
    try repository.checkRefusal(status: 75, saying: [operation.word, "--force"])
  }

  @Test(arguments: operations)
  func `with --force the files are captured as they are`(operation: Operation) throws {
    let repository = try self.make(operation)
    try repository.write("new.txt", "n\n")
    let expected = try Judge.tree(of: repository)
    let tips = try repository.git("for-each-ref", "refs/pulsar/streams").lines
    let before = try Untouched(repository)
    let outcome = try repository.pulsar("now", "--no-push", "--force")
    #expect(try before.differences(after: Untouched(repository)) == [])
    #expect(outcome.status == 0, "\(outcome)")
    let moved = try repository.git("for-each-ref", "refs/pulsar/streams").lines
      .filter { !tips.contains($0) }
    #expect(moved.count == 1)
    let commit = Bytes(try #require(moved.first).array.prefix { $0 != UInt8(ascii: " ") })
    let tree = try repository.id(commit + "^{tree}")
    let differences = try expected.differences(to: tree, in: repository)
    #expect(tree == expected.id, "\(differences)")
    let head = try repository.id("HEAD")
    #expect(try repository.isAncestor(head, of: commit))
  }

  @Test(arguments: operations.filter { $0.word != "bisect" })
  func `afterwards captures go on`(operation: Operation) throws {
    let repository = try self.make(operation)
    try repository.checkRefusal(status: 75, saying: [operation.word])
    try repository.sandbox.git([Bytes(operation.word), "--abort"], in: repository.top)
    try repository.append("b.txt", "more\n")
    try repository.checkCapture()
  }
}
