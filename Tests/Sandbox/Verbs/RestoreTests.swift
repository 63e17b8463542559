import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

@Suite struct RestoreTests {
  /// A repository with one capture of `files`, all of which differ from HEAD.
  static func captured(_ files: [(Bytes, Bytes)]) throws -> TestRepository {
    let repository = try TestRepository.make()
    for (path, content) in files { try repository.write(path, content) }
    try repository.capture()
    return repository
  }

  @Test func `a missing file comes back without a question, and nothing is staged`() throws {
    let repository = try Self.captured([("new.txt", "n\n"), ("a.txt", "mine\n")])
    try repository.git("add", "a.txt")
    try repository.capture()
    let index = try Files.read(repository.top / ".git/index")
    try repository.remove("new.txt")
    try repository.remove("a.txt")
    let outcome = try repository.pulsar("restore", "new.txt", "a.txt")
    #expect(outcome.status == 0, "\(outcome)")
    #expect(try repository.read("new.txt") == "n\n")
    #expect(try repository.read("a.txt") == "mine\n")
    #expect(try Files.read(repository.top / ".git/index") == index, "the index was written")
  }

  @Test func `a file that others may not read stays so`() throws {
    let repository = try Self.captured([("secret", "old\n")])
    try repository.setMode("secret", 0o600)
    try repository.write("secret", "new\n", mode: 0o600)
    try repository.setMode("secret", 0o600)
    #expect(try repository.pulsar("restore", "--yes", "secret").status == 0)
    #expect(Files.status(repository.top / "secret")?.mode == 0o100600)
    #expect(try repository.pulsar("undo", "--yes").status == 0)
    #expect(try repository.read("secret") == "new\n")
    #expect(Files.status(repository.top / "secret")?.mode == 0o100600)
  }

  @Test func `a file too large to be captured makes room for a folder, and comes back`() throws {
    let repository = try Self.captured([("q/x", "x\n"), ("q/y", "y\n")])
    try repository.sandbox.configure("[limits]\nlarge_file_threshold = \"1KB\"\n")
    try repository.remove("q")
    let large = Bytes([UInt8](repeating: 7, count: 5000))
    try repository.write("q", large)
    let outcome = try repository.pulsar("restore", "--yes", "q/x")
    #expect(outcome.status == 0, "\(outcome)")
    #expect(try repository.read("q/x") == "x\n")
    #expect(try repository.pulsar("undo", "--yes").status == 0)
    #expect(try repository.read("q") == large)
  }

