import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Folders and files of ours that cannot be written, read, or are something else.
@Suite struct StateInputTests {
  private func setModes(_ folder: Bytes, adding: mode_t, removing: mode_t) throws {
    for path in [folder] + Files.walk(folder).map({ folder / $0 }) {
      guard let status = Files.status(path), !status.isLink else { continue }
      try Files.setMode(path, (mode_t(status.mode) & 0o7777 & ~removing) | adding)
    }
  }

  /// Runs `body` while nothing in a folder can be written.
  private func readOnly<Value>(_ folder: Bytes, _ body: () throws -> Value) throws -> Value {
    try self.setModes(folder, adding: 0, removing: 0o222)
    defer { try? self.setModes(folder, adding: 0o200, removing: 0) }
    return try body()
  }

  @Test func `a repository that is read-only is named`() throws {
    let repository = try TestRepository.makeChanged()
    try self.readOnly(repository.top / ".git") {
      let before = try Untouched(repository)
      for verb: [Bytes] in [["now"], ["restore", "a.txt"], ["pause"]] {
        try repository.pulsar(arguments: verb, isPowerless: true)
          .expectSentence("permission denied", ".git")
      }
      try repository.pulsar("status", isPowerless: true).expectEnd(status: 0)
      #expect(try before.differences(after: Untouched(repository)) == [])
    }
    #expect(try repository.streams() == [])
  }

  @Test func `a state folder that is read-only stops no capture`() throws {
    let repository = try TestRepository.makeChanged()
    let other = try repository.sandbox.makeRepository(named: "other")
    try self.readOnly(repository.sandbox.state) {
      try repository.pulsar("now", "--no-push", isPowerless: true).expectEnd(
        status: 0, ["captured"])
      try repository.sandbox.pulsar([], in: other.top, isPowerless: true)
        .expectSentence("registry", "permission denied")
      try repository.pulsar("remove", isPowerless: true).expectSentence("permission denied")
    }
  }

  @Test func `a config folder that is read-only stops no capture`() throws {
    let repository = try TestRepository.makeChanged()
    try self.readOnly(repository.sandbox.home / ".config") {
      try repository.pulsar("now", "--no-push", isPowerless: true).expectEnd(
        status: 0, ["captured"])
      try repository.pulsar("config", isPowerless: true).expectSentence("permission denied")
    }
  }

  @Test(arguments: ["", "/git-pulsar"] as [Bytes])
  func `a state folder that is a file is named`(leaf: Bytes) throws {
    let repository = try TestRepository.makeChanged()
    let state = repository.sandbox.state + leaf
    try Files.remove(state)
    try Files.write(state, "mine")
    for verb: [Bytes] in [["now"], ["list"], ["log"], ["remove"], []] {
      try repository.pulsar(arguments: verb).expectSentence("move the file away")
    }
    #expect(try Files.read(state) == "mine")
    #expect(try repository.streams() == [])
  }

  @Test(arguments: ["/etc/passwd", "/dev/null"] as [Bytes])
  func `a home that is a file is named`(home: Bytes) throws {
    let repository = try TestRepository.makeChanged()
    for verb: [Bytes] in [["now"], []] {
      try repository.pulsar(arguments: verb, environment: ["HOME": home])
        .expectSentence(home.text)
    }
  }

  @Test(arguments: ["", "relative", "/nonexistent"] as [Bytes])
  func `a home that is none leads to no capture in a wrong name`(home: Bytes) throws {
    let repository = try TestRepository.makeChanged()
    let outcome = try repository.pulsar(
      "now", environment: ["HOME": home, "XDG_CONFIG_HOME": "/nonexistent"])
    outcome.expectSentence("this machine has no name yet", "git pulsar")
    #expect(try repository.streams() == [])
    #expect(!Files.exists("/nonexistent") && !Files.exists(repository.top / "relative"))
  }

  static let identities: [(content: Bytes, said: String)] = [
    ("", "it is empty"), (" \n\t", "it is empty"), ("a\nb\n", "control characters"),
    (Bytes(String(repeating: "x", count: 10_240)), "longer than"), ("a\0b", "control characters"),
    (Bytes([0xFF, 0xFE]), "not UTF-8"), (Bytes(String(repeating: "x", count: 100_000)), "larger"),
  ]

