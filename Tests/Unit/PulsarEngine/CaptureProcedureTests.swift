import PulsarCore
import PulsarEngine
import Testing

@Suite struct CaptureProcedureTests {
  /// A repository with one commit and one changed file.
  final class World {
    let store = FakeStore()
    let time = FakeTime(2000)
    let worktree: FakeWorktree
    let head: ObjectID

    init() {
      self.head = self.store.commit(["a": "1", "b": "1"])
      self.worktree = FakeWorktree(
        ["a": "2", "b": "1", "new": "x"], at: .branch(Branch("main"), self.head))
      self.worktree.committed = ["a": "1", "b": "1"]
    }

    static var request: CaptureRequest {
      CaptureRequest(
        reason: .now, machine: Machine(name: "m", id: "1"),
        signature: Signature(name: nil, email: nil), settings: Settings())
    }

    static let ref = RefName("refs/pulsar/streams/m--1/main")

    @discardableResult
    func capture(
      in store: FakeStore? = nil, _ change: (inout CaptureRequest) -> Void = { _ in }
    ) throws -> CaptureReport {
      var request = Self.request
      change(&request)
      return try CaptureProcedure(
        worktree: self.worktree, store: store ?? self.store, time: self.time
      ).run(request)
    }

    func record(_ id: ObjectID) throws -> CommitRecord { try #require(self.store.commits[id]) }

    /// The content of a commit's tree, as text.
    func text(of id: ObjectID) throws -> [String: String] {
      let tree = try #require(self.store.trees[self.record(id).tree])
      var texts: [String: String] = [:]
      for (path, entry) in tree {
        texts[path.displayed] = String(decoding: self.store.blobs[entry.id] ?? [], as: UTF8.self)
      }
      return texts
    }
  }

  @Test func `captures what the working tree holds beside HEAD`() throws {
    let world = World()
    let report = try world.capture()
    #expect(report.isNew)
    #expect(try world.text(of: report.commit) == world.worktree.files)
    #expect(world.store.heads == [World.ref: report.commit])
    #expect(report.changes.map(\.path.displayed) == ["a", "new"])
    #expect(world.store.isComplete(report.commit))
  }

  @Test func `a file that is gone is gone from the capture`() throws {
    let world = World()
    world.worktree.files["b"] = nil
    #expect(try world.text(of: world.capture().commit) == ["a": "2", "new": "x"])
  }

  @Test func `when nothing has changed there is no new commit`() throws {
    let world = World()
    let first = try world.capture()
    let count = world.store.commits.count
    world.time.now.seconds += 600
    let second = try world.capture()
    #expect(!second.isNew)
    #expect(second.commit == first.commit)
    #expect(second.time == first.time)
    #expect(world.store.commits.count == count)
  }

  @Test func `what nobody was told of is made durable before it is acknowledged`() throws {
    let world = World()
    let first = try world.capture()
    // As if the attempt had ended before its ref was durable.
    world.store.durableHeads = [:]
    #expect(try !world.capture().isNew)
    #expect(world.store.durableHeads == [World.ref: first.commit])
    // What was acknowledged was durable then.
    world.store.durableHeads = [:]
    let known = KnownCapture(capture: first.commit, head: world.head)
    #expect(try !world.capture { $0.known = known }.isNew)
    #expect(world.store.durableHeads.isEmpty)
  }

  @Test func `the first capture of a clean tree is made all the same`() throws {
    let world = World()
    world.worktree.files = world.worktree.committed
    let report = try world.capture()
    #expect(report.isNew)
    #expect(report.changes.isEmpty)
    #expect(try world.record(report.commit).parents == [world.head])
  }

  @Test func `before the first commit a capture has no parents`() throws {
    let world = World()
    world.worktree.current = .unborn(Branch("main"))
    world.worktree.committed = [:]
    #expect(try world.record(world.capture().commit).parents == [])
  }

  @Test func `begins anew when HEAD moved during the scan`() throws {
    let world = World()
    let next = world.store.commit(["a": "1", "b": "1"], parents: [world.head], message: "next")
    world.worktree.nextHeads = [.branch(Branch("main"), world.head)]
    world.worktree.current = .branch(Branch("main"), next)
    let report = try world.capture()
    #expect(world.worktree.scans == 2)
    #expect(try world.record(report.commit).parents == [next])
  }

