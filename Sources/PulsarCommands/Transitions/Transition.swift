internal import PulsarCore
internal import PulsarEngine
internal import PulsarGit
internal import PulsarSystem

/// One path that will change.
struct FileStep {
  let difference: TreeListing.Difference
  let occupant: WorktreeWriter.Occupant
  /// Other paths that have to go for it.
  var lost: [GitPath] = []
  var needsAnswer = false
  var path: GitPath { self.difference.path }
}

/// Brings the working tree, and where a verb says so the staging area and HEAD, from one state to
/// another.
///
/// The undo record holds both states and a journal says that work is under way, so that after any stop
/// the rest can be done, or what was done be taken back. A path that holds neither of its two states any
/// more is left as it is.
///
/// The caller holds the repository's lock.
struct Transition<Store: SnapshotStore> {
  let open: OpenRepository
  let store: Store
  let record: UndoRecord
  let message: UndoMessage
  /// Trees of the working tree.
  let before: ObjectID
  let after: ObjectID
  /// What the next capture is to record once the state after is reached.
  let handover: Handover?

  enum Outcome {
    /// Paths that were written and removed, in order.
    case done(written: [GitPath], removed: [GitPath])
    /// Said already.
    case failed
  }

  private var console: Console { self.open.session.console }
  private var journal: TransitionJournal { TransitionJournal(at: self.open.location.gitDir) }
  private var isWhole: Bool { self.message.places != nil || self.handover != nil }

  private func entry(isBackwards: Bool) -> TransitionJournal.Entry {
    TransitionJournal.Entry(
      record: self.record.ref, id: self.record.id, isBackwards: isBackwards,
      handover: self.handover)
  }

  /// Goes from the state before to the state after.
  ///
  /// - Parameters:
  ///   - steps: the differences, each with what is there now.
  ///   - writer: of the working tree.
  ///   - sight: what was there when it was captured.
  ///   - hidden: paths that a sparse check-out keeps off the disk, and that stay off it.
  /// - Returns: how it went; where it failed and more than files was to change, all is as before.
  /// - Throws: an error when even that cannot be done; the next command goes on.
  func perform(
    _ steps: [FileStep], _ writer: WorktreeWriter, _ sight: Sight, hidden: Set<GitPath>
  ) throws -> Outcome {
    try self.journal.write(self.entry(isBackwards: false))
    var files = FileProgress()
    do {
      writer.attributes = try self.attributes(isBackwards: false)
      try self.write(steps, writer, sight, isStoppable: true, &files)
      writer.removeStaged()
      let left = try self.setPlaces(isBackwards: false)
      if !left.isEmpty {
        throw Refusal(
          whatFailed: "the \(self.message.verb.rawValue) stopped",
          why: left.joined(separator: "; "), whatToDo: "run it again", status: .tryAgain)
      }
    } catch let error as any ExplainedError {
      writer.removeStaged()
      self.console.complain(error)
      try self.giveUp(files, of: steps.count)
      return .failed
    }
    try self.finish(writer, files, hidden: hidden)
    self.tellUnwritten(writer)
    return .done(written: files.written, removed: files.removed)
  }

  private func finish(
    _ writer: WorktreeWriter, _ files: FileProgress, hidden: Set<GitPath>
  ) throws {
    if self.isWhole {
      try SyncedNote(
        open: self.open, store: self.store, before: self.before, after: self.after,
        capture: self.record.capture, place: self.message.places?.after, writer: writer
      ).write(hidden: hidden, marks: files.marks)
    }
    if let handover = self.handover {
      let note = HandoverNote(at: self.open.location.gitDir)
      if handover.sessions.isEmpty && handover.continuing == nil {
        try note.remove()
      } else {
        try note.write(handover)
      }
    }
    try self.journal.remove()
  }

