import Foundation
import PulsarCore
import PulsarSystem
import Testing

/// `work radar`: one look at what other machines have.
@Suite struct RadarWorkTests {
  static let formats: [[Bytes]] = [[], ["--object-format=sha256"]]

  @Test(arguments: Self.formats)
  func `finds who is ahead and who went apart, once, and status says so`(format: [Bytes]) throws {
    let world = try RadarWorld(format, machines: ["laptop", "desk", "pad"])
    #expect(try world.news("laptop").isEmpty)
    let tip = try world.work("desk", "1\n")
    #expect(try world.status("laptop").drift.isEmpty, "nobody looked yet")
    let news = try world.news("laptop")
    #expect(news.count == 1 && news[0].hasPrefix("drift=ahead \(tip) "), "\(news)")
    #expect(try world.news("laptop").isEmpty)
    let status = try world.status("laptop")
    #expect(status.drift.map(\.relation) == ["ahead"])
    #expect(status.drift.map(\.machine) == ["desk"])
    #expect(status.drift.map(\.commit) == [tip.text])

    // Captures of ours that no remote has do not blind us.
    try world.on("laptop") { repository in
      try repository.write("b.txt", "ours\n")
      #expect(try repository.pulsar("now", "--no-push").status == 0)
    }
    #expect(try world.status("laptop").drift.map(\.relation) == ["diverged"])
    #expect(try world.news("laptop").map { $0.prefix(14) } == ["drift=diverged"])
    try world.work("pad", "pad\n")
    #expect(try world.news("laptop").count == 1)
    let shown = try world.on("laptop") { try $0.pulsar("status") }.shown
    #expect(shown.contains("desk and this machine went apart"), "\(shown)")
    #expect(shown.contains("pad and this machine went apart"))
    #expect(shown.contains("run 'git pulsar sync'"))
    let list = try world.on("laptop") { try $0.pulsar("list") }
    #expect(list.shown.contains("desk diverged and 1 more"), "\(list)")
    let json = try world.on("laptop") { try $0.pulsar("list", "--json") }
    #expect(json.output.contains(#""relation" : "diverged""#), "\(json)")
  }

  @Test(arguments: Self.formats)
  func `what was merged meanwhile shows at once, without a look at the remote`(
    format: [Bytes]
  ) throws {
    let world = try RadarWorld(format)
    let tip = try world.work("desk", "1\n")
    _ = try world.news("laptop")
    #expect(try world.status("laptop").drift.count == 1)
    try world.on("laptop") { repository in
      try Files.rename(world.remote, world.remote + ".away")
      try repository.git("merge", "-q", "--squash", tip)
      try repository.commitAll()
      #expect(try repository.pulsar("now", "--no-push").status == 0)
    }
    #expect(try world.status("laptop").drift.isEmpty, "the same files")
    let list = try world.on("laptop") { try $0.pulsar("list", "--json") }
    #expect(!list.output.contains("relation"), "\(list)")
  }

  @Test(arguments: Self.formats)
  func `with nothing new there is one ls-remote, and no file is written`(format: [Bytes]) throws {
    let world = try RadarWorld(format)
    try world.work("desk", "1\n")
    try world.work("laptop", "2\n")
    #expect(try world.news("laptop").count == 1)
    let before = try world.files("laptop")
    let calls = try world.sandbox.scratchFolder() / "calls"
    let shim = world.sandbox.root / "bin/git"
    try Files.write(
      shim, "#!/bin/sh\necho \"$*\" >>'\(calls)'\nPATH=${PATH#*:} exec git \"$@\"\n", mode: 0o755)
    #expect(try world.news("laptop").isEmpty)
    let after = try world.files("laptop")
    let changed = Set(before.keys).union(after.keys).filter { before[$0] != after[$0] }
    #expect(changed.isEmpty, "\(changed.sorted())")
    let lines = try Files.read(calls).lines
    #expect(lines.count { $0.contains("ls-remote") } == 1, "\(lines)")
    let talks = ["fetch", "push", "fetch-pack", "lfs"]
    for line in lines {
      let words = Set(line.text.split(separator: " ").map(String.init))
      #expect(words.isDisjoint(with: talks), "\(line)")
    }
    try Files.remove(shim)

    // What moved comes in one fetch.
    try world.work("desk", "3\n")
    try world.on("desk") { repository in
      try repository.git("switch", "-q", "-c", "topic")
      try repository.write("t.txt", "t\n")
      #expect(try repository.pulsar("now").status == 0)
    }
    try Files.write(
      shim, "#!/bin/sh\necho \"$*\" >>'\(calls)'\nPATH=${PATH#*:} exec git \"$@\"\n", mode: 0o755)
    try Files.write(calls, "")
    #expect(try world.news("laptop").count == 1)
    let more = try Files.read(calls).lines
    #expect(more.count { $0.contains(" fetch ") } == 1, "\(more)")
    #expect(try world.status("laptop").driftElsewhere == ["topic"])
  }

