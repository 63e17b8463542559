import Testing

/// Command lines that are wrong, and those that ask for help.
@Suite struct UsageTests {
  @Test(
    arguments: [
      ["frobnicate"], ["now", "--frobnicate"], ["--frobnicate"], ["restore"], ["ignore"],
      ["restore", "--at"], ["restore", "--at", "1d"], ["history", "--limit", "x", "a"],
      ["history", "--limit", "0"], ["history", "a", "b"], ["log", "--lines", "-1"],
      ["log", "-n", "0"], ["log", "--since", "soon"], ["log", "--repo"],
      ["log", "--lines", "99999999999999999999"], ["now", "extra"], ["pause", "extra"],
      ["status", "--json=yes"], ["\u{1b}[31m"], ["now", "\n"],
    ] as [[Bytes]])
  func `a wrong command line is told, and nothing is done`(arguments: [Bytes]) throws {
    let repository = try TestRepository.makeChanged()
    let before = try Untouched(repository)
    let outcome = try repository.pulsar(arguments: arguments)
    outcome.expectEnd(status: 64)
    #expect(outcome.output == "", "\(outcome)")
    #expect(!outcome.errors.lines.isEmpty)
    #expect(try before.differences(after: Untouched(repository)) == [])
    #expect(try repository.streams() == [])
  }

  @Test(arguments: [[0x66, 0xFF], [0xC3]] as [[UInt8]])
  func `a verb that is not UTF-8 is no crash`(name: [UInt8]) throws {
    let sandbox = try Sandbox()
    try sandbox.pulsar([Bytes(name)], in: sandbox.root).expectEnd(status: 64)
  }

  @Test(
    arguments: [
      (["help"], "now"), (["--help"], "now"), (["-h"], "now"), (["help", "now"], "--no-push"),
      (["now", "--help"], "--no-push"), (["help", "restore"], "--at"), (["version"], "0."),
      (["--version"], "0."),
    ] as [([Bytes], String)])
  func `help and version need nothing and are given`(arguments: [Bytes], word: String) throws {
    let sandbox = try Sandbox()
    let outcome = try sandbox.pulsar(
      arguments, in: sandbox.scratchFolder(), environment: ["HOME": "/nonexistent", "PATH": "/"])
    outcome.expectEnd(status: 0, [word])
    #expect(outcome.errors == "")
  }
}
