import Testing

/// Locks that others hold, files that are saved without end, and naps.
@Suite struct LockAndSaveTests {
  private let program: SimulatorProgram

  init() throws { self.program = try SimulatorProgram() }

  private func replay(_ lines: String) throws -> ChildProcess.Outcome {
    try self.program.write(
      """
      scn 1
      title something goes on for a while
      seed 7
      nodes desk, laptop

      at 1m    desk    write a "one\\n"
      \(lines)
      at 50m   desk    mains
      quiet 2h
      expect converged within 2h

      """)
    return try self.program.run(["replay", "a.scn", "--verbose"])
  }

  @Test(arguments: [
    // A capture waits for our lock, and so does a verb.
    (
      "at 5m desk lock captures for 30m\nat 8m desk pulsar now", "+35m00s desk verb now exit:0"
    ),
    ("at 5m desk lock index for 30m\nat 8m desk git add -A", "+8m00s desk git add -A failed"),
    ("at 5m desk lock index for 30m\nat 36m desk git add -A", "+36m00s desk git add -A done"),
    // A file that is never quiet is captured all the same.
    ("at 5m desk save d \"x\\n\" for 20m", "+13m30s desk captured"),
    (
      "at 5m desk suspend for 1m\nat 7m desk suspend for 1m\nat 8m1s desk write b \"b\\n\"",
      "+10m00s desk captured"
    ),
  ])
  func `what goes on for a while does not keep work from its time`(
    lines: String, record: String
  ) throws {
    let outcome = try self.replay(lines)
    #expect(outcome.status == 0, "\(outcome)")
    #expect(outcome.output.text.contains(record), "\(outcome)")
  }
}
