import ArgumentParser
import PulsarSimulator

struct CanariesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "canaries", abstract: "Looks for every planted bug, to see that it is found.")

  @Option(help: "How many seeds are tried for each, from 1 on.") var seeds = 40
  @Option(help: "Hours of simulated time each, before two quiet ones.") var hours: Int64 = 6
  @Option(name: .customLong("plant"), help: "Looks for this one only; may be said again.")
  var plants: [PlantedBug] = []
  @OptionGroup var jobs: JobChoices

  func validate() throws {
    if self.seeds < 1 { throw ValidationError("'--seeds \(self.seeds)': at least one is tried") }
    if !(1...8760).contains(self.hours) {
      throw ValidationError("'--hours \(self.hours)': a run has 1 to 8760 hours")
    }
  }

  func run() throws {
    var search = PlantedBugSearch(
      self.plants.isEmpty ? PlantedBug.findable : self.plants, most: self.seeds)
    try Jobs(self.jobs.jobs).work {
      guard let next = search.next() else { return nil }
      var request = RunRequest(
        seed: next.seed, length: .hours(self.hours), nodes: 3, traits: TraitKind.allCases)
      request.plants = [next.bug.rawValue]
      return request
    } handle: { request, report in
      guard let bug = request.plants.first.flatMap(PlantedBug.init(rawValue:)) else { return }
      if let trouble = report.trouble { Terminal.say("\(bug.rawValue): \(trouble)") }
      if let hunt = search.note(report, of: bug, seed: request.seed ?? 0) {
        Terminal.print(hunt.line)
      }
      Terminal.show(progress: search.summary)
    }
    Terminal.print(search.summary)
    try Ending.check(search.found.count == search.hunts.count ? .ok : .plantedBugNotFound)
  }
}
