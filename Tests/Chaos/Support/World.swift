import Foundation

/// A machine with one registered repository, in a folder of its own; gone when the value is, unless
/// `KEEP` is set.
final class World {
  static let slug = "laptop--01234567"
  static let stream = "refs/pulsar/streams/\(slug)/main"
  static let remoteStream = "refs/heads/wip/pulsar/\(slug)/main"

  /// Which of the two stores the program takes.
  enum Store: String, CaseIterable, Sendable, CustomStringConvertible {
    case libgit2 = "the libgit2 store"
    case git = "the git store"
    var description: String { self.rawValue }
  }

  let root: String
  /// All that the program may write to.
  let box: String
  /// The working tree.
  let top: String
  var gitFolder: String { "\(self.top)/.git" }
  let remote: String
  private let scratch: String
  private var template: String { "\(self.root)/template" }

  /// Makes a repository with one commit of a few files, and registers it.
  init(_ store: Store = .libgit2, hasRemote: Bool = false) throws {
    self.root = try Folder.make(named: "chaos")
    self.box = "\(self.root)/box"
    self.top = "\(self.box)/repository"
    self.remote = "\(self.root)/remote.git"
    self.scratch = "\(self.root)/scratch"
    mkdir(self.scratch, 0o755)
    let home = "\(self.box)/home"
    try Folder.write("\(home)/.config/git-pulsar/machine_name", "laptop")
    try Folder.write("\(home)/.config/git-pulsar/machine_id", "0123456789abcdef")
    try Folder.write("\(self.box)/state/.keep", "")
    try Folder.write(
      "\(home)/.gitconfig",
      """
      [user]
        name = Test Person
        email = person@example.invalid
      [init]
        defaultBranch = main
      [gc]
        auto = 0
      [advice]
        detachedHead = false

      """)
    let format = store == .git ? ["--object-format=sha256"] : []
    try self.git(["init", "-q", "--template="] + format + [self.top], in: self.box)
    for name in ["kept", "changed", "deleted", "staged", "folder/kept"] {
      try self.write(name, "\(name) 1\n\(name) 2\n")
    }
    try self.git(["add", "-A"])
    try self.git(["commit", "-q", "-m", "one"])
    if hasRemote {
      try self.git(["clone", "-q", "--bare", self.top, self.remote], in: self.root)
      try self.git(["remote", "add", "origin", self.remote])
      // The remote is another machine: what happens to ours does not happen to it.
      for (key, program) in [("receivepack", "receive-pack"), ("uploadpack", "upload-pack")] {
        try self.git(["config", "remote.origin.\(key)", "env -u LD_PRELOAD git-\(program)"])
      }
    }
    let registered = try self.pulsar([])
    guard registered.status == 0 else { throw Failure("git pulsar: \(registered)") }
  }

  deinit {
    if ProcessInfo.processInfo.environment["KEEP"] == nil { Folder.remove(self.root) }
  }

  // MARK: files

  /// Changes a file, deletes one, makes one in a new folder, and stages one.
  func edit() throws {
    try self.write("changed", "changed 1\nchanged otherwise\n")
    try self.write("new/untracked", "new\n")
    Folder.remove("\(self.top)/deleted")
    try self.write("staged", "staged 1\nstaged otherwise\n")
    try self.git(["add", "staged"])
  }

  func write(_ path: String, _ text: String) throws {
    try Folder.write("\(self.top)/\(path)", text)
  }

  /// Keeps a copy of everything the program may write to.
  func save() throws {
    Folder.remove(self.template)
    try self.must(["cp", "-a", self.box, self.template], in: self.root)
  }

  /// Brings back what `save` kept.
  func restore() throws {
    Folder.remove(self.box)
    try self.must(["cp", "-a", self.template, self.box], in: self.root)
  }

  // MARK: commands

  var environment: [String: String] {
    let own = ProcessInfo.processInfo.environment
    var environment = [
      "PATH": own["PATH"] ?? "/usr/bin:/bin", "HOME": "\(self.box)/home",
      "XDG_STATE_HOME": "\(self.box)/state", "TMPDIR": self.scratch, "LANG": "C.UTF-8",
      "TZ": "UTC", "TERM": "dumb", "NO_COLOR": "1", "GIT_CONFIG_NOSYSTEM": "1",
      "GIT_TERMINAL_PROMPT": "0", "GIT_EDITOR": "true",
    ]
    if let libraries = own["LD_LIBRARY_PATH"] { environment["LD_LIBRARY_PATH"] = libraries }
    return environment
  }

