import Testing

/// A remote that refuses what a file holds: the file is held back and named, everything else goes on.
@Suite struct RefusedContentsTests {
  private static let ref: Bytes = "refs/heads/wip/pulsar/laptop--01234567/main"

  /// A repository whose remote refuses pushes of which any commit has a file with "SECRET" in it.
  private struct World {
    let repository: TestRepository
    let remote: Bytes

    init(saying words: String = "Push cannot contain secrets") throws {
      self.repository = try TestRepository.make()
      self.remote = try self.repository.sandbox.makeRemote(of: self.repository)
      try self.repository.git("remote", "add", "origin", self.remote)
      try Files.write(
        self.remote / "hooks/pre-receive",
        Bytes(
          """
          #!/bin/sh
          while read old new ref; do
            for c in $(git rev-list $new --not --all); do
              found=$(git grep -l SECRET $c | sed 's/^[^:]*://' | head -1)
              if [ "$found" ]; then echo "\(words)"; exit 1; fi
            done
          done
          """), mode: 0o755)
    }

    func there(_ path: Bytes) throws -> Bytes? {
      let outcome = try self.repository.sandbox.tryGit(
        ["cat-file", "blob", RefusedContentsTests.ref + ":" + path], in: self.remote)
      return outcome.status == 0 ? outcome.output : nil
    }

    /// Whether anything that the remote has holds the secret.
    func hasSecret() throws -> Bool {
      let commits = try self.repository.sandbox.git(["rev-list", "--all"], in: self.remote).lines
      return try self.repository.sandbox.tryGit(
        ["grep", "-q", "SECRET"] + commits, in: self.remote
      )
      .status == 0
    }

    func now(_ status: Int32, naming name: String? = nil) throws {
      let outcome = try self.repository.pulsar("now")
      #expect(outcome.status == status, "\(outcome)")
      if let name { #expect(outcome.shown.contains("left out \(name)"), "\(outcome)") }
    }
  }

  @Test(arguments: ["Push cannot contain secrets", "path: $found:1 looks like a token"])
  func `a refused file is held and named, and later work is pushed`(words: String) throws {
    let world = try World(saying: words)
    try world.now(0)
    try world.repository.write("conf.ini", "SECRET\n")
    try world.now(3, naming: "conf.ini")
    let status = try world.repository.pulsar("status")
    #expect(status.shown.contains("left out: conf.ini, the remote refuses"), "\(status)")
    #expect(status.shown.contains("pushed to origin"), "\(status)")

    try world.repository.append("b.txt", "work\n")
    try world.now(3, naming: "conf.ini")
    #expect(try world.there("b.txt") == (try world.repository.read("b.txt")))
    #expect(try world.there("conf.ini") == nil)

    try world.repository.write("conf.ini", "harmless\n")
    try world.now(0)
    #expect(try world.there("conf.ini") == "harmless\n")
    #expect(try !world.hasSecret())
  }

  @Test func `a refused edit leaves the file there as it was pushed last`() throws {
    let world = try World(saying: "$found: a token")
    try world.repository.append("a.txt", "SECRET\n")
    try world.repository.append("b.txt", "work\n")
    try world.now(3, naming: "a.txt")
    #expect(try world.there("a.txt") == "a 1\na 2\na 3\n")
    #expect(try world.there("b.txt") == (try world.repository.read("b.txt")))
  }

  @Test func `what was refused and is gone again holds up nothing`() throws {
    let world = try World()
    try world.now(0)
    try world.repository.write("conf.ini", "SECRET\n")
    #expect(try world.repository.pulsar("now", "--no-push").status == 0)
    let refused = try #require(try world.repository.tip())
    try world.repository.remove("conf.ini")
    try world.repository.append("a.txt", "work\n")
    try world.now(0)
    #expect(try world.there("a.txt") == (try world.repository.read("a.txt")))
    #expect(try !world.hasSecret())
    let kept = try world.repository.git("for-each-ref", "--contains", refused, "refs/pulsar").lines
    #expect(kept.count == 1, "the capture is kept here: \(kept)")
  }

