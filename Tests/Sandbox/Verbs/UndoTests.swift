import Testing

@Suite struct UndoTests {
  @Test func `undo brings back what was there, and undo again the restored state`() throws {
    let repository = try RestoreTests.captured([("a.txt", "good\n"), ("gone.txt", "g\n")])
    try repository.write("a.txt", "broken\n")
    try repository.remove("gone.txt")
    #expect(try repository.pulsar("restore", "--yes", ".").status == 0)
    let first = try repository.pulsar("undo")
    #expect(first.status == 0, "\(first)")
    #expect(try repository.read("a.txt") == "broken\n")
    #expect(!Files.exists(repository.top / "gone.txt"))
    #expect(try repository.pulsar("undo").status == 0)
    #expect(try repository.read("a.txt") == "good\n")
    #expect(try repository.read("gone.txt") == "g\n")
  }

  @Test func `a file that changed since leads to a question, and is captured`() throws {
    let repository = try RestoreTests.captured([("a.txt", "good\n")])
    try repository.write("a.txt", "broken\n")
    #expect(try repository.pulsar("restore", "--yes", "a.txt").status == 0)
    try repository.write("a.txt", "newer\n")
    #expect(try repository.pulsar("undo").status == 2)
    #expect(try repository.read("a.txt") == "newer\n")
    let outcome = try repository.pulsar("undo", input: "o\n")
    #expect(outcome.status == 0, "\(outcome)")
    #expect(try repository.read("a.txt") == "broken\n")
    let tip = try #require(try repository.tip())
    #expect(try repository.content(of: "a.txt", in: tip) == "newer\n")
  }

  @Test func `files that the restore did not touch are left alone`() throws {
    let repository = try RestoreTests.captured([("a.txt", "good\n"), ("b.txt", "b\n")])
    try repository.write("a.txt", "broken\n")
    #expect(try repository.pulsar("restore", "--yes", "a.txt").status == 0)
    try repository.write("b.txt", "later\n")
    #expect(try repository.pulsar("undo").status == 0)
    #expect(try repository.read("b.txt") == "later\n")
  }

  @Test func `with nothing to undo it says so`() throws {
    let repository = try TestRepository.make()
    let outcome = try repository.pulsar("undo")
    #expect(outcome.status == 0)
    #expect(outcome.shown.contains("nothing to undo"), "\(outcome)")
  }

  @Test func `a record of an unknown format is refused`() throws {
    let repository = try RestoreTests.captured([("a.txt", "good\n")])
    let record = try repository.git(
      "commit-tree", "-m", "x\n\nPulsar-Undo: restore\nPulsar-Format: 9", "HEAD^{tree}")
    try repository.git("update-ref", "refs/pulsar/undo/1", record)
    let outcome = try repository.pulsar("undo")
    #expect(outcome.status == 1)
    #expect(outcome.shown.contains("format 9"), "\(outcome)")
  }

  @Test func `twenty records are kept`() throws {
    let repository = try RestoreTests.captured([("a.txt", "good\n")])
    for round in 0..<22 {
      try repository.write("a.txt", Bytes("broken \(round)\n"))
      #expect(try repository.pulsar("restore", "--yes", "a.txt").status == 0)
    }
    let refs = try repository.git("for-each-ref", "--format=%(refname)", "refs/pulsar/undo").lines
    #expect(refs.count == 20)
    #expect(refs.contains("refs/pulsar/undo/22"))
    #expect(!refs.contains("refs/pulsar/undo/2"))
  }
}
