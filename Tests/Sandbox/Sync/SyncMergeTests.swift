import Testing

/// Both machines have work the other lacks.
@Suite struct SyncMergeTests {
  /// The desktop has captured its work; the laptop has not.
  private static func diverged(
    theirs: [(Bytes, Bytes)], ours: [(Bytes, Bytes)]
  ) throws -> (Fleet, TestRepository) {
    let fleet = try Fleet()
    let desktop = try fleet.on("desktop")
    for (path, content) in theirs { try desktop.write(path, content) }
    try fleet.capture("desktop")
    let laptop = try fleet.on("laptop")
    for (path, content) in ours { try laptop.write(path, content) }
    return (fleet, laptop)
  }

  @Test func `what does not conflict is merged as git merges it`() throws {
    let (fleet, laptop) = try Self.diverged(
      theirs: [("a.txt", "theirs\na 1\na 2\na 3\n"), ("t", "t\n")],
      ours: [("a.txt", "a 1\na 2\na 3\nours\n"), ("o", "o\n")])
    let head = try laptop.id("HEAD")
    let mine = try laptop.git("commit-tree", "-p", head, "-m", "x", try laptop.trueTree())
    let outcome = try fleet.sync("laptop")
    #expect(outcome.status == 0, "\(outcome)")
    #expect(try laptop.read("a.txt") == "theirs\na 1\na 2\na 3\nours\n")
    let theirs = try laptop.id(
      Bytes("refs/pulsar/streams/\(fleet.slug(of: "desktop"))/main"))
    #expect(
      try fleet.tree("laptop") == laptop.git("merge-tree", "--write-tree", mine, theirs))
    #expect(try laptop.id("HEAD") == head)
    // Now this machine's session contains both.
    try fleet.capture("laptop")
    #expect(try fleet.sync("desktop").status == 0)
    #expect(try fleet.tree("desktop") == fleet.tree("laptop"))
  }

  @Test func `a conflict touches nothing until a side is chosen`() throws {
    let (fleet, laptop) = try Self.diverged(
      theirs: [("a.txt", "theirs\n"), ("t", "t\n")], ours: [("a.txt", "ours\n"), ("o", "o\n")])
    let before = try Untouched(laptop)
    let outcome = try fleet.sync("laptop")
    #expect(outcome.status == 1, "\(outcome)")
    #expect(outcome.shown.contains("conflict"), "\(outcome)")
    #expect(outcome.shown.contains("a.txt"), "\(outcome)")
    #expect(outcome.shown.contains("--theirs"), "\(outcome)")
    #expect(try before.differences(after: Untouched(laptop)) == [])
    #expect(try laptop.git("for-each-ref", "refs/pulsar/undo") == "")

    let json = try fleet.sync("laptop", "--json", "--dry-run")
    #expect(json.output.contains("\"state\" : \"conflict\""), "\(json)")
    #expect(json.status == 1)
  }

  @Test(
    arguments: [
      ("--theirs", "theirs\n"), ("--ours", "ours\n"),
      ("--markers", "<<<<<<< laptop\nours\n=======\ntheirs\n>>>>>>> desktop\n"),
    ] as [(Bytes, Bytes)])
  func `the side chosen is taken, and the rest merged`(side: Bytes, content: Bytes) throws {
    let (fleet, laptop) = try Self.diverged(
      theirs: [("a.txt", "theirs\n"), ("t", "t\n")], ours: [("a.txt", "ours\n"), ("o", "o\n")])
    let outcome = try fleet.sync("laptop", side)
    #expect(outcome.status == 0, "\(outcome)")
    #expect(try laptop.read("a.txt") == content)
    #expect(try laptop.read("t") == "t\n")
    #expect(try laptop.read("o") == "o\n")
    #expect(try laptop.git("ls-files", "--unmerged") == "")
    // It is decided: the other side takes it over.
    try fleet.capture("laptop")
    let back = try fleet.sync("desktop")
    #expect(back.status == 0, "\(back)")
    #expect(try fleet.on("desktop").read("a.txt") == content)
    #expect(try fleet.lost() == [])
  }

  @Test func `a side is chosen path by path, by option or by answer`() throws {
    let files = ["a.txt", "b.txt", "dir/c.txt"] as [Bytes]
    let (fleet, laptop) = try Self.diverged(
      theirs: files.map { ($0, "theirs\n") }, ours: files.map { ($0, "ours\n") })
    let part = try fleet.sync("laptop", "--theirs-in", "a.txt")
    #expect(part.status == 1, "\(part)")
    #expect(try laptop.read("a.txt") == "ours\n")
    let asked = try laptop.pulsar("sync", "--theirs-in", "a.txt", input: "o\nm\ny\n")
    #expect(asked.status == 0, "\(asked)")
    #expect(try laptop.read("a.txt") == "theirs\n")
    #expect(try laptop.read("b.txt") == "ours\n")
    #expect(try laptop.read("dir/c.txt").contains("<<<<<<<"))
  }

  @Test func `one side deleted what the other changed`() throws {
    for (side, isThere) in [("--theirs", false), ("--ours", true)] as [(Bytes, Bool)] {
      let (fleet, laptop) = try Self.diverged(theirs: [("t", "t\n")], ours: [("b.txt", "mine\n")])
      try fleet.on("desktop").remove("b.txt")
      try fleet.capture("desktop")
      let refused = try fleet.sync("laptop")
      #expect(refused.status == 1, "\(refused)")
      #expect(refused.shown.contains("modify/delete"), "\(refused)")
      #expect(try fleet.sync("laptop", side).status == 0)
      #expect(Files.exists(laptop.top / "b.txt") == isThere)
    }
  }

  @Test func `both committed: the files are merged and the branch stays`() throws {
    let fleet = try Fleet()
    let desktop = try fleet.on("desktop")
    try desktop.write("t", "t\n")
    try desktop.commitAll("theirs")
    try fleet.capture("desktop")
    let laptop = try fleet.on("laptop")
    try laptop.write("o", "o\n")
    try laptop.commitAll("ours")
    let head = try laptop.id("HEAD")
    let outcome = try fleet.sync("laptop")
    #expect(outcome.status == 0, "\(outcome)")
    #expect(try laptop.id("HEAD") == head)
    #expect(try laptop.git("status", "--porcelain") == "?? t")
  }

  @Test(arguments: ["--ours", "--theirs"] as [Bytes])
  func `a file here and a link there: the one that is chosen has the name`(side: Bytes) throws {
    let (fleet, laptop) = try Self.diverged(theirs: [("t", "t\n")], ours: [("thing", "mine\n")])
    try fleet.on("desktop").link("thing", to: "a.txt")
    try fleet.capture("desktop")
    let refused = try fleet.sync("laptop")
    #expect(refused.status == 1, "\(refused)")
    let outcome = try fleet.sync("laptop", side)
    #expect(outcome.status == 0, "\(outcome)")
    #expect(Files.status(laptop.top / "thing")?.isLink == (side == "--theirs"))
    #expect(try Files.names(in: laptop.top).filter { "\($0)".contains("~") } == [])
    if side == "--ours" { #expect(try laptop.read("thing") == "mine\n") }
  }
}
