package import ArgumentParser
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
      RegisterCommand.self, NowCommand.self,
      RestoreCommand.self, DiffCommand.self, HistoryCommand.self, UndoCommand.self,
    ],
    defaultSubcommand: RegisterCommand.self)

  package init() {}

  /// Runs the verb the arguments name, and ends the process.
  package static func start() { self.main() }
}