  @Test(arguments: ["machine_name", "machine_id"] as [Bytes], identities)
  func `an identity that is no line of text is named`(
    name: Bytes, identity: (content: Bytes, said: String)
  ) throws {
    let repository = try TestRepository.makeChanged()
    let path = repository.sandbox.home / ".config/git-pulsar" / name
    try Files.write(path, identity.content)
    for verb: [Bytes] in [["now"], []] {
      try repository.pulsar(arguments: verb).expectSentence(name.text, identity.said)
    }
    #expect(try Files.read(path) == identity.content)
    #expect(try repository.git("for-each-ref", "refs/pulsar") == "")
  }

  @Test(arguments: ["machine_name", "machine_id"] as [Bytes])
  func `an identity that is no file is named and nobody waits for it`(name: Bytes) throws {
    let repository = try TestRepository.makeChanged()
    let path = repository.sandbox.home / ".config/git-pulsar" / name
    try Files.remove(path)
    try repository.pulsar("now").expectSentence("this machine has no name yet")
    try Files.makeFolder(path)
    try repository.pulsar("now").expectSentence(name.text)
    try Files.remove(path)
    try Files.makeNode(path, kind: S_IFIFO)
    try repository.pulsar("now").expectSentence(name.text)
    #expect(try repository.git("for-each-ref", "refs/pulsar") == "")
  }

  @Test(arguments: ["..", "../../x", "---", "a b", ".lock", "~^:?*[", "@{u}"] as [Bytes])
  func `a machine name that is no name of a ref becomes one`(name: Bytes) throws {
    let repository = try TestRepository.makeChanged()
    try Files.write(repository.sandbox.home / ".config/git-pulsar/machine_name", name)
    try repository.pulsar("now", "--no-push").expectEnd(status: 0, ["captured"])
    #expect(try repository.git("for-each-ref", "refs/pulsar/streams").lines.count == 1)
    #expect(try repository.tryGit("fsck", "--strict").status == 0)
  }

  @Test(.enabled(if: geteuid() == 0, "only root can mount a small disk"))
  func `a disk that is full is named, and nothing is lost`() throws {
    let sandbox = try Sandbox()
    let disk = sandbox.root / "disk"
    try Files.makeFolder(disk)
    let mount: [Bytes] = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk]
    guard try sandbox.run(mount, in: "/").status == 0 else {
      print("full disk: mounting is not allowed here, not tried")
      return
    }
    defer { _ = try? sandbox.run(["umount", "-l", disk], in: "/") }
    let repository = TestRepository(sandbox: sandbox, top: disk / "project")
    try sandbox.git(["init", "-q", repository.top], in: disk)
    try repository.write("a.txt", "a\n")
    try repository.write("b.txt", "b\n")
    try repository.commitAll()
    try repository.pulsar("now", "--no-push").expectEnd(status: 0)
    try repository.append("a.txt", "more\n")
    let tip = try repository.tip()
    _ = try sandbox.run(["sh", "-c", "cat /dev/zero >filler"], in: disk)

    let before = try Untouched(repository)
    for verb: [Bytes] in [["now", "--no-push"], ["restore", "--yes", "a.txt"]] {
      try repository.pulsar(arguments: verb).expectSentence("free some space")
      #expect(try before.differences(after: Untouched(repository)) == [])
      #expect(try repository.tip() == tip)
    }
    let bare = disk / "project"
    let outcome = try sandbox.pulsar([], in: bare)
    #expect(!outcome.isCrash, "\(outcome)")
    let full = try sandbox.pulsar([], in: bare, environment: ["XDG_STATE_HOME": disk])
    full.expectEnd(status: 1, ["free some space"])

    try Files.remove(disk / "filler")
    try repository.pulsar("now", "--no-push").expectEnd(status: 0, ["captured"])
    #expect(try repository.tryGit("fsck", "--strict").status == 0)
  }
}