  @Test func `what is new with a file that nobody named is pushed once it changes`() throws {
    let world = try World()
    try world.now(0)
    try world.repository.write("conf.ini", "SECRET\n")
    try world.repository.append("a.txt", "work\n")
    try world.now(3, naming: "conf.ini")
    #expect(try world.there("a.txt") == "a 1\na 2\na 3\n")
    try world.repository.append("a.txt", "more\n")
    try world.now(3, naming: "conf.ini")
    #expect(try world.there("a.txt") == (try world.repository.read("a.txt")))
    try world.repository.write(".gitignore", "conf.ini\n")
    try world.now(0)
    #expect(try !world.hasSecret())
  }

  @Test func `what is staged is held too`() throws {
    let world = try World()
    try world.now(0)
    try world.repository.write("conf.ini", "SECRET\n")
    try world.repository.git("add", "conf.ini")
    try world.repository.write("conf.ini", "harmless\n")
    let outcome = try world.repository.pulsar("now")
    #expect(outcome.status == 3 && outcome.shown.contains("left out conf.ini"), "\(outcome)")
    #expect(try !world.hasSecret())
    try world.repository.git("add", "conf.ini")
    try world.now(0)
    #expect(try world.there("conf.ini") == "harmless\n")
  }

  @Test func `a commit that is refused stops the stream until it is amended`() throws {
    let world = try World(saying: "$found: a token")
    try world.now(0)
    try world.repository.write("conf.ini", "SECRET\n")
    try world.repository.commitAll()
    let outcome = try world.repository.pulsar("now")
    #expect(outcome.status == 3 && outcome.shown.contains("not pushed"), "\(outcome)")
    try world.repository.write("conf.ini", "harmless\n")
    try world.repository.git("commit", "-q", "-a", "--amend", "-m", "clean")
    try world.now(0)
    #expect(try world.there("conf.ini") == "harmless\n")
    #expect(try !world.hasSecret())
  }

  @Test func `a hook that refuses the ref changes nothing here`() throws {
    let world = try World()
    try world.now(0)
    try Files.write(world.remote / "hooks/pre-receive", "#!/bin/sh\nexit 1\n", mode: 0o755)
    try world.repository.append("a.txt", "work\n")
    #expect(try world.repository.pulsar("now").status == 3)
    let tip = try #require(try world.repository.tip())
    #expect(
      try world.repository.content(of: "a.txt", in: tip) == (try world.repository.read("a.txt")))
    #expect(try world.repository.pulsar("now").shown.contains("nothing changed"))
    #expect(try world.repository.tip() == tip)
    let status = try world.repository.pulsar("status")
    #expect(!status.shown.contains("left out"), "\(status)")
  }

  @Test func `with force it is tried again`() throws {
    let world = try World()
    try world.now(0)
    try world.repository.write("conf.ini", "SECRET\n")
    try world.now(3, naming: "conf.ini")
    try Files.remove(world.remote / "hooks/pre-receive")
    try world.now(3, naming: "conf.ini")
    let outcome = try world.repository.pulsar("now", "--force")
    #expect(outcome.status == 0, "\(outcome)")
    #expect(try world.there("conf.ini") == "SECRET\n")
    try world.now(0)
  }

  @Test(arguments: [
    (".gitmodules", "[submodule \"x\"]\n\tpath = x\n\turl = -foo\n"),
    (".gitattributes", String(repeating: "x", count: 3000) + " text\n"),
  ])
  func `what the remote's own fsck refuses is held`(path: String, content: String) throws {
    let world = try World()
    try Files.remove(world.remote / "hooks/pre-receive")
    try world.repository.sandbox.git(["config", "receive.fsckObjects", "true"], in: world.remote)
    try world.now(0)
    try world.repository.write(Bytes(path), Bytes(content))
    try world.repository.append("b.txt", "work\n")
    try world.now(3, naming: path)
    #expect(try world.there("b.txt") == (try world.repository.read("b.txt")))
    try world.repository.remove(Bytes(path))
    try world.now(0)
  }

