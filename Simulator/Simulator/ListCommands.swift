import ArgumentParser
import PulsarSimulator

struct FaultsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "faults", abstract: "Lists what can go wrong in a run.")

  func run() {
    for kind in ActKind.allCases where !kind.isWork { Terminal.print(kind.rawValue) }
  }
}

struct InvariantsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "invariants", abstract: "Lists what every run is judged by.")

  func run() {
    for invariant in Invariant.allCases { Terminal.print(invariant.line) }
  }
}
