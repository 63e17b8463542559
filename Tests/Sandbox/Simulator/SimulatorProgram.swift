import Foundation

/// The simulator as it was built beside the tests, and scenarios for it.
struct SimulatorProgram {
  let sandbox: Sandbox
  var folder: Bytes { self.sandbox.root / "scratch" }

  static let path: Bytes = {
    let bundle = Bytes(CommandLine.arguments.first ?? "").parent
    let beside = bundle / "Simulator"
    if Files.exists(beside) { return beside }
    // …/Tests/Sandbox/Simulator/SimulatorProgram.swift
    return Bytes(#filePath).parent.parent.parent.parent / ".build/debug/Simulator"
  }()

  init() throws { self.sandbox = try Sandbox() }

  /// Two machines, of which each takes over what the other did.
  static let handover = """
    scn 1
    title work goes to another machine
    seed 1
    nodes desk, laptop

    at 5m    desk    write a "one\\n"
    at 20m   desk    write a "two\\n"
    at 2h    laptop  pulsar sync --yes
    at 2h5m  laptop  append a "three\\n"
    quiet 2h
    expect converged within 2h
    expect file desk a "two\\n"

    """

  func write(_ scenario: String, to name: Bytes = "a.scn") throws {
    try Files.write(self.folder / name, Bytes(scenario))
  }

  func run(
    _ arguments: [Bytes], environment: [String: Bytes] = [:]
  ) throws -> ChildProcess.Outcome {
    try self.sandbox.run([Self.path] + arguments, in: self.folder, environment: environment)
  }
}
