import Testing

/// A capture that was made and found right.
struct CheckedCapture {
  let commit: Bytes
  let tree: Bytes
  let outcome: ChildProcess.Outcome
}

extension TestRepository {
  /// Runs `git pulsar now`, registering first where that was not done, and expects that the tree of the
  /// capture is the one git gives, HEAD is among its ancestors, the repository is sound, and nothing of
  /// the user's was touched.
  ///
  /// `departures` are where the promise differs from `git add -A`; `names` what the person must be told
  /// about, such as a skipped path; `exempt` folders below git's that a filter of the user's writes to.
  @discardableResult
  func checkCapture(
    _ departures: Judge.Departures = Judge.Departures(), naming names: [String] = [],
    arguments: [Bytes] = ["--no-push"], folder: Bytes = "", environment: [String: Bytes] = [:],
    isPowerless: Bool = false, clock: String? = nil, exempt: [Bytes] = [],
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> CheckedCapture {
    let expected = try Judge.tree(of: self, departures)
    let before = try Untouched(self, exempt: exempt)
    let outcome = try self.pulsar(
      arguments: ["now"] + arguments, in: folder, environment: environment,
      isPowerless: isPowerless, clock: clock)
    let touched = before.differences(after: try Untouched(self, exempt: exempt))

    // 3 where the person is told of something that was left out.
    let allowed: [Int32] = names.isEmpty ? [0] : [0, 3]
    #expect(allowed.contains(outcome.status), "\(outcome)", sourceLocation: sourceLocation)
    #expect(touched.isEmpty, "\(touched.joined(separator: "\n"))", sourceLocation: sourceLocation)
    for name in names {
      #expect(
        outcome.shown.contains(name), "'\(name)' is not named: \(outcome)",
        sourceLocation: sourceLocation)
    }
    let stream = try self.stream()
    let commit = try #require(
      try self.idIfAny(stream), "no capture at \(stream): \(outcome)",
      sourceLocation: sourceLocation)
    let tree = try self.id(commit + "^{tree}")
    if tree != expected.id {
      Issue.record(
        "the tree is not git's: \(try expected.differences(to: tree, in: self))\n\(outcome)",
        sourceLocation: sourceLocation)
    }
    if let head = try self.idIfAny("HEAD") {
      #expect(
        try self.isAncestor(head, of: commit), "HEAD is not among the capture's ancestors",
        sourceLocation: sourceLocation)
    }
    let check = try self.tryGit(
      "-c", "core.fsmonitor=false", "fsck", "--strict", "--no-dangling", "--no-progress")
    #expect(check.status == 0, "git fsck: \(check)", sourceLocation: sourceLocation)
    return CheckedCapture(commit: commit, tree: tree, outcome: outcome)
  }

  /// Runs `git pulsar now` and expects that it declines with `status`, captures nothing and touches
  /// nothing.
  @discardableResult
  func checkRefusal(
    status: Int32, saying words: [String], arguments: [Bytes] = ["--no-push"],
    environment: [String: Bytes] = [:], isPowerless: Bool = false,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> ChildProcess.Outcome {
    let streams = try self.streams()
    let tips = try streams.map { try self.id($0) }
    let before = try Untouched(self)
    let outcome = try self.pulsar(
      arguments: ["now"] + arguments, environment: environment, isPowerless: isPowerless)
    let touched = before.differences(after: try Untouched(self))
    #expect(outcome.status == status, "\(outcome)", sourceLocation: sourceLocation)
    #expect(touched.isEmpty, "\(touched.joined(separator: "\n"))", sourceLocation: sourceLocation)
    for word in words {
      #expect(
        outcome.shown.contains(word), "'\(word)' is not said: \(outcome)",
        sourceLocation: sourceLocation)
    }
    #expect(try self.streams() == streams, "something was captured", sourceLocation: sourceLocation)
    for (stream, tip) in zip(streams, tips) {
      #expect(try self.id(stream) == tip, "something was captured", sourceLocation: sourceLocation)
    }
    return outcome
  }
}
