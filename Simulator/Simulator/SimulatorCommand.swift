import ArgumentParser
import Foundation
import PulsarSimulator

struct SimulatorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "Simulator",
    abstract: "Lives through days of many machines, and judges what git-pulsar did in them.",
    discussion: """
      Without a command: a minute of random runs, then what they came to.

      Ends with 0 when all is well, 1 for a mistake in the call, 127 when a run crashed, 128 when \
      something that must happen did not, 129 when something that must never happen did, 130 when \
      a run did not do the same twice, 131 when a planted bug was not found.
      """,
    subcommands: [
      RandomCommand.self, RunCommand.self, ReplayCommand.self, ShrinkCommand.self,
      ExplainCommand.self, CanariesCommand.self, SoakCommand.self, FaultsCommand.self,
      InvariantsCommand.self, JobCommand.self,
    ],
    defaultSubcommand: RandomCommand.self)

  /// Parses the command line, runs the command, and ends the process.
  static func start() -> Never {
    do {
      var command = try Self.parseAsRoot()
      try command.run()
      Self.end(.ok)
    } catch let complaint as Complaint {
      Terminal.say("Simulator: \(complaint.description)")
      Self.end(complaint.code)
    } catch let ending as Ending {
      Self.end(ending.code)
    } catch {
      let text = Self.fullMessage(for: error)
      // Help and the like are no mistakes.
      if Self.exitCode(for: error) == .success {
        print(text)
        Self.end(.ok)
      }
      Terminal.say(text)
      Self.end(.usage)
    }
  }

  private static func end(_ code: PulsarSimulator.ExitCode) -> Never {
    fflush(nil)
    Foundation.exit(code.rawValue)
  }
}

/// Ends the program after all was said.
struct Ending: Error {
  let code: PulsarSimulator.ExitCode

  /// Throws unless all is well.
  static func check(_ code: PulsarSimulator.ExitCode) throws {
    if code != .ok { throw Ending(code: code) }
  }
}
