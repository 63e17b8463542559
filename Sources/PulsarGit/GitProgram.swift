package import PulsarCore

/// The git program, run so that nothing of the user's is disturbed: no locks taken that are not
/// needed, no hooks, no prompts, no environment that points elsewhere.
package struct GitProgram: Sendable {
  package let directory: GitPath
  package let environment: [CommandWord]
  package let isCancelled: @Sendable () -> Bool

  /// Settings that hold for every command of ours.
  static let overrides: [String] = [
    "core.hooksPath=/dev/null", "core.safecrlf=false", "core.fsmonitor=false",
    "core.untrackedCache=false", "core.logAllRefUpdates=false", "gc.auto=0",
    "maintenance.auto=false", "commit.gpgSign=false", "advice.addEmbeddedRepo=false",
  ]

  /// Variables of git's that say how to reach a remote or where settings lie, and so belong to the
  /// person; all others called `GIT_…` are dropped.
  static let keptVariables: Set<String> = [
    "GIT_SSH", "GIT_SSH_COMMAND", "GIT_SSH_VARIANT", "GIT_ASKPASS", "GIT_PROXY_COMMAND",
    "GIT_SSL_NO_VERIFY", "GIT_SSL_CERT", "GIT_SSL_KEY", "GIT_SSL_CAINFO", "GIT_SSL_CAPATH",
    "GIT_HTTP_USER_AGENT", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM",
    "GIT_CEILING_DIRECTORIES", "GIT_DISCOVERY_ACROSS_FILESYSTEM", "GIT_ALLOW_PROTOCOL",
    "GIT_LFS_SKIP_PUSH",
  ]

  /// - Parameters:
  ///   - directory: where the commands run.
  ///   - environment: of the person, `NAME=value` each.
  ///   - isCancelled: true once the person wants us to stop.
  package init(
    in directory: GitPath, environment: [CommandWord],
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) {
    self.directory = directory
    self.environment = Self.scrubbed(environment)
    self.isCancelled = isCancelled
  }

  private init(
    directory: GitPath, scrubbed: [CommandWord], isCancelled: @escaping @Sendable () -> Bool
  ) {
    self.directory = directory
    self.environment = scrubbed
    self.isCancelled = isCancelled
  }

  /// The same program elsewhere, with `variables` set.
  package func with(in directory: GitPath? = nil, _ variables: [(String, [UInt8])] = [])
    -> GitProgram
  {
    // The first of two variables of one name would win.
    let kept = self.environment.filter { variable in
      !variables.contains { variable.bytes.starts(with: Array("\($0.0)=".utf8)) }
    }
    let added = variables.map { CommandWord(bytes: Array("\($0.0)=".utf8) + $0.1) }
    return GitProgram(
      directory: directory ?? self.directory, scrubbed: kept + added, isCancelled: self.isCancelled)
  }

  /// The same program with settings of git's, which hold before those of the person.
  ///
  /// As variables: a path need not be UTF-8, and everybody could read passwords on a command line.
  func with(config settings: [(key: [UInt8], value: [UInt8])]) -> GitProgram {
    let own = EnvironmentSettings(self.environment)
    return self.with((own?.variables(and: settings) ?? []).map { ($0.name, $0.value) })
  }

  /// Starts a command without waiting for it.
  package func start(
    _ arguments: [CommandWord], settings: [String] = [], hasTerminal: Bool = true,
    outputTo file: Int32? = nil
  ) throws(GitError) -> ChildProcess {
    var all: [CommandWord] = ["--no-optional-locks"]
    // Asked for the person's settings, git must not be told ours.
    let overrides = arguments.first == "config" ? [] : Self.overrides
    for setting in overrides + settings { all += ["-c", CommandWord(setting)] }
    return try ChildProcess(
      "git", all + arguments, in: self.directory, environment: self.environment,
      hasTerminal: hasTerminal, outputTo: file)
  }

  /// Waits for a command that was started.
  package func finish(
    _ process: ChildProcess, input: [UInt8] = [], stallSeconds: Int = 900,
    by progress: ChildProcess.Progress = .ownWork
  ) throws(GitError) -> ChildProcess.Result {
    let result = process.finish(
      input: input, stallSeconds: stallSeconds, by: progress, isCancelled: self.isCancelled)
    if result.ending == .cancelled { throw .cancelled }
    return result
  }

  /// Runs a command to its end, whatever the end is.
  package func run(
    _ arguments: [CommandWord], settings: [String] = [], input: [UInt8] = []
  ) throws(GitError) -> ChildProcess.Result {
    try self.finish(self.start(arguments, settings: settings), input: input)
  }

  /// Runs a command that must succeed.
  ///
  /// - Returns: its standard output.
  /// - Throws: `GitError.failed` with what it said.
  package func output(
    _ arguments: [CommandWord], settings: [String] = [], input: [UInt8] = []
  ) throws(GitError) -> [UInt8] {
    let result = try self.run(arguments, settings: settings, input: input)
    guard result.succeeded else { throw Self.failure(arguments, result) }
    return result.output
  }

  static func failure(_ arguments: [CommandWord], _ result: ChildProcess.Result) -> GitError {
    let verb = arguments.first.map { String(decoding: $0.bytes, as: UTF8.self) } ?? ""
    return .failed(command: "git \(verb)", cause: result.complaint)
  }

  private static func scrubbed(_ environment: [CommandWord]) -> [CommandWord] {
    var kept: [CommandWord] = []
    var locale: [UInt8]?
    for variable in environment {
      let name = String(decoding: variable.bytes.prefix { $0 != UInt8(ascii: "=") }, as: UTF8.self)
      if name == "LC_ALL" {
        locale = Array(variable.bytes.dropFirst("LC_ALL=".utf8.count))
        continue
      }
      let isGits =
        name.hasPrefix("GIT_") && !Self.keptVariables.contains(name)
        && !EnvironmentSettings.isOne(name)
      if isGits || name == "LC_MESSAGES" || name == "LANGUAGE" || name == "SSH_ASKPASS_REQUIRE"
        || name == "SSH_ASKPASS"
      {
        continue
      }
      kept.append(variable)
    }
    // LC_ALL would beat the language we need for messages; what else it says stays in force.
    if let locale {
      kept.removeAll { $0.bytes.starts(with: "LANG=".utf8) || $0.bytes.starts(with: "LC_".utf8) }
      kept.append(CommandWord(bytes: Array("LANG=".utf8) + locale))
    }
    // What git cannot understand it is to complain of itself.
    if let settings = EnvironmentSettings(kept) {
      kept.removeAll { variable in
        EnvironmentSettings.isOne(
          String(decoding: variable.bytes.prefix { $0 != UInt8(ascii: "=") }, as: UTF8.self))
      }
      kept += settings.variables().map {
        CommandWord(bytes: Array("\($0.name)=".utf8) + $0.value)
      }
    }
    return kept + [
      "LC_MESSAGES=C", "GIT_TERMINAL_PROMPT=0", "SSH_ASKPASS_REQUIRE=never",
      "GIT_OPTIONAL_LOCKS=0", "GIT_LITERAL_PATHSPECS=1",
    ]
  }
}
