import Testing

/// The judges of when things are done, and of what a person is told.
@Suite struct TimeTests {
  private let program: SimulatorProgram

  init() throws { self.program = try SimulatorProgram() }

  /// Work goes there and back; one machine runs on battery for a while, and its clock is set back.
  private static let day = """
    scn 1
    title when things are done
    seed 7
    nodes desk, laptop

    at 1m    desk    write a "one\\n"
    at 2m    desk    write b "two\\n"
    at 20m   desk    write a "three\\n"
    at 21m   desk    write a "four\\n"
    at 40m   laptop  battery 15%
    at 41m   laptop  write c "five\\n"
    at 2h    laptop  battery 5%
    at 2h1m  laptop  write c "six\\n"
    at 3h    laptop  mains
    at 4h    laptop  clock back 2h
    at 4h1m  laptop  write c "seven\\n"
    quiet 4h
    expect converged within 3h

    """

  private func replay(_ scenario: String, _ options: Bytes...) throws -> ChildProcess.Outcome {
    try self.program.write(scenario)
    return try self.program.run(["replay", "a.scn"] + options)
  }

  @Test func `a day without a mistake passes`() throws {
    let outcome = try self.replay(Self.day)
    #expect(outcome.status == 0, "\(outcome)")
  }

  @Test(arguments: [
    ("captures-late", "V6", "was to be captured by"),
    ("pushes-late", "V7", "was to be pushed by"),
    ("ignores-the-battery", "S28", "and below"),
    ("dates-by-the-wall-clock", "S29", "which it goes on from"),
    ("tells-news-twice", "S30", "told a second time"),
    ("tells-no-news", "S30", "nobody was told"),
    ("leaves-out-silently", "S19", "nobody was told"),
  ])
  func `a mistake is found by the judge it concerns`(
    bug: String, invariant: String, words: String
  ) throws {
    let outcome = try self.replay(Self.day, "--plant", Bytes(bug))
    #expect(outcome.status == (invariant.hasPrefix("V") ? 128 : 129), "\(outcome)")
    #expect(outcome.output.text.hasPrefix("FAIL  \(invariant) "), "\(outcome)")
    #expect(outcome.output.text.contains(words), "\(outcome)")
  }

  /// Each keeps captures or pushes from their time, and is told among the excuses.
  @Test(arguments: [
    ("desk pulsar pause", "desk pulsar resume", "late capture: paused"),
    ("desk suspend for 2h", "desk mains", "late capture: asleep"),
    ("desk battery 5%", "desk mains", "late capture: the battery is low"),
    ("desk daemon stop", "desk daemon start", "late push: no daemon runs"),
    ("desk disk full for 2h", "desk mains", "late capture: the disk fails"),
    ("origin down for 2h", "desk mains", "late push: the remote is out of reach"),
    ("desk load 900", "desk load 20", "late capture: the machine is busy"),
    ("desk battery 15%", "desk mains", "late push: the battery is not full"),
  ])
  func `what keeps a machine from its work is told`(
    begin: String, end: String, reason: String
  ) throws {
    let outcome = try self.replay(
      """
      scn 1
      title something is in the way
      seed 7
      nodes desk, laptop

      at 1h     desk  write a "one\\n"
      at 61m    desk  write b "two\\n"
      at 1h1m1s \(begin)
      at 3h10m  \(end)
      quiet 5h

      """, "--verbose")
    #expect(outcome.status == 0, "\(outcome)")
    #expect(outcome.output.text.contains(reason), "\(outcome)")
  }

  /// One machine finalizes its own branch and takes that back; others hand work over on another.
  private static let others = """
    scn 1
    title one machine finalizes its own branch, and takes that back
    seed 7
    nodes desk, laptop, studio

    at 1m    desk    git switch -c topic
    at 2m    desk    write d "topic\\n"
    at 30m   desk    git add -A
    at 31m   desk    pulsar finalize --yes -m mine --into topic
    at 40m   desk    pulsar undo --yes
    at 1h    laptop  write a "one\\n"
    at 1h1m  laptop  write b "two\\n"
    at 3h    studio  pulsar sync --yes
    quiet 3h
    expect converged within 2h

    """

  @Test(arguments: [("syncs-half", "V5"), ("hides-drift", "V3")])
  func `who took no part in an undo or a finalize is judged on`(
    bug: String, invariant: String
  ) throws {
    let outcome = try self.replay(Self.others, "--plant", Bytes(bug))
    #expect(outcome.status == 128, "\(outcome)")
    #expect(outcome.output.text.hasPrefix("FAIL  \(invariant) "), "\(outcome)")
  }
}
