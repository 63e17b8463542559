import Testing

/// How captures follow each other, what they say, and where they go.
@Suite struct StreamTests {
  @Test func `parents are the previous capture, then HEAD while the stream does not hold it`()
    throws
  {
    let repository = try TestRepository.make()
    let head = try repository.id("HEAD")
    try repository.append("a.txt", "1\n")
    let first = try repository.checkCapture()
    #expect(try repository.parents(of: first.commit) == [head])

    try repository.append("a.txt", "2\n")
    let second = try repository.checkCapture()
    #expect(try repository.parents(of: second.commit) == [first.commit])

    try repository.commitAll()
    try repository.append("a.txt", "3\n")
    let third = try repository.checkCapture()
    #expect(try repository.parents(of: third.commit) == [second.commit, try repository.id("HEAD")])
  }

  @Test func `a branch called like a detached HEAD has a stream of its own`() throws {
    let repository = try TestRepository.make()
    try repository.git("checkout", "-q", "-b", "(detached)")
    try repository.append("a.txt", "1\n")
    try repository.checkCapture()
    #expect(try repository.streams() == [repository.stream(of: "(detached)")])
    try repository.git("checkout", "-q", "-f", "--detach")
    try repository.append("a.txt", "2\n")
    let head = Bytes(try repository.id("HEAD").array.prefix(12))
    try repository.checkCapture()
    #expect(try repository.tip() != nil)
    #expect(try repository.streams().contains(repository.stream(of: "detached/" + head)))
  }

  @Test func `a clean clone is captured, and nothing changed gives no second capture`() throws {
    let repository = try TestRepository.make()
    let first = try repository.checkCapture()
    #expect(try repository.id("HEAD^{tree}") == first.tree)
    #expect(try repository.checkCapture().commit == first.commit)
  }

  @Test func `nothing changed since a capture of changes gives no further one`() throws {
    let repository = try TestRepository.make()
    try repository.append("a.txt", "1\n")
    try repository.write("new", "x")
    try repository.remove("b.txt")
    let first = try repository.checkCapture()
    try repository.write("a.txt", try repository.read("a.txt"))
    #expect(try repository.checkCapture().commit == first.commit)
  }

  @Test func `a new HEAD of the same tree gives a capture that holds it`() throws {
    let repository = try TestRepository.make()
    try repository.append("a.txt", "1\n")
    let first = try repository.checkCapture()
    try repository.commitAll()
    let second = try repository.checkCapture()
    #expect(second.tree == first.tree)
    #expect(try repository.parents(of: second.commit) == [first.commit, try repository.id("HEAD")])
    #expect(try repository.checkCapture().commit == second.commit)
  }

  @Test func `a rewritten HEAD is captured, and the old one stays in the stream`() throws {
    let repository = try TestRepository.make()
    try repository.append("a.txt", "1\n")
    try repository.commitAll()
    let old = try repository.id("HEAD")
    let first = try repository.checkCapture()
    try repository.git("commit", "-q", "--amend", "-m", "other words")
    let second = try repository.checkCapture()
    #expect(try repository.parents(of: second.commit) == [first.commit, try repository.id("HEAD")])
    #expect(try repository.isAncestor(old, of: second.commit))
  }

