internal import Clibgit2
internal import PulsarCore

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

extension GitProgram {
  /// Runs a command that the person sees, on their own terminal and through their pager.
  ///
  /// It shares our standard streams and process group; an interrupt meanwhile is the command's.
  ///
  /// - Parameters:
  ///   - arguments: git's, the command first.
  ///   - settings: given to git with `-c`.
  ///   - variables: of the person's environment that git is to see all the same.
  /// - Throws: `GitError.failed` when it failed; an end by SIGPIPE, as of a pager that was left, is
  ///   none.
  package func show(
    _ arguments: [CommandWord], settings: [String] = [], variables: [(String, [UInt8])] = []
  ) throws(GitError) {
    var all: [CommandWord] = ["git", "--no-optional-locks"]
    for setting in Self.overrides + settings { all += ["-c", CommandWord(setting)] }
    all += arguments
    let program = self.with(variables)
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
    _ = program.directory.withCString { cgit_spawn_in(&actions, $0) }
    var defaults = sigset_t()
    sigemptyset(&defaults)
    for signal in [SIGPIPE, SIGINT, SIGTERM, SIGHUP, SIGQUIT] { sigaddset(&defaults, signal) }
    posix_spawnattr_setsigdefault(&attributes, &defaults)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))
    let old = [SIGINT, SIGQUIT].map { (number: Int32) -> (Int32, sigaction) in
      var action = sigaction()
      sigaction(number, nil, &action)
      signal(number, SIG_IGN)
      return (number, action)
    }
    defer {
      for (number, action) in old {
        var action = action
        sigaction(number, &action, nil)
      }
    }
    var pid: pid_t = 0
    let code = withCStrings(all) { argv in
      withCStrings(program.environment) { envp in
        posix_spawnp(&pid, "git", &actions, &attributes, argv, envp)
      }
    }
    guard code == 0 else {
      throw .notStarted(program: "git", cause: String(cString: strerror(code)))
    }
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
    let killer = status & 0x7F
    if status == 0 || killer == SIGPIPE { return }
    let verb = arguments.first.map { String(decoding: $0.bytes, as: UTF8.self) } ?? ""
    throw .failed(
      command: "git \(verb)",
      cause: killer == 0 ? "exit status \(status >> 8 & 0xFF)" : "ended by signal \(killer)")
  }
}
