import Testing

/// `restore --from MACHINE`.
@Suite struct OtherMachinesRestoreTests {
  @Test func `files come as the other machine captured them, and nothing is staged`() throws {
    let machines = try TwoMachines()
    let laptop = machines.laptop
    try machines.on("desktop") {
      try machines.desktop.write("dir/run", "#!/bin/sh\n", mode: 0o755)
      try machines.desktop.link("dir/link", to: "run")
      try machines.desktop.remove("b.txt")
    }
    let theirs = try machines.desktopCaptures([("dir/new", "n\n"), ("a.txt", "desktop\n")])
    try laptop.write("dir/mine", "mine\n")
    let index = try Files.read(laptop.top / ".git/index")
    let outcome = try laptop.pulsar("restore", "--from", "desktop", "--yes", "dir", "a.txt")
    #expect(outcome.status == 0, "\(outcome)")
    #expect(outcome.output.contains("of desktop"), "\(outcome)")
    #expect(try Files.read(laptop.top / ".git/index") == index, "the index was written")
    #expect(try laptop.read("dir/mine") == "mine\n")
    #expect(try laptop.read("b.txt") == "b 1\nb 2\nb 3\n", "it was not named")
    try laptop.capture()
    let tip = try #require(try laptop.tip())
    for path in ["dir/run", "dir/link", "dir/new", "dir/c.txt", "a.txt"] as [Bytes] {
      #expect(
        try laptop.git("ls-tree", tip, path) == laptop.git("ls-tree", theirs, path), "\(path)")
    }
    #expect(try laptop.pulsar("undo", "--yes").status == 0)
    #expect(try laptop.read("a.txt") == "a 1\na 2\na 3\n")
    #expect(!Files.exists(laptop.top / "dir/new"))
  }

  @Test func `a file that differs here leads to a question, and is captured first`() throws {
    let machines = try TwoMachines()
    let laptop = machines.laptop
    let theirs = try machines.desktopCaptures([("a.txt", "desktop\n")])
    try laptop.write("a.txt", "laptop\n")
    let declined = try laptop.pulsar("restore", "--from", "desktop", "a.txt")
    #expect(declined.status == 2, "\(declined)")
    #expect(
      declined.shown.contains("'a.txt' differs from capture \(theirs.text.prefix(12))"),
      "\(declined)")
    #expect(try laptop.read("a.txt") == "laptop\n")
    let taken = try laptop.pulsar("restore", "--from", "desktop", "a.txt", input: "o\n")
    #expect(taken.status == 0, "\(taken)")
    #expect(try laptop.read("a.txt") == "desktop\n")
    let tip = try #require(try laptop.tip())
    #expect(try laptop.content(of: "a.txt", in: tip) == "laptop\n", "it was not captured")
    let again = try laptop.pulsar("restore", "--from", "desktop", "a.txt")
    #expect(again.output.contains("already as captured"), "\(again)")
  }

  @Test func `with a time or an id it takes an older capture of that machine`() throws {
    let machines = try TwoMachines()
    let laptop = machines.laptop
    let old = try machines.desktopCaptures([("new", "1\n")], clock: "2026-01-01 12:00:00")
    try machines.desktopCaptures([("new", "2\n")], clock: "2026-01-01 13:00:00")
    try laptop.write("own", "o\n")
    try laptop.capture()
    let own = try #require(try laptop.tip())
    let byTime = try laptop.pulsar(
      "restore", "--from", "desktop", "--at", "2026-01-01 12:30", "new")
    #expect(byTime.status == 0, "\(byTime)")
    #expect(try laptop.read("new") == "1\n")
    #expect(try laptop.pulsar("restore", "--yes", "--from", "desktop", "new").status == 0)
    #expect(try laptop.read("new") == "2\n")
    let id = Bytes(old.array.prefix(8))
    #expect(
      try laptop.pulsar("restore", "--yes", "--from", "desktop", "--at", id, "new").status == 0)
    #expect(try laptop.read("new") == "1\n")
    // This machine's captures are not that machine's.
    let foreign = try laptop.pulsar("restore", "--from", "desktop", "--at", own, "own")
    #expect(foreign.status == 1)
    #expect(foreign.errors.contains("no capture of main by desktop has the id"), "\(foreign)")
  }

  @Test func `what that machine has not is said, and nothing is done`() throws {
    let machines = try TwoMachines()
    let laptop = machines.laptop
    let old = try machines.desktopCaptures([("gone", "g\n")])
    try machines.on("desktop") { try machines.desktop.remove("gone") }
    try machines.desktopCaptures([])
    let gone = try laptop.pulsar("restore", "--from", "desktop", "gone")
    #expect(gone.status == 1)
    #expect(
      gone.errors.contains("the newest capture of main by desktop has no 'gone'"), "\(gone)")
    #expect(gone.errors.contains("with --from desktop --at \(old.text.prefix(12))"), "\(gone)")
    let nowhere = try laptop.pulsar("restore", "--from", "desktop", "nowhere")
    #expect(nowhere.errors.contains("no capture of main by desktop has 'nowhere'"), "\(nowhere)")
    let unknown = try laptop.pulsar("restore", "--from", "tablet", "a.txt")
    #expect(unknown.status == 1)
    #expect(unknown.errors.contains("nothing restored: no machine 'tablet'"), "\(unknown)")
    #expect(try laptop.tip() == nil, "something was captured")
  }

  @Test func `a stream whose capture is gone is said to be damaged`() throws {
    let machines = try TwoMachines()
    try machines.desktopCaptures([("new", "n\n")])
    let slug = try machines.slug(of: "desktop")
    let lost = Bytes(String(repeating: "5", count: 40))
    try machines.laptop.write(Bytes(".git/refs/pulsar/streams/\(slug)/main"), lost + "\n")
    for arguments in [["restore", "--from", "desktop", "new"], ["diff", "desktop"]] as [[Bytes]] {
      let outcome = try machines.laptop.pulsar(arguments: arguments)
      #expect(outcome.status == 1)
      #expect(
        outcome.errors.contains("refs/pulsar/streams/\(slug)/main' leads to no capture"),
        "\(outcome)")
    }
    let history = try machines.laptop.pulsar("history", "--all")
    #expect(history.status == 0)
    #expect(history.errors.contains("left out 'refs/pulsar/streams/\(slug)/main'"), "\(history)")
  }
}