  @Test(arguments: [("o\n", true), ("y\n", true), ("v\nc\n", false), ("c\n", false), ("", false)])
  func `a changed file is overwritten only when the person says so`(
    answers: String, isOverwritten: Bool
  ) throws {
    let repository = try Self.captured([("a.txt", "good\n")])
    try repository.write("a.txt", "broken\n")
    let outcome = try repository.pulsar("restore", "a.txt", input: Bytes(answers))
    #expect(outcome.status == (isOverwritten ? 0 : 2), "\(outcome)")
    #expect(try repository.read("a.txt") == (isOverwritten ? "good\n" : "broken\n"))
    let tip = try #require(try repository.tip())
    #expect(
      try repository.content(of: "a.txt", in: tip) == "broken\n",
      "what was there is not captured")
    if answers.hasPrefix("v") { #expect(outcome.shown.contains("-broken"), "\(outcome)") }
    if answers.isEmpty { #expect(outcome.shown.contains("no answer"), "\(outcome)") }
  }

  @Test func `a restore that was declined does not make the broken file the newest capture`() throws
  {
    let repository = try Self.captured([("a.txt", "good\n")])
    try repository.write("a.txt", "broken\n")
    #expect(try repository.pulsar("restore", "a.txt").status == 2)
    #expect(try repository.pulsar("restore", "--yes", "a.txt").status == 0)
    #expect(try repository.read("a.txt") == "good\n")
    // And neither does one that was done.
    try repository.write("a.txt", "broken again\n")
    #expect(try repository.pulsar("restore", "--yes", "a.txt").status == 0)
    #expect(try repository.read("a.txt") == "good\n")
  }

  @Test func `a file that was away during another restore can still be restored`() throws {
    let repository = try Self.captured([("x.txt", "x\n"), ("y.txt", "y\n")])
    try repository.remove("x.txt")
    try repository.remove("y.txt")
    #expect(try repository.pulsar("restore", "x.txt").status == 0)
    #expect(try repository.pulsar("restore", "y.txt").status == 0)
    #expect(try repository.read("y.txt") == "y\n")
  }

  @Test func `nothing at all is done when one of several paths is in no capture`() throws {
    let repository = try Self.captured([("a.txt", "good\n")])
    let tip = try repository.tip()
    try repository.write("a.txt", "broken\n")
    let outcome = try repository.pulsar("restore", "--yes", "a.txt", "nowhere.txt")
    #expect(outcome.status == 1)
    #expect(outcome.shown.contains("no capture of main has 'nowhere.txt'"), "\(outcome)")
    #expect(try repository.read("a.txt") == "broken\n")
    #expect(try repository.tip() == tip)
  }

  @Test func `a folder brings back its files and leaves others alone`() throws {
    let repository = try Self.captured([("dir/x", "x\n"), ("dir/sub/y", "y\n"), ("z", "z\n")])
    try repository.remove("dir")
    try repository.remove("z")
    try repository.write("dir/newer", "newer\n")
    #expect(try repository.pulsar("restore", ".", in: "dir").status == 0)
    #expect(try repository.read("dir/x") == "x\n")
    #expect(try repository.read("dir/sub/y") == "y\n")
    #expect(try repository.read("dir/deep/d.txt") == "d 1\n")
    #expect(try repository.read("dir/newer") == "newer\n")
    #expect(!Files.exists(repository.top / "z"))
  }

  @Test func `links, modes and names of any bytes come back as they were`() throws {
    let odd: [Bytes] = [
      Bytes([0xFF, 0x20, 0xFE]), "new\nline", " blank", "quote\"d", "-dash", "tab\there",
      "größe", Bytes(Array(repeating: UInt8(ascii: "n"), count: 255)),
    ]
    let repository = try Self.captured(odd.map { ($0, $0 + "\nand\r\n\n") })
    try repository.write("run.sh", "#!/bin/sh\n", mode: 0o755)
    try repository.write("empty", "")
    try repository.link("link", to: "nowhere/at all")
    try repository.write("large", Bytes([UInt8](repeating: 7, count: 3 << 20)))
    try repository.capture()
    let all = odd + ["run.sh", "empty", "link", "large"]
    for path in all { try repository.remove(path) }
    let outcome = try repository.pulsar(arguments: ["restore", "--"] + all)
    #expect(outcome.status == 0, "\(outcome)")
    for path in odd { #expect(try repository.read(path) == path + "\nand\r\n\n") }
    #expect(try Files.linkTarget(repository.top / "link") == "nowhere/at all")
    #expect(try #require(Files.status(repository.top / "run.sh")).mode & 0o111 != 0)
    #expect(try #require(Files.status(repository.top / odd[0])).mode & 0o111 == 0)
    #expect(try repository.read("empty") == "")
    #expect(try repository.read("large").array.count == 3 << 20)
    #expect(!Files.walk(repository.top).contains { $0.contains(".git-pulsar-restore") })
  }

  @Test func `files whose names are like ours are files of the person's`() throws {
    let names: [Bytes] = (1...5).map { Bytes(".git-pulsar-restore-\($0)") }
    let repository = try Self.captured(names.map { ($0, $0) } + [("a.txt", "a\n")])
    for path in names.dropFirst(2) + ["a.txt"] { try repository.remove(path) }
    let outcome = try repository.pulsar(arguments: ["restore", "--"] + names + ["a.txt"])
    #expect(outcome.status == 0, "\(outcome)")
    for path in names { #expect(try repository.read(path) == path) }
    #expect(try repository.read("a.txt") == "a\n")
  }

  @Test func `content comes out as a check-out would write it`() throws {
    let repository = try TestRepository.make()
    try repository.configure("filter.rot.clean", "tr a-m n-z")
    try repository.configure("filter.rot.smudge", "tr n-z a-m")
    try repository.write(".gitattributes", "*.crlf text eol=crlf\n*.rot filter=rot\n")
    try repository.write("x.crlf", "1\r\n2\r\n")
    try repository.write("x.rot", "abc\n")
    try repository.capture()
    for path: Bytes in [".gitattributes", "x.crlf", "x.rot"] { try repository.remove(path) }
    #expect(try repository.pulsar("restore", ".").status == 0)
    #expect(try repository.read("x.crlf") == "1\r\n2\r\n")
    #expect(try repository.read("x.rot") == "abc\n")
  }

  @Test func `a filter that fails leaves every file as it is`() throws {
    let repository = try TestRepository.make()
    try repository.configure("filter.bad.clean", "cat")
    try repository.configure("filter.bad.smudge", "false")
    try repository.configure("filter.bad.required", "true")
    try repository.write(".gitattributes", "*.bad filter=bad\n")
    try repository.write("x.bad", "x\n")
    try repository.write("a.txt", "good\n")
    try repository.capture()
    try repository.remove("x.bad")
    try repository.write("a.txt", "broken\n")
    let outcome = try repository.pulsar("restore", "--yes", "a.txt", "x.bad")
    #expect(outcome.status == 1)
    #expect(outcome.shown.contains("'x.bad' was not restored"), "\(outcome)")
    #expect(try repository.read("a.txt") == "broken\n")
    #expect(!Files.walk(repository.top).contains { $0.contains(".git-pulsar-restore") })
    #expect(try repository.pulsar("undo").shown.contains("nothing to undo"))
  }

  @Test func `a link in the way of a folder is never followed, and comes back with undo`() throws {
    let repository = try Self.captured([("dir/x", "x\n")])
    let outside = try repository.sandbox.scratchFolder()
    try Files.write(outside / "x", "outside\n")
    try repository.remove("dir")
    try repository.link("dir", to: outside)
    #expect(try repository.pulsar("restore", "dir/x").status == 2)
    #expect(try repository.pulsar("restore", "--yes", "dir/x").status == 0)
    #expect(try repository.read("dir/x") == "x\n")
    #expect(try Files.read(outside / "x") == "outside\n")
    #expect(Files.status(repository.top / "dir")?.isFolder == true)
    #expect(try repository.pulsar("undo").status == 0)
    #expect(try Files.linkTarget(repository.top / "dir") == outside)
  }

  @Test func `a folder in the way goes only when all of it is captured`() throws {
    let repository = try Self.captured([("thing", "file\n"), (".gitignore", "*.o\n")])
    try repository.remove("thing")
    try repository.write("thing/inside", "inside\n")
    try repository.write("thing/build.o", "object\n")
    let refused = try repository.pulsar("restore", "--yes", "thing")
    #expect(refused.status == 1)
    #expect(refused.shown.contains("thing/build.o"), "\(refused)")
    #expect(try repository.read("thing/inside") == "inside\n")
    try repository.remove("thing/build.o")
    #expect(try repository.pulsar("restore", "--yes", "thing").status == 0)
    #expect(try repository.read("thing") == "file\n")
    #expect(try repository.pulsar("undo").status == 0)
    #expect(try repository.read("thing/inside") == "inside\n")
  }

  @Test func `a file that became ignored is not lost when it is overwritten`() throws {
    let repository = try Self.captured([("secret", "old\n")])
    try repository.write(".gitignore", "secret\n")
    try repository.write("secret", "newer\n")
    #expect(try repository.pulsar("restore", "secret").status == 2)
    #expect(try repository.pulsar("restore", "--yes", "secret").status == 0)
    #expect(try repository.read("secret") == "old\n")
    #expect(try repository.pulsar("undo").status == 0)
    #expect(try repository.read("secret") == "newer\n")
  }

  @Test func `an older capture is named by id or by time`() throws {
    let repository = try Self.captured([("a.txt", "first\n")])
    let first = try #require(try repository.tip())
    try repository.write("a.txt", "second\n")
    try repository.capture()
    let short = Bytes(first.array.prefix(7))
    #expect(try repository.pulsar("restore", "--yes", "--at", short, "a.txt").status == 0)
    #expect(try repository.read("a.txt") == "first\n")
    let head = try repository.id("HEAD")
    for wrong: Bytes in ["0123456789", "sometime", head, "2001-01-01"] {
      let outcome = try repository.pulsar("restore", "--yes", "--at", wrong, "a.txt")
      #expect(outcome.status == 1, "\(outcome)")
      #expect(outcome.shown.contains("no capture"), "\(outcome)")
    }
  }

  @Test(.enabled(if: Tools.faketime)) func `a time means the newest capture not after it`() throws {
    let repository = try TestRepository.make()
    for (day, content) in [("01", "one\n"), ("02", "two\n"), ("03", "three\n")] {
      try repository.write("a.txt", Bytes(content))
      let outcome = try repository.pulsar(
        "now", "--no-push", clock: "2030-01-\(day) 12:00:00")
      #expect(outcome.status == 0, "\(outcome)")
    }
    for (time, content): (Bytes, Bytes) in [
      ("2030-01-02", "two\n"), ("2030-01-02 11:59", "one\n"), ("2030-01-02T12:00:00Z", "two\n"),
      ("2030-01-02T12:00:00+01:00", "one\n"), ("2030-01-03 12:00:00", "three\n"),
    ] {
      let outcome = try repository.pulsar(
        "restore", "--yes", "--at", time, "a.txt", clock: "2030-02-01 12:00:00")
      #expect(outcome.status == 0, "\(outcome)")
      #expect(try repository.read("a.txt") == content, "at \(time)")
    }
  }

  @Test func `paths outside the working tree are refused`() throws {
    let repository = try Self.captured([("a.txt", "good\n")])
    for path: Bytes in ["../elsewhere", "/etc/passwd", "dir/../../x"] {
      let outcome = try repository.pulsar("restore", "--yes", path)
      #expect(outcome.status == 1)
      #expect(outcome.shown.contains("outside the working tree"), "\(outcome)")
    }
    #expect(try repository.pulsar("restore", repository.top / "a.txt").status == 0)
  }

  @Test func `a restore works during a merge`() throws {
    let repository = try TestRepository.make()
    try repository.git("checkout", "-q", "-b", "side")
    try repository.write("a.txt", "side\n")
    try repository.commitAll()
    try repository.git("checkout", "-q", "main")
    try repository.write("a.txt", "main\n")
    try repository.commitAll()
    try repository.write("mine", "mine\n")
    try repository.capture()
    _ = try repository.tryGit("merge", "side")
    try repository.remove("mine")
    #expect(try repository.pulsar("restore", "mine").status == 0)
    #expect(try repository.read("mine") == "mine\n")
    #expect(Files.exists(repository.top / ".git/MERGE_HEAD"))
  }

  @Test func `a repository with SHA-256 restores too`() throws {
    let repository = try TestRepository.make(["--object-format=sha256"])
    try repository.write("a.txt", "good\n")
    try repository.capture()
    try repository.write("a.txt", "broken\n")
    #expect(try repository.pulsar("restore", "--yes", "a.txt").status == 0)
    #expect(try repository.read("a.txt") == "good\n")
    #expect(try repository.pulsar("undo").status == 0)
    #expect(try repository.read("a.txt") == "broken\n")
  }
}

extension TestRepository {
  func capture(sourceLocation: SourceLocation = #_sourceLocation) throws {
    let outcome = try self.pulsar("now", "--no-push")
    #expect(outcome.status == 0, "\(outcome)", sourceLocation: sourceLocation)
  }
}
