import ArgumentParser
import PulsarSimulator

struct CanariesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "canaries", abstract: "Looks for every planted bug, to see that it is found.")

  @Option(help: "How many seeds are tried for each, from 1 on.") var seeds = 40
  @Option(help: "Hours of simulated time each, before two quiet ones.") var hours: Int64 = 6
  @Option(name: .customLong("plant"), help: "Looks for this one only; may be said again.")
  var plants: [PlantedBug] = []
  @Option(help: "Looks for so many of them only.") var sample: Int?
  @Option(help: "Which ones: others for each number.") var day = 0
  @OptionGroup var jobs: JobChoices

  func validate() throws {
    if self.seeds < 1 { throw ValidationError("'--seeds \(self.seeds)': at least one is tried") }
    if !(0...1_000_000).contains(self.day) {
      throw ValidationError("'--day \(self.day)': a day has a number from 0 to 1000000")
    }
    if let sample, sample < 1 {
      throw ValidationError("'--sample \(sample)': at least one is looked for")
    }
    if !(1...8760).contains(self.hours) {
      throw ValidationError("'--hours \(self.hours)': a run has 1 to 8760 hours")
    }
  }

  /// Those that are looked for.
  private var bugs: [PlantedBug] {
    let all = self.plants.isEmpty ? PlantedBug.findable : self.plants
    guard let sample, sample < all.count else { return all }
    return (0..<sample).map { all[(self.day * sample + $0) % all.count] }
  }

  func run() throws {
    var search = PlantedBugSearch(self.bugs, most: self.seeds)
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
