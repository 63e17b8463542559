import Testing

/// What makes machines unlike, and the judges of what verbs make of files.
@Suite struct TraitTests {
  private let program: SimulatorProgram

  init() throws { self.program = try SimulatorProgram() }

  private static let head = """
    scn 1
    title machines that are not twins
    seed 7
    nodes desk, laptop

    """

  /// Something is ignored, something is staged, and both have changed one file.
  private static let day = """
    trait laptop ignores exclude *.tmp

    at 1m    desk    write a "theirs\\n"
    at 2m    laptop  write x.tmp "nobody's\\n"
    at 3m    laptop  write s "half\\n"
    at 4m    laptop  git add s
    at 20m   laptop  write b "b\\n"
    at 40m   laptop  write a "ours\\n"
    at 1h    desk    pulsar now
    at 2h    laptop  pulsar sync --yes --theirs

    """

  private func replay(_ lines: String, plant: String? = nil) throws -> ChildProcess.Outcome {
    try self.program.write(
      Self.head + lines + "quiet 2h\nexpect converged within 2h\n")
    return try self.program.run(
      ["replay", "a.scn"] + (plant.map { ["--plant", Bytes($0)] } ?? []))
  }

  @Test(arguments: [
    ("deletes-ignored-files", "S17", "'x.tmp'", ""),
    ("forgets-what-is-staged", "S18", "others staged", ""),
    ("undoes-half", "S24", "staged", "at 3h laptop pulsar undo --yes\n"),
    (
      "finalizes-half", "S25", "git merges",
      "at 3h laptop git add -A\nat 4h laptop pulsar finalize --yes -m all\n"
    ),
    (
      "restores-the-wrong-mode", "S26", "the program",
      "at 3h laptop delete b\nat 3h1m laptop pulsar restore --yes --at 2h b\n"
    ),
    ("leaves-marks", "S27", "marks of a conflict", ""),
  ])
  func `a mistake is found by the judge it concerns`(
    bug: String, invariant: String, words: String, lines: String
  ) throws {
    let whole = try self.replay(Self.day + lines)
    #expect(whole.status == 0, "\(whole)")
    let outcome = try self.replay(Self.day + lines, plant: bug)
    #expect(outcome.status == 129, "\(outcome)")
    #expect(outcome.output.text.hasPrefix("FAIL  \(invariant) "), "\(outcome)")
    #expect(outcome.output.text.contains(words), "\(outcome)")
  }

  /// With what it keeps a machine from, each is set up, and a session goes there and back.
  @Test(arguments: [
    "desk ignores global b", "desk ignores exclude b", "desk ignores settings b",
    "desk no-file-mode", "desk autocrlf true", "desk autocrlf input", "desk eol-crlf",
    "desk no-links", "desk ignore-case", "desk sparse cone dir", "desk sparse no-cone dir",
    "desk hidden-edit skip-worktree README", "desk hidden-edit assume-unchanged README",
    "desk limit 1000", "desk shallow", "desk partial", "desk detached", "desk split-index",
    "desk nested own", "desk replace", "desk adapter", "origin attributes \"* text=auto\"",
    "origin filter reversible b", "origin filter pointer b", "origin filter encoding b",
    "origin submodule",
  ])
  func `a machine has every trait`(trait: String) throws {
    let outcome = try self.replay(
      "trait \(trait)\n" + """
        at 5m    laptop  write b "text\\n"
        at 20m   laptop  pulsar now
        at 1h    desk    pulsar sync --yes
        at 61m   desk    write c "c\\n"
        at 2h    laptop  pulsar sync --yes

        """)
    #expect(outcome.status == 0, "\(outcome)")
  }

  @Test func `a failure names what the daemon waits for`() throws {
    try self.program.write(
      Self.head + "policy capture 6h push 6h\nat 1h desk write a \"x\\n\"\nquiet 1h\n"
        + "expect converged within 5m\n")
    let outcome = try self.program.run(["replay", "a.scn"])
    #expect(outcome.status == 128, "\(outcome)")
    #expect(outcome.output.text.contains("the daemon waits for quiet files"), "\(outcome)")
  }

  @Test func `a point that nothing came to is told`() throws {
    try self.program.write(
      Self.head + "at 1h desk on finalize.fs[3] crash\nquiet 2h\n")
    let outcome = try self.program.run(["replay", "a.scn", "--verbose"])
    #expect(outcome.status == 0, "\(outcome)")
    #expect(
      outcome.output.text.contains("desk skipped on finalize.fs[3]: nothing came there"),
      "\(outcome)")
  }
}
