internal import PulsarCore
internal import PulsarEngine
internal import PulsarGit
internal import PulsarSystem

/// The wanted state of some paths, and of what else a verb changes.
struct PutBackWish {
  /// Nil removes the path.
  var entries: [GitPath: TreeEntry?] = [:]
  /// The tree that all of them make of the captured one, where it is known.
  var tree: ObjectID?
  /// What the paths are expected to be now; others lead to a question.
  ///
  /// Nil: all do that hold anything.
  var expected: [GitPath: TreeEntry?]?
  /// Words for a question: `a.txt differs from …`.
  var question: (GitPath) -> String = { "'\($0.displayed)' differs" }
  /// HEAD and the staging area, where they change too.
  var places: UndoMessage.Places?
  /// Sessions that become part of the work, and that cease to be.
  var gained: [ObjectID] = []
  var lost: [ObjectID] = []
  /// What the next capture is to record.
  var handover: Handover?
  /// Trees that contents are taken from, besides the captured one.
  var sources: [ObjectID] = []

  /// Whether more changes than files.
  var isWhole: Bool { self.places != nil || self.handover != nil }
}

/// Brings paths of the working tree to a wanted state, so that nothing is lost.
///
/// It is captured first, asked about, and noted for `undo` before the first file is touched. What
/// `restore`, `undo`, `sync` and `finalize` share.
///
/// The caller holds the repository's lock.
struct PutBack<Store: SnapshotStore> {
  let open: OpenRepository
  let store: Store
  let stream: CurrentStream
  let verb: UndoneVerb
  let reason: CaptureReason

  enum Outcome {
    /// Paths that were written and removed, ascending.
    case done(written: [GitPath], removed: [GitPath], absent: Set<GitPath>)
    case declined
    /// Stopped half-way; said already.
    case failed
  }

  private var console: Console { self.open.session.console }

  /// - Parameters:
  ///   - watched: paths that may be touched; what is there is remembered before the capture.
  ///   - wish: called with the capture of the working tree as it is now.
  /// - Returns: how it went.
  /// - Throws: an error when the capture, `wish` or the writing fails.
  func run(
    watching watched: Set<GitPath>, _ wish: (CaptureReport) throws -> PutBackWish
  ) throws -> Outcome {
    let writer = try WorktreeWriter(
      self.open.repository, environment: self.open.session.environmentArguments)
    var watched = watched
    self.console.progress("capturing …")
    let early = try self.early()
    for _ in 0..<Self.attempts {
      let sight = Sight(watched, writer)
      self.console.progress("capturing …")
      let report = try self.captured(watched, after: early)
      self.console.endProgress()
      guard report.refs == self.stream.refs else { throw CaptureError.headKeepsMoving }
      let wish = try wish(report)
      let unseen = Set(wish.entries.keys).subtracting(watched)
      // They may have changed since the capture: it is looked at them first, and captured again.
      guard unseen.isEmpty else {
        watched.formUnion(unseen)
        continue
      }
      return try self.run(wish, report, sight, writer)
    }
    throw Refusal(
      whatFailed: "nothing was changed", why: "the working tree changes all the time",
      whatToDo: "run the command again when nobody writes to it", status: .tryAgain)
  }

  private static var attempts: Int { 4 }

  /// A capture by a scan that was begun before the paths were looked at; nil where there is none.
  ///
  /// What it misses of the paths that are watched is found by reading those again. With a sparse
  /// check-out that would take paths that are not checked out for deleted.
  private func early() throws -> CaptureReport? {
    guard self.open.isScanUnderWay,
      self.open.repository.config.flag("core.sparsecheckout") != true
    else {
      self.open.forgetScan()
      return nil
    }
    return try self.open.capture(self.reason, force: true)
  }

  /// A capture that holds the watched paths as they are after they were looked at.
  private func captured(
    _ watched: Set<GitPath>, after early: CaptureReport?
  ) throws -> CaptureReport {
    guard let early else { return try self.open.capture(self.reason, force: true) }
    do {
      // What was left out is tried again, else it would count as captured.
      let paths = watched.union(early.skipped.map(\.path))
      let late = try self.open.capture(self.reason, force: true, knownPaths: paths.sorted())
      return late
    } catch CaptureError.needsFullScan {
      return try self.open.capture(self.reason, force: true)
    }
  }

