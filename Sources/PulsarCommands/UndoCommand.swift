internal import ArgumentParser
internal import PulsarCore
internal import PulsarEngine
internal import PulsarGit
internal import PulsarSystem

struct UndoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "undo", abstract: "Take back the last sync, restore, finalize or undo.",
    discussion: """
      The working tree is captured first, so nothing is lost; a file that changed since leads to a \
      question. Only files that were touched then are touched now. HEAD, the branch and the staging \
      area come back too where the verb changed them; when commits made since would no longer be on the \
      branch, nothing is undone.

      Exit status: 0 undone, or nothing to undo; 2 you said no.
      """)

  @OptionGroup var options: CommonOptions

  func run() throws {
    try self.perform(self.options) { session in
      let open = try OpenRepository(session)
      return try open.locked { try open.withStore { try Self.undo(open, $0) } }
    }
  }

  private static func undo(
    _ open: OpenRepository, _ store: some SnapshotStore
  ) throws -> ExitStatus {
    let log = UndoLog(store: store)
    guard let record = try log.records(of: open.location.undoName).first else {
      open.session.console.say("there is nothing to undo")
      return .done
    }
    guard case .record(let message) = record.message else {
      throw Self.refusal(
        "the newest record is of \(record.unknownPart), which this version does not know",
        "use the version of git-pulsar that wrote it")
    }
    guard let afterCommit = record.afterCommit else {
      throw Self.refusal(
        "'\(record.ref.displayed)' is damaged",
        "see 'git pulsar history', and restore what you need with --at")
    }
    let undoing = try Undoing(
      open: open, store: store, record: record, message: message,
      after: store.commit(afterCommit).tree)
    return try undoing.run(log)
  }

  static func refusal(_ why: String, _ whatToDo: String) -> Refusal {
    Refusal(whatFailed: "nothing undone", why: why, whatToDo: whatToDo)
  }
}

extension UndoRecord {
  fileprivate var unknownPart: String {
    if case .unknown(let what) = self.message { return what }
    return ""
  }
}

/// One undo, under the repository's lock.
private struct Undoing<Store: SnapshotStore> {
  let open: OpenRepository
  let store: Store
  let record: UndoRecord
  let message: UndoMessage
  let after: ObjectID

  private var verb: String { self.message.verb.rawValue }
  private var console: Console { self.open.session.console }

  func run(_ log: UndoLog<Store>) throws -> ExitStatus {
    let stream = try CurrentStream(self.open, self.open.worktree(), self.store)
    let places = try self.places(stream)
    try self.checkBranch(stream)
    let touched = try TreeListing(self.open.repository.git).differences(
      self.record.before, self.after)
    let putBack = PutBack(
      open: self.open, store: self.store, stream: stream, verb: .undo, reason: .beforeUndo)
    let outcome = try putBack.run(watching: Set(touched.map(\.path))) { report in
      var wish = PutBackWish()
      var expected: [GitPath: TreeEntry?] = [:]
      for difference in touched {
        wish.entries.updateValue(difference.old, forKey: difference.path)
        expected.updateValue(difference.new, forKey: difference.path)
      }
      wish.expected = expected
      wish.question = { "'\($0.displayed)' has changed since that \(self.verb)" }
      wish.places = places
      (wish.gained, wish.lost) = (self.message.lost, self.message.gained)
      wish.handover = try self.handover(report)
      wish.sources = self.message.sources
      return wish
    }
    switch outcome {
    case .declined: return .declined
    case .failed: return .failed
    case .done(let written, let removed, _):
      try log.remove(self.record)
      if self.message.verb == .finalize { try self.forgetStaged() }
      if !(self.message.gained + self.message.lost).isEmpty || places != nil {
        self.open.captureAfterwards(.afterUndo)
      }
      self.report(written, removed, places)
      return .done
    }
  }

