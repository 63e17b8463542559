#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A working tree in a sandbox.
///
/// Paths are relative to its top.
struct TestRepository {
  let sandbox: Sandbox
  let top: Bytes

  // MARK: Making one

  /// A new repository with one commit of a few files; `arguments` are more for `git init`.
  static func make(_ arguments: [Bytes] = [], named name: Bytes = "project") throws
    -> TestRepository
  {
    let repository = try self.makeEmpty(arguments, named: name)
    try repository.write("a.txt", "a 1\na 2\na 3\n")
    try repository.write("b.txt", "b 1\nb 2\nb 3\n")
    try repository.write("dir/c.txt", "c 1\n")
    try repository.write("dir/deep/d.txt", "d 1\n")
    try repository.commitAll()
    return repository
  }

  /// A new repository without a commit.
  static func makeEmpty(_ arguments: [Bytes] = [], named name: Bytes = "project") throws
    -> TestRepository
  {
    let sandbox = try Sandbox()
    return try sandbox.makeRepository(arguments, named: name)
  }

  // MARK: Commands

  @discardableResult
  func git(_ arguments: Bytes..., input: Bytes = "", environment: [String: Bytes] = [:]) throws
    -> Bytes
  {
    try self.sandbox.git(arguments, in: self.top, input: input, environment: environment)
  }

  func tryGit(_ arguments: Bytes...) throws -> ChildProcess.Outcome {
    try self.sandbox.tryGit(arguments, in: self.top)
  }

  /// Runs `git-pulsar`, with nobody to answer unless there is an input.
  func pulsar(
    _ arguments: Bytes..., in folder: Bytes = "", input: Bytes = "",
    environment: [String: Bytes] = [:], isPowerless: Bool = false, clock: String? = nil
  ) throws -> ChildProcess.Outcome {
    try self.pulsar(
      arguments: arguments, in: folder, input: input, environment: environment,
      isPowerless: isPowerless, clock: clock)
  }

  func pulsar(
    arguments: [Bytes], in folder: Bytes = "", input: Bytes = "",
    environment: [String: Bytes] = [:], isPowerless: Bool = false, clock: String? = nil
  ) throws -> ChildProcess.Outcome {
    let key = Bytes(self.sandbox.machine) + ":" + self.top
    if !arguments.isEmpty && !self.sandbox.registered.contains(key) {
      let outcome = try self.sandbox.run([Program.path], in: self.top)
      guard outcome.status == 0 else { throw RegistrationFailure(outcome: outcome) }
      self.sandbox.registered.insert(key)
    }
    return try self.sandbox.run(
      [Program.path] + arguments, in: folder.array.isEmpty ? self.top : self.top / folder,
      input: input, environment: environment, isPowerless: isPowerless, clock: clock)
  }

  struct RegistrationFailure: Error, CustomStringConvertible {
    let outcome: ChildProcess.Outcome

    var description: String { "git pulsar: \(self.outcome)" }
  }

  // MARK: Files

  func write(_ path: Bytes, _ content: Bytes, mode: mode_t = 0o644) throws {
    try Files.write(self.top / path, content, mode: mode)
  }

  func append(_ path: Bytes, _ content: Bytes) throws {
    let old = try Files.read(self.top / path)
    let mode = Files.status(self.top / path)?.mode ?? 0o644
    try Files.write(self.top / path, old + content, mode: mode_t(mode & 0o7777))
  }

  func read(_ path: Bytes) throws -> Bytes { try Files.read(self.top / path) }
  func remove(_ path: Bytes) throws { try Files.remove(self.top / path) }
  func rename(_ old: Bytes, _ new: Bytes) throws {
    try Files.rename(self.top / old, self.top / new)
  }
  func link(_ path: Bytes, to target: Bytes) throws {
    try Files.makeLink(self.top / path, to: target)
  }
  func setMode(_ path: Bytes, _ mode: mode_t) throws { try Files.setMode(self.top / path, mode) }

  // MARK: git

  func commitAll(_ message: Bytes = "work") throws {
    try self.git("add", "-A")
    try self.git("commit", "-q", "--allow-empty", "-m", message)
  }

