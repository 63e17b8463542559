extension RunRequest {
  /// Lives through it, in this process.
  ///
  /// - Returns: what it came to; with `trouble` when it could not be lived to its end.
  package func perform() -> RunReport {
    do {
      let scenario = try self.scenario
      let begun = ContinuousClock.now
      let outcome = try self.run(scenario)
      var report = RunReport()
      report.seed = scenario.seed
      report.nodes = scenario.nodes
      report.hash = outcome.trace.hash.text
      report.count = outcome.trace.count
      report.simulated = outcome.lived.milliseconds
      report.elapsed = begun.duration(to: .now).wholeMilliseconds
      report.faults = Self.faults(of: scenario, until: outcome.lived)
      report.excuses = outcome.excuses
      report.marks = Mark.allCases.filter { outcome.marks.count($0) > 0 }.map(\.rawValue)
      report.judged = outcome.judged
      report.traits = Dictionary(
        scenario.traits.map { ($0.name, 0) }, uniquingKeysWith: { one, _ in one }
      ).merging(outcome.hits) { $0 + $1 }
      report.broken = outcome.failure.map {
        RunReport.Broken(
          invariant: $0.invariant, sentence: $0.sentence, actor: $0.actor, at: $0.at.milliseconds,
          event: $0.event)
      }
      report.last = (outcome.failure?.records ?? []).map(SavedRecord.init)
      if self.wantsRecords { report.records = outcome.trace.records.map(SavedRecord.init) }
      if self.isTwice {
        let again = try self.run(scenario)
        report.secondHash = again.trace.hash.text
        report.difference = Self.difference(of: outcome.trace, again.trace)
      }
      return report
    } catch {
      return RunReport(trouble: "\(error)", seed: self.seed ?? 0)
    }
  }

  private func run(_ scenario: Scenario) throws -> SimulationRun.Outcome {
    var simulation = SimulationRun(scenario)
    simulation.plants = Set(self.plants.compactMap(PlantedBug.init(rawValue:)))
    simulation.keepsTrace = self.wantsRecords || self.isTwice
    simulation.until = self.until.map { SimulatedTime(milliseconds: $0) }
    simulation.keep = self.keep
    return try simulation.run()
  }

  private static func difference(of one: Trace, _ other: Trace) -> String? {
    if one.hash == other.hash { return nil }
    return Trace.firstDifference(of: one.records, other.records)
      ?? "the hash \(one.hash.text) of the one run, \(other.hash.text) of the other"
  }

  /// What the world was to do wrong until then; what came to nothing included.
  private static func faults(of scenario: Scenario, until end: SimulatedTime) -> [String: Int] {
    scenario.events.reduce(into: [:]) { counts, event in
      let kind = ActKind(event.act)
      if event.at <= end, !kind.isWork { counts[kind.rawValue, default: 0] += 1 }
    }
  }
}

extension Duration {
  /// Rounded down.
  package var wholeMilliseconds: Int64 {
    let (seconds, attoseconds) = self.components
    return seconds * 1000 + attoseconds / 1_000_000_000_000_000
  }
}