  /// What was staged is not there any more to be committed.
  private func forgetStaged() throws {
    let gitDir = self.open.location.gitDir
    let note = FinalizingNote(at: gitDir)
    guard note.exists else { return }
    try note.remove()
    _ = try AtomicFile.remove(gitDir.appending("SQUASH_MSG"))
  }

  // MARK: HEAD, staging area, sessions

  /// HEAD and the staging area now, and as they are to be; nil when both stay.
  private func places(_ stream: CurrentStream) throws -> UndoMessage.Places? {
    guard let then = self.message.places else { return nil }
    let head = try self.open.worktree().head()
    var target = head
    if then.before.head != then.after.head {
      guard head == then.after.head else { throw try self.movedHead(head, then.after.head) }
      target = then.before.head
    }
    if let branch = then.moved, try !self.isWhereItWas(branch) {
      throw UndoCommand.refusal(
        "\(branch.branch.displayed) has been moved since",
        "see 'git reflog \(branch.branch.displayed)', and go back to \(branch.after?.short ?? "where it was") if you mean it"
      )
    }
    let content = try UserIndex(self.open.repository).wholeContent()
    let present = try self.open.indexCommit(content, at: head, self.store)
    var index = then.before.index
    if try !self.holdsSame(present, then.after.index) {
      if then.before.index != then.after.index {
        self.console.remark(
          "the staging area has changed since that \(self.verb) and is left as it is")
      }
      index = present
    }
    if head == target && index == present && then.moved == nil { return nil }
    return UndoMessage.Places(
      before: UndoMessage.Place(head: head, index: present),
      after: UndoMessage.Place(head: target, index: index), moved: then.moved?.reversed)
  }

  private func isWhereItWas(_ moved: UndoMessage.MovedBranch) throws -> Bool {
    try UserHead(self.open.repository).commit(of: moved.branch) == moved.after
  }

  private func holdsSame(_ one: ObjectID, _ other: ObjectID) throws -> Bool {
    let (one, other) = (try self.store.commit(one), try self.store.commit(other))
    return one.tree == other.tree
      && IndexMessage.intentToAdd(in: one.message) == IndexMessage.intentToAdd(in: other.message)
      && IndexMessage.unmerged(in: one.message) == IndexMessage.unmerged(in: other.message)
  }

  private func movedHead(_ head: Head, _ known: Head) throws -> Refusal {
    if head.branch != known.branch {
      return UndoCommand.refusal(
        "that \(self.verb) was on \(known.branch.displayed), and you are on \(head.branch.displayed)",
        "switch to \(known.branch.displayed), then run 'git pulsar undo' again")
    }
    if let old = known.commit, let new = head.commit, try self.store.contains(old, in: new) {
      let counted = try self.open.repository.git.output([
        "rev-list", "--count", CommandWord(old) + ".." + CommandWord(new),
      ])
      let count = String(decoding: counted.prefix { $0 != 10 }, as: UTF8.self)
      return UndoCommand.refusal(
        "\(count == "1" ? "1 commit" : "\(count) commits") made since would no longer be on \(head.branch.displayed)",
        "go back to \(old.short) with git first if you mean it; your files stay in 'git pulsar history'"
      )
    }
    return UndoCommand.refusal(
      "\(head.branch.displayed) has been moved since",
      "see 'git reflog', and go back to \(known.commit?.short ?? "where it was") if you mean it")
  }

  private func checkBranch(_ stream: CurrentStream) throws {
    guard !(self.message.gained + self.message.lost).isEmpty,
      let trailers = CaptureTrailers(message: try self.store.commit(self.record.capture).message),
      self.message.places == nil, trailers.branch != stream.branch
    else { return }
    throw UndoCommand.refusal(
      "that \(self.verb) was on \(trailers.branch.displayed), and you are on \(stream.branch.displayed)",
      "switch to \(trailers.branch.displayed), then run 'git pulsar undo' again")
  }

