import PulsarSimulator

/// A run as it is drawn, in a file and in the terminal.
struct RunPicture {
  private let scenario: Scenario
  private let report: RunReport

  /// Takes a report that has all records.
  init(_ scenario: Scenario, _ report: RunReport) {
    self.scenario = scenario
    self.report = report
  }

  var svg: String {
    let title = self.scenario.title.isEmpty ? "a run" : self.scenario.title
    return TimelinePicture(
      title: title, subtitle: "seed \(Seed(value: self.scenario.seed).text)",
      nodes: self.scenario.nodes, records: self.report.traceRecords,
      end: SimulatedTime(milliseconds: self.report.simulated)
    ).svg
  }

  /// Draws it for a terminal.
  ///
  /// - Parameter isListed: whether the records follow.
  /// - Returns: lines, each with its end.
  func lanes(isListed: Bool) -> String {
    Lanes(
      nodes: self.scenario.nodes, records: self.report.traceRecords,
      end: SimulatedTime(milliseconds: self.report.simulated)
    ).text(listing: isListed)
  }
}
