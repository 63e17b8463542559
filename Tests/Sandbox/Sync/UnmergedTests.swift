import Testing

/// Conflict markers that a verb of ours wrote are an unmerged state until they are gone.
@Suite struct UnmergedTests {
  /// The laptop has taken over the desktop's session, with markers in `a.txt`.
  private func marked() throws -> (Fleet, TestRepository) {
    let fleet = try Fleet()
    let desktop = try fleet.on("desktop")
    try desktop.write("a.txt", "theirs\n")
    try fleet.capture("desktop")
    let laptop = try fleet.on("laptop")
    try laptop.write("a.txt", "ours\n")
    let outcome = try fleet.sync("laptop", "--markers")
    #expect(outcome.status == 0, "\(outcome)")
    #expect(try laptop.read("a.txt").contains("<<<<<<< laptop"))
    return (fleet, laptop)
  }

  private func isUnmerged(_ repository: TestRepository) throws -> Bool {
    let said = try repository.pulsar("status").output
    let json = try repository.pulsar("status", "--json").output
    let isNamed = said.contains("conflict: a.txt")
    #expect(json.contains("\"unmerged\" : [\n\n  ]") != isNamed, "\(json)")
    return isNamed
  }

  private func finalize(_ repository: TestRepository) throws -> ChildProcess.Outcome {
    try repository.pulsar("finalize", "--yes", "-m", "all")
  }

  @Test func `status names the file, and finalize refuses it until it is resolved`() throws {
    let (_, laptop) = try self.marked()
    #expect(try self.isUnmerged(laptop))
    let head = try laptop.id("HEAD")
    for _ in 0..<2 {
      let refused = try self.finalize(laptop)
      #expect(refused.status == 1 && refused.shown.contains("'a.txt'"), "\(refused)")
      #expect(try laptop.id("HEAD") == head && laptop.git("diff", "--cached") == "")
    }
    let tip = try #require(try laptop.tip())
    #expect(try laptop.message(of: tip).contains("Pulsar-Unmerged: 1\n"))
    try laptop.write("a.txt", "both\n")
    #expect(try !self.isUnmerged(laptop))
    let done = try self.finalize(laptop)
    #expect(done.status == 0, "\(done)")
    #expect(try laptop.content(of: "a.txt", in: "HEAD") == "both\n")
  }

  @Test func `no other machine publishes them, and whoever takes them over is told`() throws {
    let (fleet, laptop) = try self.marked()
    try fleet.capture("laptop")
    for machine in ["desktop", "tablet"] {
      let other = try fleet.on(machine)
      let refused = try self.finalize(other)
      #expect(refused.status == 1, "\(refused)")
      #expect(refused.shown.contains("'a.txt'") && refused.shown.contains("laptop"))
      let took = try fleet.sync(machine)
      #expect(took.status == 0 && took.shown.contains("a.txt, which laptop"), "\(took)")
      #expect(try self.isUnmerged(other))
      #expect(try self.finalize(other).status == 1)
    }
    // One of them resolves it.
    let tablet = try fleet.on("tablet")
    try tablet.write("a.txt", "both\n")
    try fleet.capture("tablet")
    let done = try self.finalize(tablet)
    #expect(done.status == 0, "\(done)")
    _ = try fleet.on("laptop")
    #expect(try fleet.sync("laptop").status == 0)
    #expect(try laptop.read("a.txt") == "both\n")
    #expect(try !self.isUnmerged(laptop))
  }

  @Test func `undo settles it, and undoing that brings it back`() throws {
    let (_, laptop) = try self.marked()
    #expect(try laptop.pulsar("undo", "--yes").status == 0)
    #expect(try laptop.read("a.txt") == "ours\n")
    #expect(try !self.isUnmerged(laptop))
    #expect(try laptop.pulsar("undo", "--yes").status == 0)
    #expect(try self.isUnmerged(laptop))
    #expect(try self.finalize(laptop).status == 1)
  }

  @Test func `markers that finalize wrote are captured as what they are`() throws {
    let fleet = try Fleet()
    let desktop = try fleet.on("desktop")
    try desktop.write("a.txt", "theirs\n")
    try fleet.capture("desktop")
    let laptop = try fleet.on("laptop")
    try laptop.write("a.txt", "ours\n")
    let outcome = try laptop.pulsar("finalize", "--yes", "--markers", "-m", "all")
    #expect(outcome.status == 1, "\(outcome)")
    #expect(try laptop.read("a.txt").contains("<<<<<<<"))
    #expect(try self.isUnmerged(laptop))
    // What the person does by hand is theirs to do; a finalize does not follow.
    try laptop.git("add", "a.txt")
    #expect(try self.isUnmerged(laptop))
    try fleet.capture("laptop")
    let tip = try #require(try laptop.tip())
    #expect(try laptop.message(of: tip).contains("Pulsar-Unmerged: 1\n"))
  }

  @Test func `a text about merges is finalized as it is`() throws {
    let fleet = try Fleet()
    let text = "how it looks:\n<<<<<<< HEAD\nx\n=======\ny\n>>>>>>> topic\n" as Bytes
    let desktop = try fleet.on("desktop")
    try desktop.write("guide", text)
    try fleet.capture("desktop")
    let laptop = try fleet.on("laptop")
    try laptop.write("o", "o\n")
    #expect(try fleet.sync("laptop", "--markers").status == 0)
    #expect(try !laptop.pulsar("status").output.contains("conflict"))
    let done = try self.finalize(laptop)
    #expect(done.status == 0, "\(done)")
    #expect(try laptop.content(of: "guide", in: "HEAD") == text)
  }
}
