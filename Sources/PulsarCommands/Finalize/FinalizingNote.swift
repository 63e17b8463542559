internal import PulsarCore
internal import PulsarEngine
internal import PulsarGit
internal import PulsarSystem

/// What `finalize` has staged and nobody has committed yet; a small file of ours in the git dir of a
/// working tree.
///
/// It counts as long as the undo record of that finalize is there.
struct FinalizingNote {
  private let file: RecordFile<Content>

  /// - Parameter gitDir: of the working tree.
  init(at gitDir: GitPath) {
    self.file = RecordFile(gitDir.appending("pulsar").appending("finalizing"))
  }

  struct Content: Hashable {
    /// The branch whose streams they are.
    let branch: Branch
    let target: Branch
    /// Where the target was.
    let start: ObjectID
    /// What was staged; with conflict markers, if there were conflicts.
    let tree: ObjectID
    let hasConflicts: Bool
    let captures: [ObjectID]
  }

  var exists: Bool { self.file.path.fileSize > 0 }

  /// - Returns: nil when there is none, or none that is understood.
  func read() throws(SystemError) -> Content? { try self.file.known() }
  func write(_ content: Content) throws(SystemError) { try self.file.write(content) }
  func remove() throws(SystemError) { try self.file.remove() }
}

extension FinalizingNote.Content: Record {
  static let kind = "finalizing"
  static let version = 2

  func write(to writer: inout RecordWriter) {
    writer.write(
      self.branch, self.target, self.start, self.tree, self.hasConflicts, self.captures)
  }

  init(from reader: inout RecordReader) throws(RecordError) {
    self.init(
      branch: try reader.read(), target: try reader.read(), start: try reader.read(),
      tree: try reader.read(), hasConflicts: try reader.read(), captures: try reader.read())
  }

  static func previous(_ file: [UInt8]) -> Self? {
    guard let parts = PreviousFile.parts(of: file, header: "git-pulsar finalizing 1"),
      parts.count == 6, let start = ObjectID(hex: parts[2]), let tree = ObjectID(hex: parts[3])
    else { return nil }
    return Self(
      branch: Branch(name: Array(parts[0])), target: Branch(name: Array(parts[1])), start: start,
      tree: tree, hasConflicts: parts[4].elementsEqual("conflicts".utf8),
      captures: PreviousFile.ids(parts[5]) ?? [])
  }
}

/// Takes note of the commit that a person made of what `finalize` staged: by a finalization mark, and in
/// the undo record.
///
/// Every step can be done again, so that after a stop the next command goes on. The caller holds the
/// repository's lock.
struct FinalizeCompletion<Store: SnapshotStore> {
  let open: OpenRepository
  let store: Store

  private var note: FinalizingNote { FinalizingNote(at: self.open.location.gitDir) }

  func run() throws {
    guard let content = try self.note.read() else { return }
    let log = UndoLog(store: self.store)
    guard let (record, message) = try self.record(of: content, log) else {
      // Undone, or noted in full already.
      try self.note.remove()
      return
    }
    let ref = RefName(bytes: Array("refs/heads/".utf8) + content.target.name)
    let tip = try self.store.resolve(ref)
    if tip == content.start { return }
    guard let tip, let commit = try self.commit(of: content, below: tip) else {
      try self.note.remove()
      self.open.session.console.remark(
        "git-pulsar: \(content.target.displayed) has no commit of what finalize staged; the work counts as not finalized"
      )
      return
    }
    let mark = FinalizationMark(
      branch: content.branch, target: content.target, result: commit,
      machineSlug: self.open.machine.slug)
    try FinalizationLog(
      store: self.store, slug: self.open.machine.slug, settings: self.open.settings
    ).add(
      mark, captures: content.captures, signature: self.open.repository.signature,
      time: self.open.session.clock.wallTime())
    _ = try log.replace(record, with: try self.completed(message, commit, content))
    try self.note.remove()
    self.open.note(
      "finalized",
      [
        ("branch", content.branch.displayed), ("into", content.target.displayed),
        ("commit", commit.hex),
      ])
  }