  /// Adds a line to the settings of the clone.
  func configure(_ key: Bytes, _ value: Bytes) throws { try self.git("config", key, value) }

  func id(_ name: Bytes) throws -> Bytes { try self.git("rev-parse", "--verify", "-q", name) }

  /// What a name stands for; nil when nothing.
  func idIfAny(_ name: Bytes) throws -> Bytes? {
    let outcome = try self.tryGit("rev-parse", "--verify", "-q", name)
    return outcome.status == 0 ? outcome.output.line : nil
  }

  /// The folder of git's that belongs to this working tree, and the one shared by linked ones.
  func gitFolders() throws -> (own: Bytes, common: Bytes) {
    (
      try self.git("rev-parse", "--absolute-git-dir"),
      try self.git("rev-parse", "--path-format=absolute", "--git-common-dir")
    )
  }

  /// Every name and entry in a tree, recursively: `100644 blob <id>\t<path>`.
  func entries(in tree: Bytes) throws -> [Bytes] {
    try self.git("ls-tree", "-r", "-z", "--full-tree", tree).array.split(separator: 0)
      .map { Bytes($0) }
  }

  /// Paths in a tree.
  func paths(in tree: Bytes) throws -> [Bytes] {
    try self.entries(in: tree).compactMap { entry in
      entry.array.firstIndex(of: UInt8(ascii: "\t")).map { Bytes(entry.array[($0 + 1)...]) }
    }
  }

  /// What a tree holds at a path; nil when nothing.
  func content(of path: Bytes, in tree: Bytes) throws -> Bytes? {
    let outcome = try self.tryGit("cat-file", "blob", tree + ":" + path)
    return outcome.status == 0 ? outcome.output : nil
  }

  /// Every stream of this machine here.
  func streams() throws -> [Bytes] {
    try self.git(
      "for-each-ref", "--format=%(refname)", Bytes("refs/pulsar/streams/\(self.sandbox.slug)/")
    ).lines
  }

  /// The stream that captures of the current branch go to.
  func stream() throws -> Bytes {
    let branch = try self.tryGit("symbolic-ref", "--short", "-q", "HEAD")
    let leaf =
      branch.status == 0
      ? branch.output.line : "detached/" + Bytes(try self.id("HEAD").array.prefix(12))
    return self.stream(of: leaf)
  }

  func stream(of branch: Bytes) -> Bytes {
    Bytes("refs/pulsar/streams/\(self.sandbox.slug)/") + branch
  }

  /// The newest capture of the current branch; nil when there is none.
  func tip() throws -> Bytes? { try self.idIfAny(try self.stream()) }

  func parents(of commit: Bytes) throws -> [Bytes] {
    try self.git("show", "-s", "--format=%P", commit).array.split(separator: UInt8(ascii: " "))
      .map { Bytes($0) }
  }

  func message(of commit: Bytes) throws -> String {
    try self.git("show", "-s", "--format=%B", commit).text
  }

  func isAncestor(_ ancestor: Bytes, of commit: Bytes) throws -> Bool {
    try self.tryGit("merge-base", "--is-ancestor", ancestor, commit).status == 0
  }
}

extension Sandbox {
  func makeRepository(_ arguments: [Bytes] = [], named name: Bytes = "project") throws
    -> TestRepository
  {
    let top = self.root / Bytes(self.machine) / name
    try Files.makeFolder(top.parent)
    try self.git(["init", "-q"] + arguments + [top], in: self.root)
    return TestRepository(sandbox: self, top: top)
  }

  /// A clone of `origin` for the current machine.
  func clone(_ origin: Bytes, _ arguments: [Bytes] = [], named name: Bytes = "clone") throws
    -> TestRepository
  {
    let top = self.root / Bytes(self.machine) / name
    try Files.makeFolder(top.parent)
    try self.git(["clone", "-q"] + arguments + [origin, top], in: self.root)
    return TestRepository(sandbox: self, top: top)
  }

  /// A bare copy of a repository, as a remote would have it.
  func makeRemote(of repository: TestRepository, named name: Bytes = "remote.git") throws -> Bytes {
    let path = self.root / name
    try self.git(["clone", "-q", "--bare", repository.top, path], in: self.root)
    return path
  }
}