  @Test func `gives up when HEAD moves each time, and has moved nothing`() throws {
    let world = World()
    let next = world.store.commit(["a": "1"], parents: [world.head], message: "next")
    let one = Head.branch(Branch("main"), world.head)
    let two = Head.branch(Branch("main"), next)
    world.worktree.nextHeads = [one, two, one, two, one, two, one, two]
    #expect(throws: CaptureError.headKeepsMoving) { try world.capture() }
    #expect(world.worktree.scans == 3)
    #expect(world.store.heads.isEmpty)
  }

  @Test(arguments: [OngoingOperation.rebase, .merge, .revert, .bisect, .am, .cherryPick])
  func `waits while an operation is under way, unless forced`(operation: OngoingOperation) throws {
    let world = World()
    world.worktree.stopped = operation
    #expect(throws: CaptureError.operationUnderWay(operation)) { try world.capture() }
    #expect(world.store.heads.isEmpty)
    #expect(try world.capture { $0.force = true }.isNew)
  }

  @Test func `known paths wait while an operation is under way, too`() throws {
    let world = World()
    let first = try world.capture()
    world.worktree.files["a"] = "<<<<<<<"
    world.worktree.stopped = .merge
    let known: (inout CaptureRequest) -> Void = {
      $0.knownPaths = [GitPath("a")]
      $0.known = KnownCapture(capture: first.commit, head: first.head)
    }
    #expect(throws: CaptureError.operationUnderWay(.merge)) { try world.capture(known) }
    #expect(world.store.heads == [World.ref: first.commit])
    let forced = try world.capture {
      known(&$0)
      $0.force = true
    }
    #expect(try world.text(of: forced.commit)["a"] == "<<<<<<<")
  }

  @Test func `what was read while an operation stopped is not captured`() throws {
    let world = World()
    world.worktree.afterScan = {
      world.worktree.files["a"] = "<<<<<<<"
      world.worktree.stopped = .merge
    }
    #expect(throws: CaptureError.operationUnderWay(.merge)) { try world.capture() }
    #expect(world.store.heads.isEmpty)
  }

  @Test func `a path that cannot be read keeps what was captured last, and is named`() throws {
    let world = World()
    try world.capture()
    world.worktree.files["a"] = "3"
    world.worktree.files["b"] = "3"
    world.worktree.skipping = ["a": .keptChanging]
    let report = try world.capture()
    #expect(try world.text(of: report.commit) == ["a": "2", "b": "3", "new": "x"])
    #expect(report.skipped == [SkippedPath(path: GitPath("a"), reason: .keptChanging)])
    let trailers = CaptureTrailers(message: try world.record(report.commit).message)
    #expect(trailers?.skippedCount == 1)
  }

  @Test func `a file that was never captured and cannot be read stays out`() throws {
    let world = World()
    world.worktree.skipping = ["new": .unreadable("no"), "a": .unreadable("no")]
    let report = try world.capture()
    #expect(try world.text(of: report.commit) == ["a": "1", "b": "1"])
    #expect(report.skipped.map(\.path.displayed) == ["a", "new"])
  }

  @Test func `a folder git could not look into keeps what was captured last`() throws {
    let world = World()
    try world.capture()
    world.worktree.files["new"] = nil
    world.worktree.unreadable = [SkippedPath(path: GitPath("new"), reason: .unreadable("no"))]
    let report = try world.capture()
    #expect(try world.text(of: report.commit)["new"] == "x")
    #expect(report.skipped.map(\.path.displayed) == ["new"])
  }

