import Foundation
import Testing

/// Clones that want the same place on the remote: one goes on there, the other elsewhere, and nothing is
/// overwritten.
@Suite struct CloneTests {
  @Test(arguments: [[], ["--object-format=sha256"]] as [[Bytes]])
  func `a re-cloned repository goes on, and what its predecessor left is kept`(
    arguments: [Bytes]
  ) throws {
    let world = try IdentityWorld(arguments)
    let old = try world.clone()
    try world.capture(old)
    try world.capture(old)
    let slug = world.sandbox.slug
    let left = try #require(try world.streams()["\(slug)/main"])
    try Files.remove(old.top)

    let new = try world.clone()
    let outcome = try world.capture(new)
    let parked = "\(slug)-\(left.text.prefix(4))"
    #expect(outcome.shown.contains("an earlier clone of this machine left captures"), "\(outcome)")
    #expect(outcome.shown.contains("wip/pulsar/\(parked)/main"), "\(outcome)")
    #expect(try Set(world.streams().keys) == ["\(slug)/main", "\(parked)/main"])
    #expect(try world.streams()["\(parked)/main"] == left)
    #expect(try world.content(of: "\(slug)/main") == world.content(in: new))
    #expect(try new.idIfAny(Bytes("refs/pulsar/streams/\(parked)/main")) == left)
    #expect(try world.slug(in: new) == slug)
    try world.expectNothingLost()

    let next = try world.capture(new)
    #expect(!next.shown.contains("git-pulsar:"), "told once: \(next)")
    #expect(try world.streams().count == 2)
    try world.expectNothingLost()
  }

  @Test func `a clone that is registered and gone holds nobody up`() throws {
    let world = try IdentityWorld()
    let old = try world.clone(named: "old")
    try world.capture(old)
    try Files.remove(old.top)
    let new = try world.clone(named: "new")
    try world.capture(new)
    #expect(try world.slug(in: new) == world.sandbox.slug)
    try world.expectNothingLost()
  }

  @Test func `every re-clone keeps what the one before left`() throws {
    let world = try IdentityWorld()
    for _ in 0..<4 {
      let clone = try world.clone()
      try world.capture(clone)
      try Files.remove(clone.top)
    }
    #expect(try world.streams().count == 4)
    try world.expectNothingLost()
  }

  @Test(arguments: [[], ["--object-format=sha256"]] as [[Bytes]])
  func `a second clone on one machine goes on beside the first`(arguments: [Bytes]) throws {
    let world = try IdentityWorld(arguments)
    let one = try world.clone(named: "one")
    let two = try world.clone(named: "two")
    try world.capture(one)
    let slug = world.sandbox.slug
    let before = try world.streams()
    let outcome = try world.capture(two)
    #expect(outcome.shown.contains("another clone, '"), "\(outcome)")
    #expect(outcome.shown.contains("/one'"), "\(outcome)")
    let second = try world.slug(in: two)
    #expect(second.hasPrefix("\(slug)-"))
    #expect(outcome.shown.contains("pushed to refs/heads/wip/pulsar/\(second)/main"), "\(outcome)")
    #expect(try world.streams()["\(slug)/main"] == before["\(slug)/main"])
    for clone in [one, two, two, one] {
      let outcome = try world.capture(clone)
      #expect(!outcome.shown.contains("git-pulsar:"), "told once: \(outcome)")
    }
    #expect(try world.slug(in: one) == slug)
    #expect(try world.slug(in: two) == second)
    #expect(try world.content(of: "\(slug)/main") == world.content(in: one))
    #expect(try world.content(of: "\(second)/main") == world.content(in: two))
    #expect(try world.streams().count == 2)
    try world.expectNothingLost()

    // What was captured under the old slug is part of the stream.
    let history = try two.git(
      "rev-list", "--first-parent", Bytes("refs/pulsar/streams/\(second)/main"))
    #expect(history.lines.count == 4, "three captures and a commit")
    let trailers = try two.message(of: Bytes("refs/pulsar/streams/\(second)/main"))
    #expect(trailers.contains("Pulsar-Machine: \(second)\n"))
  }

