import Foundation
import Testing

/// `git pulsar sync` with each call that changes files going wrong in turn: the next command finishes it
/// or has taken it back, and whatever was in a file is in a capture.
@Suite struct HandoffFaultTests {
  @Test(arguments: World.Store.allCases)
  func `killed at any call, the next command brings all of one state or all of the other`(
    store: World.Store
  ) throws {
    try Handoff(store).check(.kill, step: store == .git ? 3 : 1)
  }

  @Test func `a disk that is full from any call on leaves all as it was, or is finished later`()
    throws
  {
    try Handoff(.libgit2).check(.full, step: 2)
  }
}

/// One handoff: this machine has staged and dirty work, the other's session has a commit more, and
/// files changed, new, moved and gone.
private struct Handoff {
  let world: World
  let faults: Faults
  let before: State
  let after: State
  let blobs: Set<String>

  /// All that a handoff changes.
  struct State: Equatable, CustomStringConvertible {
    let tree: String
    let index: String
    let head: String
    let branches: String

    init(_ world: World) throws {
      self.tree = try world.trueTree()
      self.index = try world.must(["git", "ls-files", "--stage"]).output
      self.head = try world.git(["symbolic-ref", "HEAD"])
      self.branches = try world.must(["git", "for-each-ref", "refs/heads", "refs/remotes"]).output
    }

    var description: String { "\(self.tree) \(self.head)\n\(self.branches)\(self.index)" }
  }

  init(_ store: World.Store) throws {
    self.world = try World(store, hasRemote: true)
    self.faults = try Faults(self.world)
    try Self.layOutSession(self.world)
    try self.world.write("mine", "mine\n")
    try self.world.write("kept", "kept 1\nkept here\n")
    self.before = try State(self.world)
    self.blobs = try Self.blobs(self.world)
    try self.world.save()
    let outcome = try self.world.pulsar(["sync", "--yes"])
    guard outcome.status == 0 else { throw Failure("sync: \(outcome)") }
    self.after = try State(self.world)
    guard self.after != self.before else { throw Failure("the sync did nothing: \(outcome)") }
  }

  /// Makes another machine's session and leaves it on the remote alone.
  private static func layOutSession(_ world: World) throws {
    let there = "\(world.root)/there"
    try world.must(["git", "clone", "-q", world.remote, there], in: world.root)
    func commit(_ message: String, _ parents: [String], _ tree: String) throws -> String {
      try world.git(
        ["commit-tree", "-m", message] + parents.flatMap { ["-p", $0] } + [tree], in: there)
    }
    try Folder.write("\(there)/changed", "changed 1\ncommitted there\n")
    try world.must(["git", "commit", "-q", "-am", "there"], in: there)
    let head = try world.git(["rev-parse", "HEAD"], in: there)
    try Folder.write("\(there)/staged", "staged there\n")
    try world.must(["git", "add", "staged"], in: there)
    let index = try commit(
      "backup: the staging area\n\nPulsar-Machine: desktop--89abcdef\nPulsar-Branch: main\nPulsar-Index: 1\n",
      [head], try world.git(["write-tree"], in: there))
    try Folder.write("\(there)/new/deep/file", "new there\n")
    try Folder.write("\(there)/folder/added", "added there\n")
    Folder.remove("\(there)/deleted")
    Folder.remove("\(there)/folder/kept")
    try world.must(["git", "add", "-A"], in: there)
    let capture = try commit(
      "backup: much\n\nPulsar-Machine: desktop--89abcdef\nPulsar-Branch: main\nPulsar-Reason: now\nPulsar-Head: \(head)\nPulsar-Format: 1\n[skip ci]\n",
      [head, index], try world.git(["write-tree"], in: there))
    try world.must(
      [
        "git", "push", "-q", "origin",
        "\(capture):refs/heads/wip/pulsar/desktop--89abcdef/main",
      ], in: there)
    Folder.remove(there)
  }

  /// What the files hold now.
  private static func blobs(_ world: World) throws -> Set<String> {
    let files = try world.must(["git", "ls-files", "--cached", "--others", "--exclude-standard"])
    return Set(try world.must(["git", "hash-object", "--"] + files.lines).lines)
  }

  func check(_ kind: Faults.Kind, step: Int) throws {
    try self.world.restore()
    let (outcome, calls) = try self.faults.run(["sync", "--yes"])
    try #require(outcome.status == 0, "\(outcome)")
    let seed = SeededNumbers.seed()
    var numbers = SeededNumbers(seed: seed)
    let offset = Int.random(in: 0..<step, using: &numbers)
    let points = calls.filter { kind != .full || $0.needsSpace }
      .enumerated().filter { $0.offset % step == offset }.map(\.element)
    var ends = ["before": 0, "after": 0]
    for point in points {
      if let end = try self.check(kind, at: point) { ends[end, default: 0] += 1 }
    }
    print(
      "faults, handoff, \(kind): \(points.count) of \(calls.count) points, \(ends), seed \(seed)")
    // Some stop before it is decided on, some after.
    #expect(ends["before"] != 0 && ends["after"] != 0)
  }

  /// - Returns: which state it came to; nil when the run did not come to the call.
  private func check(_ kind: Faults.Kind, at point: Faults.Call) throws -> String? {
    try self.world.restore()
    let (outcome, calls) = try self.faults.run(["sync", "--yes"], kind, at: point.number)
    guard calls.contains(where: { $0.number >= point.number }) else { return nil }
    let comment = Comment(rawValue: "\(point)\n\(outcome)")
    #expect(kind == .kill || !outcome.isCrash, comment)
    // Any command will do: it captures, and loses nothing whatever the state is.
    let next = try self.world.pulsar(["now", "--no-push", "--here"])
    #expect(next.status == 0, "next: \(next)\nafter \(comment)")
    let state = try State(self.world)
    let isBefore = state == self.before
    #expect(
      isBefore || state == self.after,
      "\(comment)\nnext: \(next)\nis \(state)\nbefore \(self.before)\nafter \(self.after)")
    #expect(try self.world.complaint() == nil, comment)
    #expect(self.world.litter() == [], comment)
    // What was in a file before is held by a ref.
    let held = try self.world.must(["git", "rev-list", "--objects", "--all"]).lines
      .map { String($0.prefix { $0 != " " }) }
    #expect(self.blobs.subtracting(held).isEmpty, comment)
    if outcome.status == 0 { #expect(!isBefore, comment) }
    if !isBefore {
      // And back.
      let undone = try self.world.pulsar(["undo"])
      #expect(undone.status == 0, "\(undone)\nafter \(comment)")
      #expect(try State(self.world) == self.before, comment)
    }
    return isBefore ? "before" : "after"
  }
}
