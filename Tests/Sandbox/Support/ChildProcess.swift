import Dispatch
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// One command, run to its end or beside the test.
struct ChildProcess {
  /// Longer than any command of a test takes on a busy machine; what is still running then hangs.
  static let deadlineSeconds = 120

  private static let fileCount = Mutex(0)

  var arguments: [Bytes]
  var folder: Bytes
  var environment: [String: Bytes]
  var input: Bytes = ""
  /// Where its input and outputs are kept meanwhile.
  var scratch: Bytes

  struct Outcome: CustomStringConvertible {
    /// The exit status; 128 and the signal's number for one that was killed, as a shell says it.
    let status: Int32
    let output: Bytes
    let errors: Bytes
    let isOverdue: Bool

    /// Everything a person would have seen.
    var shown: String { self.output.text + self.errors.text }

    var description: String {
      let note = self.isOverdue ? " (killed: it did not end)" : ""
      return "exit \(self.status)\(note)\n\(self.shown)"
    }
  }

  /// Runs it to its end.
  func run() throws -> Outcome {
    let started = try self.start()
    let (status, isOverdue) = Watch(process: started.number).wait()
    return try started.outcome(status: status, isOverdue: isOverdue)
  }

  /// Starts it.
  ///
  /// Input and outputs are files without a name, so that no amount of output makes anybody wait, and
  /// closed in every other child, so that tests may run side by side.
  func start() throws -> RunningProcess {
    var files: [Int32] = []
    var isStarted = false
    defer { if !isStarted { for file in files { close(file) } } }
    for _ in 0..<3 { files.append(try self.unnamedFile()) }
    try self.fill(files[0])

    var actions = Self.makeActions()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (number, file) in files.enumerated() {
      posix_spawn_file_actions_adddup2(&actions, file, Int32(number))
    }
    var command = self.arguments
    #if canImport(Darwin)
      posix_spawn_file_actions_addchdir_np(&actions, self.folder.cString)
    #else
      // Glibc's module lacks the call.
      command = ["env", "-C", self.folder] + command
    #endif
    var attributes = Self.makeAttributes()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // As from a person's shell: those who run tests ignore and block signals.
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    for signal in [SIGINT, SIGTERM, SIGPIPE] { sigaddset(&signals, signal) }
    posix_spawnattr_setsigdefault(&attributes, &signals)
    let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
    posix_spawnattr_setflags(&attributes, Int16(flags))

    let settings = self.environment.sorted { $0.key < $1.key }
      .map { Bytes("\($0.key)=") + $0.value }
    let arguments = command.map { strdup($0.cString) }
    let environment = settings.map { strdup($0.cString) }
    defer { for copy in arguments + environment { free(copy) } }
    var process: pid_t = 0
    let code = posix_spawnp(
      &process, command[0].cString, &actions, &attributes, arguments + [nil], environment + [nil])
    guard code == 0 else { throw SystemFailure("spawn", self.arguments[0], code: code) }

    isStarted = true
    return RunningProcess(number: process, files: files)
  }

  private func unnamedFile() throws -> Int32 {
    let number = Self.fileCount.withLock { count in
      count += 1
      return count
    }
    let path = self.scratch / Bytes("stream.\(number)")
    let file = open(path.cString, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    try SystemFailure.check("open", path, file)
    unlink(path.cString)
    return file
  }

  private func fill(_ file: Int32) throws {
    var rest = self.input.array[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
      guard count > 0 else { throw SystemFailure("write", "input") }
      rest = rest.dropFirst(count)
    }
    lseek(file, 0, SEEK_SET)
  }

  #if canImport(Darwin)
    private static func makeActions() -> posix_spawn_file_actions_t? { nil }
    private static func makeAttributes() -> posix_spawnattr_t? { nil }
  #else
    private static func makeActions() -> posix_spawn_file_actions_t { .init() }
    private static func makeAttributes() -> posix_spawnattr_t { .init() }
  #endif
}

/// Waits for one child and kills it, with all it started, when it is overdue.
private final class Watch: Sendable {
  private enum State { case running, ended, overdue }

  private let process: pid_t
  private let state = Mutex(State.running)

  init(process: pid_t) { self.process = process }

  func wait() -> (status: Int32, isOverdue: Bool) {
    let alarm = DispatchWorkItem { [self] in
      self.state.withLock { state in
        guard state == .running else { return }
        state = .overdue
        kill(-self.process, SIGKILL)
      }
    }
    DispatchQueue.global().asyncAfter(
      deadline: .now() + .seconds(ChildProcess.deadlineSeconds), execute: alarm)
    defer { alarm.cancel() }
    // Not reaped before the alarm knows, so that it never kills another process of this number.
    var information = siginfo_t()
    while waitid(P_PID, id_t(self.process), &information, WEXITED | WNOWAIT) == -1 && errno == EINTR
    {}
    let isOverdue = self.state.withLock { state in
      if state == .running { state = .ended }
      return state == .overdue
    }
    var status: Int32 = 0
    while waitpid(self.process, &status, 0) == -1 && errno == EINTR {}
    let signal = status & 0x7F
    return (signal == 0 ? (status >> 8) & 0xFF : 128 + signal, isOverdue)
  }
}
