import Foundation
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A world of its own for one test.
///
/// A temporary folder with homes, state folders, repositories and remotes of one or several machines. Gone when the value is, unless `KEEP` is set.
final class Sandbox {
  let root: Bytes
  /// The machine that commands run on.
  private(set) var machine = ""
  /// Repositories that `git pulsar` was run in, each with the machine.
  var registered: Set<Bytes> = []
  private var scratchCount = 0

  private static let count = Mutex(0)

  init() throws {
    let temporary = ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"
    let number = Self.count.withLock { count in
      count += 1
      return count
    }
    let folder = "\(temporary)/pulsar-sandbox.\(getpid()).\(number)"
    try Files.remove(Bytes(folder))
    try Files.makeFolder(Bytes(folder))
    guard let real = realpath(folder, nil) else { throw SystemFailure("realpath", Bytes(folder)) }
    defer { free(real) }
    self.root = Bytes(String(cString: real))
    for name in ["streams", "tmp", "scratch", "bin"] {
      try Files.makeFolder(self.root / Bytes(name))
    }
    // No network, no desktop, no service manager.
    for (name, status) in [
      ("ssh", 255), ("systemctl", 3), ("loginctl", 1), ("launchctl", 1), ("notify-send", 0),
    ] {
      try Files.write(self.root / "bin" / Bytes(name), "#!/bin/sh\nexit \(status)\n", mode: 0o755)
    }
    try self.become("laptop")
  }

  deinit {
    let environment = ProcessInfo.processInfo.environment
    if environment["KEEP"] != nil { return }
    // What is left over is in the temporary folder, and no reason for a test to fail.
    try? Files.remove(self.root)
  }

  // MARK: Machines

  var home: Bytes { self.root / Bytes("home-\(self.machine)") }
  var state: Bytes { self.root / Bytes("state-\(self.machine)") }
  var temporaryFolder: Bytes { self.root / "tmp" }
  var machineID: String {
    self.machine == "laptop" ? "0123456789abcdef" : "\(self.machine)00000000"
  }
  /// The machine's name in refs.
  var slug: String { "\(self.machine)--\(self.machineID.prefix(8))" }

  /// Switches to another machine; its home and state are made when they are missing.
  func become(_ name: String) throws {
    self.machine = name
    guard !Files.exists(self.home) else { return }
    let configuration = self.home / ".config/git-pulsar"
    try Files.write(configuration / "machine_name", Bytes(name))
    try Files.write(configuration / "machine_id", Bytes(self.machineID))
    try Files.makeFolder(self.state)
    try Files.write(
      self.home / ".gitconfig",
      """
      [user]
        name = Test Person
        email = \(name)@example.invalid
      [init]
        defaultBranch = main
      [protocol "file"]
        allow = always
      [advice]
        detachedHead = false
      [gc]
        auto = 0
      [core]
        excludesFile = \(self.root)/excludes

      """)
  }

  /// Writes the machine's global settings.
  func configure(_ toml: String) throws {
    try Files.write(self.home / ".config/git-pulsar/config.toml", Bytes(toml))
  }

  // MARK: Commands

  /// Runs a command on the machine.
  ///
  /// Nothing of the environment of the tests comes through but `PATH`. With `isPowerless`, file modes
  /// bind even where the tests run as root. `clock` is what faketime shows the command, such as
  /// `2030-01-01 00:00:00`; it stands still.
  func run(
    _ arguments: [Bytes], in folder: Bytes, input: Bytes = "", environment: [String: Bytes] = [:],
    isPowerless: Bool = false, clock: String? = nil
  ) throws -> ChildProcess.Outcome {
    var full = self.baseEnvironment
    var prefix: [Bytes] = []
    if isPowerless && geteuid() == 0 {
      prefix += ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
    }
    if let clock {
      prefix += ["faketime", "-f", Bytes(clock)]
      full["NO_FAKE_STAT"] = "1"
    }
    full.merge(environment) { $1 }
    return try ChildProcess(
      arguments: prefix + arguments, folder: folder, environment: full, input: input,
      scratch: self.root / "streams"
    ).run()
  }

  /// Starts a command on the machine that runs beside the test.
  func start(_ arguments: [Bytes], in folder: Bytes) throws -> RunningProcess {
    try ChildProcess(
      arguments: arguments, folder: folder, environment: self.baseEnvironment,
      scratch: self.root / "streams"
    ).start()
  }

  private var baseEnvironment: [String: Bytes] {
    let own = ProcessInfo.processInfo.environment
    var environment: [String: Bytes] = [
      "PATH": self.root + "/bin:" + Bytes(own["PATH"] ?? "/usr/bin:/bin"),
      "HOME": self.home, "XDG_STATE_HOME": self.state, "TMPDIR": self.temporaryFolder,
      "LC_ALL": "C.UTF-8", "LANG": "C.UTF-8", "TZ": "UTC", "TERM": "dumb", "NO_COLOR": "1",
      "GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0",
      "GIT_EDITOR": "true", "EDITOR": "true", "VISUAL": "true", "PAGER": "cat", "GIT_PAGER": "cat",
    ]
    if let libraries = own["LD_LIBRARY_PATH"] { environment["LD_LIBRARY_PATH"] = Bytes(libraries) }
    return environment
  }

  /// git for setting up and for judging: must succeed, and has a fixed date.
  @discardableResult
  func git(
    _ arguments: [Bytes], in folder: Bytes, input: Bytes = "", environment: [String: Bytes] = [:]
  ) throws -> Bytes {
    let outcome = try self.tryGit(arguments, in: folder, input: input, environment: environment)
    guard outcome.status == 0 else {
      throw GitFailure(command: arguments.map(\.text).joined(separator: " "), outcome: outcome)
    }
    return outcome.output.line
  }

  /// git where it may fail.
  func tryGit(
    _ arguments: [Bytes], in folder: Bytes, input: Bytes = "", environment: [String: Bytes] = [:]
  ) throws -> ChildProcess.Outcome {
    let date: [String: Bytes] = [
      "GIT_AUTHOR_DATE": "2024-01-02T03:04:05Z", "GIT_COMMITTER_DATE": "2024-01-02T03:04:05Z",
    ]
    return try self.run(
      ["git"] + arguments, in: folder, input: input, environment: date.merging(environment) { $1 })
  }

  struct GitFailure: Error, CustomStringConvertible {
    let command: String
    let outcome: ChildProcess.Outcome

    var description: String { "git \(self.command): \(self.outcome)" }
  }

  /// A folder of the test's own, outside every repository.
  func scratchFolder() throws -> Bytes {
    self.scratchCount += 1
    let folder = self.root / Bytes("scratch/\(self.scratchCount)")
    try Files.makeFolder(folder)
    return folder
  }
}