  /// What the next capture is to say: a session that goes is part of the stream's history, but not of
  /// the work any more.
  private func handover(_ report: CaptureReport) throws -> Handover? {
    if !self.message.lost.isEmpty {
      return Handover(stream: report.refs.stream, sessions: self.message.lost)
    }
    if let places = self.message.places, self.message.verb == .finalize,
      places.before.head.branch == places.after.head.branch,
      let result = places.after.head.commit, result != places.before.head.commit,
      try self.store.contains(result, in: report.commit)
    {
      // The stream has the commit in its history, and the work does not hold it any more.
      return Handover(stream: report.refs.stream, sessions: [], continuing: self.record.capture)
    }
    guard !self.message.gained.isEmpty else { return nil }
    let isRecorded = try self.message.gained.contains {
      try self.store.contains($0, in: report.commit)
    }
    return Handover(
      stream: report.refs.stream, sessions: [],
      continuing: isRecorded ? self.record.capture : nil)
  }

  // MARK: words

  private func report(
    _ written: [GitPath], _ removed: [GitPath], _ places: UndoMessage.Places?
  ) {
    let age = self.record.time.displayed(before: self.open.session.clock.wallTime())
    if written.isEmpty && removed.isEmpty && places == nil {
      self.console.say("everything is already as it was before that \(self.verb) (\(age))")
      return
    }
    self.console.say("\(self.console.green("undone")): the \(self.verb) of \(age)")
    if let places, places.before.head != places.after.head {
      let commit = places.after.head.commit.map { " at \($0.short)" } ?? ""
      self.console.say("  \(places.after.head.branch.displayed) is\(commit) again")
    }
    let lines =
      written.map { "put back \($0.displayed)" } + removed.map { "removed \($0.displayed)" }
    for line in lines.prefix(20) { self.console.say("  \(line)") }
    if lines.count > 20 { self.console.say("  … and \(lines.count - 20) more") }
    self.console.say("'git pulsar undo' once more takes this back")
    self.open.note("undo", [("files", String(lines.count))])
  }
}

extension OpenRepository {
  /// A commit that holds the staging area as it is; nil while there are conflicts in it.
  func indexCommit(at head: Head, _ store: some SnapshotStore) throws -> ObjectID? {
    guard let content = try UserIndex(self.repository).content() else { return nil }
    return try self.indexCommit(content, at: head, store)
  }

  /// A commit that holds a staging area.
  func indexCommit(
    _ content: UserIndex.Content, at head: Head, _ store: some SnapshotStore
  ) throws -> ObjectID {
    let message = IndexMessage(
      branch: head.branch, machineSlug: self.machine.slug, intentToAdd: content.intentToAdd,
      unmerged: content.unmerged)
    return try store.writeCommit(
      NewCommit(
        tree: content.tree, parents: [head.commit].compactMap { $0 },
        signature: self.repository.signature, time: self.session.clock.wallTime(),
        message: message.bytes))
  }

  /// Captures what a verb made of the working tree; where that fails, the next capture does it.
  ///
  /// - Parameters:
  ///   - reason: the verb.
  ///   - put: all it changed, where nothing but files is to be looked at.
  func captureAfterwards(_ reason: CaptureReason, put: [TreeListing.Difference]? = nil) {
    do {
      // What the last capture left out is tried again, else it would count as captured.
      let left = CaptureNote(at: self.location.gitDir)?.skipped.map(\.path) ?? []
      let paths = put.map { Set($0.map(\.path)).union(left).sorted() }
      var entries: [GitPath: TreeEntry] = [:]
      for difference in put ?? [] { entries[difference.path] = difference.new }
      _ = try self.capture(reason, force: true, knownPaths: paths, knownEntries: entries)
    } catch CaptureError.needsFullScan where put != nil {
      self.captureAfterwards(reason)
    } catch {
      let why = (error as? any ExplainedError)?.explanation ?? String(describing: error)
      self.session.console.remark("git-pulsar: not captured yet: \(why)")
    }
  }
}
