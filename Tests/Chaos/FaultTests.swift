import Foundation
import Testing

/// `git pulsar now` with each call that changes files going wrong in turn.
@Suite struct FaultTests {
  /// Of the git store, which is slower and makes more calls, every so many where calls fail.
  static let step = 2

  @Test(arguments: World.Store.allCases)
  func `killed at any call, it leaves all as it was, and the next capture is the true tree`(
    store: World.Store
  ) throws {
    try Enumeration(store, .kill).run()
  }

  @Test(arguments: World.Store.allCases)
  func `a disk that is full from any call on is named, and the next capture is the true tree`(
    store: World.Store
  ) throws {
    try Enumeration(store, .full).run()
  }

  @Test(arguments: World.Store.allCases)
  func `a disk that fails once at any call crashes nothing, and the next capture is the true tree`(
    store: World.Store
  ) throws {
    try Enumeration(store, .brokenDisk).run()
  }

  @Test(arguments: World.Store.allCases)
  func `killed during a push, it pushes the next time, and the remote stays sound`(
    store: World.Store
  ) throws {
    try Enumeration(store, .kill, .push).run()
  }

  @Test
  func `killed while it notes that a push failed, it leaves nothing that stays`() throws {
    try Enumeration(.libgit2, .kill, .failedPush).run()
  }

  @Test
  func `the content of a ref is on the disk before the ref has its name`() throws {
    let world = try World(.libgit2)
    try world.edit()
    let calls = try Faults(world).run(["now", "--no-push"]).calls
    let name = "/repository/.git/\(World.stream)"
    let place = try #require(
      calls.firstIndex { $0.path == name && ["link", "rename"].contains($0.kind) })
    #expect(
      calls[..<place].contains { $0.path == "\(name).lock" && $0.kind == "fsync" },
      "\(calls.filter { $0.path.hasPrefix(name) })")
  }
}

/// One command, run again and again from the same beginning, another call going wrong each time.
private struct Enumeration {
  let store: World.Store
  let kind: Faults.Kind
  let arguments: [String]
  let pushing: Pushing
  let world: World
  let faults: Faults
  let before: Untouched
  let tree: String
  let previous: String?

  enum Pushing: String { case none = "", push = " and push", failedPush = " and failed push" }

  private var pushes: Bool { self.pushing == .push }
  private var statusWanted: Int32 { self.pushing == .failedPush ? 3 : 0 }

  init(_ store: World.Store, _ kind: Faults.Kind, _ pushing: Pushing = .none) throws {
    self.store = store
    self.kind = kind
    self.pushing = pushing
    self.arguments = pushing == .none ? ["now", "--no-push"] : ["now"]
    self.world = try World(store, hasRemote: pushing == .push)
    self.faults = try Faults(self.world)
    try self.world.edit()
    self.tree = try self.world.trueTree()
    self.previous = try self.world.capturedTree()
    self.before = Untouched(self.world)
    try self.world.save()
  }

  func run() throws {
    let (outcome, calls) = try self.faults.run(self.arguments)
    try #require(outcome.status == self.statusWanted, "\(outcome)")
    try #require(try self.world.capturedTree() == self.tree)
    let seed = SeededNumbers.seed()
    var points = calls.filter { self.kind != .full || $0.needsSpace }
    let all = points.count
    if self.pushing == .failedPush { points.removeAll { !$0.path.contains("/.git/pulsar/") } }
    let isSampled = self.store == .git && self.kind != .kill
    let step = self.pushes ? 4 : isSampled ? FaultTests.step : 1
    if step > 1 {
      var numbers = SeededNumbers(seed: seed)
      let offset = Int.random(in: 0..<step, using: &numbers)
      points = points.enumerated().filter { $0.offset % step == offset }.map(\.element)
    }
    // The last calls are not made in every run.
    let reached = try points.filter { try self.check($0) }.count
    #expect(points.count - reached <= 5)
    let what = "\(self.kind)\(self.pushing.rawValue)"
    print("faults, \(self.store), \(what): \(points.count) of \(all) points, seed \(seed)")
  }

  /// - Returns: whether the run came to the call.
  private func check(_ point: Faults.Call) throws -> Bool {
    if self.pushes { try self.resetRemote() }
    try self.world.restore()
    let (outcome, calls) = try self.faults.run(self.arguments, self.kind, at: point.number)
    let comment = Comment(rawValue: "\(point)\n\(outcome)")
    guard calls.contains(where: { $0.number >= point.number }) else {
      #expect(outcome.status == self.statusWanted, comment)
      return false
    }
    try self.checkOutcome(outcome, comment)

    // What it left.
    #expect(try self.world.complaint() == nil, comment)
    #expect(self.before.differences(after: Untouched(self.world)) == [], comment)
    let left = try self.world.capturedTree()
    #expect(left == self.previous || left == self.tree, comment)
    if self.pushes { #expect(try self.world.complaint(of: self.world.remote) == nil, comment) }

    // And what comes next.
    let next = try self.world.pulsar(self.arguments)
    #expect(next.status == self.statusWanted, "next: \(next)\nafter \(comment)")
    #expect(try self.world.capturedTree() == self.tree, comment)
    #expect(try self.world.complaint() == nil, comment)
    #expect(self.before.differences(after: Untouched(self.world)) == [], comment)
    #expect(self.world.litter() == [], comment)
    if self.pushes { try self.checkRemote(comment) }
    return true
  }

  private func checkOutcome(_ outcome: Command.Outcome, _ comment: Comment) throws {
    if self.kind == .kill {
      #expect(outcome.status == 128 + SIGKILL, comment)
      return
    }
    #expect(!outcome.isCrash, comment)
    if outcome.status == 0 {
      // What could not be written was no part of the capture.
      #expect(try self.world.capturedTree() == self.tree, comment)
      return
    }
    #expect(outcome.status == 1, comment)
    #expect(outcome.errors.split(separator: "\n").count == 1, comment)
    if self.kind == .full {
      let words = ["the disk is full", "no space left on device"]
      #expect(words.contains { outcome.errors.contains($0) }, comment)
    }
  }

  private func resetRemote() throws {
    let remote = self.world.remote
    _ = try self.world.run(["git", "update-ref", "-d", World.remoteStream], in: remote)
  }

  private func checkRemote(_ comment: Comment) throws {
    let remote = self.world.remote
    #expect(try self.world.complaint(of: remote) == nil, comment)
    let there = try self.world.git(["rev-parse", "--verify", World.remoteStream], in: remote)
    #expect(try self.world.id(World.stream) == there, comment)
    let refs = try self.world.must(["git", "for-each-ref", "--format=%(refname)"]).lines
    let known = [
      "refs/heads/main", "refs/pulsar/pushed/\(World.slug)/main", World.stream,
    ]
    #expect(refs == known, comment)
  }
}
