internal import ArgumentParser
internal import PulsarGit
internal import PulsarSystem
internal import Synchronization

/// git's scan for `now` and `sync`, started before the arguments are parsed, which takes a tenth of the
/// time a scan does.
enum HeadStart {
  private static let scan = Mutex<ChildProcess?>(nil)

  /// Starts the scan if the verb is one of the two.
  ///
  /// What goes wrong here is met again, and told, when the verb runs.
  ///
  /// - Parameter arguments: of the command line, without the program.
  static func begin(_ arguments: some Collection<String>) {
    let isNow = arguments.first == NowCommand.configuration.commandName
    guard isNow || arguments.first == SyncCommand.configuration.commandName,
      !arguments.contains(where: { $0 == "--help" || $0 == "-h" }),
      let folder = Session.currentFolder()
    else { return }
    // What the person does beside it comes first; git processes inherit it.
    if isNow { _ = LowPriority.enter() }
    let git = Session.git(in: folder, environment: ProcessEnvironment.current())
    self.scan.withLock { $0 = try? GitWorktree.startStatus(git) }
  }

  /// The scan of the folder the person is in, once.
  static func take() -> ChildProcess? {
    self.scan.withLock { scan in
      defer { scan = nil }
      return scan
    }
  }
}
