import PulsarSimulator

/// What is done with a run that failed: it is made small, written down, drawn and told.
struct FailureFiling {
  let jobs: Jobs
  /// Folder of the files.
  let out: String
  /// Seconds for making one small; 0: it stays as it is.
  var budget = 60

  /// The files of one failure are named after the seed.
  ///
  /// - Returns: what is printed of it.
  func file(_ request: RunRequest, _ report: RunReport) throws -> String {
    let name = "\(self.out)/\(Seed(value: report.seed).fileName)"
    return try self.file(request, report, scenario: "\(name).scn", picture: "\(name).svg").text
  }

  /// - Returns: what is printed of it, and the scenario, small or not.
  func file(
    _ request: RunRequest, _ report: RunReport, scenario path: String, picture: String
  ) throws -> (text: String, scenario: Scenario) {
    var scenario = try request.scenario
    guard let first = report.failure else {
      try ScenarioFile.write(scenario.text, to: path)
      let seed = Seed(value: report.seed).text
      let words = "\(report.verdict)\n  seed      \(seed)\n  scenario  \(path)\n"
      return (words + "  replay    swift run Simulator replay \(path)\n", scenario)
    }
    let shrunk = self.budget > 0 ? try self.shrink(scenario, first, request.plants) : nil
    if let shrunk { scenario = shrunk.scenario }
    var end = try self.recorded(scenario, request.plants)
    // Made small, it fails earlier: the time may have been over before what comes later was left out.
    if shrunk != nil, let failure = end.failure {
      var cut = scenario
      cut.events.removeAll { $0.at > failure.at }
      let again = cut == scenario ? end : try self.recorded(cut, request.plants)
      if again.failure.map(FailureClass.init(of:)) == FailureClass(of: failure) {
        (scenario, end) = (cut, again)
      }
    }
    var failure = end.failure ?? first
    failure.shrunk = shrunk.map {
      Failure.Shrunk(from: $0.from, to: scenario.events.count, runs: $0.runs)
    }
    try ScenarioFile.write(scenario.text, to: path)
    failure.scenario = path
    failure.options = request.plants.flatMap { ["--plant", $0] }
    if end.failure != nil {
      try ScenarioFile.write(RunPicture(scenario, end, plants: request.plants).svg, to: picture)
      failure.picture = picture
    }
    var text = FailureText(failure).text
    if end.failure == nil {
      text = "  it did not come again when it was run once more\n" + text
    }
    return (text, scenario)
  }

  /// Lives through it, and keeps all records.
  private func recorded(_ scenario: Scenario, _ plants: [String]) throws -> RunReport {
    var request = RunRequest(scenario)
    request.plants = plants
    request.wantsRecords = true
    return try self.jobs.run(request)
  }

  private struct Shrunk {
    let scenario: Scenario
    let from: Int
    let runs: Int
  }

  private func shrink(
    _ scenario: Scenario, _ failure: Failure, _ plants: [String]
  ) throws -> Shrunk? {
    let begun = ContinuousClock.now
    var trouble: (any Error)?
    let shrinker = Shrinker(
      isOver: { trouble != nil || begun.duration(to: .now) >= .seconds(self.budget) },
      report: {
        let seconds = begun.duration(to: .now).wholeMilliseconds / 1000
        Terminal.show(
          progress: "shrinking \(failure.invariant): \($0.eventsLeft) of \(scenario.events.count) "
            + "events, \($0.runs) runs, \(seconds) of \(self.budget) s")
      })
    let outcome = shrinker.shrink(scenario, failedAt: failure.at) { candidate in
      do {
        var request = RunRequest(candidate)
        request.plants = plants
        return try self.jobs.run(request).failure.map { FailureClass(of: $0) }
      } catch {
        trouble = error
        return nil
      }
    }
    Terminal.clearProgress()
    if let trouble { throw trouble }
    return outcome.map {
      Shrunk(
        scenario: $0.scenario, from: scenario.events.count, runs: $0.runs)
    }
  }
}
