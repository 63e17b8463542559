import Testing

/// Every working tree of a clone has a stream of its own.
@Suite struct WorktreeStreamTests {
  /// The main working tree, and a way to add more.
  private struct World {
    let main: TestRepository

    init() throws {
      self.main = try TestRepository.make()
      try self.main.git("branch", "feature")
    }

    func add(_ name: Bytes, _ arguments: Bytes...) throws -> TestRepository {
      let top = self.main.top.parent / name
      try self.main.sandbox.git(
        ["worktree", "add", "-q", "-f"] + arguments.dropLast() + [top] + arguments.suffix(1),
        in: self.main.top)
      return TestRepository(sandbox: self.main.sandbox, top: top)
    }

    /// Both capture files of their own, and neither sees those of the other.
    func expectApart(_ one: TestRepository, _ other: TestRepository) throws {
      for (number, tree) in [one, other, one, other].enumerated() {
        let mine: Bytes = tree.top == one.top ? "one" : "other"
        try tree.write("a.txt", mine + Bytes(" \(number)\n"))
        let outcome = try tree.pulsar("now", "--no-push", "--here")
        #expect(outcome.status == 0, "\(outcome)")
      }
      for (tree, content) in [(one, "one 2\n"), (other, "other 3\n")] as [(TestRepository, Bytes)] {
        let again = try tree.pulsar("now", "--no-push", "--here")
        #expect(again.shown.contains("nothing changed"), "\(again)")
        #expect(try !tree.pulsar("diff").shown.contains("@@"))
        try tree.write("a.txt", "lost\n")
        #expect(try tree.pulsar("restore", "--yes", "a.txt").status == 0)
        #expect(try tree.read("a.txt") == content)
        let history = try tree.pulsar("history", "a.txt")
        #expect(history.status == 0, "\(history)")
      }
    }
  }

  @Test func `two that are detached at one commit`() throws {
    let world = try World()
    let one = try world.add("one", "--detach", "main")
    let other = try world.add("other", "--detach", "main")
    try world.expectApart(one, other)
    #expect(try world.main.streams().count == 2)
  }

  @Test func `two on one branch`() throws {
    let world = try World()
    let one = try world.add("one", "feature")
    let other = try world.add("other", "feature")
    try world.expectApart(one, other)
    let streams = try world.main.streams()
    #expect(streams.count == 2)
    for stream in streams {
      #expect(try world.main.message(of: stream).contains("Pulsar-Branch: feature\n"))
    }
  }

  @Test func `the main one and a linked one on the same branch`() throws {
    let world = try World()
    try world.main.write("a.txt", "before there was another\n")
    #expect(try world.main.pulsar("now", "--no-push").status == 0)
    let other = try world.add("other", "main")
    try world.expectApart(world.main, other)
  }

  @Test func `a detached one does not go on with what another left behind`() throws {
    let world = try World()
    let one = try world.add("one", "--detach", "main")
    try one.write("a.txt", "one\n")
    #expect(try one.pulsar("now", "--no-push", "--here").status == 0)
    try one.commitAll()
    #expect(try one.pulsar("now", "--no-push", "--here").status == 0)
    let other = try world.add("other", "--detach", "main")
    let restore = try other.pulsar("restore", "--yes", "a.txt")
    #expect(restore.status != 0, "\(restore)")
    #expect(try other.read("a.txt") == "a 1\na 2\na 3\n")
  }

  @Test func `a branch takes its stream along to another working tree`() throws {
    let world = try World()
    let one = try world.add("one", "feature")
    try one.write("a.txt", "one\n")
    #expect(try one.pulsar("now", "--no-push", "--here").status == 0)
    try one.git("stash")
    try one.git("switch", "-q", "--detach")
    let other = try world.add("other", "feature")
    #expect(try other.pulsar("restore", "--yes", "a.txt").status == 0)
    #expect(try other.read("a.txt") == "one\n")
    #expect(try other.pulsar("now", "--no-push", "--here").status == 0)
    #expect(try world.main.streams() == [world.main.stream(of: "feature")])
  }

  @Test func `one that was moved keeps its stream`() throws {
    let world = try World()
    let one = try world.add("one", "--detach", "main")
    let other = try world.add("other", "--detach", "main")
    try world.expectApart(one, other)
    let streams = try world.main.streams()
    let moved = world.main.top.parent / "moved"
    try world.main.git("worktree", "move", other.top, moved)
    let tree = TestRepository(sandbox: world.main.sandbox, top: moved)
    try tree.write("a.txt", "moved\n")
    #expect(try tree.pulsar("now", "--no-push", "--here").status == 0)
    try Files.rename(one.top, one.top.parent / "renamed")
    let renamed = TestRepository(sandbox: world.main.sandbox, top: one.top.parent / "renamed")
    try renamed.write("a.txt", "renamed\n")
    #expect(try renamed.pulsar("now", "--no-push", "--here").status == 0)
    #expect(try world.main.streams() == streams)
    try world.expectApart(renamed, tree)
  }

  @Test func `a new one of the name of one that was removed begins anew`() throws {
    let world = try World()
    let one = try world.add("one", "--detach", "main")
    let other = try world.add("other", "--detach", "main")
    try world.expectApart(one, other)
    try world.main.git("worktree", "remove", "--force", other.top)
    let again = try world.add("other", "--detach", "main")
    let restore = try again.pulsar("restore", "--yes", "a.txt")
    #expect(restore.status != 0, "\(restore)")
    try world.expectApart(one, again)
    #expect(try world.main.streams().count == 3)
  }

  @Test func `another machine sees the work of both`() throws {
    let world = try World()
    let remote = try world.main.sandbox.makeRemote(of: world.main)
    try world.main.git("remote", "add", "origin", remote)
    let one = try world.add("one", "feature")
    let other = try world.add("other", "feature")
    try one.write("a.txt", "one\n")
    try other.write("b.txt", "other\n")
    for tree in [one, other] { #expect(try tree.pulsar("now", "--here").status == 0) }
    try world.main.sandbox.become("desktop")
    let clone = try world.main.sandbox.clone(remote, ["-b", "feature"])
    for _ in 0..<2 {
      let sync = try clone.pulsar("sync", "--yes")
      #expect(sync.status == 0, "\(sync)")
    }
    #expect(try clone.read("a.txt") == "one\n")
    #expect(try clone.read("b.txt") == "other\n")
  }
}
