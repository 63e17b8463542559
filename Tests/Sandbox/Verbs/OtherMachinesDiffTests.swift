import Testing

/// `diff MACHINE`.
@Suite struct OtherMachinesDiffTests {
  @Test(arguments: ["desktop", "desktop--desktop0", "desktop0", "desk--", "--machine"])
  func `it shows what git shows of the two trees`(word: String) throws {
    let machines = try TwoMachines()
    let laptop = machines.laptop
    let theirs = try machines.desktopCaptures([
      ("a.txt", "a 1\na 2\na desktop\n"), ("theirs", "t\n"), ("dir/c.txt", "c desktop\n"),
    ])
    try laptop.write("a.txt", "a 1\na laptop\na 3\n")
    try laptop.write("ours", "o\n")
    try laptop.remove("b.txt")
    let index: [String: Bytes] = ["GIT_INDEX_FILE": try machines.sandbox.scratchFolder() / "index"]
    try laptop.git("add", "-A", environment: index)
    let present = try laptop.git("write-tree", environment: index)
    let before = try Untouched(laptop)
    let objects = Files.walk(laptop.top / ".git/objects")
    let name: [Bytes] =
      word == "--machine"
      ? ["--machine", "desktop"]
      : word == "desk--"
        ? ["desktop--d"]
        : [
          Bytes(word)
        ]
    let outcome = try laptop.pulsar(arguments: ["diff"] + name)
    #expect(outcome.status == 0, "\(outcome)")
    #expect(
      outcome.output.line == (try laptop.git("diff", theirs, present)), "\(outcome)")
    #expect(outcome.errors.contains("newest known capture of desktop: "), "\(outcome)")
    let some = try laptop.pulsar(arguments: ["diff"] + name + ["a.txt", "dir"])
    #expect(
      some.output.line == (try laptop.git("diff", theirs, present, "--", "a.txt", "dir")),
      "\(some)")
    #expect(before.differences(after: try Untouched(laptop)).isEmpty)
    #expect(
      Files.walk(laptop.top / ".git/objects").count == objects.count, "objects were left behind")
  }

  @Test func `without a difference it says so, and names the capture`() throws {
    let machines = try TwoMachines()
    let theirs = try machines.desktopCaptures([("new", "n\n")])
    try machines.laptop.write("new", "n\n")
    let outcome = try machines.laptop.pulsar("diff", "desktop")
    #expect(
      outcome.output.contains("no difference from capture \(theirs.text.prefix(12))"), "\(outcome)")
    #expect(outcome.output.contains("of desktop"), "\(outcome)")
  }

  @Test func `nobody asks the remote, and an old capture leads to a hint`() throws {
    let machines = try TwoMachines()
    try machines.desktopCaptures([("new", "n\n")], clock: "2026-01-01 12:00:00")
    try Files.rename(machines.remote, machines.remote + ".away")
    try machines.on("laptop") {
      let old = try machines.laptop.pulsar("diff", "desktop")
      #expect(old.status == 0, "\(old)")
      #expect(old.errors.contains("'git pulsar sync' or the daemon's radar"), "\(old)")
      let fresh = try machines.laptop.pulsar("diff", "desktop", clock: "2026-01-01 12:05:00")
      #expect(fresh.errors.contains("5 min ago"), "\(fresh)")
      #expect(!fresh.errors.contains("git pulsar sync"), "\(fresh)")
      #expect(try machines.laptop.pulsar("history", "--all").status == 0)
      #expect(try machines.laptop.pulsar("restore", "--from", "desktop", "new").status == 0)
    }
  }

  @Test func `a path of the machine's name wins, and the way to the machine is said`() throws {
    let machines = try TwoMachines()
    let laptop = machines.laptop
    let theirs = try machines.desktopCaptures([("new", "n\n")])
    try laptop.write("desktop", "a file\n")
    let path = try laptop.pulsar("diff", "desktop")
    #expect(path.output.contains("+a file"), "\(path)")
    #expect(path.errors.contains("'git pulsar diff --machine desktop'"), "\(path)")
    let machine = try laptop.pulsar("diff", "--machine", "desktop", "desktop", "new")
    #expect(machine.output.contains("+a file") && machine.output.contains("-n"), "\(machine)")
    #expect(machine.errors.contains(String(theirs.text.prefix(12))), "\(machine)")
    // Deleted here, but in the newest capture.
    try laptop.capture()
    try laptop.remove("desktop")
    #expect(try laptop.pulsar("diff", "desktop").output.contains("-a file"))
  }

  @Test func `behind two dashes everything is a path`() throws {
    let machines = try TwoMachines()
    try machines.desktopCaptures([("new", "n\n")])
    let outcome = try machines.laptop.pulsar("diff", "--", "desktop")
    #expect(outcome.status == 1, "\(outcome)")
    #expect(outcome.shown.contains("'desktop' is neither in the capture"), "\(outcome)")
    let machine = try machines.laptop.pulsar("diff", "desktop", "--", "a.txt")
    #expect(machine.status == 0, "\(machine)")
  }

  @Test func `a word that means no machine, or several, leads to those there are`() throws {
    let machines = try TwoMachines()
    let laptop = machines.laptop
    let theirs = try machines.desktopCaptures([("new", "n\n")])
    let slug = try machines.slug(of: "desktop")
    let unknown = try laptop.pulsar("diff", "--machine", "tablet")
    #expect(unknown.status == 1)
    #expect(unknown.errors.contains("no machine 'tablet' is known here"), "\(unknown)")
    #expect(unknown.errors.contains("\(slug) ("), "\(unknown)")
    let word = try laptop.pulsar("diff", "tablet")
    #expect(word.errors.contains("no machine known here"), "\(word)")

    try laptop.git("update-ref", "refs/pulsar/streams/desktop--ffff0000/main", theirs)
    let several = try laptop.pulsar("diff", "desktop")
    #expect(several.status == 1)
    #expect(several.errors.contains("'desktop' may be one of several machines"), "\(several)")
    for name in [slug, "desktop--ffff0000"] {
      #expect(several.errors.contains("\(name) ("), "\(several)")
      #expect(try laptop.pulsar("diff", Bytes(name)).status == 0)
    }
    try laptop.git("checkout", "-q", "-b", "topic")
    let elsewhere = try laptop.pulsar("diff", "ffff")
    #expect(elsewhere.status == 1)
    #expect(
      elsewhere.errors.contains("no capture of topic by 'ffff' is known here"), "\(elsewhere)")
    #expect(elsewhere.errors.contains("it has captures of main ("), "\(elsewhere)")
  }

  @Test func `the own machine means what a diff without one does`() throws {
    let machines = try TwoMachines()
    try machines.laptop.capture()
    try machines.laptop.append("a.txt", "more\n")
    let plain = try machines.laptop.pulsar("diff")
    #expect(plain.output.contains("+more"))
    #expect(try machines.laptop.pulsar("diff", "laptop").output == plain.output)
  }
}
