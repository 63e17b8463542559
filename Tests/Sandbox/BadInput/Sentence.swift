import Testing

extension ChildProcess.Outcome {
  /// Whether it ended as no program should: by a signal, by a trap, or not at all.
  var isCrash: Bool {
    let isSignal = self.status >= 128 && self.status != 130
    let traces = ["Fatal error", "Traceback", "Stack dump", "Illegal instruction", "Crash:"]
    return self.isOverdue || isSignal || traces.contains { self.shown.contains($0) }
  }

  /// Expects one sentence on standard error (what failed, why, what to do), and the exit status.
  func expectSentence(
    status: Int32 = 1, _ words: String..., sourceLocation: SourceLocation = #_sourceLocation
  ) {
    self.expectEnd(status: status, words, sourceLocation: sourceLocation)
    let lines = self.errors.lines
    #expect(lines.count == 1, "not one sentence: \(self)", sourceLocation: sourceLocation)
    #expect(
      lines.first?.starts(with: "git-pulsar: ") == true && lines.first?.contains("; ") == true,
      "not what failed, why and what to do: \(self)", sourceLocation: sourceLocation)
  }

  /// Expects an exit status, words that a person is told, and no crash.
  func expectEnd(
    status: Int32, _ words: [String] = [], sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(!self.isCrash, "\(self)", sourceLocation: sourceLocation)
    #expect(self.status == status, "\(self)", sourceLocation: sourceLocation)
    for word in words {
      #expect(
        self.shown.contains(word), "'\(word)' is not said: \(self)",
        sourceLocation: sourceLocation)
    }
  }
}

extension Sandbox {
  /// Runs `git-pulsar` anywhere, registering nothing.
  func pulsar(
    _ arguments: [Bytes], in folder: Bytes, input: Bytes = "", environment: [String: Bytes] = [:],
    isPowerless: Bool = false
  ) throws -> ChildProcess.Outcome {
    try self.run(
      [Program.path] + arguments, in: folder, input: input, environment: environment,
      isPowerless: isPowerless)
  }
}

extension TestRepository {
  /// One with a change that waits to be captured, registered.
  static func makeChanged() throws -> TestRepository {
    let repository = try self.make()
    try repository.pulsar("status").expectEnd(status: 0)
    try repository.append("a.txt", "changed\n")
    return repository
  }

  /// Runs `git-pulsar` through a shell; `line` goes behind the program's name.
  func shell(_ line: Bytes) throws -> ChildProcess.Outcome {
    try self.sandbox.run(["sh", "-c", "exec \"$0\" " + line, Program.path], in: self.top)
  }
}
