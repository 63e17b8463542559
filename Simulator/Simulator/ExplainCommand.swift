import ArgumentParser
import PulsarSimulator

struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "Draws what happens in a scenario.")

  @Argument(help: "A scenario.", completion: .file(extensions: ["scn"])) var file: String
  @Option(help: "Writes a picture to this file, too.") var svg: String?
  @Flag(help: "Lists the records below the lanes.") var list = false
  @OptionGroup var plants: PlantChoices

  func run() throws {
    let scenario = try ScenarioFile.read(self.file)
    var request = RunRequest(scenario)
    request.plants = self.plants.names
    request.wantsRecords = true
    let report = try Jobs(1).run(request)
    if let trouble = report.trouble {
      throw Complaint(
        "could not live through '\(self.file)'", why: trouble, whatToDo: "replay it by itself",
        code: .crash)
    }
    let picture = RunPicture(scenario, report, plants: self.plants.names)
    if let svg { try ScenarioFile.write(picture.svg, to: svg) }
    if !scenario.title.isEmpty { Terminal.print(scenario.title + "\n") }
    Terminal.print(picture.lanes(isListed: self.list), terminator: "")
    if let broken = report.broken { Terminal.print("\n\(broken.invariant) \(broken.sentence)") }
    if let svg { Terminal.print("\npicture  \(svg)") }
  }
}