  /// After a failure: files that were restored stay and can be undone; of anything more, nothing stays.
  private func giveUp(_ files: FileProgress, of all: Int) throws {
    guard self.isWhole else {
      try self.journal.remove()
      try self.explain(files, all)
      return
    }
    try self.journal.write(self.entry(isBackwards: true))
    let kept = try self.resume(isBackwards: true).kept
    try self.journal.remove()
    try self.store.move(self.record.ref, from: self.record.id, to: nil)
    self.tell(kept)
    self.console.remark("nothing was changed")
  }

  /// Says how far it came; a record of nothing is taken away again.
  private func explain(_ files: FileProgress, _ all: Int) throws {
    let done = files.written.count + files.removed.count
    guard done > 0 else {
      try self.store.move(self.record.ref, from: self.record.id, to: nil)
      self.console.remark("nothing was changed")
      return
    }
    self.console.remark("\(done) of \(all) paths were put back before that:")
    for path in files.written.prefix(20) { self.console.remark("  \(path.displayed)") }
    for path in files.removed.prefix(20) { self.console.remark("  \(path.displayed) (removed)") }
    self.console.remark("'git pulsar undo' takes them back")
  }

  private func tell(_ kept: [GitPath]) {
    for path in kept.prefix(20) {
      self.console.remark("'\(path.displayed)' was changed meanwhile and is left as it is")
    }
    if kept.count > 20 { self.console.remark("… and \(kept.count - 20) more") }
  }

  // MARK: files

  private struct FileProgress {
    var written: [GitPath] = []
    var removed: [GitPath] = []
    /// Of what was written.
    var marks: [GitPath: WorktreeWriter.Mark] = [:]
  }

  private func tellUnwritten(_ writer: WorktreeWriter) {
    for (path, why) in writer.unwritten.sorted(by: { $0.key < $1.key }) {
      self.console.remark(
        "'\(path.displayed)' cannot be written on this disk (\(why)); captures keep it as it came")
    }
  }

  private func write(
    _ steps: [FileStep], _ writer: WorktreeWriter, _ sight: Sight, isStoppable: Bool,
    _ progress: inout FileProgress
  ) throws(RestoreError) {
    let standing = self.open.session.folder.relative(to: self.open.location.worktree)
    // Attributes decide how other files come out, so they come first.
    let attributes = steps.filter { $0.path.name.elementsEqual(".gitattributes".utf8) }
    let first = Set(attributes.flatMap { [$0.path] + $0.lost })
    let groups = [true, false].map { isFirst in
      steps.filter { first.contains($0.path) == isFirst }
    }
    for group in groups where !group.isEmpty {
      let wishes = group.compactMap { step in
        step.difference.new.flatMap {
          $0.mode == .gitlink ? nil : SmudgedContent.Wish(path: step.path, entry: $0)
        }
      }
      try writer.stage(wishes, self.store)
      for step in group where step.difference.new == nil {
        if step.difference.old?.mode == .gitlink { writer.removeSubmoduleFolder(step.path) }
        guard let mark = sight.marks[step.path] else { continue }
        if isStoppable && InterruptFlag.isRaised { throw .interrupted }
        try writer.remove(step.path, expecting: mark, standing: standing)
        progress.removed.append(step.path)
      }
      for step in group where step.difference.new != nil {
        if isStoppable && InterruptFlag.isRaised { throw .interrupted }
        var mark: WorktreeWriter.Mark?
        if case .thing(let there) = step.occupant { mark = there }
        if step.difference.new?.mode == .gitlink {
          try writer.makeSubmoduleFolder(step.path, over: mark)
        } else if let put = try writer.put(step.path, over: mark) {
          progress.marks[step.path] = put
          progress.written.append(step.path)
        }
      }
    }
  }

  /// Where attributes come from that are not on disk in the state to be reached.
  private func attributes(isBackwards: Bool) throws -> AttributeFallback {
    let place = self.message.places.map { isBackwards ? $0.before : $0.after }
    return AttributeFallback(
      index: try place.map { try self.store.commit($0.index).tree },
      trees: self.message.sources + [isBackwards ? self.before : self.after])
  }

