import Testing

/// Machines that are, or look like, the same one.
@Suite struct MachineIdentityTests {
  @Test func `machines of one name are told apart by their ids`() throws {
    let world = try IdentityWorld()
    let one = try world.clone()
    try world.capture(one)
    try world.sandbox.become("tower")
    try world.rename(to: "laptop")
    let two = try world.clone()
    let outcome = try world.capture(two)
    #expect(!outcome.shown.contains("git-pulsar:"), "\(outcome)")
    #expect(
      try world.streams().keys.sorted() == ["laptop--01234567/main", "laptop--tower000/main"])
    try world.expectNothingLost()
  }

  @Test func `a copied disk goes on under a slug of its own`() throws {
    let world = try IdentityWorld()
    let one = try world.clone()
    try world.capture(one)
    try world.becomeTwin("twin")
    let two = try world.copy(one, to: world.sandbox.root / "twin/clone")
    try world.sandbox.become("laptop")
    try world.capture(one)
    let slug = try world.slug(in: one)
    let before = try world.streams()

    try world.sandbox.become("twin")
    let outcome = try world.capture(two)
    #expect(outcome.shown.contains("not made here"), "\(outcome)")
    let second = try world.slug(in: two)
    #expect(second.hasPrefix("\(slug)-"))
    #expect(try world.streams()["\(slug)/main"] == before["\(slug)/main"])
    // What was captured before the copy was made belongs to both.
    let first = try #require(world.captured.first).blob
    let objects = try world.sandbox.git(
      ["rev-list", "--objects", Bytes("refs/heads/wip/pulsar/\(second)/main")], in: world.remote)
    #expect(objects.contains(first.text))

    for machine in ["laptop", "twin", "twin", "laptop"] {
      try world.sandbox.become(machine)
      try world.capture(machine == "twin" ? two : one)
    }
    #expect(try world.streams().count == 2)
    try world.expectNothingLost()
  }

  @Test func `clones of their own on machines of one id end with a slug each`() throws {
    let world = try IdentityWorld()
    let one = try world.clone()
    try world.capture(one)
    try world.becomeTwin("twin")
    let two = try world.clone()
    try world.capture(two)
    try world.expectNothingLost()
    try world.sandbox.become("laptop")
    try world.capture(one)
    try world.expectNothingLost()
    for machine in ["twin", "laptop", "twin"] {
      try world.sandbox.become(machine)
      try world.capture(machine == "twin" ? two : one)
    }
    let second = try world.slug(in: two)
    try world.sandbox.become("laptop")
    let first = try world.slug(in: one)
    #expect(first != second)
    // Each has a stream, and what the second found there first is kept.
    #expect(try world.streams().count == 3)
    #expect(try world.content(of: "\(first)/main") == world.content(in: one))
    #expect(try world.content(of: "\(second)/main") == world.content(in: two))
    try world.expectNothingLost()
  }

  @Test(arguments: [false, true])
  func `a disk restored to an older state overwrites nothing newer`(
    hasUnpushed: Bool
  ) throws {
    let world = try IdentityWorld()
    let one = try world.clone()
    try world.capture(one)
    if hasUnpushed {
      try world.edit(one)
      try one.pulsar("now", "--no-push").expectEnd(status: 0)
    }
    let image = try world.copy(one, to: world.sandbox.root / "image")
    try world.capture(one)
    try world.capture(one)
    let slug = world.sandbox.slug
    let newest = try world.streams()["\(slug)/main"]
    _ = try world.copy(image, to: one.top)
    try Files.remove(image.top)

    let outcome = try world.capture(one)
    #expect(outcome.shown.contains("restored disk"), "\(outcome)")
    #expect(try world.streams()["\(slug)/main"] == newest)
    #expect(try world.content(of: "\(world.slug(in: one))/main") == world.content(in: one))
    try world.expectNothingLost()
  }

  @Test func `another name keeps the history`() throws {
    let world = try IdentityWorld()
    let repository = try world.clone()
    try world.capture(repository)
    try repository.git("switch", "-qc", "topic")
    try world.capture(repository)
    let old = try #require(try world.streams()["laptop--01234567/topic"])
    try world.rename(to: "big tower")
    let outcome = try world.capture(repository)
    #expect(outcome.shown.contains("was 'laptop--01234567' here"), "\(outcome)")
    let stream: Bytes = "refs/pulsar/streams/big-tower--01234567/topic"
    #expect(try repository.parents(of: stream) == [old])
    #expect(try repository.id("refs/pulsar/streams/laptop--01234567/topic") == old)
    #expect(try world.streams()["laptop--01234567/topic"] == old)
    #expect(try world.content(of: "big-tower--01234567/topic") == world.content(in: repository))
    let next = try world.capture(repository)
    #expect(!next.shown.contains("git-pulsar:"), "told once: \(next)")

    // A branch that was not captured since goes on too.
    try repository.git("switch", "-q", "-f", "main")
    try world.capture(repository)
    let main: Bytes = "refs/pulsar/streams/big-tower--01234567/main"
    let former: Bytes = "refs/pulsar/streams/laptop--01234567/main"
    #expect(try repository.isAncestor(former, of: main))
    try world.expectNothingLost()

    // And back again.
    try world.rename(to: "laptop")
    try world.capture(repository)
    #expect(try repository.isAncestor(main, of: former))
    #expect(try world.content(of: "laptop--01234567/main") == world.content(in: repository))
    try world.expectNothingLost()
  }

  @Test func `a repository that came from another machine begins a stream of its own`() throws {
    let world = try IdentityWorld()
    let one = try world.clone()
    try world.capture(one)
    let slug = world.sandbox.slug
    try world.sandbox.become("tower")
    let two = try world.copy(one, to: world.sandbox.root / "tower/clone")
    let outcome = try world.capture(two)
    #expect(!outcome.shown.contains("git-pulsar:"), "\(outcome)")
    #expect(try world.slug(in: two) == "tower--tower000")
    #expect(try world.streams().keys.sorted() == ["\(slug)/main", "tower--tower000/main"])
    let stream: Bytes = "refs/pulsar/streams/tower--tower000/main"
    #expect(try !two.isAncestor(Bytes("refs/pulsar/streams/\(slug)/main"), of: stream))
    try world.expectNothingLost()
  }

  @Test func `a state file of a later version is refused in words`() throws {
    let world = try IdentityWorld()
    let repository = try world.clone()
    try world.capture(repository)
    try repository.write(".git/pulsar/clone", "git-pulsar clone 9\n")
    for verb: Bytes in ["now", "status"] {
      try repository.pulsar(verb).expectSentence(status: 1, "pulsar/clone'", "move it away")
    }
  }
}
