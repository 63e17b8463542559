import ArgumentParser
import PulsarSimulator

extension PlantedBug: ExpressibleByArgument {}

extension Seed: ExpressibleByArgument {
  public init?(argument: String) {
    guard let seed = try? Seed(argument) else { return nil }
    self = seed
  }

  public var defaultValueDescription: String { self.text }
}

extension SimulatedTime: ExpressibleByArgument {}

/// How long random runs are, and how many take part.
struct RunChoices: ParsableArguments {
  @Option(help: "Hours of simulated time each, before two quiet ones.") var hours: Int64 = 24
  @Option(help: "Machines, 2 to 4.") var nodes = 3
  @OptionGroup var traits: TraitChoices

  func validate() throws {
    if !(1...8760).contains(self.hours) {
      throw ValidationError("'--hours \(self.hours)': a run has 1 to 8760 hours")
    }
    if !(2...4).contains(self.nodes) {
      throw ValidationError("'--nodes \(self.nodes)': a run has 2 to 4 machines")
    }
  }

  func request(_ seed: UInt64) -> RunRequest {
    RunRequest(
      seed: seed, length: .hours(self.hours), nodes: self.nodes, traits: self.traits.kinds)
  }
}

/// What may make machines unlike in random runs.
struct TraitChoices: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Traits that machines may have: names with commas between, 'all', or 'none'.",
      valueName: "names"))
  var traits = "all"

  /// nil: machines are alike.
  var kinds: [TraitKind]? {
    switch self.traits {
    case "all": TraitKind.allCases
    case "none": nil
    default: self.names.compactMap(TraitKind.init(rawValue:))
    }
  }

  private var names: [String] { self.traits.split(separator: ",").map(String.init) }

  func validate() throws {
    if ["all", "none"].contains(self.traits) { return }
    if let name = self.names.first(where: { TraitKind(rawValue: $0) == nil }) {
      let known = TraitKind.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("'--traits \(name)': there is no such trait, but \(known)")
    }
  }
}

/// How many processes work at once.
struct JobChoices: ParsableArguments {
  @Option(help: "Processes that work at the same time.") var jobs = 1

  func validate() throws {
    if !(1...256).contains(self.jobs) {
      throw ValidationError("'--jobs \(self.jobs)': 1 to 256 processes can work")
    }
  }
}

/// What is done with a run that fails.
struct FailureChoices: ParsableArguments {
  @Option(help: "Folder for the scenarios and pictures of failures.") var out = "out"
  @Flag(name: .customLong("shrink"), inversion: .prefixedNo, help: "Makes failures small.")
  var shrinks = true
}

/// A mistake that is switched on.
struct PlantChoices: ParsableArguments {
  @Option(help: "A planted bug that is switched on.") var plant: PlantedBug?

  var names: [String] { self.plant.map { [$0.rawValue] } ?? [] }
}