  @Test func `every branch has a stream of its own`() throws {
    let repository = try TestRepository.make()
    try repository.append("a.txt", "1\n")
    let first = try repository.checkCapture()
    try repository.git("checkout", "-q", "-b", "feature/x")
    try repository.append("a.txt", "2\n")
    let second = try repository.checkCapture()
    #expect(
      try repository.streams() == [
        repository.stream(of: "feature/x"), repository.stream(of: "main"),
      ])
    #expect(try repository.id(repository.stream(of: "main")) == first.commit)
    #expect(try repository.parents(of: second.commit) == [try repository.id("HEAD")])
  }

  @Test func `the message says what changed, then what machines read`() throws {
    let repository = try TestRepository.make()
    try repository.append("a.txt", "one more\n")
    let capture = try repository.checkCapture()
    #expect(
      try repository.git("show", "-s", "--format=%B", capture.commit).line.text
        .split(separator: "\n", omittingEmptySubsequences: false).map(String.init) == [
          "backup: modified a.txt (+1 line)", "",
          "modified a.txt (+1)", "",
          "Pulsar-Machine: laptop--01234567", "Pulsar-Branch: main", "Pulsar-Reason: now",
          "Pulsar-Head: \(try repository.id("HEAD"))", "Pulsar-Format: 1", "[skip ci]",
        ])
  }

  @Test func `the message of many changes is a sum, and lists twenty`() throws {
    let repository = try TestRepository.make()
    for number in 10..<40 { try repository.write(Bytes("n\(number).txt"), "x\n") }
    try repository.append("a.txt", "one more\n")
    try repository.remove("b.txt")
    let capture = try repository.checkCapture()
    let lines = try repository.message(of: capture.commit).split(separator: "\n").map(String.init)
    #expect(lines.first == "backup: modified 1 file, added 30, deleted 1 (+31 -3)")
    #expect(lines.contains("… and 12 more"))
    #expect(
      lines.filter {
        $0.hasPrefix("added n") || $0.hasPrefix("modified a") || $0.hasPrefix("deleted b")
      }.count == 20)
  }

  @Test func `the message is relative to the previous capture`() throws {
    let repository = try TestRepository.make()
    try repository.append("a.txt", "one more\n")
    try repository.checkCapture()
    try repository.write("new.txt", "x\n")
    let capture = try repository.checkCapture()
    #expect(
      try repository.message(of: capture.commit).hasPrefix("backup: added new.txt (+1 line)\n"))
  }

  @Test func `a subject has at most 72 columns, and no path breaks a line`() throws {
    let repository = try TestRepository.make()
    let folder = Bytes((0..<20).map { "folder-\($0)" }.joined(separator: "/"))
    try repository.write(folder / "evil\n\nPulsar-Machine: other--00000000", "x\n")
    let capture = try repository.checkCapture()
    let message = try repository.message(of: capture.commit)
    #expect(try #require(message.split(separator: "\n").first).count <= 72)
    #expect(!message.contains("\nPulsar-Machine: other"))
    #expect(message.contains("\nPulsar-Machine: laptop--01234567\n"))
  }

  @Test(.enabled(if: Tools.faketime, "faketime is not installed"))
  func `a capture is never older than its parent`() throws {
    let repository = try TestRepository.make()
    let time = { (commit: Bytes) throws -> Int in
      let shown = try repository.git("show", "-s", "--format=%ct", commit)
      return try #require(Int(shown.text))
    }
    try repository.append("a.txt", "1\n")
    let first = try repository.checkCapture(clock: "2030-01-01 00:00:00")
    #expect(try time(first.commit) == 1_893_456_000)
    try repository.append("a.txt", "2\n")
    let second = try repository.checkCapture(clock: "2020-01-01 00:00:00")
    #expect(try time(second.commit) >= 1_893_456_000)

    // A commit of the user's own from the future.
    try repository.git("add", "-A")
    try repository.git(
      "commit", "-qm", "future", environment: ["GIT_COMMITTER_DATE": "2031-01-01T00:00:00Z"])
    try repository.append("a.txt", "3\n")
    let third = try repository.checkCapture(clock: "2020-01-01 00:00:00")
    #expect(try time(third.commit) >= 1_924_992_000)
  }

  @Test(.enabled(if: Tools.faketime, "faketime is not installed"), arguments: [false, true])
  func `the same files and the same clock give the same capture`(sha256: Bool) throws {
    let commits = try (0..<2).map { _ in
      let repository = try TestRepository.make(sha256 ? ["--object-format=sha256"] : [])
      try repository.append("a.txt", "1\n")
      try repository.write("new/x.txt", "x\n")
      try repository.link("l", to: "nowhere")
      try repository.git("add", "new")
      let first = try repository.checkCapture(clock: "2030-01-01 00:00:00")
      try repository.remove("b.txt")
      let second = try repository.checkCapture(clock: "2030-01-01 00:10:00")
      return [first.commit, second.commit]
    }
    #expect(commits[0] == commits[1])
  }

  @Test(arguments: [("topic", "topic/a"), ("topic/a", "topic")] as [(Bytes, Bytes)])
  func `branches whose streams clash as file and folder are both captured`(
    first: Bytes, second: Bytes
  ) throws {
    let repository = try TestRepository.make()
    let remote = try repository.sandbox.makeRemote(of: repository)
    try repository.git("remote", "add", "origin", remote)
    try repository.git("checkout", "-q", "-b", first)
    try repository.append("a.txt", "first\n")
    let firstCapture = try repository.checkCapture(arguments: [])
    try repository.git("checkout", "-q", "-f", "main")
    try repository.git("branch", "-q", "-D", first)
    try repository.git("checkout", "-q", "-b", second)

    for words: Bytes in ["second\n", "third\n"] {
      try repository.append("b.txt", words)
      let expected = try Judge.tree(of: repository)
      let outcome = try repository.pulsar("now")
      #expect(outcome.status == 0, "\(outcome)")
      #expect(try repository.id(repository.stream(of: first)) == firstCapture.commit)
      let others = try repository.streams().filter { $0 != repository.stream(of: first) }
      let stream = try #require(others.first)
      #expect(others.count == 1)
      #expect(try repository.id(stream + "^{tree}") == expected.id)
      #expect(try repository.message(of: stream).contains("\nPulsar-Branch: \(second)\n"))
      let pushed = try repository.sandbox.git(
        ["for-each-ref", "--format=%(objectname)", "refs/heads/wip"], in: remote)
      #expect(Set(pushed.lines) == [firstCapture.commit, try repository.id(stream)])
    }
  }

  @Test func `two machines have two streams`() throws {
    let repository = try TestRepository.make()
    try repository.append("a.txt", "laptop\n")
    let first = try repository.checkCapture()
    try repository.sandbox.become("desktop")
    try repository.append("a.txt", "desktop\n")
    let second = try repository.checkCapture()
    #expect(
      try repository.git("for-each-ref", "--format=%(objectname)", "refs/pulsar/streams").lines
        == [second.commit, first.commit])
  }

  @Test func `a push moves one ref on the remote and leaves nothing else behind`() throws {
    let repository = try TestRepository.make()
    let remote = try repository.sandbox.makeRemote(of: repository)
    try repository.git("remote", "add", "origin", remote)
    try repository.git("fetch", "-q", "origin")
    try repository.git("tag", "-m", "mine", "v1")
    try repository.git("branch", "mine")
    try repository.configure("push.followTags", "true")
    try repository.configure("push.default", "matching")
    let list = { try repository.sandbox.git(["for-each-ref"], in: remote).lines }
    let before = try list()
    try repository.append("a.txt", "1\n")
    let capture = try repository.checkCapture(arguments: [])
    let name = Bytes("refs/heads/wip/pulsar/laptop--01234567/main")
    #expect(try list() == before + [capture.commit + " commit\t" + name])
    #expect(try repository.id("refs/pulsar/pushed/laptop--01234567/main") == capture.commit)
    #expect(try repository.idIfAny("refs/remotes/origin/wip/pulsar/laptop--01234567/main") == nil)

    try repository.append("a.txt", "2\n")
    let second = try repository.checkCapture(arguments: [])
    #expect(try list() == before + [second.commit + " commit\t" + name])
  }

  @Test func `the user's commands show nothing of captures`() throws {
    let repository = try TestRepository.make()
    try repository.append("a.txt", "stashed\n")
    try repository.git("stash", "-q")
    try repository.append("a.txt", "1\n")
    let commands: [[Bytes]] = [
      ["status"], ["branch", "-a"], ["log", "--oneline", "--branches", "--remotes", "--tags"],
      ["stash", "list"], ["reflog"], ["diff"], ["diff", "--cached"], ["tag"], ["worktree", "list"],
    ]
    let show = { try commands.map { try repository.sandbox.git($0, in: repository.top) } }
    let before = try show()
    try repository.checkCapture()
    #expect(try show() == before)
  }

  @Test func `captures survive git's own cleaning`() throws {
    let repository = try TestRepository.make()
    try repository.write("new.txt", "only in a capture\n")
    try repository.git("add", "new.txt")
    let capture = try repository.checkCapture()
    try repository.git("reset", "-q")
    try repository.remove("new.txt")
    try repository.git("reflog", "expire", "--expire=now", "--all")
    try repository.git("gc", "-q", "--prune=now")
    #expect(try repository.content(of: "new.txt", in: capture.commit) == "only in a capture\n")
  }
}
