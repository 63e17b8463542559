import Testing

/// The picture that the README shows.
@Suite struct PictureTests {
  // …/Tests/Sandbox/Simulator/PictureTests.swift
  private static let folder = Bytes(#filePath).parent.parent.parent.parent / "Simulator"

  @Test func `drawn anew, it has the same bytes`() throws {
    let program = try SimulatorProgram()
    let scenario = Self.folder / "scenarios/s14-a-day-of-three-machines.scn"
    let outcome = try program.run([
      "explain", scenario, "--plant", "acknowledges-push-unseen", "--svg", "timeline.svg",
    ])
    #expect(outcome.status == 0, "\(outcome)")
    let drawn = try Files.read(program.folder / "timeline.svg")
    // Look at the picture before it is replaced.
    #expect(try drawn == Files.read(Self.folder / "timeline.svg"))
    // A break that is not drawn would show nothing of what the simulator is for.
    #expect(drawn.text.contains("class=\"invariant-broken\""))
  }
}
