import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Standard input and outputs that are closed, full or pipes; and what is written to them.
@Suite struct StandardStreamTests {
  @Test(
    arguments: [
      "0<&-", ">&-", "2>&-", "0<&- >&-", "0<&- 2>&-", ">&- 2>&-", "0<&- >&- 2>&-", ">/dev/full",
      "2>/dev/full", ">/dev/full 2>/dev/full",
    ] as [Bytes])
  func `a capture does not depend on anybody listening`(streams: Bytes) throws {
    let repository = try TestRepository.makeChanged()
    let remote = try repository.sandbox.makeRemote(of: repository)
    try repository.git("remote", "add", "origin", remote)
    let before = try Untouched(repository)
    let outcome = try repository.shell("now " + streams)
    #expect(!outcome.isCrash, "\(outcome)")
    #expect(try before.differences(after: Untouched(repository)) == [])
    let tip = try #require(try repository.tip())
    #expect(try repository.content(of: "a.txt", in: tip) == repository.read("a.txt"))
    #expect(try repository.tryGit("fsck", "--strict").status == 0)
    for verb: Bytes in ["status ", "list ", "history ", "version ", "help ", "diff "] {
      #expect(try !repository.shell(verb + streams).isCrash)
    }
  }

  @Test(arguments: ["2>&-", "0<&- >&- 2>&-", "0<&-"] as [Bytes])
  func `a question is never written into a file of ours nor answered by one`(
    streams: Bytes
  ) throws {
    let repository = try TestRepository.makeChanged()
    try repository.pulsar("now", "--no-push").expectEnd(status: 0)
    try repository.write("a.txt", "other\n")
    let outcome = try repository.shell("restore a.txt " + streams)
    outcome.expectEnd(status: 2)
    #expect(try repository.read("a.txt") == "other\n")
    #expect(try !repository.read(".git/pulsar/lock").contains("differs"))
    #expect(try repository.tryGit("fsck", "--strict").status == 0)
  }

  @Test func `the end of the input counts as the safe answer and is told`() throws {
    let repository = try TestRepository.makeChanged()
    try repository.pulsar("now", "--no-push").expectEnd(status: 0)
    try repository.write("a.txt", "other\n")
    for input: Bytes in ["", "what\n", "v\n", "\0\n", Bytes([0xFF, 0x0A]), "cancel\n", "c\n"] {
      let outcome = try repository.pulsar("restore", "a.txt", input: input)
      outcome.expectEnd(status: 2, ["'a.txt' differs"])
      if !input.starts(with: "c") { #expect(outcome.shown.contains("(no answer: cancel)")) }
      #expect(try repository.read("a.txt") == "other\n")
    }
    try repository.pulsar("restore", "a.txt", input: "overwrite\n").expectEnd(status: 0)
    #expect(try repository.read("a.txt").contains("changed"))
    try repository.write("a.txt", "other\n")
    let outcome = try repository.pulsar("restore", "--yes", "a.txt")
    outcome.expectEnd(status: 0)
    #expect(!outcome.shown.contains("differs"), "\(outcome)")
    #expect(try repository.read("a.txt").contains("changed"))
  }

  @Test func `reports are JSON with names of any bytes, and plain where nobody watches`() throws {
    let repository = try TestRepository.makeChanged()
    try repository.write(Bytes([0x61, 0xFF, 0x0A, 0x22, 0x1B, 0x5B]), "x\n")
    try repository.write("tab\there \u{202E}", "x\n")
    let odd = try repository.sandbox.makeRepository(named: Bytes([0x70, 0xFE, 0x1B]))
    try odd.write(Bytes([0xC3]), "x\n")
    try repository.sandbox.pulsar([], in: odd.top).expectEnd(status: 0)
    let verbs: [[Bytes]] = [
      ["now", "--no-push"], ["status"], ["list"], ["history"], ["history", "a.txt"],
      ["config", "--list"], ["log"],
    ]
    for verb in verbs {
      let outcome = try repository.pulsar(arguments: verb + ["--json"])
      outcome.expectEnd(status: 0)
      // One object a line.
      let values = verb == ["log"] ? outcome.output.lines : [outcome.output]
      #expect(values.allSatisfy(JSON.isValid), "\(verb): \(outcome)")
    }
    for verb in verbs + [["diff"], ["help"], ["now", "--bogus"], []] {
      for variables: [String: Bytes] in [
        ["NO_COLOR": "1"], ["NO_COLOR": "", "TERM": "xterm-256color"],
      ] {
        let outcome = try repository.pulsar(arguments: verb, environment: variables)
        #expect(!outcome.isCrash, "\(outcome)")
        #expect(!outcome.output.array.contains(0x1B), "\(verb): \(outcome)")
        #expect(!outcome.errors.array.contains(0x1B), "\(verb): \(outcome)")
      }
    }
  }
}

/// A git that is not there, too old, or not itself.
@Suite struct GitProgramInputTests {
  /// A repository, and a PATH whose git is `script`; none when nil.
  private func make(_ script: Bytes?) throws -> (TestRepository, [String: Bytes]) {
    let repository = try TestRepository.makeChanged()
    let folder = repository.sandbox.root / "other-bin"
    try Files.makeFolder(folder)
    guard let script else { return (repository, ["PATH": folder]) }
    try Files.write(folder / "git", "#!/bin/sh\n" + script + "\n", mode: 0o755)
    return (repository, ["PATH": folder + ":/usr/local/bin:/usr/bin:/bin"])
  }

  @Test func `without git every verb that needs it says so`() throws {
    let (repository, environment) = try self.make(nil)
    for verb: [Bytes] in [["now"], ["status"], ["restore", "a.txt"], ["history"], ["diff"], []] {
      try repository.pulsar(arguments: verb, environment: environment)
        .expectSentence("'git'", "install git")
    }
    try repository.pulsar("list", environment: environment).expectEnd(status: 0)
  }

  @Test(
    arguments: [
      ("exit 1", "exit status 1"), ("echo 'fatal: boom' >&2; exit 128", "boom"), ("exit 0", "git"),
      ("kill -9 $$", "signal 9"), ("kill -SEGV $$", "signal 11"),
      ("echo 'error: unknown option: --show-object-format' >&2; exit 129", "unknown option"),
      ("head -c 3000000 /dev/urandom", "git"),
      ("yes | head -c 3000000", "git"),
    ] as [(Bytes, String)])
  func `a git that does not do as asked is told`(script: Bytes, said: String) throws {
    let (repository, environment) = try self.make(script)
    let before = try Untouched(repository)
    for verb: [Bytes] in [["now", "--here"], ["restore", "a.txt"], []] {
      try repository.pulsar(arguments: verb, environment: environment).expectSentence(said)
    }
    #expect(try before.differences(after: Untouched(repository)) == [])
    #expect(try repository.streams() == [])
  }

  @Test(arguments: ["exit 0", "head -c 100000 /dev/urandom", "exit 1", "printf '? x'"] as [Bytes])
  func `a git that lies about the working tree leads to no capture`(script: Bytes) throws {
    let git = "case \"$*\" in *status*) \(script); exit;; esac\nexec /usr/bin/git \"$@\"" as Bytes
    let (repository, environment) = try self.make(git)
    try repository.pulsar("now", "--no-push", environment: environment)
      .expectSentence("nothing was captured")
    #expect(try repository.streams() == [])
  }
}
