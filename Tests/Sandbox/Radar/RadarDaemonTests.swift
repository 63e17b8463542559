import Foundation
import Testing

/// The radar in the shipped daemon.
@Suite struct RadarDaemonTests {
  /// Notifications that were shown, a line each.
  private func catchNotices(_ world: RadarWorld) throws -> Bytes {
    let file = world.sandbox.root / "notices"
    try Files.write(file, "")
    try Files.write(
      world.sandbox.root / "bin/notify-send",
      // As slow as a desktop may be; the pass that notified does not end before it.
      "#!/bin/sh\nsleep 0.3\nfor word; do printf '%s|' \"$word\"; done >>'\(file)'; echo >>'\(file)'\n",
      mode: 0o755)
    return file
  }

  private func logged(_ world: RadarWorld) throws -> [String] {
    try world.on("laptop") { _ in
      try Files.read(world.sandbox.state / "git-pulsar/daemon.log")
    }.lines.map(\.text).filter { $0.contains("notice") && $0.contains("git pulsar sync") }
  }

  /// Passes of the daemon until so many notices were made in all: on a busy machine a pass may leave the
  /// look to the next.
  private func pass(
    _ world: RadarWorld, until count: Int, _ environment: [String: Bytes] = [:]
  ) throws {
    let deadline = ContinuousClock.now + .seconds(60)
    repeat {
      let outcome = try world.on("laptop") {
        try $0.pulsar("daemon", "--once", environment: environment)
      }
      #expect(outcome.status == 0, "\(outcome)")
    } while try self.logged(world).count < count && ContinuousClock.now < deadline
  }

  @Test func `one pass captures, looks around and tells of each fact once`() throws {
    let world = try RadarWorld(machines: ["laptop", "desk", "pad"])
    try world.work("desk", "1\n")
    try self.pass(world, until: 1)
    let first = try self.logged(world)
    try #require(first.count == 1)
    #expect(first[0].contains("desk is ahead"))
    try self.pass(world, until: 1)
    #expect(try self.logged(world).count == 1)

    // What changed here is captured first: this is no longer only the others' work.
    try world.on("laptop") { try $0.write("b.txt", "ours\n") }
    try world.work("pad", "2\n")
    try self.pass(world, until: 3)
    let lines = try self.logged(world)
    #expect(lines.count == 3, "\(lines)")
    #expect(lines.contains { $0.contains("desk and this machine went apart") })
    #expect(lines.contains { $0.contains("pad and this machine went apart") })
    #expect(try world.status("laptop").drift.count == 2)
  }

  @Test func `a remote that takes no pushes is looked at all the same`() throws {
    let world = try RadarWorld()
    try world.work("desk", "1\n")
    try Files.write(
      world.remote / "hooks/pre-receive", "#!/bin/sh\necho no >&2\nexit 1\n", mode: 0o755)
    try world.on("laptop") { repository in
      try repository.write("b.txt", "ours\n")
      let outcome = try repository.pulsar("daemon", "--once")
      #expect(outcome.status == 3, "\(outcome)")
      #expect(outcome.shown.contains("the last push failed"), "\(outcome)")
    }
    let status = try world.status("laptop")
    #expect(status.drift.map(\.relation) == ["diverged"])
  }

  @Test func `what somebody took off the remote is pushed again`() throws {
    let world = try RadarWorld()
    try world.work("laptop", "1\n")
    let remote = ["--git-dir", world.remote] as [Bytes]
    func refs() throws -> [Bytes] {
      try world.sandbox.git(
        remote + ["for-each-ref", "--format=%(objectname) %(refname)"], in: world.sandbox.root
      ).lines
        .filter { $0.text.contains("laptop--") }
    }
    let before = try refs()
    try #require(before.count == 1)
    let name = Bytes(before[0].text.split(separator: " ")[1].description)
    _ = try world.sandbox.git(remote + ["update-ref", "-d", name], in: world.sandbox.root)
    let deadline = ContinuousClock.now + .seconds(60)
    repeat {
      let outcome = try world.on("laptop") { try $0.pulsar("daemon", "--once") }
      #expect(outcome.status == 0, "\(outcome)")
    } while try refs().isEmpty && ContinuousClock.now < deadline
    #expect(try refs() == before)
  }

  @Test func `a look that hangs holds up neither captures nor pushes`() async throws {
    let world = try DaemonWorld(hasRemote: true)
    let repository = world.repository
    // ls-remote and fetch wait, pushes do not.
    try repository.configure(
      "remote.origin.uploadpack",
      "f() { \(try world.holdUp("radar")); git-upload-pack \"$@\"; }; f")
    try repository.append("a.txt", "1\n")
    try world.start()
    try await world.expectCapture()
    // A confirmation lists too, so only the remote can say that it was pushed.
    try await world.expectPush()
    try repository.append("a.txt", "2\n")
    try await world.expectCapture()
    try world.letGo("radar")
    try await world.expectPush()
    #expect(try await world.stop() == 0)
  }

  @Test func `the daemon notifies in words that name the machine and what to do`() async throws {
    let world = try RadarWorld()
    let notices = try self.catchNotices(world)
    try world.work("desk", "1\n")
    try world.sandbox.become("laptop")
    let environment: [String: Bytes] = ["DBUS_SESSION_BUS_ADDRESS": "unix:path=/dev/null"]
    try self.pass(world, until: 1, environment)
    let log = try self.logged(world)
    try #require(log.count == 1)
    #expect(log[0].contains("desk is ahead"), "\(log)")
    #expect(!log[0].contains("not-shown"), "\(log)")
    let shown = try Files.read(notices).text
    #expect(shown.contains("desk is ahead"), "\(shown)")
    #expect(shown.contains("git pulsar sync"), "\(shown)")
  }
}
