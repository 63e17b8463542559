/// What many runs came to together.
package struct RunTally: Hashable, Sendable {
  package private(set) var runs = 0
  /// Runs in which something broke, differed or stood in the way, in the order of their reports.
  package private(set) var failed: [RunReport] = []
  private var simulated: Int64 = 0
  private var lived: Int64 = 0
  private var rechecks = 0
  private var faults: [String: Int] = [:]
  private var excuses: [String: Int] = [:]
  private var marks: Set<String> = []
  private var judged: [String: Int] = [:]
  private var traits: [String: Int] = [:]
  private var hits: [String: Int] = [:]
  /// Planted bugs of which it is known whether they are found; nil: none was looked for.
  package var planted: RunSummary.Found?

  package init() {}

  package mutating func add(_ report: RunReport) {
    self.runs += 1
    self.simulated += report.simulated
    self.lived += report.simulated * Int64(report.nodes.count)
    if report.secondHash != nil && report.difference == nil { self.rechecks += 1 }
    self.faults.merge(report.faults) { $0 + $1 }
    self.excuses.merge(report.excuses) { $0 + $1 }
    self.marks.formUnion(report.marks)
    self.judged.merge(report.judged) { $0 + $1 }
    for name in report.traits.keys { self.traits[name, default: 0] += 1 }
    self.hits.merge(report.traits) { $0 + $1 }
    if !report.isFine { self.failed.append(report) }
  }

  /// How the program ends: as the first of these did, safety before liveness before the rest.
  package var exitCode: ExitCode {
    let codes = self.failed.map(\.exitCode)
    let order: [ExitCode] = [.safety, .liveness, .nondeterminism, .crash]
    if let worst = order.first(where: codes.contains) { return worst }
    return self.planted.map { $0.missing.isEmpty } ?? true ? .ok : .plantedBugNotFound
  }

  package var neverMet: [Mark] { Mark.allCases.filter { !self.marks.contains($0.rawValue) } }

  /// Judges that count what they judge, and never had anything to.
  package var neverJudged: [Invariant] {
    Invariant.counted.filter { self.judged[$0.rawValue] == nil }
  }

  /// Sums up.
  ///
  /// - Parameters:
  ///   - elapsed: how long all took by the clock on the wall, in milliseconds.
  ///   - namesMarks: whether the situations that were never met are named.
  /// - Returns: what people are told.
  package func summary(elapsed: Int64, namesMarks: Bool = false) -> RunSummary {
    var summary = RunSummary()
    summary.seeds = self.runs
    summary.failed = self.failed.count
    summary.simulated = SimulatedTime(milliseconds: self.simulated)
    summary.lived = SimulatedTime(milliseconds: self.lived)
    summary.elapsedMilliseconds = elapsed
    summary.faults = ActKind.allCases.compactMap { kind in
      self.faults[kind.rawValue].map { RunSummary.Count(kind.rawValue, $0) }
    }
    summary.excusedStalls = self.excuses.sorted { $0.key < $1.key }.map {
      RunSummary.Count($0.key, $0.value)
    }
    let missing = self.neverMet.map(\.rawValue)
    summary.marks = RunSummary.Found(
      found: Mark.allCases.count - missing.count, of: Mark.allCases.count,
      missing: namesMarks ? missing : [])
    summary.rechecks = self.rechecks
    summary.traits = self.traits.sorted { $0.key < $1.key }.map {
      RunSummary.Trait($0.key, runs: $0.value, hits: self.hits[$0.key, default: 0])
    }
    summary.judged = Invariant.counted.map {
      RunSummary.Count("\($0.rawValue) \($0.name)", self.judged[$0.rawValue, default: 0])
    }
    summary.planted = self.planted
    return summary
  }

  /// One line for people who wait: `12 runs, 9.00 machine-days, 1 failed`.
  package var progress: String {
    let hundredths = self.lived * 100 / SimulatedTime.hours(24).milliseconds
    let days = "\(hundredths.hundredthsText) machine-days"
    let failed = self.failed.isEmpty ? "" : ", \(self.failed.count) failed"
    return "\(self.runs.withCommas) \(self.runs == 1 ? "run" : "runs"), \(days)\(failed)"
  }
}
