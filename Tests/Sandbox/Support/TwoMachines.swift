/// Two machines with a clone each of one remote; the laptop is the one that commands run on first.
///
/// Streams come here as `sync` and the radar bring them, by git itself.
struct TwoMachines {
  let sandbox: Sandbox
  let laptop: TestRepository
  let desktop: TestRepository
  let remote: Bytes

  init() throws {
    self.laptop = try TestRepository.make()
    self.sandbox = self.laptop.sandbox
    self.remote = try self.sandbox.makeRemote(of: self.laptop)
    try self.laptop.git("remote", "add", "origin", self.remote)
    try self.sandbox.become("desktop")
    self.desktop = try self.sandbox.clone(self.remote)
    try self.sandbox.become("laptop")
  }

  /// Lets a machine do something in its clone, and goes back to the laptop.
  @discardableResult
  func on<Value>(_ machine: String, _ body: () throws -> Value) throws -> Value {
    try self.sandbox.become(machine)
    let value = try body()
    try self.sandbox.become("laptop")
    return value
  }

  /// Makes the desktop capture and push, and brings its stream to the laptop.
  ///
  /// - Parameters:
  ///   - files: written before.
  ///   - clock: what the desktop takes the time to be; nil is the time it is.
  /// - Returns: the capture.
  /// - Throws: what the desktop said when it captured nothing.
  @discardableResult
  func desktopCaptures(_ files: [(Bytes, Bytes)], clock: String? = nil) throws -> Bytes {
    let tip = try self.on("desktop") {
      for (path, content) in files { try self.desktop.write(path, content) }
      let outcome = try self.desktop.pulsar("now", "--here", clock: clock)
      guard outcome.status == 0, let tip = try self.desktop.tip() else {
        throw TestRepository.RegistrationFailure(outcome: outcome)
      }
      return tip
    }
    try self.fetch("desktop", into: self.laptop)
    return tip
  }

  /// The desktop's name in refs.
  func slug(of machine: String) throws -> String { try self.on(machine) { self.sandbox.slug } }

  /// Brings the streams of a machine from the remote.
  func fetch(_ machine: String, into repository: TestRepository) throws {
    let slug = try self.slug(of: machine)
    try repository.git(
      "fetch", "-q", "--no-tags", "--no-write-fetch-head", "origin",
      Bytes("+refs/heads/wip/pulsar/\(slug)/*:refs/pulsar/streams/\(slug)/*"))
  }

  /// Gives the laptop a capture that took over another one, as `sync` makes it.
  @discardableResult
  func laptopTakesOver(_ session: Bytes, time: Bytes) throws -> Bytes {
    let tip = try self.laptop.id(try self.laptop.stream())
    let message = try self.laptop.git("show", "-s", "--format=%B", tip)
    let commit = try self.laptop.git(
      "commit-tree", "-p", tip, "-p", session, session + "^{tree}", input: message,
      environment: ["GIT_COMMITTER_DATE": time, "GIT_AUTHOR_DATE": time])
    try self.laptop.git("update-ref", try self.laptop.stream(), commit, tip)
    return commit
  }
}
