import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Verbs in places where there is nothing for them to do.
@Suite struct PlaceTests {
  /// Verbs that need a repository, with arguments that are otherwise right.
  static let verbs: [[Bytes]] = [
    ["now", "--here"], ["now"], ["restore", "x"], ["diff"], ["history"], ["pause"], ["resume"],
    ["remove"], ["ignore", "x"], ["undo"],
  ]

  @Test(arguments: verbs)
  func `outside a repository a verb says so`(verb: [Bytes]) throws {
    let sandbox = try Sandbox()
    let folder = try sandbox.scratchFolder()
    try sandbox.pulsar(verb, in: folder).expectSentence("not a git repository", "git init")
    #expect(try Files.names(in: folder) == [])
  }

  @Test(arguments: ["status", "list", "log"] as [Bytes])
  func `outside a repository what reports on the machine works`(verb: Bytes) throws {
    let sandbox = try Sandbox()
    try sandbox.pulsar([verb], in: sandbox.scratchFolder()).expectEnd(status: 0)
    try sandbox.pulsar([verb, "--json"], in: sandbox.scratchFolder()).expectEnd(status: 0)
  }

  @Test func `outside a repository nobody's silence makes one`() throws {
    let sandbox = try Sandbox()
    let folder = try sandbox.scratchFolder()
    let outcome = try sandbox.pulsar([], in: folder)
    outcome.expectEnd(status: 2, ["Make one here?", "(no answer: no)", "nothing done"])
    #expect(try Files.names(in: folder) == [])
    try sandbox.pulsar([], in: folder, input: "what\nno\n").expectEnd(status: 2)
    #expect(try Files.names(in: folder) == [])
    try sandbox.pulsar(["--yes"], in: folder).expectEnd(status: 0, ["registered"])
    #expect(Files.exists(folder / ".git"))
  }

  @Test(arguments: verbs + [["status"], []])
  func `in a bare repository a verb says so`(verb: [Bytes]) throws {
    let sandbox = try Sandbox()
    let bare = sandbox.root / "bare.git"
    try sandbox.git(["init", "-q", "--bare", bare], in: sandbox.root)
    let before = Files.walk(bare)
    try sandbox.pulsar(verb, in: bare).expectSentence("bare repository")
    #expect(Files.walk(bare) == before)
  }

  @Test(arguments: verbs + [["status"], []])
  func `inside the git folder a verb says so`(verb: [Bytes]) throws {
    let repository = try TestRepository.makeChanged()
    let before = try Untouched(repository)
    try repository.pulsar(arguments: verb, in: ".git").expectSentence("inside a '.git' folder")
    #expect(try before.differences(after: Untouched(repository)) == [])
    #expect(try repository.streams() == [])
  }

  @Test(arguments: verbs + [["status"], ["list"], []])
  func `in a folder that is gone a verb says so`(verb: [Bytes]) throws {
    let sandbox = try Sandbox()
    let words = verb.reduce("") { $0 + " " + $1 }
    try sandbox.run(
      ["sh", "-c", "mkdir gone && cd gone && rmdir ../gone && exec \"$0\"" + words, Program.path],
      in: sandbox.root
    ).expectSentence("the current folder is gone")
  }

  @Test func `a working tree that may not be entered is named`() throws {
    let repository = try TestRepository.makeChanged()
    let other = try repository.sandbox.scratchFolder()
    try Files.setMode(repository.top, 0)
    let outcome = try repository.sandbox.pulsar(["now"], in: other, isPowerless: true)
    try Files.setMode(repository.top, 0o755)
    #expect(!outcome.isCrash && outcome.status != 0, "\(outcome)")
    #expect(outcome.shown.contains(repository.top.text), "\(outcome)")
    #expect(!outcome.shown.contains("install git"), "\(outcome)")
    #expect(try repository.streams() == [])
  }

  @Test(arguments: [["now"], ["restore", "a.txt"], ["status"], []] as [[Bytes]])
  func `a repository without HEAD or objects is not taken for none`(verb: [Bytes]) throws {
    for part: Bytes in ["HEAD", "objects"] {
      let repository = try TestRepository.makeChanged()
      try Files.rename(repository.top / ".git" / part, repository.sandbox.root / "away")
      let before = Files.walk(repository.top)
      try repository.pulsar(arguments: ["--yes"].filter { _ in verb.isEmpty } + verb)
        .expectSentence("damaged or missing")
      #expect(Files.walk(repository.top) == before, "something was made in its place")
    }
  }

  @Test(arguments: ["", "garbage\n", "ref: \n"] as [Bytes])
  func `a HEAD that is damaged is left as it is`(content: Bytes) throws {
    let repository = try TestRepository.makeChanged()
    try repository.write(".git/HEAD", content)
    try repository.pulsar("now", "--here").expectSentence("damaged or missing")
    #expect(try repository.read(".git/HEAD") == content)
  }

  @Test(arguments: ["", "garbage", "DIRC\0\0\0\u{2}\0\0\u{ff}\u{ff}"] as [Bytes])
  func `an index that is damaged leads to no capture of half a tree`(content: Bytes) throws {
    let repository = try TestRepository.makeChanged()
    try repository.write(".git/index", content)
    try repository.pulsar("now", "--here").expectSentence("nothing was captured", "index")
    #expect(try repository.read(".git/index") == content)
    #expect(!Files.exists(repository.top / ".git" / repository.stream(of: "main")))
  }

  @Test func `a repository's config that git cannot read is named`() throws {
    let repository = try TestRepository.makeChanged()
    try repository.append(".git/config", "[broken\n")
    try repository.pulsar("now", "--here").expectSentence("config")
  }
}
