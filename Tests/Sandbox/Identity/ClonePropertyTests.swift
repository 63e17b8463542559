import Foundation
import TestSupport
import Testing

/// Clones that come, go, are copied, restored and renamed at random, on three machines of one id: every
/// content that was ever captured and not thrown away here stays on the remote.
///
/// `PULSAR_SEED=n` replays a run.
@Suite struct ClonePropertyTests {
  private static let seed =
    ProcessInfo.processInfo.environment["PULSAR_SEED"].flatMap { UInt64($0) } ?? 20_261_121
  private static let steps = 14

  /// A clone, and the machine it is on.
  private struct Place {
    var repository: TestRepository
    let machine: String
  }

  @Test(arguments: 0..<3 as Range<UInt64>)
  func `no clone overwrites what another one captured`(number: UInt64) throws {
    var random = SplitMix64(seed: Self.seed &+ number)
    let world = try IdentityWorld()
    try world.becomeTwin("twin")
    try world.sandbox.become("laptop")
    try world.becomeTwin("third", name: "other")
    var places: [Place] = []
    var done: [String] = []
    let machines = ["laptop", "twin", "third"]

    func add(_ machine: String, from original: TestRepository? = nil) throws {
      try world.sandbox.become(machine)
      let name = Bytes("clone-\(done.count)")
      let top = world.sandbox.root / Bytes(machine) / name
      let repository = try original.map { try world.copy($0, to: top) } ?? world.clone(named: name)
      places.append(Place(repository: repository, machine: machine))
    }

    for _ in 0..<Self.steps {
      let action = places.isEmpty ? 0 : random.below(10)
      let index = places.isEmpty ? 0 : random.below(places.count)
      let machine = random.pick(machines)
      done.append("\(action) on \(index), \(machine)")
      let comment = Comment(rawValue: "seed \(Self.seed &+ number): \(done)")
      switch action {
      case 0: try add(machine)
      case 1: try add(machine, from: places[index].repository)
      case 2:
        // A clone is thrown away and made anew at the same place.
        try world.sandbox.become(places[index].machine)
        let top = places[index].repository.top
        try self.push(places[index].repository, world, comment)
        try Files.remove(top)
        try world.sandbox.git(["clone", "-q", world.remote, top], in: world.sandbox.root)
      case 3:
        // Back to a state of before.
        try world.sandbox.become(places[index].machine)
        let repository = places[index].repository
        let image = try world.copy(repository, to: world.sandbox.root / "image")
        try world.edit(repository)
        try self.push(repository, world, comment)
        _ = try world.copy(image, to: repository.top)
      case 4:
        try world.sandbox.become(places[index].machine)
        try world.rename(to: Bytes("name-\(random.below(3))"))
      case 5:
        let branch: Bytes = random.pick(["main", "topic", "topic/a", "other/b"])
        _ = try places[index].repository.tryGit("switch", "-q", "-f", "-C", branch)
      default:
        try world.sandbox.become(places[index].machine)
        try world.edit(places[index].repository)
        let arguments: [Bytes] = random.below(3) == 0 ? ["--no-push"] : []
        let outcome = try places[index].repository.pulsar(arguments: ["now", "--here"] + arguments)
        #expect(outcome.status == 0, comment)
      }
    }
    // Every branch of every clone is pushed, as the daemon does.
    for place in places {
      try world.sandbox.become(place.machine)
      let outcome = try place.repository.pulsar("work", "push", place.repository.top)
      #expect(outcome.status == 0, "\(outcome)")
      #expect(!outcome.shown.contains("words"), "\(outcome)")
    }
    #expect(try world.lost() == [], "seed \(Self.seed &+ number): \(done)")
  }

  private func push(
    _ repository: TestRepository, _ world: IdentityWorld, _ comment: Comment
  ) throws {
    // What was captured and not pushed is thrown away with the clone.
    let outcome = try repository.pulsar("now", "--here")
    #expect(outcome.status == 0, comment)
    _ = try repository.pulsar("work", "push", repository.top)
  }
}
