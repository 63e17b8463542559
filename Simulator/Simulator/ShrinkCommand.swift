import ArgumentParser
import PulsarSimulator

struct ShrinkCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "shrink", abstract: "Makes a run that fails small.")

  @Argument(help: "A scenario.", completion: .file(extensions: ["scn"])) var file: String?
  @Option(help: "The seed of a random run, in place of a scenario.") var seed: Seed?
  @OptionGroup var choices: RunChoices
  @Option(help: "Seconds after which the smallest so far is taken.") var budget = 60
  @OptionGroup var plants: PlantChoices
  @Option(name: .shortAndLong, help: "The file that is written; a picture comes beside it.")
  var output: String?

  func validate() throws {
    if (self.file == nil) == (self.seed == nil) {
      throw ValidationError("what is made small is either a FILE or a '--seed'")
    }
    if self.budget < 1 { throw ValidationError("'--budget \(self.budget)': at least a second") }
  }

  func run() throws {
    var request =
      if let file { RunRequest(try ScenarioFile.read(file)) } else {
        self.choices.request(self.seed?.value ?? 1)
      }
    request.plants = self.plants.names
    let jobs = Jobs(1)
    let report = try jobs.run(request)
    guard report.failure != nil else {
      if let trouble = report.trouble {
        throw Complaint(
          "could not live through it", why: trouble, whatToDo: "replay it by itself", code: .crash)
      }
      throw Complaint(
        "there is nothing to make small", why: "the run does not fail",
        whatToDo: "name one that does")
    }
    let name = Seed(value: report.seed).fileName
    let output = self.output ?? "out/\(name).scn"
    let stem = output.hasSuffix(".scn") ? String(output.dropLast(4)) : output
    let filing = FailureFiling(jobs: jobs, out: "", budget: self.budget)
    let filed = try filing.file(request, report, scenario: output, picture: "\(stem).svg")
    Terminal.print(filed.scenario.text)
    Terminal.print(filed.text, terminator: "")
  }
}
