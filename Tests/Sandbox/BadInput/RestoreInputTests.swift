import Testing

/// Restores of what is not there.
@Suite struct RestoreInputTests {
  static let arguments: [([Bytes], String)] = [
    (["nowhere.txt"], "no capture of main has 'nowhere.txt'"), (["../x"], "outside"),
    (["/etc/passwd"], "outside"), ([""], "empty"), ([".git/config"], "no capture"),
    (["a.txt", "nowhere.txt"], "nowhere.txt"), (["a.txt/b"], "no capture"),
    (["--at", "deadbeef", "a.txt"], "deadbeef"), (["--at", "", "a.txt"], "neither"),
    (["--at", "half past nine", "a.txt"], "neither an id nor a time"),
    (["--at", "2024-13-99", "a.txt"], "neither"), (["--at", "HEAD", "a.txt"], "neither"),
    (["--at", "999999999w", "a.txt"], "as old as"), (["--at", "0000-01-01", "a.txt"], "as old as"),
    (["--at", "99999999999999999999s", "a.txt"], "neither"), (["--at=-5d", "a.txt"], "neither"),
    (["--at", "2024-01-01T00:00:00+99:99", "a.txt"], "as old as"),
    (["--at", "\u{1b}[31m", "a.txt"], "neither"), (["--at", "٣d", "a.txt"], "neither"),
  ]

  @Test(arguments: arguments)
  func `a restore of what no capture has is refused`(arguments: [Bytes], said: String) throws {
    let repository = try TestRepository.makeChanged()
    try repository.pulsar("now", "--no-push").expectEnd(status: 0)
    try repository.append("a.txt", "not captured\n")
    let tip = try repository.tip()
    let before = try Untouched(repository)
    let outcome = try repository.pulsar(arguments: ["restore"] + arguments)
    outcome.expectSentence(said)
    #expect(!outcome.errors.array.contains(0x1B))
    #expect(try before.differences(after: Untouched(repository)) == [])
    #expect(try repository.tip() == tip)
  }

  @Test func `an id of a commit that is no capture of this branch is refused`() throws {
    let repository = try TestRepository.makeChanged()
    try repository.pulsar("now", "--no-push").expectEnd(status: 0)
    let other = try #require(try repository.tip())
    let head = try repository.id("HEAD")
    try repository.git("switch", "-q", "-c", "elsewhere")
    try repository.append("b.txt", "elsewhere\n")
    try repository.pulsar("now", "--no-push").expectEnd(status: 0)
    for id in [other, head] {
      try repository.pulsar("restore", "--at", id, "a.txt").expectSentence("has the id")
    }
  }

  @Test func `an id that several captures begin with is refused`() throws {
    let repository = try TestRepository.makeChanged()
    var ids: [Bytes] = []
    var shared: Bytes?
    // Four digits of 65,536: two of some hundreds are alike. Captures made by git itself, for speed.
    let tree = try repository.id("HEAD^{tree}")
    var parent = try repository.id("HEAD")
    let message: Bytes =
      "backup: x\n\nPulsar-Machine: \(repository.sandbox.slug)\nPulsar-Branch: main\nPulsar-Reason: now\nPulsar-Format: 1\n"
    for number in 0..<2000 where shared == nil {
      parent = try repository.git(
        "commit-tree", "-p", parent, "-m", message + "\(number)\n", tree)
      shared = ids.first { $0.array.prefix(4) == parent.array.prefix(4) }
      ids.append(parent)
    }
    let prefix = Bytes(try #require(shared).array.prefix(4))
    try repository.git("update-ref", repository.stream(of: "main"), parent)
    try repository.pulsar("restore", "--at", prefix, "a.txt")
      .expectSentence("several captures begin with", "more of the id")
  }

  @Test func `diff and history of what is not there are told`() throws {
    let repository = try TestRepository.makeChanged()
    try repository.pulsar("restore", "a.txt").expectSentence("no capture of main yet")
    try repository.pulsar("now", "--no-push").expectEnd(status: 0)
    try repository.pulsar("diff", "nowhere").expectSentence("nowhere")
    try repository.pulsar("history", "nowhere").expectSentence("nowhere")
    try repository.pulsar("ignore", "").expectSentence("nothing ignored")
    try repository.pulsar("ignore", "a\nb").expectSentence("nothing ignored")
    try repository.pulsar("remove", "/nowhere").expectSentence("not registered")
  }
}
