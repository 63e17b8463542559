import Testing

/// A clone from a disk that takes `a` and `A` for one, on a disk that does not.
@Suite struct CaseTests {
  private func make() throws -> TestRepository? {
    let repository = try TestRepository.make()
    if Files.exists(repository.top / ".GIT") { return nil }
    try repository.configure("core.ignoreCase", "true")
    return repository
  }

  @Test func `what the disk holds is captured under its own name`() throws {
    guard let repository = try self.make() else { return }
    try repository.rename("a.txt", "A.txt")
    try repository.append("A.txt", "more\n")
    try repository.rename("dir", "Dir")
    try repository.write("Dir/new.txt", "n\n")
    let outcome = try repository.pulsar("now", "--no-push")
    #expect(outcome.status == 0, "\(outcome)")
    let tip = try #require(try repository.tip())
    let files = Files.walk(repository.top) { $0 != ".git" }.filter {
      Files.status(repository.top / $0)?.isFolder == false
    }
    #expect(try repository.paths(in: tip).map(\.text).sorted() == files.map(\.text).sorted())
    #expect(try repository.content(of: "A.txt", in: tip) == (try repository.read("A.txt")))
    let again = try repository.pulsar("now", "--no-push")
    #expect(again.shown.contains("nothing changed"), "\(again)")
  }

  @Test func `both are captured where both are there`() throws {
    guard let repository = try self.make() else { return }
    try repository.write("A.txt", "another\n")
    #expect(try repository.pulsar("now", "--no-push").status == 0)
    let tip = try #require(try repository.tip())
    #expect(try repository.content(of: "A.txt", in: tip) == "another\n")
    #expect(try repository.content(of: "a.txt", in: tip) == (try repository.read("a.txt")))
  }

  @Test func `rules and filters go by the settings`() throws {
    guard let repository = try self.make() else { return }
    try repository.write(".gitignore", "Secret.txt\n")
    try repository.write(".gitattributes", "*.KEY filter=hide\n")
    try repository.configure("filter.hide.clean", "tr a-z x")
    try repository.write("secret.txt", "s\n")
    try repository.write("my.key", "abc\n")
    #expect(try repository.pulsar("now", "--no-push").status == 0)
    let tip = try #require(try repository.tip())
    #expect(try !repository.paths(in: tip).contains("secret.txt"))
    #expect(try repository.content(of: "my.key", in: tip) == "xxx\n")
  }
}
