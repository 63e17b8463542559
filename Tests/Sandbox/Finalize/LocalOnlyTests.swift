import Testing

/// Edits that git was told not to look at are captured and handed over, and never published.
@Suite struct LocalOnlyTests {
  static let flags: [Bytes] = ["--skip-worktree", "--assume-unchanged"]

  private static func hide(_ repository: TestRepository, _ flag: Bytes) throws {
    try repository.git("update-index", flag, "a.txt", "dir/c.txt")
    try repository.append("a.txt", "LOCAL\n")
    try repository.append("b.txt", "work\n")
  }

  private static func checkResult(_ repository: TestRepository) throws {
    #expect(try repository.content(of: "a.txt", in: "HEAD") == "a 1\na 2\na 3\n")
    #expect(try repository.content(of: "b.txt", in: "HEAD") == "b 1\nb 2\nb 3\nwork\n")
    #expect(try repository.read("a.txt") == "a 1\na 2\na 3\nLOCAL\n")
  }

  @Test(arguments: flags)
  func `finalize leaves them where they are and out of the commit`(flag: Bytes) throws {
    let machines = try TwoMachines()
    let laptop = machines.laptop
    try laptop.git("checkout", "-q", "-b", "feat")
    try Self.hide(laptop, flag)
    let before = try laptop.git("ls-files", "-v")
    let outcome = try laptop.pulsar("finalize", "--yes", "-m", "all")
    #expect(outcome.status == 0, "\(outcome)")
    #expect(outcome.shown.contains("a.txt"))
    #expect(try laptop.git("symbolic-ref", "--short", "HEAD") == "main")
    try Self.checkResult(laptop)
    #expect(try laptop.git("ls-files", "-v") == before)
    #expect(try laptop.git("status", "--porcelain") == "")
    let again = try laptop.pulsar("finalize", "--yes", "-m", "again")
    #expect(again.shown.contains("nothing"), "\(again)")
    #expect(try laptop.pulsar("undo", "--yes").status != 1)
  }

  @Test(arguments: flags)
  func `another machine does not publish them either, whether it took them over or not`(
    flag: Bytes
  ) throws {
    for takesOver in [true, false] {
      let machines = try TwoMachines()
      try machines.on("desktop") { try Self.hide(machines.desktop, flag) }
      let capture = try machines.desktopCaptures([])
      let laptop = machines.laptop
      #expect(try laptop.content(of: "a.txt", in: capture) == "a 1\na 2\na 3\nLOCAL\n")
      if takesOver {
        let sync = try laptop.pulsar("sync", "--yes")
        #expect(sync.status == 0, "\(sync)")
        #expect(try laptop.read("a.txt") == "a 1\na 2\na 3\nLOCAL\n")
        // What goes on from it is local too.
        try laptop.append("dir/deep/d.txt", "more work\n")
        #expect(try laptop.pulsar("now").status == 0)
      }
      let outcome = try laptop.pulsar("finalize", "--yes", "-m", "all")
      #expect(outcome.status == 0, "\(outcome)")
      if takesOver {
        try Self.checkResult(laptop)
        // On the next round, too.
        try laptop.append("b.txt", "again\n")
        let next = try laptop.pulsar("finalize", "--yes", "-m", "again")
        #expect(next.status == 0, "\(next)")
        #expect(try laptop.content(of: "a.txt", in: "HEAD") == "a 1\na 2\na 3\n")
        #expect(try laptop.read("a.txt") == "a 1\na 2\na 3\nLOCAL\n")
      } else {
        #expect(try laptop.content(of: "a.txt", in: "HEAD") == "a 1\na 2\na 3\n")
        #expect(try laptop.content(of: "b.txt", in: "HEAD") == "b 1\nb 2\nb 3\nwork\n")
      }
    }
  }

