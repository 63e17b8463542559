import PulsarSimulator

/// Many runs: what is shown while they go on, and told when they are over.
final class RunSession {
  let jobs: Jobs
  private(set) var tally = RunTally()
  private(set) var failures: [(request: RunRequest, report: RunReport)] = []
  private let begun = ContinuousClock.now

  /// Failures that are made small; all are listed.
  private static let mostFiled = 3

  init(jobs: Int) { self.jobs = Jobs(jobs) }

  /// Planted bugs of which it is known whether they are found.
  var planted: RunSummary.Found? {
    get { self.tally.planted }
    set { self.tally.planted = newValue }
  }

  var elapsed: Int64 { self.begun.duration(to: .now).wholeMilliseconds }

  func note(_ request: RunRequest, _ report: RunReport) {
    self.tally.add(report)
    if !report.isFine { self.failures.append((request, report)) }
    Terminal.show(progress: self.tally.progress)
  }

  /// Files the failures, one of each class, and prints what the runs came to.
  ///
  /// - Parameters:
  ///   - choices: where to, and whether they are made small.
  ///   - namesMarks: whether the situations that were never met are named; all is summed up then, also
  ///     where something failed.
  ///   - print: takes each part of the text.
  /// - Throws: `Complaint` when a file cannot be written, or no process started.
  func finish(
    _ choices: FailureChoices, namesMarks: Bool = false, print: (String) -> Void
  ) throws {
    let elapsed = self.elapsed
    Terminal.clearProgress()
    if self.failures.isEmpty || namesMarks {
      print(self.tally.summary(elapsed: elapsed, namesMarks: namesMarks).text)
    }
    if self.failures.isEmpty { return }
    var filing = FailureFiling(jobs: self.jobs, out: choices.out)
    if !choices.shrinks { filing.budget = 0 }
    var known: Set<FailureClass> = []
    for (request, report) in self.failures where known.count < Self.mostFiled {
      let failure = report.failure.map { FailureClass(of: $0) }
      if known.insert(failure ?? FailureClass(invariant: "", site: report.verdict)).inserted {
        print(try filing.file(request, report) + "\n")
      }
    }
    print("\(self.failures.count) of \(self.tally.runs) runs failed:\n")
    for (_, report) in self.failures {
      print("  \(Seed(value: report.seed).text)  \(report.verdict)\n")
    }
  }
}
