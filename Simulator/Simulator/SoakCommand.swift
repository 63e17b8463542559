import ArgumentParser
import PulsarSimulator

struct SoakCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "soak",
    abstract: "Random runs for hours; every 20th is run twice, every 10th looks for a planted bug.")

  @Option(help: "For how many hours by the clock on the wall.") var hours: Int?
  @Option(help: "Or for how many minutes.") var minutes: Int?
  @Option(help: "The seed that the others follow from; one of chance when none is given.")
  var seed: Seed?
  @Option(help: "Hours of simulated time each, before two quiet ones.") var length: Int64 = 24
  @Option(help: "Machines, 2 to 4; else each number in turn.") var nodes: Int?
  @OptionGroup var traits: TraitChoices
  @OptionGroup var jobs: JobChoices
  @OptionGroup var failures: FailureChoices

  private static let recheckInterval = 20
  private static let huntInterval = 10
  /// How many seeds are tried for a planted bug.
  private static let mostSeeds = 100

  func validate() throws {
    if (self.hours == nil) == (self.minutes == nil) {
      throw ValidationError("a soak takes either '--hours' or '--minutes'")
    }
    if let time = self.hours ?? self.minutes, !(1...100_000).contains(time) {
      throw ValidationError("a soak takes 1 to 100000 hours or minutes")
    }
    if !(1...8760).contains(self.length) {
      throw ValidationError("'--length \(self.length)': a run has 1 to 8760 hours")
    }
    if let nodes, !(2...4).contains(nodes) {
      throw ValidationError("'--nodes \(nodes)': a run has 2 to 4 machines")
    }
  }

  func run() throws {
    let base = self.seed ?? Seed(value: UInt64.random(in: 1...UInt64(UInt32.max)))
    Terminal.print("seeds follow from \(base.text)")
    let end = Int64(self.minutes ?? (self.hours ?? 1) * 60) * 60_000
    var seeds = RandomSeeds(base: base.value)
    var begun = 0
    let session = RunSession(jobs: self.jobs.jobs)
    var search = PlantedBugSearch(most: Self.mostSeeds)
    try session.jobs.work {
      guard session.elapsed < end else { return nil }
      if begun % Self.huntInterval == 3, let hunt = search.next() {
        begun += 1
        var request = RunRequest(
          seed: hunt.seed, length: .hours(6), nodes: 3, traits: TraitKind.allCases)
        request.plants = [hunt.bug.rawValue]
        return request
      }
      var request = RunRequest(
        seed: seeds.next(), length: .hours(self.length), nodes: self.nodes ?? 2 + begun % 3,
        traits: self.traits.kinds)
      begun += 1
      request.isTwice = begun.isMultiple(of: Self.recheckInterval)
      return request
    } handle: { request, report in
      if let bug = request.plants.first.flatMap(PlantedBug.init(rawValue:)) {
        search.note(report, of: bug, seed: request.seed ?? 0)
        session.planted = search.standing
        return
      }
      session.note(request, report)
      if !report.isFine { try self.keep(request, report) }
    }
    try session.finish(self.failures, namesMarks: true) { Terminal.print($0, terminator: "") }
    try Ending.check(session.tally.exitCode)
    // What must happen, and never did.
    try Ending.check(session.tally.neverMet.isEmpty ? .ok : .liveness)
    let idle = session.tally.neverJudged
    if !idle.isEmpty {
      Terminal.say("never judged: \(idle.map(\.rawValue).joined(separator: ", "))")
    }
    try Ending.check(idle.isEmpty ? .ok : .liveness)
  }

  /// Writes a failing run down at once: a long soak may be ended before it is made small.
  private func keep(_ request: RunRequest, _ report: RunReport) throws {
    let path = "\(self.failures.out)/\(Seed(value: report.seed).fileName).scn"
    try ScenarioFile.write(request.scenario.text, to: path)
    Terminal.print("\(report.verdict)\n  scenario  \(path)")
  }
}
