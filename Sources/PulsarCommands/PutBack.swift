internal import PulsarCore
internal import PulsarEngine
internal import PulsarGit
internal import PulsarSystem

/// The wanted state of some paths.
struct PutBackWish {
  /// Nil removes the path.
  var entries: [GitPath: TreeEntry?] = [:]
  /// What the paths are expected to be now; others lead to a question.
  ///
  /// Nil: all do that hold anything.
  var expected: [GitPath: TreeEntry?]?
  /// Words for a question: `a.txt differs from …`.
  var question: (GitPath) -> String = { "'\($0.displayed)' differs" }
}

/// Brings paths of the working tree to a wanted state, so that nothing is lost.
///
/// It is captured first, asked about, and noted for `undo` before the first file is touched. What
/// `restore` and `undo` share.
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

  /// One path that will change.
  private struct Step {
    let difference: TreeListing.Difference
    let occupant: WorktreeWriter.Occupant
    /// Other paths that have to go for it.
    var lost: [GitPath] = []
    var needsAnswer = false
    var path: GitPath { self.difference.path }
  }

  private var git: GitProgram { self.open.repository.git }
  private var console: Console { self.open.session.console }

  /// - Parameters:
  ///   - watched: every path that may be touched; what is there is remembered before the capture.
  ///   - wish: called with the tree of the working tree as it is now.
  /// - Returns: how it went.
  /// - Throws: an error when the capture, `wish` or the writing fails.
  func run(
    watching watched: Set<GitPath>, _ wish: (_ present: ObjectID) throws -> PutBackWish
  ) throws -> Outcome {
    let writer = try WorktreeWriter(self.open.repository)
    let sight = Sight(watched, writer)
    self.console.progress("capturing …")
    let report = try self.open.capture(self.reason, force: true)
    self.console.endProgress()
    guard report.refs == self.stream.refs else { throw CaptureError.headKeepsMoving }
    var wish = try wish(report.tree)
    for (path, entry) in wish.entries where entry?.mode == .gitlink {
      self.console.remark("left out '\(path.displayed)': a submodule is restored by git itself")
      wish.entries[path] = nil
    }
    let skipped = report.skipped
    func isSkipped(_ path: GitPath) -> SkippedPath? {
      skipped.isEmpty ? nil : skipped.first { path.isWithin($0.path) }
    }

    let changes = wish.entries.map { TreeChange(path: $0.key, entry: $0.value) }
    let loose = try self.uncaptured(
      wish, sight, in: report.tree, changes
    ) { isSkipped($0) != nil }
    let before = try self.store.writeTree(base: report.tree, changes: loose)
    let after = try self.store.writeTree(base: before, changes: changes)
    let differences = try TreeListing(self.git).differences(before, after)
    let removed = Set(differences.filter { $0.new == nil }.map(\.path))
    let kept = Set(loose.map(\.path))
    var steps: [Step] = []
    for difference in differences {
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
    if steps.isEmpty { return .done(written: [], removed: [], absent: absent) }
    guard try self.isWanted(steps, wish, before: before, after: after) else { return .declined }

    let location = self.open.location
    let log = UndoLog(store: self.store)
    let ref = try log.write(
      UndoMessage(verb: self.verb, worktree: location.undoName), before: before, after: after,
      capture: report.commit, objects: loose.compactMap { $0.entry?.id },
      signature: self.open.repository.signature, time: self.open.session.clock.wallTime())
    return try self.perform(steps, writer, sight, noted: ref, absent)
  }

  // MARK: what is there

  /// What was at the paths before the capture, so that a change since shows.
  private struct Sight {
    var occupants: [GitPath: WorktreeWriter.Occupant] = [:]
    /// Also of what lies in folders that are in the way, and of what is in the way of a folder.
    var marks: [GitPath: WorktreeWriter.Mark] = [:]
    var below: [GitPath: [GitPath]] = [:]
    var blockers: Set<GitPath> = []

    init(_ paths: Set<GitPath>, _ writer: WorktreeWriter) {
      for path in paths {
        let occupant = writer.occupant(path)
        self.occupants[path] = occupant
        switch occupant {
        case .nothing: break
        case .thing(let mark): self.marks[path] = mark
        case .blocked(let blocker, let mark):
          self.marks[blocker] = mark
          self.blockers.insert(blocker)
        case .folder:
          let things = writer.things(below: path)
          self.below[path] = things.map(\.path)
          for thing in things { self.marks[thing.path] = thing.mark }
        }
      }
    }
  }

  /// Files that would be overwritten and that the capture does not hold, such as ignored ones:
  /// stored now, whatever their size.
  private func uncaptured(
    _ wish: PutBackWish, _ sight: Sight, in tree: ObjectID, _ changes: [TreeChange],
    isSkipped: (GitPath) -> Bool
  ) throws -> [TreeChange] {
    let after = try self.store.writeTree(base: tree, changes: changes)
    let differences = try TreeListing(self.git).differences(tree, after)
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
  ) throws -> Step? {
    let path = difference.path
    if difference.old?.mode == .gitlink {
      throw RestoreError.inTheWay(path, of: path, cause: "it is a submodule")
    }
    func isExpected(_ path: GitPath, _ entry: TreeEntry?) -> Bool {
      wish.expected?[path].map { $0 == entry } ?? false
    }
    guard difference.new != nil else {
      guard sight.marks[path] != nil else { return nil }
      var step = Step(difference: difference, occupant: sight.occupants[path] ?? .nothing)
      // One that only makes room is asked about with what it makes room for.
      step.needsAnswer = wish.entries[path] != nil && !isExpected(path, difference.old)
      return step
    }
    let occupant = sight.occupants[path] ?? .nothing
    var step = Step(difference: difference, occupant: occupant)
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
    _ steps: [Step], _ wish: PutBackWish, before: ObjectID, after: ObjectID
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

  // MARK: writing

  private func perform(
    _ steps: [Step], _ writer: WorktreeWriter, _ sight: Sight, noted ref: RefName,
    _ absent: Set<GitPath>
  ) throws -> Outcome {
    var written: [GitPath] = []
    var removed: [GitPath] = []
    let standing = self.open.session.folder.relative(to: self.open.location.worktree)
    // Attributes decide how other files come out, so they come first.
    let attributes = steps.filter { $0.path.name.elementsEqual(".gitattributes".utf8) }
    let first = Set(attributes.flatMap { [$0.path] + $0.lost })
    let groups = [true, false].map { isFirst in
      steps.filter { first.contains($0.path) == isFirst }
    }
    do throws(RestoreError) {
      for group in groups where !group.isEmpty {
        let wishes = group.compactMap { step in
          step.difference.new.map { SmudgedContent.Wish(path: step.path, entry: $0) }
        }
        try writer.stage(wishes, self.store)
        for step in group where step.difference.new == nil {
          guard let mark = sight.marks[step.path] else { continue }
          try self.checkInterrupt()
          try writer.remove(step.path, expecting: mark, standing: standing)
          removed.append(step.path)
        }
        for step in group where step.difference.new != nil {
          try self.checkInterrupt()
          var mark: WorktreeWriter.Mark?
          if case .thing(let there) = step.occupant { mark = there }
          try writer.put(step.path, over: mark)
          written.append(step.path)
        }
      }
    } catch {
      writer.removeStaged()
      self.console.complain(error)
      try self.explain(written, removed, steps.count, ref)
      return .failed
    }
    writer.removeStaged()
    return .done(written: written, removed: removed, absent: absent)
  }

  private func checkInterrupt() throws(RestoreError) {
    if InterruptFlag.isRaised { throw .interrupted }
  }

  /// Says how far it came; a record of nothing is taken away again.
  private func explain(
    _ written: [GitPath], _ removed: [GitPath], _ all: Int, _ ref: RefName
  ) throws {
    guard !written.isEmpty || !removed.isEmpty else {
      if let id = try self.store.resolve(ref) { try self.store.move(ref, from: id, to: nil) }
      self.console.remark("nothing was changed")
      return
    }
    let done = written.count + removed.count
    self.console.remark("\(done) of \(all) paths were put back before that:")
    for path in written.prefix(20) { self.console.remark("  \(path.displayed)") }
    for path in removed.prefix(20) { self.console.remark("  \(path.displayed) (removed)") }
    self.console.remark("'git pulsar undo' takes them back")
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