  // MARK: HEAD and the staging area

  /// Sets both, each only if it is where the transition starts from.
  ///
  /// - Returns: what was left alone, in words.
  private func setPlaces(isBackwards: Bool) throws -> [String] {
    guard let places = self.message.places else { return [] }
    var entry = self.entry(isBackwards: isBackwards)
    entry.isAtPlaces = true
    try self.journal.write(entry)
    let (old, new) =
      isBackwards ? (places.after, places.before) : (places.before, places.after)
    let moved = isBackwards ? places.moved?.reversed : places.moved
    var left: [String] = []
    // A branch is moved while HEAD is not on it: else what is checked out would not be what it holds.
    let isFirst = moved != nil && moved?.branch == new.head.branch
    if let moved, isFirst { left += try self.move(moved) }
    let head = try self.open.worktree().head()
    if head == old.head, left.isEmpty {
      try UserHead(self.open.repository).move(from: old.head, to: new.head, reason: self.reason)
    } else if head != new.head {
      left.append("HEAD has moved meanwhile and is left where it is")
    }
    if let moved, !isFirst, left.isEmpty { left += try self.move(moved) }
    let index = UserIndex(self.open.repository)
    let oldContent = try self.content(old.index)
    let newContent = try self.content(new.index)
    let present = try index.wholeContent()
    if present == newContent {
      index.refresh()
    } else if present == oldContent {
      try index.set(newContent, added: self.added(oldContent.tree, newContent.tree))
    } else {
      left.append("the staging area has changed meanwhile and is left as it is")
    }
    return left
  }

  /// Paths that are new, where a sparse check-out may keep some of them off the disk.
  private func added(_ old: ObjectID, _ new: ObjectID) throws -> [GitPath] {
    guard SparseCheckout(self.open.repository).isOn else { return [] }
    let differences = try TreeListing(self.open.repository.git).differences(old, new)
    return differences.compactMap { $0.old == nil ? $0.path : nil }
  }

  private var reason: String { "git-pulsar: \(self.message.verb.rawValue)" }

  /// Moves a branch that is where the transition starts from.
  ///
  /// - Returns: what was left alone, in words.
  private func move(_ moved: UndoMessage.MovedBranch) throws -> [String] {
    let head = UserHead(self.open.repository)
    let present = try head.commit(of: moved.branch)
    if present == moved.after { return [] }
    guard present == moved.before else {
      return ["\(moved.branch.displayed) has been moved meanwhile and is left where it is"]
    }
    try head.move(moved.branch, from: moved.before, to: moved.after, reason: self.reason)
    return []
  }

  /// What an index commit holds.
  private func content(_ id: ObjectID) throws -> UserIndex.Content {
    let commit = try self.store.commit(id)
    return UserIndex.Content(
      tree: commit.tree, intentToAdd: IndexMessage.intentToAdd(in: commit.message).sorted(),
      unmerged: IndexMessage.unmerged(in: commit.message))
  }

  // MARK: after a stop

