import Testing

/// Each judge finds the mistake it is there for.
@Suite struct JudgeTests {
  private let program: SimulatorProgram

  init() throws {
    self.program = try SimulatorProgram()
    try self.program.write(Self.scenario(convergingWithin: "2h"))
  }

  /// A handoff, a file that is ignored, and a daemon that dies with work to do.
  private static func scenario(convergingWithin span: String) -> String {
    """
    scn 1
    title a working day
    seed 7
    nodes desk, laptop

    at 1m    desk    write a "one\\n"
    at 3m    desk    write .gitignore "secret\\n"
    at 4m    desk    write secret "do not tell\\n"
    at 1h    desk    write a "two\\n"
    at 2h    laptop  pulsar sync --yes
    at 2h5m  laptop  write a "three\\n"
    at 2h7m  laptop  daemon kill
    at 2h8m  laptop  write a "four\\n"
    quiet 3h
    expect converged within \(span)

    """
  }

  @Test func `a day without a mistake passes`() throws {
    let outcome = try self.program.run(["replay", "a.scn"])
    #expect(outcome.status == 0, "\(outcome)")
  }

  @Test(arguments: [
    ("moves-a-foreign-ref", "S2", "refs/heads/planted"),
    ("prunes-what-is-not-pushed", "S7", "took the last capture"),
    ("leaves-litter", "S10", ".pulsar-tmp-"),
    ("stays-down-after-a-crash", "S11", "after a crash"),
    ("writes-anothers-stream", "S13", "which laptop never made"),
    ("captures-too-often", "S14", "captured again"),
    ("pushes-too-often", "S14", "pushed again"),
    ("captures-ignored-files", "S16", "'secret', which is ignored"),
    ("pushes-elsewhere", "S16", "elsewhere.git"),
    ("hides-drift", "V3", "on the remote"),
    ("syncs-half", "V5", "is not as git merges it"),
  ])
  func `a mistake is found by the judge it concerns`(
    bug: String, invariant: String, words: String
  ) throws {
    let outcome = try self.program.run(["replay", "a.scn", "--plant", Bytes(bug)])
    #expect(outcome.status == (invariant.hasPrefix("V") ? 128 : 129), "\(outcome)")
    #expect(outcome.output.text.hasPrefix("FAIL  \(invariant) "), "\(outcome)")
    #expect(outcome.output.text.contains(words), "\(outcome)")
  }

  /// The laptop's last capture is made ten minutes after its daemon started anew.
  @Test(arguments: [("5m", false), ("2h30m", true)])
  func `a span is counted from the last fault, however long the quiet phase is`(
    span: String, isKept: Bool
  ) throws {
    try self.program.write(Self.scenario(convergingWithin: span))
    let outcome = try self.program.run(["replay", "a.scn"])
    #expect(outcome.status == (isKept ? 0 : 128), "\(outcome)")
    #expect(outcome.output.text.hasPrefix(isKept ? "ok " : "FAIL  V1 "), "\(outcome)")
  }
}