  private func run(
    _ wished: PutBackWish, _ report: CaptureReport, _ sight: Sight, _ writer: WorktreeWriter
  ) throws -> Outcome {
    var wish = wished
    if self.verb == .restore {
      for (path, entry) in wish.entries where entry?.mode == .gitlink {
        self.console.remark("left out '\(path.displayed)': a submodule is restored by git itself")
        wish.entries[path] = nil
        wish.tree = nil
      }
    }
    let own = self.open.ownFolders
    for path in wish.entries.keys.sorted() where own.contains(where: { path.isWithin($0) }) {
      if self.verb == .restore {
        self.console.remark("left out '\(path.displayed)': it is git-pulsar's own")
      }
      wish.entries[path] = nil
      wish.tree = nil
    }
    let skipped = report.skipped
    func isSkipped(_ path: GitPath) -> SkippedPath? {
      skipped.isEmpty ? nil : skipped.first { path.isWithin($0.path) }
    }

    let changes = wish.entries.map { TreeChange(path: $0.key, entry: $0.value) }
    let wanted = try wish.tree ?? self.store.writeTree(base: report.tree, changes: changes)
    let loose = try self.uncaptured(
      wish, sight, self.open.treeDifferences.find(report.tree, wanted)
    ) { isSkipped($0) != nil }
    let before = try self.store.writeTree(base: report.tree, changes: loose)
    let after =
      loose.isEmpty ? wanted : try self.store.writeTree(base: before, changes: changes)
    let differences = try self.open.treeDifferences.find(before, after)
    let removed = Set(differences.filter { $0.new == nil }.map(\.path))
    let kept = Set(loose.map(\.path))
    let hidden = wish.isWhole ? try self.hidden(differences, sight) : []
    var steps: [FileStep] = []
    for difference in differences where !hidden.contains(difference.path) {
      guard
        let step = try self.step(
          difference, wish, sight,
          isLost: { removed.contains($0) && (isSkipped($0) == nil || kept.contains($0)) })
      else { continue }
      steps.append(step)
    }
    let absent = Set(
      wish.entries.keys.filter { sight.occupants[$0] == .nothing }
    ).subtracting(differences.map(\.path))
    if steps.isEmpty && !wish.isWhole { return .done(written: [], removed: [], absent: absent) }
    guard try self.isWanted(steps, wish, before: before, after: after) else { return .declined }

    let location = self.open.location
    var message = UndoMessage(verb: self.verb, worktree: location.undoName)
    message.places = wish.places
    message.gained = wish.gained
    message.lost = wish.lost
    message.sources = wish.sources
    let record = try UndoLog(store: self.store).write(
      message, before: before, after: after, capture: report.commit,
      objects: loose.compactMap { $0.entry?.id }, signature: self.open.repository.signature,
      time: self.open.session.clock.wallTime())
    let transition = Transition(
      open: self.open, store: self.store, record: record, message: message, before: before,
      after: after, handover: wish.handover)
    switch try transition.perform(steps, writer, sight, hidden: hidden) {
    case .done(let written, let removed):
      return .done(written: written, removed: removed, absent: absent)
    case .failed: return .failed
    }
  }

  // MARK: what is there

  /// Files that would be overwritten and that the capture does not hold, such as ignored ones:
  /// stored now, whatever their size.
  private func uncaptured(
    _ wish: PutBackWish, _ sight: Sight, _ differences: [TreeListing.Difference],
    isSkipped: (GitPath) -> Bool
  ) throws -> [TreeChange] {
    var paths = Set(differences.filter { $0.old == nil }.map(\.path))
    paths.formUnion(wish.entries.keys.filter(isSkipped))
    // A file that is not captured, where the capture has a folder.
    for path in wish.entries.keys {
      if case .blocked(let blocker, _) = sight.occupants[path], isSkipped(blocker) {
        paths.remove(path)
        paths.insert(blocker)
      }
    }
    let there = paths.sorted().filter { path in
      if case .thing? = sight.occupants[path] { return true }
      return sight.blockers.contains(path)
    }
    if there.isEmpty { return [] }
    let scanned = there.map {
      ScannedPath(path: $0, verdict: .read(knownMode: nil, indexBlob: nil))
    }
    let outcomes = try self.open.worktree().store(
      scanned, limit: ByteCount(Int.max), into: self.store)
    return try zip(there, outcomes).map { path, outcome in
      switch outcome {
      case .stored(let entry): TreeChange(path: path, entry: entry)
      case .gone: throw RestoreError.changedMeanwhile(path)
      case .skipped(let reason):
        throw RestoreError.inTheWay(path, of: path, cause: reason.displayed)
      }
    }
  }

