import CSystem
import PulsarCore

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Starts a worker's process.
enum WorkerSpawn {
  /// - Parameters:
  ///   - command: what to run.
  ///   - output: the descriptor that becomes its standard output.
  /// - Returns: the number of the process, which is that of its group too.
  ///
  /// Source: posix_spawn(3); with glibc and on Darwin it tells when the program cannot be run.
  static func start(_ command: WorkerCommand, output: Int32) -> Result<pid_t, SystemError> {
    let variables =
      (command.environment ?? .current()).variables.map { $0.name + [UInt8(ascii: "=")] + $0.value }
    let words = [command.program.bytes] + command.arguments
    if (words + variables).contains(where: { $0.contains(0) }) {
      return .failure(
        SystemError(
          operation: "start", path: command.program, errno: EINVAL,
          cause: "an argument or a variable holds a NUL byte"))
    }
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
      var attributes: posix_spawnattr_t?
    #else
      var actions = posix_spawn_file_actions_t()
      var attributes = posix_spawnattr_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    // First, as it may be the descriptor of a standard stream that is replaced next.
    if let errors = command.errors {
      posix_spawn_file_actions_adddup2(&actions, errors, 2)
    } else {
      posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, output, 1)
    _ = command.folder.withSystemPath { csystem_spawn_in(&actions, $0) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    var all = sigset_t()
    sigfillset(&all)
    // These two cannot be set.
    for number in [SIGKILL, SIGSTOP] { sigdelset(&all, number) }
    posix_spawnattr_setsigdefault(&attributes, &all)
    let flags = [POSIX_SPAWN_SETPGROUP, POSIX_SPAWN_SETSIGMASK, POSIX_SPAWN_SETSIGDEF]
    posix_spawnattr_setflags(&attributes, Int16(flags.reduce(0) { $0 | Int32($1) }))

    var process: pid_t = 0
    let status = withCStrings(words) { argv in
      withCStrings(variables) { envp in
        command.program.withSystemPath {
          posix_spawn(&process, $0, &actions, &attributes, argv, envp)
        }.value
      }
    }
    if status == 0 { return .success(process) }
    return .failure(Self.failure(of: command, status))
  }

  /// The folder fails with the same number as the program.
  private static func failure(of command: WorkerCommand, _ number: Int32) -> SystemError {
    let entered = command.folder.withSystemPath { access($0, X_OK) }
    if entered.value != 0 {
      return SystemError(operation: "work in", path: command.folder, errno: entered.errno)
    }
    return SystemError(operation: "start", path: command.program, errno: number)
  }
}

/// Calls `body` with an array of C strings that ends in nil, as execve(2) takes it.
private func withCStrings<Result>(
  _ strings: [[UInt8]], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
) -> Result {
  let copies: [UnsafeMutablePointer<CChar>?] = strings.map { string in
    let copy = UnsafeMutablePointer<CChar>.allocate(capacity: string.count + 1)
    for (index, byte) in string.enumerated() { copy[index] = CChar(bitPattern: byte) }
    copy[string.count] = 0
    return copy
  }
  defer { for copy in copies { copy?.deallocate() } }
  return body(copies + [nil])
}