  @Test(arguments: [true, false])
  func `files of a repository inside another are published by no machine`(
    takesOver: Bool
  ) throws {
    let machines = try TwoMachines()
    let (desktop, laptop) = (machines.desktop, machines.laptop)
    try machines.on("desktop") {
      try desktop.git("init", "-q", "own")
      try desktop.write("own/file", "own\n")
      try desktop.append("b.txt", "work\n")
    }
    let capture = try machines.desktopCaptures([])
    #expect(try laptop.content(of: "own/file", in: capture) == "own\n")
    for round in 0..<2 {
      if takesOver {
        let sync = try laptop.pulsar("sync", "--yes")
        #expect(sync.status == 0, "\(sync)")
        #expect(try laptop.read("own/file") == "own\n")
      }
      try laptop.append("dir/c.txt", "round \(round)\n")
      let outcome = try laptop.pulsar("finalize", "--yes", "-m", "all")
      #expect(outcome.status == 0, "\(outcome)")
      #expect(try laptop.git("ls-tree", "-r", "--name-only", "HEAD", "own") == "")
      #expect(Files.exists(laptop.top / "own/file") == takesOver)
    }
    #expect(try laptop.content(of: "b.txt", in: "HEAD") == "b 1\nb 2\nb 3\nwork\n")
    if !takesOver { return }
    // Whoever stages them means them for everybody.
    try laptop.git("add", "own")
    #expect(try laptop.pulsar("finalize", "--yes", "-m", "own").status == 0)
    #expect(try laptop.content(of: "own/file", in: "HEAD") == "own\n")
  }

  @Test func `what was taken over and then staged is meant for everybody`() throws {
    let machines = try TwoMachines()
    try machines.on("desktop") { try Self.hide(machines.desktop, "--skip-worktree") }
    try machines.desktopCaptures([])
    let laptop = machines.laptop
    #expect(try laptop.pulsar("sync", "--yes").status == 0)
    try laptop.git("add", "a.txt")
    let outcome = try laptop.pulsar("finalize", "--yes", "-m", "all")
    #expect(outcome.status == 0, "\(outcome)")
    #expect(try laptop.content(of: "a.txt", in: "HEAD") == "a 1\na 2\na 3\nLOCAL\n")
  }

  @Test func `an edit that git may see again is published`() throws {
    let machines = try TwoMachines()
    let laptop = machines.laptop
    try Self.hide(laptop, "--skip-worktree")
    #expect(try laptop.pulsar("now").status == 0)
    let hidden = try #require(try laptop.tip())
    try laptop.git("update-index", "--no-skip-worktree", "a.txt")
    #expect(try laptop.pulsar("now").status == 0)
    #expect(try laptop.tip() != hidden, "that it is local no more is worth a capture")
    let outcome = try laptop.pulsar("finalize", "--yes", "-m", "all")
    #expect(outcome.status == 0, "\(outcome)")
    #expect(try laptop.content(of: "a.txt", in: "HEAD") == "a 1\na 2\na 3\nLOCAL\n")
  }

  @Test func `a file that is hidden and gone is not deleted by the commit`() throws {
    let machines = try TwoMachines()
    let laptop = machines.laptop
    try laptop.git("update-index", "--skip-worktree", "dir/c.txt")
    try laptop.remove("dir/c.txt")
    try laptop.append("b.txt", "work\n")
    let outcome = try laptop.pulsar("finalize", "--yes", "-m", "all")
    #expect(outcome.status == 0, "\(outcome)")
    #expect(try laptop.content(of: "dir/c.txt", in: "HEAD") == "c 1\n")
    #expect(!Files.exists(laptop.top / "dir/c.txt"))
  }

  @Test func `work of another machine on such a path is published`() throws {
    let machines = try TwoMachines()
    let laptop = machines.laptop
    try laptop.git("update-index", "--skip-worktree", "a.txt")
    try laptop.write("a.txt", "LOCAL\na 1\na 2\na 3\n")
    #expect(try laptop.pulsar("now").status == 0)
    try machines.desktopCaptures([("a.txt", "a 1\na 2\na 3\ntheirs\n")])
    let sync = try laptop.pulsar("sync", "--yes", "--theirs")
    #expect(sync.status == 0, "\(sync)")
    let outcome = try laptop.pulsar("finalize", "--yes", "-m", "all")
    #expect(outcome.status == 0, "\(outcome)")
    #expect(try laptop.content(of: "a.txt", in: "HEAD") == "a 1\na 2\na 3\ntheirs\n")
  }
}
