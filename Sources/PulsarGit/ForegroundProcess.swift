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
    var all: [CommandWord] = ["--no-optional-locks"]
    for setting in Self.overrides + settings { all += ["-c", CommandWord(setting)] }
    all += arguments
    let program = self.with(variables)
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
    let (pid, code) = Spawning.start(
      "git", all, in: program.directory, environment: program.environment)
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
