import ArgumentParser
import Foundation
import PulsarSimulator

struct ReplayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay", abstract: "Lives through scenario files.")

  @Argument(help: "Scenarios.", completion: .file(extensions: ["scn"])) var files: [String]
  @Option(help: "Stops there: a time such as 5h33m.") var until: SimulatedTime?
  @Option(defaultAsFlag: "kept", help: "Leaves the repositories in this folder.")
  var keep: String?
  @Flag(help: "Prints every record.") var verbose = false
  @OptionGroup var plants: PlantChoices
  @OptionGroup var jobs: JobChoices

  func validate() throws {
    if self.keep != nil && self.files.count > 1 {
      throw ValidationError("'--keep': the repositories of one file can be left, name one")
    }
    if let keep, FileManager.default.fileExists(atPath: keep), !Self.isOurs(keep) {
      throw ValidationError(
        "'--keep \(keep)': it is there and is not of an earlier replay, name another folder")
    }
  }

  /// A folder that holds a world, or nothing.
  private static func isOurs(_ folder: String) -> Bool {
    let names = try? FileManager.default.contentsOfDirectory(atPath: folder)
    return names.map { $0.isEmpty || $0.contains("remote.git") } ?? false
  }

  func run() throws {
    let scenarios = try self.files.map { try ScenarioFile.read($0) }
    let jobs = Jobs(self.jobs.jobs)
    var requests: [RunRequest: [Int]] = [:]
    var begun = 0
    var tally = RunTally()
    try jobs.work {
      guard begun < scenarios.count else { return nil }
      let request = self.request(scenarios[begun])
      requests[request, default: []].append(begun)
      begun += 1
      return request
    } handle: { request, report in
      guard let index = requests[request]?.popLast() else { return }
      tally.add(report)
      self.tell(self.files[index], scenarios[index], report)
    }
    if self.files.count > 1 {
      Terminal.print("\(tally.runs - tally.failed.count) passed, \(tally.failed.count) failed")
    }
    try Ending.check(tally.exitCode)
  }

  private func request(_ scenario: Scenario) -> RunRequest {
    var request = RunRequest(scenario)
    request.plants = self.plants.names
    request.wantsRecords = self.verbose
    request.until = self.until?.milliseconds
    request.keep = self.keep.map { URL(fileURLWithPath: $0).path }
    return request
  }

  private func tell(_ file: String, _ scenario: Scenario, _ report: RunReport) {
    if self.verbose {
      for record in report.traceRecords { Terminal.print(record.line) }
      for (reason, count) in report.excuses.sorted(by: { $0.key < $1.key }) {
        Terminal.print("excused \(count)  \(reason)")
      }
    }
    let tenths = report.elapsed / 100
    if var failure = report.failure {
      failure.scenario = file
      failure.options = self.plants.names.flatMap { ["--plant", $0] }
      if self.files.count > 1 { Terminal.print("FAIL  \(file)") }
      Terminal.print(FailureText(failure).text, terminator: "")
    } else if let trouble = report.trouble {
      Terminal.print("CRASH \(file): \(trouble)")
      Terminal.print("  replay    swift run Simulator replay \(file)")
    } else {
      Terminal.print(
        "ok    \(file)  \(report.hash)  \(report.count) records  \(tenths / 10).\(tenths % 10) s")
    }
    guard let keep, let node = scenario.nodes.first else { return }
    let at = report.broken?.at ?? self.until?.milliseconds ?? report.simulated
    Terminal.print(
      "the repositories stand as they were at \(SimulatedTime(milliseconds: at).span):")
    for node in scenario.nodes { Terminal.print("  \(node.padded)  cd \(keep)/\(node)/work") }
    Terminal.print("git -C \(keep)/remote.git log --oneline --graph --all")
    Terminal.print("git -C \(keep)/\(node)/work log --oneline --graph --all")
  }
}

extension String {
  fileprivate var padded: String { self.padding(toLength: 8, withPad: " ", startingAt: 0) }
}