  @Test func `nothing of the person's is touched, and our own streams are not fetched`() throws {
    let world = try RadarWorld()
    try world.work("desk", "1\n")
    let tip = try world.work("laptop", "2\n")
    // As a cloned disk would leave it.
    let own = "refs/heads/wip/pulsar/" + Bytes(world.sandbox.slug) + "/main"
    let foreign = try world.on("desk") { try #require(try $0.tip()) }
    try world.sandbox.git(["update-ref", own, foreign], in: world.remote)
    try world.on("laptop") { repository in
      let before = try Untouched(repository)
      let news = try world.news("laptop")
      #expect(news.count { $0.hasPrefix("drift=") } == 1, "\(news)")
      // Ours is to be pushed again, under another name.
      #expect(news.count { $0.hasPrefix("problem=") } == 1, "\(news)")
      let touched = before.differences(after: try Untouched(repository))
      #expect(touched.isEmpty, "\(touched)")
      #expect(try repository.tip() == tip)
      let refs = try repository.git("for-each-ref", "--format=%(refname)").lines.map(\.text)
      #expect(refs.allSatisfy { !$0.contains("wip/") })
      #expect(!Files.exists(repository.top / ".git/FETCH_HEAD"))
      let check = try repository.tryGit("fsck", "--strict", "--no-dangling")
      #expect(check.status == 0, "\(check)")
    }
  }

  @Test(arguments: Self.formats)
  func `a stream that went stays, and one in the way of a new one makes room`(
    format: [Bytes]
  ) throws {
    let world = try RadarWorld(format)
    func branch(_ name: Bytes) throws -> Bytes {
      let tip = try world.sandbox.git(
        ["commit-tree", "-m", name, "main^{tree}"], in: world.remote)
      let ref = "refs/heads/wip/pulsar/desk--x/" + name
      try world.sandbox.git(["update-ref", ref, tip], in: world.remote)
      return tip
    }
    let first = try branch("topic")
    _ = try world.radar("laptop")
    try world.sandbox.git(
      ["update-ref", "-d", "refs/heads/wip/pulsar/desk--x/topic"], in: world.remote)
    _ = try world.radar("laptop")
    let left = try world.on("laptop") { try $0.id("refs/pulsar/streams/desk--x/topic") }
    #expect(left == first)
    let second = try branch("topic/a")
    let fields = try world.radar("laptop")
    #expect(fields.contains { $0.hasPrefix("problem=") && $0.contains("made room") }, "\(fields)")
    try world.on("laptop") { repository in
      #expect(try repository.id("refs/pulsar/streams/desk--x/topic/a") == second)
      let held = try repository.git("for-each-ref", "--format=%(objectname)", "refs/pulsar").lines
      #expect(held.contains(first))
    }
    // The other way round.
    try world.sandbox.git(
      ["update-ref", "-d", "refs/heads/wip/pulsar/desk--x/topic/a"], in: world.remote)
    try world.sandbox.git(
      ["update-ref", "refs/heads/wip/pulsar/desk--x/topic", first], in: world.remote)
    _ = try world.radar("laptop")
    try world.on("laptop") { repository in
      #expect(try repository.id("refs/pulsar/streams/desk--x/topic") == first)
      let held = try repository.git("for-each-ref", "--format=%(objectname)", "refs/pulsar").lines
      #expect(held.contains(second))
    }
  }

  @Test func `a stream that is no capture is told of once and keeps no other away`() throws {
    let world = try RadarWorld()
    try world.work("desk", "1\n")
    let blob = try world.sandbox.git(
      ["hash-object", "-w", "--stdin"], in: world.remote, input: "x")
    try Files.write(world.remote / "refs/heads/wip/pulsar/evil--1/main", blob + "\n")
    let news = try world.news("laptop")
    #expect(news.contains { $0.hasPrefix("drift=ahead") }, "\(news)")
    #expect(news.contains { $0.contains("evil--1") && $0.contains("no capture") }, "\(news)")
    #expect(try world.news("laptop").isEmpty)
    let made = try world.on("laptop") { try $0.idIfAny("refs/pulsar/streams/evil--1/main") }
    #expect(made == nil)
  }

  @Test func `names that others chose are shown escaped`() throws {
    let world = try RadarWorld()
    let evil = "evil\u{9B}2J\u{202E}" + String(repeating: "x", count: 150) + "--1"
    try world.on("desk") { repository in
      try repository.write("a.txt", "evil\n")
      try repository.commitAll()
      let tip = try repository.id("HEAD")
      try repository.git(
        "push", "-q", "origin", tip + ":refs/heads/wip/pulsar/" + Bytes(evil) + "/main")
    }
    #expect(try world.news("laptop").count == 1)
    for verb: Bytes in ["status", "list"] {
      let shown = try world.on("laptop") { try $0.pulsar(arguments: [verb]) }.shown
      #expect(shown.contains(#"evil\302\2332J"#), "\(shown)")
      #expect(!shown.contains("\u{9B}") && !shown.contains("\u{202E}"))
      #expect(!shown.contains(String(repeating: "x", count: 100)))
    }
  }

  @Test func `a remote out of reach is told of once, and status says since when`() throws {
    let world = try RadarWorld()
    _ = try world.news("laptop")
    try Files.rename(world.remote, world.remote + ".away")
    let first = try world.radar("laptop")
    #expect(first.contains("outcome=failed") && first.contains { $0.hasPrefix("words=") })
    let before = try world.files("laptop")
    let second = try world.radar("laptop")
    #expect(second.contains("outcome=failed") && !second.contains { $0.hasPrefix("words=") })
    #expect(try world.files("laptop") == before)
    let failure = try world.status("laptop").radarFailure
    #expect(failure?.contains("since ") == true, "\(String(describing: failure))")
    try Files.rename(world.remote + ".away", world.remote)
    _ = try world.news("laptop")
    #expect(try world.status("laptop").radarFailure == nil)
  }

  @Test func `a damaged record, or a ref that a power cut left, does no harm`() throws {
    let world = try RadarWorld()
    let tip = try world.work("desk", "1\n")
    _ = try world.news("laptop")
    let slug = try world.on("desk") { _ in Bytes(world.sandbox.slug) }
    try world.on("laptop") { repository in
      try Files.write(repository.top / ".git/pulsar/radar", "git-pulsar radar 1\0view\0")
      try Files.write(repository.top / ".git/refs/pulsar/streams" / slug / "main", "")
    }
    #expect(try world.status("laptop").drift.isEmpty)
    #expect(try world.news("laptop").count == 1)
    let there = try world.on("laptop") { try $0.id("refs/pulsar/streams/" + slug + "/main") }
    #expect(there == tip)
  }

  @Test func `a lock left on a stream hides it no longer than a look, unless a capture runs`()
    throws
  {
    let world = try RadarWorld()
    try world.work("desk", "1\n")
    _ = try world.news("laptop")
    let slug = try world.on("desk") { _ in Bytes(world.sandbox.slug) }
    let top = try world.on("laptop") { $0.top }
    let lock = top / ".git/refs/pulsar/streams" / slug / "main.lock"
    try Files.write(lock, "")
    let tip = try world.work("desk", "2\n")
    let path = GitPath(bytes: (top / ".git/pulsar/lock").array)
    guard let capture = try FileLock(tryAt: path) else {
      Issue.record("a capture runs")
      return
    }
    _ = try world.news("laptop")
    #expect(Files.exists(lock), "what runs may be its owner")
    capture.release()
    #expect(try world.news("laptop").contains { $0.hasPrefix("drift=") })
    #expect(!Files.exists(lock))
    let there = try world.on("laptop") { try $0.id("refs/pulsar/streams/" + slug + "/main") }
    #expect(there == tip)
  }

  @Test func `linked working trees do not write over each other's view`() throws {
    let world = try RadarWorld()
    try world.work("desk", "1\n")
    let top = try world.on("laptop") { repository in
      let top = repository.top + "-linked"
      try repository.git("worktree", "add", "-q", "-b", "linked", top)
      return top
    }
    func look() throws {
      _ = try world.news("laptop")
      let outcome = try world.on("laptop") { repository in
        try TestRepository(sandbox: repository.sandbox, top: top).pulsar("work", "radar", top)
      }
      #expect(outcome.status == 0)
    }
    try look()
    let before = try world.files("laptop")
    try look()
    #expect(try world.files("laptop") == before)
  }
}