  /// Does what is left to do: whatever is in the state it started from.
  ///
  /// - Returns: paths in neither state, which are left as they are; how it went, and with what.
  private func resume(
    isBackwards: Bool
  ) throws -> (kept: [GitPath], writer: WorktreeWriter, files: FileProgress, hidden: Set<GitPath>) {
    let (old, new) = isBackwards ? (self.after, self.before) : (self.before, self.after)
    let differences = try TreeListing(self.open.repository.git).differences(old, new)
    let writer = try WorktreeWriter(
      self.open.repository, environment: self.open.session.environmentArguments)
    let sight = Sight(Set(differences.map(\.path)), writer)
    let present = try self.present(differences, sight)
    let hidden = try SparseCheckout(self.open.repository).hidden(
      differences.map(\.path).filter { sight.occupants[$0] == .nothing })
    var kept: [GitPath] = []
    var steps: [FileStep] = []
    for (difference, entry) in zip(differences, present)
    where !hidden.contains(difference.path) {
      if (difference.new ?? difference.old)?.mode == .gitlink {
        steps.append(
          FileStep(
            difference: difference, occupant: sight.occupants[difference.path] ?? .nothing))
        continue
      }
      switch entry {
      case .some(difference.new): continue
      case .some(difference.old):
        steps.append(
          FileStep(
            difference: difference, occupant: sight.occupants[difference.path] ?? .nothing,
            lost: sight.below[difference.path] ?? []))
      default: kept.append(difference.path)
      }
    }
    var files = FileProgress()
    defer { writer.removeStaged() }
    writer.attributes = try self.attributes(isBackwards: isBackwards)
    try self.write(steps, writer, sight, isStoppable: false, &files)
    for words in try self.setPlaces(isBackwards: isBackwards) { self.console.remark(words) }
    self.tellUnwritten(writer)
    return (kept, writer, files, hidden)
  }

  /// What is at the paths now: an entry, nothing, or something that cannot be read.
  private func present(
    _ differences: [TreeListing.Difference], _ sight: Sight
  ) throws -> [TreeEntry??] {
    let scanned = differences.map { difference in
      ScannedPath(
        path: difference.path,
        verdict: .read(knownMode: (difference.old ?? difference.new)?.mode, indexBlob: nil))
    }
    let outcomes = try self.open.worktree().store(
      scanned, limit: ByteCount(Int.max), into: self.store)
    return zip(differences, outcomes).map { difference, outcome in
      switch sight.occupants[difference.path] {
      // A folder, or something above, is what makes room: the path itself is not there.
      case .folder, .blocked, .nothing, nil: return .some(nil)
      case .thing: break
      }
      switch outcome {
      case .stored(let entry): return .some(entry)
      case .gone: return .some(nil)
      case .skipped: return nil
      }
    }
  }

  /// Finishes a transition that stopped half-way.
  ///
  /// The caller holds the lock.
  static func recover(_ open: OpenRepository, _ store: Store) throws {
    let journal = TransitionJournal(at: open.location.gitDir)
    guard let entry = try journal.read() else { return }
    guard let record = try UndoLog(store: store).record(at: entry.record, id: entry.id),
      case .record(let message) = record.message, let afterCommit = record.afterCommit
    else {
      // Without the record nobody can tell what was meant; the capture made before is there.
      try journal.remove()
      return
    }
    let transition = Transition(
      open: open, store: store, record: record, message: message, before: record.before,
      after: try store.commit(afterCommit).tree, handover: entry.handover)
    let verb = message.verb.rawValue
    if entry.isAtPlaces, let places = message.places {
      // A git that was killed with the process leaves its locks, and nobody could commit any more.
      let locks = UserLocks(
        of: open.location, branches: [places.before.head.branch, places.after.head.branch])
      for path in locks.removeStale(since: journal.file) {
        open.session.console.remark(
          "git-pulsar: removed '\(open.session.displayed(path))', which the \(verb) left behind")
      }
    }
    let (kept, writer, files, hidden) = try transition.resume(isBackwards: entry.isBackwards)
    if entry.isBackwards {
      try journal.remove()
      try store.move(record.ref, from: record.id, to: nil)
      open.session.console.remark("git-pulsar: a \(verb) that had stopped half-way was taken back")
    } else {
      try transition.finish(writer, files, hidden: hidden)
      open.session.console.remark(
        "git-pulsar: a \(verb) that had stopped half-way was finished; 'git pulsar undo' takes it back"
      )
    }
    open.note(
      "recovered", level: .warning,
      [("verb", verb), ("direction", entry.isBackwards ? "back" : "forward")])
    transition.tell(kept)
  }
}
