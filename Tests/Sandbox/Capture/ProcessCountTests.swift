import Testing

/// How many processes a capture takes where the git program is the store.
@Suite struct ProcessCountTests {
  /// Captures twice with `count` files that the first has made known and as many that are staged.
  ///
  /// - Returns: how often the second called `git cat-file`.
  private func questions(_ count: Int) throws -> Int {
    let repository = try TestRepository.make(["--object-format=sha256"])
    for number in 0..<count {
      try repository.write(Bytes("known-\(number)"), Bytes("k \(number)\n"))
      try repository.write(Bytes("staged-\(number)"), Bytes("s \(number)\n"))
    }
    try repository.git("add", "staged-*")
    // So much later that no stamp is too fresh to be trusted.
    let later = "2040-01-01 00:00:00"
    try repository.checkCapture(clock: later)
    let calls = try repository.sandbox.scratchFolder() / "calls"
    try Files.write(
      repository.sandbox.root / "bin/git",
      "#!/bin/sh\necho \"$*\" >>'\(calls)'\nPATH=${PATH#*:} exec git \"$@\"\n", mode: 0o755)
    let outcome = try repository.pulsar("now", "--no-push", clock: later)
    #expect(outcome.status == 0 && outcome.shown.contains("nothing changed"), "\(outcome)")
    return try Files.read(calls).lines.count { $0.contains("cat-file") }
  }

  @Test(.enabled(if: Tools.faketime, "faketime is not installed"))
  func `however many files are known or staged, git is asked about all of them at once`() throws {
    let few = try self.questions(2)
    #expect(few > 0)
    #expect(try self.questions(40) == few)
  }
}
