import Testing

/// A finalize that was killed: the next command finishes it or takes it back.
@Suite struct FinalizeStopTests {
  /// How far it came with HEAD and the target branch.
  enum Progress: String, CaseIterable {
    case branchAndHead, branchOnly, neither
  }

  @Test(arguments: ["forward", "back"], Progress.allCases)
  func `what was done of HEAD and branch is finished or taken back`(
    direction: String, progress: Progress
  ) throws {
    let world = try FinalizeWorld()
    try world.on("home", branch: "topic")
    try world.work("desk", branch: "topic", [("a.txt", FinalizeWorld.edited(2, "desk"))])
    let other = try world.on("other")
    try other.append("c.txt", "upstream\n")
    try other.commitAll("upstream")
    try other.git("push", "-q", "origin", "main")
    let here = try world.work(
      "home", branch: "topic", [("b.txt", FinalizeWorld.edited(9, "home"))])
    let before = try here.state()
    let old = try here.id("main")
    #expect(try other.id("main") != old)
    #expect(try here.finalize("--no-commit").status == 0)
    let after = try here.state()
    switch progress {
    case .branchAndHead: break
    case .branchOnly: try here.git("symbolic-ref", "HEAD", "refs/heads/topic")
    case .neither:
      try here.git("symbolic-ref", "HEAD", "refs/heads/topic")
      try here.git("update-ref", "refs/heads/main", old)
    }
    // One file of each kind is as if not reached yet.
    try here.write("c.txt", Bytes(FinalizeWorld.lines))
    let record = try here.id("refs/pulsar/undo/1")
    let zero = Bytes([0])
    try Files.write(
      here.top / ".git/pulsar/journal",
      "git-pulsar journal 1" + zero + "refs/pulsar/undo/1" + zero + record + zero
        + Bytes(direction))
    let outcome = try here.pulsar("now", "--no-push")
    #expect(outcome.status == 0, "\(outcome)")
    #expect(outcome.shown.contains("half-way"), "\(outcome)")
    for (found, wanted) in zip(try here.state(), direction == "forward" ? after : before) {
      #expect(found == wanted, "\(found)\n-- in place of --\n\(wanted)")
    }
    #expect(!Files.exists(here.top / ".git/pulsar/journal"))
    #expect(
      Files.exists(here.top / ".git/pulsar/finalizing") == (direction == "forward"),
      "what was taken back must not be taken for finalized")
  }

  @Test func `noting the commit can be done again at every step`() throws {
    let world = try FinalizeWorld()
    try world.work("desk", [("a.txt", FinalizeWorld.edited(2, "desk"))])
    let here = try world.work("home", [("b.txt", FinalizeWorld.edited(9, "home"))])
    let before = try here.state()
    #expect(try here.finalize("--no-commit").status == 0)
    try here.git("commit", "-q", "--no-edit")
    let file = here.top / ".git/pulsar/finalizing"
    let note = try Files.read(file)
    let record = try here.id("refs/pulsar/undo/1")
    #expect(try here.pulsar("now", "--no-push").status == 0)
    let marks: Bytes = "refs/pulsar/streams/home--home0000/finalized--0000000000000000"
    let mark = try here.id(marks)
    let noted = try here.id("refs/pulsar/undo/1")
    #expect(noted != record)
    #expect(!Files.exists(file))
    // The mark was written, and nothing after it.
    try here.git("update-ref", "refs/pulsar/undo/1", record)
    try Files.write(file, note)
    #expect(try here.pulsar("now", "--no-push").status == 0)
    #expect(try here.id(marks) == mark)
    #expect(!Files.exists(file))
    // The record was too.
    try Files.write(file, note)
    #expect(try here.pulsar("now", "--no-push").status == 0)
    #expect(try here.id(marks) == mark)
    #expect(!Files.exists(file))
    #expect(try here.pulsar("undo").status == 0)
    #expect(try here.state() == before)
  }
}