  func start(
    _ arguments: [String], in folder: String? = nil, _ more: [String: String] = [:]
  ) throws -> Command {
    try Command(
      starting: arguments, in: folder ?? self.top,
      environment: self.environment.merging(more) { $1 }, scratch: self.scratch)
  }

  func run(
    _ arguments: [String], in folder: String? = nil, _ more: [String: String] = [:]
  ) throws -> Command.Outcome {
    try self.start(arguments, in: folder, more).wait()
  }

  func pulsar(_ arguments: [String], _ more: [String: String] = [:]) throws -> Command.Outcome {
    try self.run([Program.path] + arguments, more)
  }

  func now(_ more: [String: String] = [:]) throws -> Command.Outcome {
    try self.pulsar(["now", "--no-push"], more)
  }

  @discardableResult
  func must(
    _ arguments: [String], in folder: String? = nil, _ more: [String: String] = [:]
  ) throws -> Command.Outcome {
    let outcome = try self.run(arguments, in: folder, more)
    guard outcome.status == 0 else { throw Failure("\(arguments): \(outcome)") }
    return outcome
  }

  @discardableResult
  func git(
    _ arguments: [String], in folder: String? = nil, _ more: [String: String] = [:]
  ) throws -> String {
    try self.must(["git"] + arguments, in: folder, more).line
  }

  // MARK: the judge

  /// The tree that `git add -A` makes, in an index and a folder of objects of its own.
  func trueTree() throws -> String {
    let folder = "\(self.scratch)/judge"
    Folder.remove(folder)
    mkdir(folder, 0o755)
    mkdir("\(folder)/objects", 0o755)
    try self.must(["cp", "-p", "\(self.gitFolder)/index", "\(folder)/index"])
    let variables = [
      "GIT_INDEX_FILE": "\(folder)/index", "GIT_OBJECT_DIRECTORY": "\(folder)/objects",
      "GIT_ALTERNATE_OBJECT_DIRECTORIES": "\(self.gitFolder)/objects",
    ]
    try self.git(["-c", "core.safecrlf=false", "add", "-A"], variables)
    return try self.git(["write-tree"], variables)
  }

  /// What a name stands for; nil when nothing.
  func id(_ name: String) throws -> String? {
    let outcome = try self.run(["git", "rev-parse", "--verify", "-q", name])
    return outcome.status == 0 ? outcome.line : nil
  }

  /// The tree of the newest capture; nil when there is none.
  func capturedTree() throws -> String? { try self.id("\(Self.stream)^{tree}") }

  /// What `git fsck` complains of; nil when nothing.
  func complaint(of folder: String? = nil) throws -> String? {
    let outcome = try self.run(["git", "fsck", "--strict", "--no-dangling"], in: folder)
    return outcome.status == 0 && outcome.output.isEmpty ? nil : "\(outcome)"
  }

  /// What is left over that must not be: a path each.
  func litter() -> [String] {
    let known: Set = [
      "boot", "lock", "push.lock", "stat-cache", "push-state", "paused", "capture-note",
      "push-place", "parked", "clone", "fetch.lock", "synced", "streams", "lineage",
    ]
    var found = Folder.names(in: "\(self.gitFolder)/pulsar").filter { !known.contains($0) }
    for path in Folder.walk(self.gitFolder) {
      let name = (path as NSString).lastPathComponent
      if path.hasPrefix("pulsar/") { continue }
      // Temporary objects are for `git prune`, and for us after an hour.
      if path.hasPrefix("objects/") { continue }
      if name.hasSuffix(".lock") || name.hasPrefix("pulsar_index") { found.append(path) }
    }
    let state = "\(self.box)/state/git-pulsar"
    let stateKnown: Set = [
      "registry", "daemon.log", "registry.lock", "daemon.log.lock", "poke", "roots",
    ]
    return found + Folder.names(in: state).filter { !stateKnown.contains($0) }.map { "state/\($0)" }
  }
}