  /// Paths of which nothing is on the disk, as a sparse check-out keeps them off it: they change in
  /// captures alone.
  private func hidden(
    _ differences: [TreeListing.Difference], _ sight: Sight
  ) throws -> Set<GitPath> {
    let absent = differences.filter {
      sight.occupants[$0.path] == .nothing && ($0.new ?? $0.old)?.mode != .gitlink
    }
    return try SparseCheckout(self.open.repository).hidden(absent.map(\.path))
  }

  /// What has to be done for one difference; nil when nothing has.
  ///
  /// - Parameters:
  ///   - difference: between the working tree and what is wanted.
  ///   - wish: what is wanted, and expected now.
  ///   - sight: what was there before the capture.
  ///   - isLost: whether a path is captured and goes.
  /// - Returns: the step; nil when nothing has to be done.
  /// - Throws: `RestoreError` when something is in the way.
  private func step(
    _ difference: TreeListing.Difference, _ wish: PutBackWish, _ sight: Sight,
    isLost: (GitPath) -> Bool
  ) throws -> FileStep? {
    let path = difference.path
    let things = sight.below[path] ?? []
    if difference.old?.mode == .gitlink || difference.new?.mode == .gitlink {
      guard difference.new.map({ $0.mode == .gitlink }) ?? true || things.isEmpty else {
        throw RestoreError.inTheWay(path, of: path, cause: "it is a submodule")
      }
      // A submodule is a folder, whatever is in it.
      if difference.new == nil || sight.occupants[path] == .folder {
        return FileStep(difference: difference, occupant: sight.occupants[path] ?? .nothing)
      }
    }
    func isExpected(_ path: GitPath, _ entry: TreeEntry?) -> Bool {
      wish.expected?[path].map { $0 == entry } ?? false
    }
    guard difference.new != nil else {
      guard sight.marks[path] != nil else { return nil }
      var step = FileStep(difference: difference, occupant: sight.occupants[path] ?? .nothing)
      // One that only makes room is asked about with what it makes room for.
      step.needsAnswer = wish.entries[path] != nil && !isExpected(path, difference.old)
      return step
    }
    let occupant = sight.occupants[path] ?? .nothing
    var step = FileStep(difference: difference, occupant: occupant)
    switch occupant {
    case .nothing: break
    case .thing: step.needsAnswer = !isExpected(path, difference.old)
    case .blocked(let blocker, _): step.lost = [blocker]
    case .folder: step.lost = sight.below[path] ?? []
    }
    for lost in step.lost {
      guard isLost(lost) else {
        throw RestoreError.inTheWay(lost, of: path, cause: "it is ignored or could not be read")
      }
    }
    // Those that are wanted away are asked about, where needed, on their own.
    if step.lost.contains(where: { wish.entries[$0] == nil }) { step.needsAnswer = true }
    return step
  }

  // MARK: questions

  /// Asks about every path that holds something else than expected; before anything is touched.
  private func isWanted(
    _ steps: [FileStep], _ wish: PutBackWish, before: ObjectID, after: ObjectID
  ) throws -> Bool {
    let asked = steps.filter(\.needsAnswer)
    for (index, step) in asked.enumerated() {
      var question = wish.question(step.path)
      if let first = step.lost.first {
        let others = step.lost.count > 1 ? " and \(step.lost.count - 1) more" : ""
        question = "'\(first.displayed)'\(others) must go for '\(step.path.displayed)'"
      }
      var choices = ["overwrite", "view difference", "cancel"]
      let left = asked.count - index
      if left > 1 { choices.insert("all", at: 1) }
      var answer = "view difference"
      while answer == "view difference" {
        answer = self.console.choose(
          "\(question):", choices, safe: "cancel", yes: "all",
          alsoKnown: ["y": "overwrite", "yes": "overwrite"])
        if answer == "view difference" {
          try self.open.showDifferences(before, after, [step.path] + step.lost)
        }
      }
      if answer == "all" { return true }
      if answer == "cancel" {
        self.console.remark("nothing was changed")
        return false
      }
    }
    return true
  }
}

extension RepositoryLocation {
  /// Tells the working trees of one repository apart, in undo records.
  var undoName: GitPath {
    guard let rest = self.gitDir.relative(to: self.commonDir), !rest.isRoot else {
      return GitPath(".")
    }
    return rest
  }
}
