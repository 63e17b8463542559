import Foundation
import Testing

/// A machine with a registered repository, and the built program as its daemon.
///
/// Nothing is waited for by the clock: a condition is looked at until it holds, or the test fails
/// with the log.
final class DaemonWorld {
  let sandbox: Sandbox
  let repository: TestRepository
  private(set) var daemon: RunningProcess?

  static let usualSettings = "[daemon]\ncommit_interval = 0\npush_interval = 0\n"

  /// Makes the repository and registers it.
  ///
  /// Captures and pushes are then immediate.
  init(hasRemote: Bool = false, prepare: (TestRepository) throws -> Void = { _ in }) throws {
    self.repository = try TestRepository.make()
    self.sandbox = self.repository.sandbox
    try self.sandbox.configure(Self.usualSettings)
    if hasRemote { try self.addRemote(to: self.repository) }
    try prepare(self.repository)
    try self.register(self.repository)
  }

  // MARK: repositories

  func register(_ repository: TestRepository) throws {
    let outcome = try self.sandbox.run([Program.path], in: repository.top)
    try #require(outcome.status == 0, "\(outcome)")
    self.sandbox.registered.insert(Bytes(self.sandbox.machine) + ":" + repository.top)
  }

  /// Another repository with one commit.
  func addRepository(
    named name: Bytes = "other", hasRemote: Bool = false,
    prepare: (TestRepository) throws -> Void = { _ in }
  ) throws -> TestRepository {
    let repository = try self.sandbox.makeRepository(named: name)
    try repository.write("a.txt", "a 1\n")
    try repository.commitAll()
    if hasRemote { try self.addRemote(to: repository) }
    try prepare(repository)
    try self.register(repository)
    return repository
  }

  private func addRemote(to repository: TestRepository) throws {
    let name = Bytes(repository.top.array.split(separator: UInt8(ascii: "/")).last ?? [])
    let remote = try self.sandbox.makeRemote(of: repository, named: name + ".git")
    try repository.git("remote", "add", "origin", remote)
  }

  // MARK: holding up

  private func holdFile(_ name: String) -> Bytes { self.sandbox.root / Bytes("hold-\(name)") }

  /// A shell command that waits while `name` is held; leaves `reached-<name>` behind.
  func holdUp(_ name: String) throws -> Bytes {
    let file = self.holdFile(name)
    try Files.write(file, "")
    return "touch \(self.sandbox.root)/reached-\(Bytes(name)); "
      + "while [ -e \(file) ]; do sleep 0.1; done"
  }

  func letGo(_ name: String) throws { try Files.remove(self.holdFile(name)) }

  func isReached(_ name: String) -> Bool {
    Files.exists(self.sandbox.root / Bytes("reached-\(name)"))
  }

  /// Every push of the repository waits while `name` is held.
  func holdUpPushes(of repository: TestRepository, _ name: String = "push") throws {
    try repository.configure(
      "remote.origin.receivepack",
      "f() { \(try self.holdUp(name)); git-receive-pack \"$@\"; }; f")
  }

  /// Every capture of a change to a file `*.slow` waits while `name` is held.
  func holdUpCaptures(of repository: TestRepository, _ name: String = "capture") throws {
    try repository.configure("filter.slow.clean", "\(try self.holdUp(name)); cat")
    try repository.write(".gitattributes", "*.slow filter=slow\n")
  }

  // MARK: the daemon

  @discardableResult
  func start() throws -> RunningProcess {
    let daemon = try self.sandbox.start([Program.path, "daemon"], in: self.sandbox.root)
    self.daemon = daemon
    return daemon
  }

  /// Starts it and waits until every repository is captured and watched.
  func startAndSettle(_ repositories: TestRepository...) async throws {
    try self.start()
    for repository in [self.repository] + repositories {
      try await self.expectCapture(of: repository)
      try await self.expectStatus(of: repository) { $0.captures == "everything is captured" }
    }
  }

  func signal(_ number: Int32) { self.daemon?.signal(number) }

  /// The exit status, once it has ended.
  func expectEnd() async throws -> Int32 {
    let daemon = try #require(self.daemon)
    try await self.expect("the daemon ends") { daemon.exitStatus != nil }
    self.daemon = nil
    return try #require(daemon.exitStatus)
  }

  func stop(_ signal: Int32 = SIGTERM) async throws -> Int32 {
    self.signal(signal)
    return try await self.expectEnd()
  }

  var log: [String] {
    let path = self.sandbox.state / "git-pulsar/daemon.log"
    // None yet is the same as one without lines.
    return ((try? Files.read(path)) ?? "").lines.map(\.text)
  }

  func logCount(_ words: String) -> Int { self.log.count { $0.contains(words) } }
}
