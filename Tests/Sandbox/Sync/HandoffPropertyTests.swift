import Foundation
import TestSupport
import Testing

/// Three machines that edit, capture, take over, undo and finalize in any order: whatever was in a file
/// when a machine was at rest is still held by a ref of some repository, and in the end all agree.
///
/// `PULSAR_SEED=n` replays a run, `PULSAR_SEED=random` makes a new one; `PULSAR_HANDOFFS=n` says how many
/// histories there are.
@Suite struct HandoffPropertyTests {
  private static let seed: UInt64 = {
    let text = ProcessInfo.processInfo.environment["PULSAR_SEED"] ?? "20261121"
    return UInt64(text) ?? UInt64.random(in: 1...1_000_000_000)
  }()
  private static let histories =
    ProcessInfo.processInfo.environment["PULSAR_HANDOFFS"].flatMap { Int($0) } ?? 4
  private static let machines = ["laptop", "desktop", "server"]

  @Test(arguments: 0..<Self.histories)
  func `nothing that was ever in a file is lost, and the machines come to agree`(
    number: Int
  ) throws {
    if number == 0 { print("handoffs: PULSAR_SEED=\(Self.seed) PULSAR_HANDOFFS=\(Self.histories)") }
    var random = SplitMix64(seed: Self.seed &+ UInt64(number) &* 0x9E37_79B9)
    let fleet = try Fleet()
    for machine in Self.machines { try fleet.on(machine) }
    var ledger: [Bytes: String] = [:]
    var story: [String] = []
    for step in 0..<24 {
      let machine = random.pick(Self.machines)
      story.append(try Self.act(on: machine, fleet, &random, step))
      try Self.note(fleet, machine, "step \(step)", &ledger)
    }
    // In the end everybody captures, and takes over until nothing is left to take.
    for round in 0..<4 {
      for machine in Self.machines {
        try fleet.capture(machine)
        let outcome = try fleet.sync(machine, round.isMultiple(of: 2) ? "--theirs" : "--ours")
        #expect(outcome.status == 0, "seed \(Self.seed), history \(number): \(story)\n\(outcome)")
        try fleet.capture(machine)
        try Self.note(fleet, machine, "end \(round)", &ledger)
      }
    }
    let trees = try Self.machines.map { try fleet.tree($0) }
    #expect(
      Set(trees).count == 1, "seed \(Self.seed), history \(number): \(story)\ntrees \(trees)")
    let held = try Self.held(fleet)
    let lost = ledger.filter { !held.contains($0.key) }
    #expect(lost.isEmpty, "seed \(Self.seed), history \(number): \(story)\nlost \(lost)")
  }

  /// Does something at random.
  ///
  /// - Returns: what.
  private static func act(
    on machine: String, _ fleet: Fleet, _ random: inout SplitMix64, _ step: Int
  ) throws -> String {
    let clone = try fleet.on(machine)
    switch random.below(11) {
    case 0...3:
      let name = random.pick(["a.txt", "b.txt", "dir/c.txt", "new", "other/deep"] as [Bytes])
      if random.below(5) == 0 {
        try? clone.remove(name)
        return "\(machine) removes \(name)"
      }
      try clone.write(name, Bytes("line\n\(machine) \(step)\n" + "end\n"))
      return "\(machine) writes \(name)"
    case 4, 5:
      let outcome = try clone.pulsar("now", "--here")
      #expect(outcome.status == 0, "\(outcome)")
      return "\(machine) captures"
    case 6, 7:
      let side = random.pick(["--theirs", "--ours", "--markers"] as [Bytes])
      let outcome = try fleet.sync(machine, side)
      #expect(outcome.status == 0, "\(outcome)")
      return "\(machine) takes over with \(side)"
    case 8:
      let outcome = try clone.pulsar("undo", "--yes")
      #expect(outcome.status == 0 || outcome.shown.contains("would no longer be on"), "\(outcome)")
      return "\(machine) undoes"
    case 9:
      let outcome = try clone.pulsar("finalize", "--yes", "-m", Bytes("finalize \(step)"))
      #expect(
        outcome.status == 0 || outcome.shown.contains("conflict"), "\(outcome)")
      return "\(machine) finalizes"
    default:
      try clone.git("add", "-A")
      _ = try clone.tryGit("commit", "-q", "-m", Bytes("\(machine) \(step)"))
      return "\(machine) commits"
    }
  }

  /// Notes what the files of a machine at rest hold: it captures first, as the daemon would.
  private static func note(
    _ fleet: Fleet, _ machine: String, _ when: String, _ ledger: inout [Bytes: String]
  ) throws {
    let clone = try fleet.on(machine)
    let outcome = try clone.pulsar("now", "--here", "--no-push")
    #expect(outcome.status == 0, "\(outcome)")
    let tree = try clone.trueTree()
    for line in try clone.git("ls-tree", "-r", "--format=%(objectname)", tree).lines {
      ledger[line] = ledger[line] ?? "\(machine), \(when)"
    }
  }

  /// What any ref of any repository leads to.
  private static func held(_ fleet: Fleet) throws -> Set<Bytes> {
    var held: Set<Bytes> = []
    for machine in self.machines {
      let clone = try fleet.on(machine)
      for line in try clone.git("rev-list", "--objects", "--all").lines {
        held.insert(Bytes(line.array.prefix { $0 != 0x20 }))
      }
    }
    return held
  }
}
