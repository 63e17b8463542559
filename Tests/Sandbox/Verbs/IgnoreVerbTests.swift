import Testing

@Suite struct IgnoreVerbTests {
  @Test(arguments: ["#notes#", "#x", "name ", "two  ", #"kept\ "#, "*.log", "!a"] as [Bytes])
  func `git ignores what was asked for`(pattern: Bytes) throws {
    let repository = try TestRepository.make()
    let outcome = try repository.pulsar("ignore", "--yes", pattern)
    #expect(outcome.status == 0, "\(outcome)")
    let names: [Bytes: Bytes] = [#"kept\ "#: "kept ", "*.log": "x.log", "!a": "none"]
    let check = try repository.tryGit("check-ignore", "-q", "--", names[pattern] ?? pattern)
    #expect(check.status == (pattern == "!a" ? 1 : 0), "\(check)")
    let again = try repository.pulsar("ignore", "--yes", pattern)
    #expect(again.shown.contains("already"), "\(again)")
  }

  @Test func `a .gitignore that is a link stays one`() throws {
    let repository = try TestRepository.make()
    try repository.write("rules", "*.log\n")
    try repository.link(".gitignore", to: "rules")
    let outcome = try repository.pulsar("ignore", "--yes", "*.tmp")
    #expect(outcome.status == 1 && outcome.shown.contains("is a link"), "\(outcome)")
    #expect(try repository.git("ls-files", "-o", ".gitignore") == ".gitignore")
    #expect(Files.status(repository.top / ".gitignore")?.isLink == true)
    #expect(try repository.read("rules") == "*.log\n")
  }
}
