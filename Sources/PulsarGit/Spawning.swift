internal import Clibgit2
internal import PulsarCore

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Starting a program: what all our children have in common.
enum Spawning {
  /// Starts `program`, every signal as the system sets it.
  ///
  /// - Parameters:
  ///   - program: looked up in the `PATH` of `environment`.
  ///   - arguments: given to it, without its name.
  ///   - directory: where it runs.
  ///   - environment: all the variables it gets.
  ///   - streams: what becomes its standard input, output and errors; empty for our own.
  ///   - flags: of posix_spawnattr_setflags(3), beside those for signals.
  /// - Returns: its number, and 0 or the number of the failure.
  static func start(
    _ program: String, _ arguments: [CommandWord], in directory: GitPath,
    environment: [CommandWord], streams: [Int32] = [], flags: Int32 = 0
  ) -> (pid: pid_t, code: Int32) {
    #if canImport(Glibc)
      var actions = posix_spawn_file_actions_t()
      var attributes = posix_spawnattr_t()
    #else
      var actions: posix_spawn_file_actions_t?
      var attributes: posix_spawnattr_t?
    #endif
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    for (number, stream) in streams.enumerated() {
      posix_spawn_file_actions_adddup2(&actions, stream, Int32(number))
    }
    _ = directory.withCString { cgit_spawn_in(&actions, $0) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    var defaults = sigset_t()
    sigemptyset(&defaults)
    for signal in [SIGPIPE, SIGINT, SIGTERM, SIGHUP, SIGQUIT] { sigaddset(&defaults, signal) }
    posix_spawnattr_setsigdefault(&attributes, &defaults)
    let signals = Int32(POSIX_SPAWN_SETSIGMASK) | Int32(POSIX_SPAWN_SETSIGDEF)
    posix_spawnattr_setflags(&attributes, Int16(signals | flags))
    var pid: pid_t = 0
    let code = withCStrings([CommandWord(program)] + arguments) { argv in
      withCStrings(environment) { envp in
        posix_spawnp(&pid, program, &actions, &attributes, argv, envp)
      }
    }
    return (pid, code)
  }
}

/// Calls `body` with an array of C strings that ends in nil, as `execve` wants it.
private func withCStrings<Result>(
  _ strings: [CommandWord], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
) -> Result {
  let copies: [UnsafeMutablePointer<CChar>?] = strings.map { string in
    let copy = UnsafeMutablePointer<CChar>.allocate(capacity: string.bytes.count + 1)
    for (index, byte) in string.bytes.enumerated() { copy[index] = CChar(bitPattern: byte) }
    copy[string.bytes.count] = 0
    return copy
  }
  defer { for copy in copies { copy?.deallocate() } }
  return body(copies + [nil])
}
