package import PulsarCore

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
    let status = try Foreground.run(all, in: program.directory, environment: program.environment)
    let killer = status & 0x7F
    if status == 0 || killer == SIGPIPE { return }
    let verb = arguments.first.map { String(decoding: $0.bytes, as: UTF8.self) } ?? ""
    throw .failed(
      command: "git \(verb)",
      cause: killer == 0 ? "exit status \(status >> 8 & 0xFF)" : "ended by signal \(killer)")
  }
}

/// A child that has the terminal until it ends.
private enum Foreground {
  /// Runs git; an interrupt meanwhile is the child's.
  ///
  /// - Returns: how it ended, as waitpid(2) says.
  static func run(
    _ arguments: [CommandWord], in directory: GitPath, environment: [CommandWord]
  ) throws(GitError) -> Int32 {
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
    let (pid, code) = Spawning.start("git", arguments, in: directory, environment: environment)
    guard code == 0 else {
      throw .notStarted(program: "git", cause: String(cString: strerror(code)))
    }
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
    return status
  }
}

/// git as the person runs it: their hooks, editor, signing, settings and environment, their terminal.
package struct PersonsGit {
  private let directory: GitPath
  private let environment: [CommandWord]

  /// Variables that say which repository git works in, as `git rev-parse --local-env-vars` names them,
  /// without those that hold settings.
  private static let ofPlace = [
    "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_OBJECT_DIRECTORY", "GIT_DIR", "GIT_WORK_TREE",
    "GIT_IMPLICIT_WORK_TREE", "GIT_GRAFT_FILE", "GIT_INDEX_FILE", "GIT_NO_REPLACE_OBJECTS",
    "GIT_REPLACE_REF_BASE", "GIT_PREFIX", "GIT_SHALLOW_FILE", "GIT_COMMON_DIR", "GIT_NAMESPACE",
    "GIT_INTERNAL_SUPER_PREFIX",
  ]

  /// - Parameters:
  ///   - directory: a working tree.
  ///   - environment: of the person, `NAME=value` each.
  package init(in directory: GitPath, environment: [CommandWord]) {
    self.directory = directory
    self.environment = environment.filter { variable in
      !Self.ofPlace.contains { variable.bytes.starts(with: Array("\($0)=".utf8)) }
    }
  }

  /// Runs a command on the person's terminal.
  ///
  /// - Returns: whether it succeeded; it has said itself why not.
  package func run(_ arguments: [CommandWord]) throws(GitError) -> Bool {
    try Foreground.run(arguments, in: self.directory, environment: self.environment) == 0
  }
}
