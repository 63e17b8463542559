import ArgumentParser
import PulsarSimulator

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Lives through the runs of some seeds.")

  @Option(help: "The first: a number, or the hash of a git commit.") var seed = Seed(value: 1)
  @Option(help: "How many, from there on.") var seeds = 1
  @OptionGroup var choices: RunChoices
  @OptionGroup var jobs: JobChoices
  @Flag(help: "Runs each seed twice, and names the first difference.") var twice = false
  @Flag(help: "Prints seeds and trace hashes, and nothing else, on standard output.")
  var printHashes = false
  @Option(help: "Writes the scenario of the first seed to a file.") var write: String?
  @OptionGroup var plants: PlantChoices
  @OptionGroup var failures: FailureChoices

  func validate() throws {
    if self.seeds < 1 { throw ValidationError("'--seeds \(self.seeds)': at least one is run") }
  }

  func run() throws {
    let first = self.seed.value
    if let write { try ScenarioFile.write(self.choices.request(first).scenario.text, to: write) }
    let session = RunSession(jobs: self.jobs.jobs)
    var begun = 0
    var results = InOrder()
    try session.jobs.work {
      guard begun < self.seeds else { return nil }
      var request = self.choices.request(first &+ UInt64(begun))
      begun += 1
      request.plants = self.plants.names
      request.isTwice = self.twice
      return request
    } handle: { request, report in
      session.note(request, report)
      for report in results.add(report, at: Int((request.seed ?? first) &- first)) {
        Terminal.print(self.line(of: report))
      }
    }
    try session.finish(self.failures) { text in
      self.printHashes ? Terminal.say(text) : Terminal.print(text, terminator: "")
    }
    try Ending.check(session.tally.exitCode)
  }

  private func line(of report: RunReport) -> String {
    let seed = Seed(value: report.seed).text
    if self.printHashes { return "\(seed) \(report.hash)" }
    let tenths = report.elapsed / 100
    let again = report.secondHash.map { "  \($0)" } ?? ""
    return "seed \(seed)  \(report.hash)\(again)  \(report.count) records"
      + "  \(tenths / 10).\(tenths % 10) s  \(report.verdict)"
  }
}

/// Puts reports back into the order in which they were asked for.
private struct InOrder {
  private var waiting: [Int: RunReport] = [:]
  private var next = 0

  /// - Returns: those whose turn it is now.
  mutating func add(_ report: RunReport, at position: Int) -> [RunReport] {
    self.waiting[position] = report
    var ready: [RunReport] = []
    while let report = self.waiting.removeValue(forKey: self.next) {
      ready.append(report)
      self.next += 1
    }
    return ready
  }
}
