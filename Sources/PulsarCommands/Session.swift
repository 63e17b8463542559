internal import ArgumentParser
internal import Foundation
internal import PulsarConfig
internal import PulsarCore
internal import PulsarEngine
internal import PulsarGit
internal import PulsarSystem

/// How a command ends (`DESIGN.md` §6).
enum ExitStatus: Int32 {
  case done = 0
  case failed = 1
  case declined = 2
  case partlyDone = 3
  case tryAgain = 75
  case interrupted = 130
}

/// Options every verb has.
struct CommonOptions: ParsableArguments {
  @Flag(name: .shortAndLong, help: "Answer every question with yes.")
  var yes = false
}

/// A failure that only a verb knows.
struct Refusal: ExplainedError {
  let whatFailed: String
  let why: String
  let whatToDo: String
  var status = ExitStatus.failed
}

/// What every verb works with: the person's environment, folders, clock and screen.
final class Session {
  let environment: ProcessEnvironment
  let directories: Directories
  let console: Console
  let clock: LocalClock
  /// Which start of the system this is; nil where that is not known.
  ///
  /// Read when it is first asked for: most verbs never do.
  private(set) lazy var boot: [UInt8]? =
    self.host == nil ? BootSession.current() : self.host?.boot
  private let host: Host?
  /// git where the person stands.
  let git: GitProgram
  let folder: GitPath
  /// Nobody looks on: what a person should know goes to the log.
  var isInBackground = false
  /// Called between any two effects of a capture or a push.
  let yield: (YieldPoint) -> Void

  init(_ options: CommonOptions) throws {
    let host = Host.current
    self.host = host
    if host == nil {
      InterruptFlag.install()
      signal(SIGPIPE, SIG_IGN)
      // A limit on the size of files is an error like that of a full disk, also to those we start.
      signal(SIGXFSZ, SIG_IGN)
    }
    self.environment = host?.environment ?? ProcessEnvironment.current()
    self.clock = host?.clock ?? LocalClock()
    self.yield = host?.yield ?? { _ in }
    self.console = Console(environment: self.environment, answersYes: options.yes)
    self.directories = try Directories(environment: self.environment)
    guard let folder = host?.folder ?? Self.currentFolder() else {
      throw Refusal(
        whatFailed: "nothing done", why: "the current folder is gone or cannot be read",
        whatToDo: "go to another folder")
    }
    self.folder = folder
    self.git = Self.git(in: folder, environment: self.environment)
  }

  /// Where the person stands; nil when the folder is gone.
  static func currentFolder() -> GitPath? {
    guard let here = getcwd(nil, 0) else { return nil }
    defer { free(here) }
    return GitPath(bytes: Array(UnsafeRawBufferPointer(start: here, count: strlen(here))))
  }

  static func git(in folder: GitPath, environment: ProcessEnvironment) -> GitProgram {
    GitProgram(
      in: folder, environment: Self.arguments(environment),
      isCancelled: { InterruptFlag.isRaised })
  }

  /// The environment as child processes want it.
  private static func arguments(_ environment: ProcessEnvironment) -> [CommandWord] {
    environment.variables.map { CommandWord(bytes: $0.name + [UInt8(ascii: "=")] + $0.value) }
  }

  var environmentArguments: [CommandWord] { Self.arguments(self.environment) }

  var registry: Registry { Registry(stateFolder: self.directories.state) }
  var machines: MachineStore { MachineStore(configFolder: self.directories.config) }
  var configFile: GitPath { self.directories.config.appending("config.toml") }

  func log(_ sizeMax: ByteCount = Settings().maxLogSize) -> EventLogFile {
    EventLogFile(stateFolder: self.directories.state, sizeMax: sizeMax)
  }

  /// The machine's identity.
  ///
  /// - Throws: a refusal when it has none yet.
  func machine() throws -> Machine {
    if let machine = try self.machines.load().machine { return machine }
    throw Refusal(
      whatFailed: "nothing done", why: "this machine has no name yet",
      whatToDo: "run 'git pulsar' in a repository to set it up")
  }

  /// A path for people, the home folder shortened.
  func displayed(_ path: GitPath) -> String {
    guard let rest = path.relative(to: self.directories.home), !rest.isRoot else {
      return path.displayed
    }
    return GitPath("~").appending(rest).displayed
  }

  // MARK: settings

  /// Reads the layers that concern a repository, or the person alone.
  func settings(for repository: Repository?) -> SettingsCascade {
    let global = self.text(self.configFile, self.displayed(self.configFile))
    guard let repository else { return SettingsCascade(global: global) }
    let top = repository.location.worktree
    return SettingsCascade(
      global: global, pulsarTOML: self.text(top.appending("pulsar.toml"), "pulsar.toml"),
      pyproject: self.text(top.appending("pyproject.toml"), "pyproject.toml"),
      configuredRemotes: repository.config.remotes)
  }

  private func text(_ path: GitPath, _ origin: String) -> SettingsText? {
    do {
      let bytes = try AtomicFile.read(path, limit: SettingsLayer.bytesMax + 1)
      return bytes.map { SettingsText(origin: origin, bytes: $0) }
    } catch {
      return SettingsText(origin: origin, unreadable: error.why)
    }
  }
}

extension ParsableCommand {
  /// Runs a verb's work: every failure becomes one sentence and an exit status.
  func perform(_ options: CommonOptions, _ work: (Session) throws -> ExitStatus) throws {
    let status: ExitStatus
    var console: Console?
    do {
      let session = try Session(options)
      console = session.console
      let verb = Self.configuration.commandName ?? ""
      if !Self.verbsOfMachine.contains(verb) { try session.checkNamedRepository() }
      status = try work(session)
      session.console.endProgress()
    } catch let error as any ExplainedError {
      if let console {
        console.complain(error)
      } else {
        FileHandle.standardError.write(Data("git-pulsar: \(error.explanation)\n".utf8))
      }
      status = Self.status(of: error)
    }
    if InterruptFlag.isRaised { throw ExitCode(ExitStatus.interrupted.rawValue) }
    if status != .done { throw ExitCode(status.rawValue) }
  }

  /// Verbs that are about no repository in particular, or name theirs.
  private static var verbsOfMachine: Set<String> {
    ["daemon", "work", "list", "log", "install-service", "uninstall-service", "version"]
  }

  static func status(of error: any ExplainedError) -> ExitStatus {
    switch error {
    case let refusal as Refusal: refusal.status
    case CaptureError.operationUnderWay, CaptureError.headKeepsMoving: .tryAgain
    case CaptureError.store(.refMoved): .tryAgain
    case GitError.cancelled: .interrupted
    case let error as SystemError where error.isInterrupted: .interrupted
    default: .failed
    }
  }
}
