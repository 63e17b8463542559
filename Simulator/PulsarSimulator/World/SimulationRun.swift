internal import PulsarCore

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// One scenario lived through, in a folder of its own that is removed afterwards.
package struct SimulationRun {
  package var scenario: Scenario
  package var plants: Set<PlantedBug> = []
  /// Whether all records are kept, for pictures; else the last few.
  package var keepsTrace = false
  /// Stops there, with all repositories as they are.
  package var until: SimulatedTime?
  /// Where the repositories stay; nil: they are removed.
  package var keep: String?

  package init(_ scenario: Scenario) { self.scenario = scenario }

  package struct Outcome: Sendable {
    package let failure: Failure?
    package let trace: Trace
    package let marks: MarkBoard
    /// How long was simulated.
    package let lived: SimulatedTime
    /// How often each fault came, by name.
    package let faults: [String: Int]
    /// Stalls that had one of the reasons that count, by reason.
    package let excuses: [String: Int]
    /// How often each judge had something to judge, by the invariant.
    package let judged: [String: Int]
    /// How often a trait kept git from saying what others made, by its name.
    package let hits: [String: Int]
  }

  /// - Throws: `WorldError` when the world itself cannot go on.
  package func run() throws -> Outcome {
    let folder = self.keep.map { GitPath($0) } ?? Self.folder()
    defer { if self.keep == nil { Files.remove(folder) } }
    let world = try World(
      self.scenario, in: folder, plants: self.plants, keepsTrace: self.keepsTrace)
    try world.run(until: self.until)
    return Outcome(
      failure: world.failure, trace: world.trace, marks: world.marks, lived: world.now,
      faults: world.faults.counts, excuses: world.excuses, judged: world.judged,
      hits: world.hits)
  }

  /// In memory where the system has such a place.
  private static func folder() -> GitPath {
    let memory = GitPath("/dev/shm")
    let parent = memory.with { access($0, W_OK) } == 0 ? memory : GitPath("/tmp")
    return parent.appending("pulsar-simulation.\(getpid())")
  }
}
