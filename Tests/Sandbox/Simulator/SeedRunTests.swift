import Testing

@Suite struct SeedRunTests {
  private let program: SimulatorProgram

  init() throws { self.program = try SimulatorProgram() }

  @Test func `seeds give the same hashes alone, side by side and twice`() throws {
    let run: [Bytes] = ["run", "--seed", "1", "--seeds", "2", "--hours", "1", "--print-hashes"]
    let alone = try self.program.run(run)
    let beside = try self.program.run(
      run + ["--jobs", "2", "--twice"], environment: ["SWIFT_DETERMINISTIC_HASHING": "1"])
    #expect(alone.status == 0, "\(alone)")
    #expect(beside.status == 0, "\(beside)")
    #expect(alone.output == beside.output)
    let seeds = alone.output.lines.map { $0.text.split(separator: " ").first }
    #expect(seeds == ["0x1", "0x2"])
  }

  @Test func `a seed that fails is made small, written and drawn`() throws {
    let outcome = try self.program.run([
      "run", "--seed", "1", "--hours", "1", "--plant", "stages-in-the-users-index", "--out",
      "found",
    ])
    #expect(outcome.status == 129, "\(outcome)")
    let scenario = try Files.read(self.program.folder / "found/1.scn")
    // The mistake is made in any capture: nothing has to happen.
    #expect(!scenario.text.contains("\nat "), "\(scenario.text)")
    #expect(try Files.read(self.program.folder / "found/1.svg").text.hasPrefix("<svg"))
    let replay: [Bytes] = ["replay", "found/1.scn", "--plant", "stages-in-the-users-index"]
    #expect(try self.program.run(replay).status == 129)
  }

  @Test func `what cannot be run is refused before anything is`() throws {
    for arguments: [Bytes] in [
      ["run", "--hours", "0"], ["run", "--nodes", "5"], ["run", "--seed", "none"],
      ["run", "--plant", "none"], ["shrink"], ["soak"], ["canaries", "--seeds", "0"],
    ] {
      let outcome = try self.program.run(arguments)
      #expect(outcome.status == 1, "\(arguments.map(\.text)) \(outcome)")
      #expect(outcome.output == "")
      #expect(outcome.errors != "")
    }
  }
}
