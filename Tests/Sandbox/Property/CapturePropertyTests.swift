import Foundation
import PulsarCore
import PulsarEngine
import PulsarGit
import TestSupport
import Testing

/// Random working trees, random edits: the tree of a capture is the tree git itself would make,
/// whichever adapter writes it and whichever way the changes were found.
///
/// `PULSAR_SEED=n` replays a run, `PULSAR_SEED=random` makes a new one; `PULSAR_CASES=n` says how many
/// sequences there are in all.
@Suite struct CapturePropertyTests {
  private static let lanes = 4
  private static let seed: UInt64 = {
    let text = ProcessInfo.processInfo.environment["PULSAR_SEED"] ?? "20261121"
    return UInt64(text) ?? UInt64.random(in: 1...1_000_000_000)
  }()
  private static let cases =
    ProcessInfo.processInfo.environment["PULSAR_CASES"].flatMap { Int($0) } ?? 2000

  /// A sequence of edits, and then some that only touch files.
  struct Sequence {
    var edits: [Edit]
    var quiet: [Edit]

    var count: Int { self.edits.count + self.quiet.count }

    func without(_ index: Int) -> Sequence {
      var copy = self
      if index < copy.edits.count {
        copy.edits.remove(at: index)
      } else {
        copy.quiet.remove(at: index - copy.edits.count)
      }
      return copy
    }

    var shown: String {
      let lines = self.edits.map(\.description)
      let more = self.quiet.map { "then, with known paths: \($0)" }
      return (lines + more).map { "  " + $0 }.joined(separator: "\n")
    }
  }

  @Test(arguments: 0..<Self.lanes)
  func `a capture is the tree git would make, whatever was edited`(lane: Int) throws {
    let worlds = try [EditWorld(isUnborn: false), EditWorld(isUnborn: true)]
    if lane == 0 { print("capture property: PULSAR_SEED=\(Self.seed) PULSAR_CASES=\(Self.cases)") }
    for number in stride(from: lane, to: Self.cases, by: Self.lanes) {
      // Each sequence has a seed of its own, so that one is replayed alone.
      var random = SplitMix64(seed: Self.seed &+ UInt64(number) &* 0x9E37_79B9)
      let world = random.below(5) == 0 ? worlds[1] : worlds[0]
      let sequence = Sequence(
        edits: (0..<(1 + random.below(6))).map { _ in Edit.random(&random) },
        quiet: random.below(4) == 0
          ? (0..<(1 + random.below(3))).map { _ in Edit.random(&random, isQuiet: true) } : [])
      guard let finding = Self.finding(sequence, world) else { continue }
      let (least, reason) = Self.shrunk(sequence, finding, world)
      Issue.record(
        """
        seed \(Self.seed), sequence \(number)\(world === worlds[1] ? ", before the first commit" : ""):
        \(least.shown)
        \(reason)
        """)
      return
    }
  }

  /// Drops edits, one by one, while it still fails.
  private static func shrunk(
    _ sequence: Sequence, _ finding: String, _ world: EditWorld
  ) -> (Sequence, String) {
    var (least, reason) = (sequence, finding)
    var index = 0
    while index < least.count {
      if let other = self.finding(least.without(index), world) {
        (least, reason) = (least.without(index), other)
        index = 0
      } else {
        index += 1
      }
    }
    return (least, reason)
  }

  /// What is wrong after a sequence; nil when all is right.
  private static func finding(_ sequence: Sequence, _ world: EditWorld) -> String? {
    do {
      try world.reset()
      for edit in sequence.edits { try edit.apply(to: world.plain) }
      let before = try world.untouchable()
      let judged = try world.plain.judgedTree()
      let first = try world.captureWithLibGit2()
      if first.tree != judged { return try self.difference("libgit2", judged, first, world) }
      let second = try world.captureWithGit()
      if second.tree != judged {
        return try self.difference("the git program", judged, second, world)
      }
      if let skipped = first.skipped.first ?? second.skipped.first {
        return "skipped \(skipped.path.displayed): \(skipped.reason.displayed)"
      }
      if try world.untouchable() != before { return "the capture changed something of the user's" }
      if try world.captureWithLibGit2().isNew { return "a second capture found something to do" }

      if sequence.quiet.isEmpty { return nil }
      let old = try world.listing()
      for edit in sequence.quiet { try edit.apply(to: world.plain) }
      let new = try world.listing()
      let changed = Set(old.keys).union(new.keys).filter { old[$0] != new[$0] }
      let known = try world.captureWithLibGit2(knownPaths: changed.sorted(), since: first)
      let judgedAgain = try world.plain.judgedTree()
      if known.tree != judgedAgain {
        return try self.difference("known paths", judgedAgain, known, world)
      }
      if let skipped = known.skipped.first {
        return "known paths: skipped \(skipped.path.displayed): \(skipped.reason.displayed)"
      }
      return nil
    } catch {
      let said = (error as? any ExplainedError)?.explanation ?? "\(error)"
      return "it failed: \(said)"
    }
  }

  private static func difference(
    _ way: String, _ judged: ObjectID, _ report: CaptureReport, _ world: EditWorld
  ) throws -> String {
    let objects = world.plain.top.parent / "scratch/objects"
    let changes = try world.plain.git(
      ["diff-tree", "-r", "--no-renames", CommandWord(judged), CommandWord(report.tree)],
      [
        ("GIT_OBJECT_DIRECTORY", objects.array),
        ("GIT_ALTERNATE_OBJECT_DIRECTORIES", (world.plain.gitDir / "objects").array),
      ])
    return "git's tree, then that of \(way):\n\(String(decoding: changes, as: UTF8.self))"
  }
}