  @Test func `list and status tell the clones of one machine apart`() throws {
    struct Row: Decodable {
      let path: Path
      let machine: String?
      let state: String

      struct Path: Decodable { let path: String }
    }
    let world = try IdentityWorld()
    let one = try world.clone(named: "one")
    let two = try world.clone(named: "two")
    try world.capture(one)
    try world.capture(two)
    let rows = try JSONDecoder().decode(
      [Row].self, from: Data(one.pulsar("list", "--json").output.array))
    let slugs = try [one, two].map { try world.slug(in: $0) }
    #expect(rows.map(\.machine) == slugs)
    #expect(rows.map(\.state) == ["ok", "ok"])
    try one.pulsar("status").expectEnd(status: 0, ["machine \(slugs[0])\n", "pushed to"])
    try two.pulsar("status").expectEnd(status: 0, ["machine \(slugs[1])\n", "pushed to"])
  }

  @Test func `all branches of a clone go on under its new slug`() throws {
    let world = try IdentityWorld()
    let one = try world.clone(named: "one")
    let two = try world.clone(named: "two")
    try two.git("switch", "-qc", "topic/a")
    try world.capture(two)
    try world.capture(one)
    try two.git("switch", "-q", "-f", "main")
    try world.capture(two)
    try two.git("switch", "-q", "topic/a")
    try world.capture(two)
    let second = try world.slug(in: two)
    #expect(second != world.sandbox.slug)
    let stream = Bytes("refs/pulsar/streams/\(second)/topic/a")
    #expect(try two.git("rev-list", "--first-parent", "main.." + stream).lines.count == 2)
    #expect(try world.content(of: "\(second)/topic/a") == world.content(in: two))
    try world.expectNothingLost()
  }

  @Test func `a copied repository goes on under another slug, on the same machine`() throws {
    let world = try IdentityWorld()
    let one = try world.clone(named: "one")
    try world.capture(one)
    let two = try world.copy(one, to: one.top + "-copy")
    try world.capture(one)
    try world.capture(two)
    try world.capture(one)
    // And a copy of the copy, with its slug.
    let three = try world.copy(two, to: one.top + "-again")
    try world.capture(three)
    try world.capture(two)
    let slugs = try [one, two, three].map { try world.slug(in: $0) }
    #expect(Set(slugs).count == 3)
    // The last one came first: its slug is that of the copy.
    #expect(slugs[0] == world.sandbox.slug)
    for (clone, slug) in zip([one, two, three], slugs) {
      #expect(try world.content(of: "\(slug)/main") == world.content(in: clone))
    }
    try world.expectNothingLost()
  }

  @Test func `linked working trees are one clone`() throws {
    let world = try IdentityWorld()
    let one = try world.clone(named: "one")
    let two = try world.clone(named: "two")
    try two.git("worktree", "add", "-q", "-b", "topic", "../linked")
    let linked = TestRepository(sandbox: world.sandbox, top: two.top.parent / "linked")
    try world.capture(linked)
    try world.capture(one)
    try world.capture(two)
    #expect(try world.slug(in: two) != world.sandbox.slug)
    #expect(try world.slug(in: linked) == world.slug(in: two))
    try world.capture(linked)
    #expect(try world.content(of: "\(world.slug(in: two))/topic") == world.content(in: linked))
    try world.expectNothingLost()
  }

  @Test func `a remote that lets nothing be replaced gets a stream beside what it has`() throws {
    let world = try IdentityWorld()
    try world.sandbox.git(["config", "receive.denyNonFastForwards", "true"], in: world.remote)
    let old = try world.clone()
    try world.capture(old)
    let before = try world.streams()
    try Files.remove(old.top)
    let new = try world.clone()
    let outcome = try world.capture(new)
    #expect(outcome.shown.contains("does not let"), "\(outcome)")
    #expect(try world.slug(in: new) != world.sandbox.slug)
    #expect(
      try world.streams()["\(world.sandbox.slug)/main"] == before["\(world.sandbox.slug)/main"])
    try world.capture(new)
    try world.expectNothingLost()
  }

  @Test func `a branch that an earlier clone's is in the way of goes on elsewhere`() throws {
    let world = try IdentityWorld()
    let old = try world.clone()
    try old.git("switch", "-qc", "topic")
    try world.capture(old)
    try Files.remove(old.top)
    let new = try world.clone()
    try new.git("switch", "-qc", "topic/a")
    let outcome = try world.capture(new)
    #expect(outcome.shown.contains("in the way"), "\(outcome)")
    #expect(try world.content(of: "\(world.slug(in: new))/topic/a") == world.content(in: new))
    try world.expectNothingLost()
  }
}