  @Test func `a file over the limit is left out, or stops the capture`() throws {
    let world = World()
    world.worktree.files["new"] = "xxxx"
    let limited: (inout CaptureRequest) -> Void = { $0.settings.largeFileThreshold = ByteCount(3) }
    let report = try world.capture(limited)
    #expect(report.skipped.map(\.reason) == [.tooLarge(ByteCount(4))])
    let error = #expect(throws: CaptureError.self) {
      try world.capture { request in
        limited(&request)
        request.settings.largeFileAction = .abort
      }
    }
    #expect(
      error == .tooLarge([SkippedPath(path: GitPath("new"), reason: .tooLarge(ByteCount(4)))]))
    #expect(world.store.heads == [World.ref: report.commit])
  }

  @Test func `time never runs backwards along a stream`() throws {
    let world = World()
    try world.capture()
    world.time.now = WallTime(seconds: 5, utcOffsetMinutes: 60)
    world.worktree.files["a"] = "3"
    let report = try world.capture()
    #expect(report.time.seconds == 2000)
    world.time.now.seconds = 2001
    world.worktree.files["a"] = "4"
    #expect(try world.capture().time.seconds == 2001)
  }

  @Test func `parents are the previous capture, HEAD, the session taken over and the index`() throws
  {
    let world = World()
    let first = try world.capture()
    #expect(try world.record(first.commit).parents == [world.head])

    world.worktree.files["a"] = "3"
    let second = try world.capture()
    #expect(try world.record(second.commit).parents == [first.commit])

    let next = world.store.commit(["a": "3", "b": "1"], parents: [world.head], message: "next")
    let session = world.store.commit(["z": "1"], message: "theirs")
    world.worktree.current = .branch(Branch("main"), next)
    world.worktree.committed = ["a": "3", "b": "1"]
    let staged = TreeEntry(mode: .file, id: FakeStore.id(1, Array("1".utf8)))
    world.worktree.staged.changes = [TreeChange(path: GitPath("s"), entry: staged)]
    world.worktree.staged.intentToAdd = [GitPath("later")]
    let stream = second.refs.stream
    let third = try world.capture { $0.handover = Handover(stream: stream, sessions: [session]) }
    let parents = try world.record(third.commit).parents
    #expect(Array(parents.prefix(3)) == [second.commit, next, session])
    let index = try world.record(#require(parents.last))
    #expect(parents.count == 4)
    #expect(IndexMessage.isOne(index.message))
    #expect(IndexMessage.intentToAdd(in: index.message) == [GitPath("later")])
    #expect(index.parents == [next])
    #expect(world.store.trees[index.tree]?[GitPath("s")] == staged)

    #expect(try !world.capture().isNew, "an index that has not changed makes no capture")
    world.worktree.staged = IndexState()
    let fourth = try world.capture()
    #expect(try world.record(fourth.commit).parents == [third.commit])
  }

  @Test func `known paths are captured onto the previous capture, without a scan`() throws {
    let world = World()
    let first = try world.capture()
    world.worktree.files["a"] = "3"
    world.worktree.files["new"] = nil
    world.worktree.files["unnamed"] = "x"
    let report = try world.capture {
      $0.knownPaths = [GitPath("a"), GitPath("new")]
      $0.known = KnownCapture(capture: first.commit, head: world.head)
    }
    #expect(world.worktree.scans == 1)
    #expect(try world.text(of: report.commit) == ["a": "3", "b": "1"])
  }

  @Test func `known paths are not enough when only a scan can tell, or HEAD moved`() throws {
    let world = World()
    var last = try world.capture { $0.knownPaths = [GitPath("a")] }
    func captureKnown() throws {
      last = try world.capture {
        $0.knownPaths = [GitPath("a")]
        $0.known = KnownCapture(capture: last.commit, head: last.head)
      }
    }
    #expect(world.worktree.scans == 1)
    world.worktree.inspects = false
    try captureKnown()
    #expect(world.worktree.scans == 2)
    world.worktree.inspects = true
    let next = world.store.commit(["a": "1", "b": "1"], parents: [world.head], message: "next")
    world.worktree.current = .branch(Branch("main"), next)
    try captureKnown()
    #expect(world.worktree.scans == 3)
    try captureKnown()
    #expect(world.worktree.scans == 3)
  }

  @Test func `known paths tell what changed since one capture, and nothing of another branch`()
    throws
  {
    let world = World()
    try world.capture()
    world.worktree.current = .branch(Branch("topic"), world.head)
    world.worktree.files["b"] = "on topic"
    let last = try world.capture()
    // The switch back touches no file.
    world.worktree.current = .branch(Branch("main"), world.head)
    world.worktree.files["a"] = "3"
    for known in [nil, KnownCapture(capture: last.commit, head: last.head)] {
      let change = { (request: inout CaptureRequest) in
        request.knownPaths = [GitPath("a")]
        request.known = known
      }
      let error = #expect(throws: CaptureError.self) {
        try world.capture {
          change(&$0)
          $0.scansWhereNeeded = false
        }
      }
      #expect(error == .needsFullScan)
      #expect(try world.text(of: world.capture(change).commit) == world.worktree.files)
    }
  }

  @Test func `what is known of the previous capture spares a walk through the history`() throws {
    let world = World()
    try world.capture()
    world.worktree.files["a"] = "3"
    var last = try world.capture()
    for text in ["4", "5"] {
      let before = world.store.walks
      let known = KnownCapture(capture: last.commit, head: last.head)
      world.worktree.files["a"] = text
      last = try world.capture {
        $0.knownPaths = [GitPath("a")]
        $0.known = known
      }
      #expect(last.isNew && world.store.walks - before == 0)
    }
    // Of another HEAD, it says nothing.
    let next = world.store.commit(["a": "1", "b": "1"], parents: [world.head], message: "next")
    world.worktree.current = .branch(Branch("main"), next)
    let known = KnownCapture(capture: last.commit, head: world.head)
    let report = try world.capture { $0.known = known }
    #expect(try world.record(report.commit).parents == [last.commit, next])
    #expect(report.head == next)
  }

  @Test func `what was pruned between writing and reading back is written again`() throws {
    let world = World()
    let blob = FakeStore.id(1, Array("2".utf8))
    var isPruned = false
    let procedure = CaptureProcedure(
      worktree: world.worktree, store: world.store, time: world.time
    ) { point in
      if point == .afterRefDurable && !isPruned {
        isPruned = true
        world.store.drop(blob)
      }
    }
    let report = try procedure.run(World.request)
    #expect(isPruned)
    #expect(try world.text(of: report.commit) == world.worktree.files)
    #expect(world.store.isComplete(report.commit))
  }

  @Test func `nothing goes on from a capture nobody was told of that misses something`() throws {
    let world = World()
    let first = try world.capture()
    world.worktree.files["a"] = "lost"
    // As if its maker had died before it read back what somebody had pruned.
    let second = try world.capture()
    let blob = FakeStore.id(1, Array("lost".utf8))
    world.store.drop(blob)
    world.worktree.files["a"] = "later"
    for known in [nil, KnownCapture(capture: first.commit, head: world.head)] {
      for paths in [nil, [GitPath("a")]] {
        let error = #expect(throws: CaptureError.self) {
          try world.capture {
            $0.known = known
            $0.knownPaths = paths
          }
        }
        guard case .store(.notReadBack) = error else {
          Issue.record("\(String(describing: error))")
          return
        }
        #expect(world.store.heads[World.ref] == second.commit)
      }
    }
  }

  @Test func `what was staged is read back, too`() throws {
    let world = World()
    let first = try world.capture()
    let staged = try world.store.writeBlobs([Array("staged".utf8)])[0]
    world.worktree.staged.changes = [
      TreeChange(path: GitPath("a"), entry: TreeEntry(mode: .file, id: staged))
    ]
    var isPruned = false
    let procedure = CaptureProcedure(
      worktree: world.worktree, store: world.store, time: world.time
    ) { point in
      if point == .afterTree && !isPruned {
        isPruned = true
        let holding = world.store.trees.filter { $0.value.values.contains { $0.id == staged } }
        for tree in holding.keys { world.store.drop(tree) }
      }
    }
    let report = try procedure.run(World.request)
    #expect(isPruned && report.isNew && report.tree == first.tree)
    #expect(world.store.isComplete(report.commit))
  }

  /// Whatever call of the store fails, in whatever way, the stream's ref is where it was or at a
  /// whole capture, and the next capture works.
  @Test(arguments: FakeStore.Failure.allCases)
  func `whichever call fails, the ref is untouched or at a whole capture`(
    failure: FakeStore.Failure
  ) throws {
    for isFirst in [true, false] {
      let errors: [StoreError] = [
        .failed(operation: "x", cause: "y"), .full(cause: "y"), .notReadBack("y"),
        .refMoved(World.ref),
      ]
      for error in errors {
        var call = 1
        while true {
          let world = World()
          if !isFirst {
            try world.capture()
            world.worktree.files["a"] = "3"
            world.worktree.staged.intentToAdd = [GitPath("later")]
          }
          let before = world.store.heads[World.ref]
          let store = world.store.reopened()
          store.failure = failure
          store.error = error
          store.failingCall = call
          let report = try? world.capture(in: store)
          let shown = "call \(call) fails (\(failure), \(error))"
          let after = store.heads[World.ref]
          if after != before {
            let tip = try #require(after, "\(shown)")
            #expect(store.isComplete(tip), "\(shown)")
            #expect(store.commits[tip]?.parents.first == (before ?? world.head), "\(shown)")
          }
          if let report { #expect(report.commit == after, "\(shown)") }

          let next = store.reopened()
          let again = try world.capture(in: next)
          #expect(next.heads[World.ref] == again.commit, "\(shown)")
          #expect(next.isComplete(again.commit), "\(shown)")
          if store.calls < call { break }
          call += 1
        }
        #expect(call > 8)
      }
    }
  }
}
