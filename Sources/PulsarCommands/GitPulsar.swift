package import ArgumentParser
internal import Foundation
internal import PulsarCore
internal import PulsarGit
internal import PulsarSystem

/// The program: bare, it registers the repository it is run in.
package struct GitPulsar: ParsableCommand {
  package static let version = "0.1.0"

  package static let configuration = CommandConfiguration(
    commandName: "git-pulsar",
    abstract: "Saves your git working trees in the background, beside your history.",
    discussion: """
      Without a verb: registers the repository you are in. Captures never touch your index, HEAD, \
      branches, stash, config or hooks.
      """,
    version: GitPulsar.version,
    subcommands: [
      RegisterCommand.self, NowCommand.self, StatusCommand.self, ListCommand.self,
      PauseCommand.self, ResumeCommand.self, RemoveCommand.self, PruneCommand.self,
      IgnoreCommand.self,
      ConfigCommand.self, LogCommand.self, VersionCommand.self, DaemonCommand.self,
      WorkCommand.self,
      SyncCommand.self, RestoreCommand.self, DiffCommand.self, HistoryCommand.self,
      UndoCommand.self,
      FinalizeCommand.self,
      InstallServiceCommand.self, UninstallServiceCommand.self,
    ],
    defaultSubcommand: RegisterCommand.self)

  package init() {}

  /// Runs the verb the arguments name, and ends the process.
  package static func start() {
    self.openStandardStreams()
    if let word = CommandLine.arguments.dropFirst().first, self.isUnknownVerb(word) {
      let error = Refusal(
        whatFailed: "nothing done", why: "there is no verb '\(word)'",
        whatToDo: "see 'git pulsar help'")
      FileHandle.standardError.write(Data("git-pulsar: \(error.explanation)\n".utf8))
      Foundation.exit(EX_USAGE)
    }
    HeadStart.begin(CommandLine.arguments.dropFirst())
    self.main()
  }

  /// Gives standard input and outputs that came closed to the null device.
  ///
  /// Else a file of ours would get such a number, and what is said to the person would be written
  /// into it.
  private static func openStandardStreams() {
    for descriptor: Int32 in 0...2 where fcntl(descriptor, F_GETFD) == -1 {
      _ = open("/dev/null", descriptor == 0 ? O_RDONLY : O_WRONLY)
    }
  }

  private static func isUnknownVerb(_ word: String) -> Bool {
    guard !word.hasPrefix("-"), word != "help" else { return false }
    return !self.configuration.subcommands.contains { $0.configuration.commandName == word }
  }
}
