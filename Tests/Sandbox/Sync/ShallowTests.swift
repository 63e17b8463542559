import Testing

/// Clones whose history is cut off.
@Suite struct ShallowTests {
  /// The desktop captured before `c` was deleted on the branch; the laptop's clone begins after that.
  private final class World {
    let fleet: Fleet
    let laptop: TestRepository

    init(commitsBetween: Int = 1) throws {
      self.fleet = try Fleet()
      let desktop = try self.fleet.on("desktop")
      try desktop.write("mine", "desktop\n")
      try self.fleet.capture("desktop")
      try self.fleet.sandbox.become("writer")
      let writer = try self.fleet.sandbox.clone(self.fleet.remote, named: "writer")
      try writer.remove("b.txt")
      for number in 1...commitsBetween {
        try writer.write("n", "\(number)\n")
        try writer.commitAll()
      }
      try writer.git("push", "-q", "origin", "HEAD")
      try self.fleet.sandbox.become("laptop")
      self.laptop = try self.fleet.sandbox.clone(
        "file://" + self.fleet.remote, ["--depth", "1"], named: "shallow")
      #expect(try self.laptop.git("rev-parse", "--is-shallow-repository") == "true")
    }
  }

  @Test(arguments: [1, 150])
  func `a sync fetches what it needs, and deleted files stay deleted`(commits: Int) throws {
    let world = try World(commitsBetween: commits)
    let laptop = world.laptop
    let refs = try laptop.git("for-each-ref", "refs/heads", "refs/remotes", "refs/tags")
    let outcome = try laptop.pulsar("sync", "--yes")
    #expect(outcome.status == 0 && outcome.shown.contains("shallow"), "\(outcome)")
    #expect(!Files.exists(laptop.top / "b.txt"))
    #expect(try laptop.read("mine") == "desktop\n")
    #expect(try laptop.git("for-each-ref", "refs/heads", "refs/remotes", "refs/tags") == refs)
    #expect(!Files.exists(laptop.top / ".git/FETCH_HEAD"))
  }

  @Test func `a finalize does too`() throws {
    let laptop = try World().laptop
    let outcome = try laptop.pulsar("finalize", "--yes", "-m", "all")
    #expect(outcome.status == 0, "\(outcome)")
    #expect(try laptop.paths(in: "HEAD").contains("b.txt") == false)
    #expect(try laptop.content(of: "mine", in: "HEAD") == "desktop\n")
  }

  @Test func `where older history cannot be had, nothing is merged and it is said what to do`()
    throws
  {
    let world = try World()
    let laptop = world.laptop
    #expect(try laptop.pulsar("sync", "--dry-run").status == 0)
    // As another clone that cannot ask: the streams are here, older history is not.
    try world.fleet.sandbox.become("tablet")
    let tablet = try world.fleet.sandbox.clone(
      "file://" + world.fleet.remote, ["--depth", "1"], named: "shallow")
    let slug = world.fleet.slug(of: "desktop")
    try tablet.git(
      "fetch", "-q", "--no-tags", "origin",
      Bytes("+refs/heads/wip/pulsar/\(slug)/*:refs/pulsar/streams/\(slug)/*"))
    try Files.rename(world.fleet.remote, world.fleet.remote + ".away")
    try tablet.write("own", "own\n")
    let tree = try tablet.trueTree()
    for verb in [["sync"], ["finalize", "-m", "all"]] as [[Bytes]] {
      let refused = try tablet.pulsar(arguments: verb + ["--yes"])
      #expect(refused.status == 1, "\(refused)")
      #expect(refused.shown.contains("git fetch --unshallow"), "\(refused)")
      #expect(try tablet.trueTree() == tree)
    }
    // Captures go on.
    let now = try tablet.pulsar("now", "--here")
    #expect(now.status == 3, "\(now)")
    #expect(try tablet.tip() != nil)
    #expect(try !tablet.pulsar("status").shown.contains("unrelated"))
  }

  @Test func `what meets within the history that is here is merged without a word`() throws {
    let world = try World()
    try world.fleet.sandbox.become("tablet")
    let tablet = try world.fleet.sandbox.clone(world.fleet.remote)
    try tablet.write("t", "tablet\n")
    #expect(try tablet.pulsar("now", "--here").status == 0)
    let outcome = try tablet.git(
      "push", "-q", "origin", "--delete",
      Bytes("wip/pulsar/\(world.fleet.slug(of: "desktop"))/main"))
    #expect(outcome == "")
    try world.fleet.sandbox.become("laptop")
    try world.laptop.write("o", "o\n")
    let merged = try world.laptop.pulsar("sync", "--yes")
    #expect(merged.status == 0 && !merged.shown.contains("shallow"), "\(merged)")
    #expect(try world.laptop.read("t") == "tablet\n")
    #expect(try world.laptop.git("rev-parse", "--is-shallow-repository") == "true")
  }
}