  @Test(arguments: [true, false])
  func `what is too large for the remote is held`(isNamed: Bool) throws {
    let world = try World()
    let hook =
      isNamed
      ? "while read o n r; do git ls-tree -rl $n | awk '$4 > 100000 { print \"File \" $5 \" exceeds the maximum file size limit\"; f = 1 } END { exit f }' || exit 1; done"
      : "true"
    try Files.write(
      world.remote / "hooks/pre-receive", Bytes("#!/bin/sh\n\(hook)\n"), mode: 0o755)
    if !isNamed {
      try world.repository.sandbox.git(
        ["config", "receive.maxInputSize", "50000"], in: world.remote)
    }
    try world.now(0)
    var state: UInt32 = 1
    let noise = (0..<200_000).map { _ in
      state = state &* 1_664_525 &+ 1_013_904_223
      return UInt8(truncatingIfNeeded: state >> 24)
    }
    try world.repository.write("big.bin", Bytes(noise))
    try world.repository.append("b.txt", "work\n")
    try world.now(3, naming: "big.bin")
    #expect(try world.there("b.txt") == (try world.repository.read("b.txt")))
  }

  @Test func `another machine takes the work over and back, also what was undone`() throws {
    let world = try World(saying: "$found: a token")
    try world.now(0)
    let sandbox = world.repository.sandbox
    try sandbox.become("desktop")
    let other = try sandbox.clone(world.remote)
    try other.append("a.txt", "theirs\n")
    #expect(try other.pulsar("now").status == 0)

    try sandbox.become("laptop")
    try world.repository.append("b.txt", "ours\n")
    #expect(try world.repository.pulsar("now", "--no-push").status == 0)
    #expect(try world.repository.pulsar("sync", "--yes").status == 0)
    try world.repository.write("conf.ini", "SECRET\n")
    try world.now(3, naming: "conf.ini")
    let drift = try world.repository.pulsar("sync", "--yes")
    #expect(drift.status == 0 && !drift.shown.contains("conflict"), "\(drift)")
    #expect(try world.repository.read("conf.ini") == "SECRET\n")

    try sandbox.become("desktop")
    let sync = try other.pulsar("sync", "--yes")
    #expect(sync.status == 0, "\(sync)")
    #expect(try other.read("b.txt") == (try world.repository.read("b.txt")))
    try other.append("b.txt", "and theirs\n")
    #expect(try other.pulsar("now").status == 0)

    try sandbox.become("laptop")
    let back = try world.repository.pulsar("sync", "--yes")
    #expect(back.status == 0, "\(back)")
    #expect(try world.repository.read("b.txt") == (try other.read("b.txt")))
    #expect(try world.repository.read("conf.ini") == "SECRET\n")
    let undo = try world.repository.pulsar("undo", "--yes")
    #expect(undo.status == 0, "\(undo)")
    #expect(try world.repository.read("b.txt").text.hasSuffix("ours\n"))
    try world.now(3, naming: "conf.ini")
    #expect(try !world.hasSecret())
  }

  @Test func `a sync that is undone after its capture was replaced is undone for others too`()
    throws
  {
    let world = try World(saying: "$found: a token")
    try world.now(0)
    let sandbox = world.repository.sandbox
    try sandbox.become("desktop")
    let other = try sandbox.clone(world.remote)
    try other.append("a.txt", "theirs\n")
    #expect(try other.pulsar("now").status == 0)

    try sandbox.become("laptop")
    try world.repository.append("b.txt", "ours\n")
    try world.repository.write("conf.ini", "SECRET\n")
    #expect(try world.repository.pulsar("now", "--no-push").status == 0)
    #expect(try world.repository.pulsar("sync", "--yes").status == 0)
    #expect(try world.repository.read("a.txt") == (try other.read("a.txt")))
    try world.now(3, naming: "conf.ini")
    #expect(try world.repository.pulsar("undo", "--yes").status == 0)
    #expect(try world.repository.read("a.txt") == "a 1\na 2\na 3\n")
    try world.now(3, naming: "conf.ini")
    #expect(try !world.hasSecret())

    try sandbox.become("desktop")
    let sync = try other.pulsar("sync", "--yes")
    #expect(sync.status == 0, "\(sync)")
    #expect(try other.read("a.txt").text.hasSuffix("theirs\n"), "\(sync)")
    #expect(try other.read("b.txt").text.hasSuffix("ours\n"), "\(sync)")
  }
}
