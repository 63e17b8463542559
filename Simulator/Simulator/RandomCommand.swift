import ArgumentParser
import Foundation
import PulsarSimulator

struct RandomCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "random", abstract: "Random runs for a minute; what is done without a command.")

  @Option(help: "Seconds after which no run is begun.") var seconds = 60
  @Option(help: "The seed that the others follow from; one of chance when none is given.")
  var seed: Seed?
  @OptionGroup var choices: RunChoices
  @OptionGroup var jobs: JobChoices
  @OptionGroup var failures: FailureChoices

  func run() throws {
    let base = self.seed ?? Seed(value: UInt64.random(in: 1...UInt64(UInt32.max)))
    Terminal.print("seeds follow from \(base.text)")
    var seeds = RandomSeeds(base: base.value)
    let session = RunSession(jobs: self.jobs.jobs)
    try session.jobs.work {
      session.elapsed < Int64(self.seconds) * 1000 ? self.choices.request(seeds.next()) : nil
    } handle: {
      session.note($0, $1)
    }
    try session.finish(self.failures) { Terminal.print($0, terminator: "") }
    try Ending.check(session.tally.exitCode)
  }
}
