import ArgumentParser
import Foundation
import PulsarSimulator

struct SimulatorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "Simulator", abstract: "Lives through scenarios of many machines.",
    subcommands: [RunCommand.self, ReplayCommand.self])
}

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "run", abstract: "Random seeds.")

  @Option(help: "A number, or a git commit hash.") var seed = "1"
  @Option(help: "How many seeds from there on.") var seeds = 1
  @Option(help: "Hours each.") var hours: Int64 = 24
  @Option(help: "Machines.") var nodes = 3
  @Flag(help: "Runs each seed twice and compares.") var twice = false
  @Option(help: "Leaves the repositories in this folder.") var keep: String?
  @Option(help: "Writes the scenario to this file.") var write: String?
  @Flag(help: "Prints every record.") var verbose = false

  func run() throws {
    let first = try Seed(self.seed).value
    for offset in 0..<UInt64(self.seeds) {
      let seed = first &+ offset
      let scenario = ScenarioGenerator().scenario(
        seed: seed, length: .hours(self.hours), nodes: self.nodes)
      let begun = ContinuousClock.now
      var simulation = SimulationRun(scenario)
      simulation.keepsTrace = self.verbose || self.twice
      simulation.keep = self.keep
      if let write { try scenario.text.write(toFile: write, atomically: true, encoding: .utf8) }
      let outcome = try simulation.run()
      if self.verbose { for record in outcome.trace.records { print(record.line) } }
      print(
        "seed \(String(seed, radix: 16)) \(outcome.trace.hash.text) \(outcome.trace.count) records \(ContinuousClock.now - begun) \(outcome.failure.map { "\($0)" } ?? "ok")"
      )
      if self.twice {
        let again = try simulation.run()
        if let words = Trace.firstDifference(of: outcome.trace.records, again.trace.records) {
          print(words)
          throw ArgumentParser.ExitCode(130)
        }
      }
    }
  }
}

struct ReplayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "replay", abstract: "One file.")

  @Argument var files: [String]
  @Option(help: "Leaves the repositories in this folder.") var keep: String?
  @Flag(help: "Prints every record.") var verbose = false

  func run() throws {
    for file in self.files {
      let text = try String(contentsOfFile: file, encoding: .utf8)
      let scenario = try Scenario(text: text)
      let begun = ContinuousClock.now
      var simulation = SimulationRun(scenario)
      simulation.keepsTrace = true
      simulation.keep = self.keep
      let outcome = try simulation.run()
      if self.verbose { for record in outcome.trace.records { print(record.line) } }
      print(
        "\(outcome.failure == nil ? "ok" : "FAIL") \(file) \(ContinuousClock.now - begun) \(outcome.trace.hash.text)"
      )
      if let failure = outcome.failure {
        print("  \(failure.invariant) \(failure.sentence) at \(failure.at) \(failure.actor)")
        if !self.verbose { for record in failure.records { print("    \(record.line)") } }
      }
    }
  }
}
