import Testing

/// `undo` after a `sync`: all is as before, and no machine takes the other's work for gone.
@Suite struct SyncUndoTests {
  /// What a person sees: files, staging area, HEAD, branches.
  private struct Sight: Equatable {
    let tree: Bytes
    let status: Bytes
    let index: Bytes
    let head: Bytes
    let branches: Bytes

    init(_ clone: TestRepository) throws {
      self.tree = try clone.trueTree()
      self.status = try clone.porcelain()
      self.index = try clone.git("ls-files", "--stage")
      self.head = try clone.git("symbolic-ref", "-q", "HEAD")
      self.branches = try clone.git("for-each-ref", "refs/heads", "refs/remotes", "refs/tags")
    }
  }

  @Test func `files, staging area, HEAD and branch come back, and go again`() throws {
    let fleet = try Fleet()
    let desktop = try fleet.on("desktop")
    try desktop.write("a.txt", "committed\n")
    try desktop.commitAll("one")
    try desktop.write("staged", "s\n")
    try desktop.git("add", "staged")
    try desktop.remove("b.txt")
    try fleet.capture("desktop")
    let laptop = try fleet.on("laptop")
    try laptop.write("mine", "m\n")
    let before = try Sight(laptop)
    #expect(try fleet.sync("laptop").status == 0)
    let after = try Sight(laptop)
    #expect(before != after)
    let undone = try laptop.pulsar("undo")
    #expect(undone.status == 0, "\(undone)")
    #expect(try Sight(laptop) == before)
    let redone = try laptop.pulsar("undo")
    #expect(redone.status == 0, "\(redone)")
    #expect(try Sight(laptop) == after)
    let third = try laptop.pulsar("undo")
    #expect(third.status == 0, "\(third)")
    #expect(try Sight(laptop) == before)
  }

  @Test func `the session can be taken over again`() throws {
    let fleet = try Fleet()
    try fleet.on("desktop").write("t", "t\n")
    try fleet.capture("desktop")
    #expect(try fleet.sync("laptop").status == 0)
    let laptop = try fleet.on("laptop")
    #expect(try laptop.pulsar("undo").status == 0)
    #expect(!Files.exists(laptop.top / "t"))
    try laptop.write("o", "o\n")
    try fleet.capture("laptop")
    let again = try fleet.sync("laptop")
    #expect(again.status == 0, "\(again)")
    #expect(try laptop.read("t") == "t\n")
    #expect(try laptop.read("o") == "o\n")
  }

  @Test func `the machine whose session was given back does not lose it`() throws {
    let fleet = try Fleet()
    let desktop = try fleet.on("desktop")
    try desktop.write("t", "t\n")
    try fleet.capture("desktop")
    #expect(try fleet.sync("laptop").status == 0)
    let laptop = try fleet.on("laptop")
    try laptop.write("later", "l\n")
    try fleet.capture("laptop")
    #expect(try laptop.pulsar("undo").status == 0)
    try laptop.write("o", "o\n")
    try fleet.capture("laptop")
    try laptop.write("o", "o\nand more\n")
    try fleet.capture("laptop")
    let outcome = try fleet.sync("desktop")
    #expect(outcome.status == 0, "\(outcome)")
    #expect(try desktop.read("t") == "t\n", "its own work went with what was undone elsewhere")
    #expect(try desktop.read("o") == "o\nand more\n")
    #expect(try desktop.read("later") == "l\n")
    #expect(try fleet.lost() == [])
  }

  @Test func `what is edited after the sync stays`() throws {
    let fleet = try Fleet()
    try fleet.on("desktop").write("t", "t\n")
    try fleet.capture("desktop")
    #expect(try fleet.sync("laptop").status == 0)
    let laptop = try fleet.on("laptop")
    try laptop.write("later", "l\n")
    #expect(try laptop.pulsar("undo").status == 0)
    #expect(try laptop.read("later") == "l\n")
    #expect(!Files.exists(laptop.top / "t"))
  }

  @Test func `commits made since are not lost: nothing is undone`() throws {
    let fleet = try Fleet()
    let desktop = try fleet.on("desktop")
    try desktop.write("a.txt", "committed\n")
    try desktop.commitAll("one")
    try fleet.capture("desktop")
    #expect(try fleet.sync("laptop").status == 0)
    let laptop = try fleet.on("laptop")
    try laptop.write("mine", "m\n")
    try laptop.commitAll("mine")
    let before = try Sight(laptop)
    let outcome = try laptop.pulsar("undo")
    #expect(outcome.status == 1, "\(outcome)")
    #expect(outcome.shown.contains("1 commit made since would no longer be on main"), "\(outcome)")
    #expect(try Sight(laptop) == before)
    try laptop.git("switch", "-q", "-c", "elsewhere")
    let other = try laptop.pulsar("undo")
    #expect(other.status == 1, "\(other)")
    #expect(other.shown.contains("you are on elsewhere"), "\(other)")
  }

  @Test func `a staging area that changed since is left alone`() throws {
    let fleet = try Fleet()
    let desktop = try fleet.on("desktop")
    try desktop.write("staged", "s\n")
    try desktop.git("add", "staged")
    try fleet.capture("desktop")
    #expect(try fleet.sync("laptop").status == 0)
    let laptop = try fleet.on("laptop")
    try laptop.write("mine", "m\n")
    try laptop.git("add", "mine")
    let index = try laptop.git("ls-files", "--stage")
    let outcome = try laptop.pulsar("undo")
    #expect(outcome.status == 0, "\(outcome)")
    #expect(outcome.shown.contains("the staging area has changed since"), "\(outcome)")
    #expect(try laptop.git("ls-files", "--stage") == index)
    #expect(!Files.exists(laptop.top / "staged"))
  }
}