  /// The undo record of the finalize that is still without a commit.
  private func record(
    of content: FinalizingNote.Content, _ log: UndoLog<Store>
  ) throws -> (UndoRecord, UndoMessage)? {
    for record in try log.records(of: self.open.location.undoName) {
      guard case .record(let message) = record.message, message.verb == .finalize else { continue }
      if message.places?.after.head == .branch(content.target, content.start) {
        return (record, message)
      }
    }
    return nil
  }

  private func completed(
    _ message: UndoMessage, _ commit: ObjectID, _ content: FinalizingNote.Content
  ) throws -> UndoMessage {
    guard var places = message.places else { return message }
    let head = Head.branch(content.target, commit)
    let index =
      try self.open.worktree().head() == head
      ? UserIndex(self.open.repository).wholeContent()
      : UserIndex.Content(tree: try self.store.commit(commit).tree, intentToAdd: [])
    places.after = UndoMessage.Place(
      head: head, index: try self.open.indexCommit(index, at: head, self.store))
    places.moved = places.moved.map {
      UndoMessage.MovedBranch(branch: $0.branch, before: $0.before, after: commit)
    }
    var message = message
    message.places = places
    return message
  }

  /// The first commit since that holds what was staged; nil when none does, as when it was thrown away
  /// and something else was committed.
  private func commit(
    of content: FinalizingNote.Content, below tip: ObjectID
  ) throws -> ObjectID? {
    guard try self.store.contains(content.start, in: tip) else { return nil }
    let git = self.open.repository.git
    let listed = try git.output([
      "rev-list", "--first-parent", "--reverse",
      CommandWord(content.start) + ".."
        + CommandWord(tip),
    ])
    let start = try self.store.commit(content.start).tree
    let staged = try TreeListing(git).differences(start, content.tree)
    for line in listed.split(separator: UInt8(ascii: "\n")).prefix(1000) {
      guard let commit = ObjectID(hex: line) else { continue }
      let tree = try self.store.commit(commit).tree
      if tree == content.tree { return commit }
      if try self.holds(tree, staged, start, content.hasConflicts) { return commit }
    }
    return nil
  }

  /// Whether a commit's tree comes of what was staged, though a hook or a hand has changed it.
  private func holds(
    _ tree: ObjectID, _ staged: [TreeListing.Difference], _ start: ObjectID,
    _ hasConflicts: Bool
  ) throws -> Bool {
    // Conflicts may all have been resolved to what was there.
    if tree == start { return hasConflicts }
    var touched = 0
    for difference in staged {
      let entry = try self.store.entry(at: difference.path, in: tree)
      if entry == difference.new { return true }
      if entry != difference.old { touched += 1 }
    }
    return hasConflicts ? touched > 0 : touched == staged.count
  }
}

extension OpenRepository {
  /// Pushes this machine's finalization marks, if there are any the remote lacks.
  func pushMarks() throws {
    let marks = FinalizationMark.leaf
    let prefix = Array("\(StreamRefs.pushedPrefix)\(self.machine.slug)/".utf8)
    let unpushed = try self.unpushedStreams()
    guard let refs = unpushed.first(where: { $0.pushed.bytes == prefix + marks }) else { return }
    _ = try self.push(refs)
  }

  /// Does what a commit of the person's makes due; where that fails, the next command does it.
  func completeFinalize() {
    guard FinalizingNote(at: self.location.gitDir).exists else { return }
    do {
      try self.withStore { try self.completeFinalize($0) }
    } catch {
      let why = (error as? any ExplainedError)?.explanation ?? String(describing: error)
      self.note("finalize-not-noted", level: .warning, [("why", why)])
    }
  }

  private func completeFinalize(_ store: some SnapshotStore) throws {
    try FinalizeCompletion(open: self, store: store).run()
  }

  /// Forgets what `finalize` staged once a capture shows that it was thrown away.
  func forgetFinalize(after report: CaptureReport, _ store: some SnapshotStore) throws {
    let note = FinalizingNote(at: self.location.gitDir)
    guard note.exists, let content = try note.read(), report.head == content.start,
      report.branch == content.target, try store.commit(content.start).tree == report.tree
    else { return }
    try note.remove()
  }
}
