import Testing

@Suite struct ReplayTests {
  private let program: SimulatorProgram

  init() throws {
    self.program = try SimulatorProgram()
    try self.program.write(SimulatorProgram.handover)
  }

  /// The trace hash, in `ok    FILE  HASH  N records  S s`.
  private func hash(_ environment: [String: Bytes]) throws -> Substring {
    let outcome = try self.program.run(["replay", "a.scn"], environment: environment)
    #expect(outcome.status == 0, "\(outcome)")
    let words = outcome.output.text.split(separator: " ")
    return try #require(words.first { $0.count == 16 }, "\(outcome)")
  }

  @Test func `a scenario does the same in two processes, however they hash`() throws {
    #expect(try self.hash([:]) == self.hash(["SWIFT_DETERMINISTIC_HASHING": "1"]))
  }

  @Test(arguments: [
    ("stages-in-the-users-index", "S1"), ("acknowledges-push-unseen", "S4"),
    ("acknowledges-before-the-ref", "S3"),
  ])
  func `a planted bug is found, and the text says how to see it again`(
    bug: String, invariant: String
  ) throws {
    let outcome = try self.program.run(["replay", "a.scn", "--plant", Bytes(bug)])
    #expect(outcome.status == 129, "\(outcome)")
    #expect(outcome.output.text.hasPrefix("FAIL  \(invariant) "), "\(outcome)")
    let last = outcome.output.lines.suffix(2).map(\.text)
    let replay = "swift run Simulator replay a.scn --plant \(bug)"
    #expect(last.first == "  replay    \(replay)", "\(outcome)")
    #expect(last.last?.hasPrefix("  inspect   \(replay) --until ") == true, "\(outcome)")
  }

  @Test func `a replay that is stopped leaves the repositories as they were`() throws {
    let outcome = try self.program.run(["replay", "a.scn", "--until", "2h4m", "--keep", "kept"])
    #expect(outcome.status == 0, "\(outcome)")
    // Taken over from the other machine, and not yet added to.
    let laptop = self.program.folder / "kept/laptop/work"
    #expect(try Files.read(laptop / "a") == "two\n")
    for line in outcome.output.lines.suffix(2) {
      let words = line.lines.flatMap { $0.array.split(separator: UInt8(ascii: " ")) }
      let shown = try self.program.sandbox.run(
        words.map { Bytes(Array($0)) }, in: self.program.folder)
      #expect(shown.status == 0, "\(line.text): \(shown)")
      #expect(!shown.output.array.isEmpty, "\(line.text)")
    }
  }

  @Test func `a folder that holds something else is not replaced`() throws {
    try Files.write(self.program.folder / "mine/file", "precious")
    let outcome = try self.program.run(["replay", "a.scn", "--keep", "mine"])
    #expect(outcome.status == 1, "\(outcome)")
    #expect(try Files.read(self.program.folder / "mine/file") == "precious")
  }

  @Test func `a file that is no scenario is refused with its line`() throws {
    let broken = SimulatorProgram.handover.replacing("write a", with: "wriet a", maxReplacements: 1)
    try self.program.write(broken, to: "b.scn")
    let outcome = try self.program.run(["replay", "a.scn", "b.scn"])
    #expect(outcome.status == 1)
    #expect(outcome.output == "")
    #expect(outcome.errors.text.hasPrefix("Simulator: b.scn:6: "), "\(outcome)")
    #expect(outcome.errors.text.contains("'write'"), "\(outcome)")
  }

  @Test func `several files are counted, and the worst is how it ends`() throws {
    let wrong = SimulatorProgram.handover.replacing("desk a \"two", with: "desk a \"2")
    try self.program.write(wrong, to: "b.scn")
    let outcome = try self.program.run(["replay", "a.scn", "b.scn", "--jobs", "2"])
    #expect(outcome.status == 129, "\(outcome)")
    #expect(outcome.output.lines.last == "1 passed, 1 failed", "\(outcome)")
  }
}
