import PulsarSimulator

/// A run as it is drawn, in a file and in the terminal.
struct RunPicture {
  private let scenario: Scenario
  private let report: RunReport
  private let plants: [String]

  /// Takes a report that has all records, and the names of the planted bugs of its run.
  init(_ scenario: Scenario, _ report: RunReport, plants: [String] = []) {
    self.scenario = scenario
    self.report = report
    self.plants = plants
  }

  var svg: String {
    let title = self.scenario.title.isEmpty ? "a run" : self.scenario.title
    return TimelinePicture(
      title: title, subtitle: self.subtitle,
      nodes: self.scenario.nodes, records: self.report.traceRecords,
      end: self.end
    ).svg
  }

  /// A run ends where something broke: room is left behind it, for what was drawn last.
  private var end: SimulatedTime {
    let lived = self.report.simulated
    return SimulatedTime(milliseconds: self.report.broken == nil ? lived : lived + lived / 25)
  }

  private var subtitle: String {
    let seed = "seed \(Seed(value: self.scenario.seed).text)"
    return self.plants.isEmpty
      ? seed : "\(seed), with a planted bug: \(self.plants.joined(separator: ", "))"
  }

  /// Draws it for a terminal.
  ///
  /// - Parameter isListed: whether the records follow.
  /// - Returns: lines, each with its end.
  func lanes(isListed: Bool) -> String {
    Lanes(
      nodes: self.scenario.nodes, records: self.report.traceRecords,
      end: self.end
    ).text(listing: isListed)
  }
}
