import Testing

@Suite struct DiffTests {
  @Test func `right after a capture there is no difference`() throws {
    let repository = try RestoreTests.captured([("a.txt", "one\n"), ("new", "n\n")])
    let outcome = try repository.pulsar("diff")
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("no changes since capture"), "\(outcome)")
  }

  @Test func `later edits show, of untracked files too, and nothing is left behind`() throws {
    let repository = try RestoreTests.captured([("a.txt", "one\n"), ("new", "n\n")])
    try repository.append("a.txt", "two\n")
    try repository.append("new", "n two\n")
    try repository.write("newer", "newer\n")
    try repository.remove("b.txt")
    let before = try Untouched(repository)
    let objects = Files.walk(repository.top / ".git/objects")
    let own = Files.walk(repository.top / ".git/pulsar")
    let outcome = try repository.pulsar("diff")
    #expect(outcome.status == 0)
    for line in ["+two", "+n two", "+newer", "-b 1"] {
      #expect(outcome.output.contains(line), "\(line): \(outcome)")
    }
    #expect(!outcome.output.contains("+one"))
    #expect(before.differences(after: try Untouched(repository)).isEmpty)
    #expect(Files.walk(repository.top / ".git/objects") == objects)
    #expect(Files.walk(repository.top / ".git/pulsar") == own)
  }

  @Test func `paths are relative to the current folder`() throws {
    let repository = try RestoreTests.captured([("a.txt", "one\n")])
    try repository.append("a.txt", "two\n")
    try repository.append("dir/c.txt", "c two\n")
    let inside = try repository.pulsar("diff", ".", in: "dir")
    #expect(inside.output.contains("+c two") && !inside.output.contains("+two"), "\(inside)")
    let above = try repository.pulsar("diff", "../a.txt", in: "dir")
    #expect(above.output.contains("+two") && !above.output.contains("+c two"), "\(above)")
    #expect(try repository.pulsar("diff", "nowhere").status == 1)
  }

  @Test func `without a capture it compares with HEAD and says so`() throws {
    let repository = try TestRepository.make()
    try repository.append("a.txt", "two\n")
    let outcome = try repository.pulsar("diff")
    #expect(outcome.status == 0)
    #expect(outcome.shown.contains("no capture of main yet; compared with HEAD"), "\(outcome)")
    #expect(outcome.output.contains("+two"))
  }

  @Test func `in a repository without a commit all is new`() throws {
    let repository = try TestRepository.makeEmpty()
    try repository.write("a.txt", "one\n")
    let outcome = try repository.pulsar("diff")
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("+one"), "\(outcome)")
  }
}
