internal import PulsarCore
internal import PulsarEngine
internal import PulsarGit
internal import PulsarSystem

/// What a push came to that had to leave something out.
struct RefusedReport {
  /// The newest capture that the remote did not take.
  let refused: ObjectID
  /// The one in its place.
  let capture: CommitRecord
  let skipped: [SkippedPath]
}

extension OpenRepository {
  private var refusedFile: RefusedFile { RefusedFile(commonDir: self.location.commonDir) }

  /// What the remote does not take, and is not tried again yet.
  var refusedContents: RefusedContents {
    self.refusedFile.read().refused.inForce(at: self.session.clock.wallTime())
  }

  /// Forgets what was refused of paths that hold something else by now.
  func releaseRefused(after report: CaptureReport) throws {
    var content = self.refusedFile.read()
    if content.refused.isEmpty || content.pending != nil { return }
    let before = content
    let held = report.skipped.filter {
      if case .refusedByRemote = $0.reason { return true }
      return false
    }
    // What is captured again is for the next push to find out about.
    let present = try self.withStore { try Self.captured(content.refused, in: report.tree, $0) }
    content.refused.release(report.refs, besides: present.union(held.map(\.path)))
    if content != before { try self.refusedFile.write(content) }
  }

  private static func captured(
    _ refused: RefusedContents, in tree: ObjectID, _ store: some SnapshotStore
  ) throws -> Set<GitPath> {
    var captured: Set<GitPath> = []
    for path in Set(refused.groups.flatMap(\.contents.keys)) {
      guard let entry = try store.entry(at: path, in: tree),
        refused.words(of: entry.id, at: path) != nil
      else { continue }
      captured.insert(path)
    }
    return captured
  }

  /// Finishes what an earlier push had begun in a refused capture's place.
  ///
  /// The caller holds the lock of pushes, and not that of captures.
  func settleRefused(_ refs: StreamRefs, _ store: some SnapshotStore, _ remote: GitRemote) throws {
    var content = self.refusedFile.read()
    guard let pending = content.pending, pending.stream == refs.stream else { return }
    let isTaken = try remote.resolve(refs.remote) == pending.commit
    if isTaken {
      try self.adopt(pending, Array(content.refused.groups.suffix(pending.groups)), refs, store)
    } else {
      content.refused.groups.removeLast(min(pending.groups, content.refused.groups.count))
    }
    content.pending = nil
    try self.refusedFile.write(content)
  }

  /// Pushes again without what the remote refused, if that is what it refused.
  ///
  /// The caller holds the lock of pushes, and not that of captures.
  ///
  /// - Returns: nil when `error` is about something else.
  /// - Throws: `error` when the remote does not take it in any way; nothing is changed then.
  func pushRefused(
    _ refs: StreamRefs, after error: RemoteError, _ store: some SnapshotStore, _ remote: GitRemote
  ) throws -> PushReport? {
    let known = self.refusedFile.read().refused
    var content = RefusedFile.Content(refused: known)
    let leaf = StreamRefs.parts(ofStream: refs.stream)?.leaf ?? []
    func note(
      stream: RefName, base: ObjectID?, tip: ObjectID, commit: ObjectID,
      _ refused: [[GitPath: Set<ObjectID>]]
    ) throws {
      let now = self.session.clock.wallTime()
      content.refused.groups =
        known.groups
        + refused.map {
          RefusedContents.Group(
            leaf: leaf, time: now, words: Self.words(error).onOneLine, contents: $0)
        }
      content.pending = RefusedFile.Content.Pending(
        stream: stream, base: base, tip: tip, commit: commit, groups: refused.count)
      try self.refusedFile.write(content)
    }
    func run(_ store: some SnapshotStore) throws -> RefusedFile.Content.Pending? {
      let push = RefusedPush(
        store: store, remote: remote, signature: self.repository.signature)
      let taken = try push.run(refs, after: error, known: known.of(refs)) {
        try note(stream: $0.stream, base: $0.base, tip: $0.tip, commit: $0.commit, $0.refused)
      }
      return taken == nil ? nil : content.pending
    }
    let pending: RefusedFile.Content.Pending?
    do {
      pending = try run(store)
    } catch {
      if (error as? RemoteError)?.isOutcomeUnknown != true {
        try self.refusedFile.write(RefusedFile.Content(refused: known))
      }
      throw error
    }
    guard let pending else { return nil }
    let refused = Array(content.refused.groups.suffix(pending.groups))
    let (capture, skipped) = try self.adopt(pending, refused, refs, store)
    content.pending = nil
    try self.refusedFile.write(content)
    self.note(
      "push-refused-in-part", level: .warning,
      [("why", error.why), ("commit", capture.id.hex)]
        + skipped.map { ("left-out", $0.path.displayed) })
    self.lastRefused = RefusedReport(refused: pending.tip, capture: capture, skipped: skipped)
    return .pushed(pending.commit)
  }

  /// Without what many words say in other ways.
  private static func words(_ error: RemoteError) -> String {
    guard case .refused(_, _, let cause, _) = error else { return error.why }
    return cause
  }

  /// Lets the stream go on from what the remote has taken; what was refused is kept here.
  ///
  /// Captures that were made meanwhile follow.
  @discardableResult
  private func adopt(
    _ pending: RefusedFile.Content.Pending, _ refused: [RefusedContents.Group],
    _ refs: StreamRefs, _ store: some SnapshotStore
  ) throws -> (CommitRecord, skipped: [SkippedPath]) {
    try self.locked {
      let present = try store.resolve(refs.stream)
      let skipped = try Self.skipped(refused, in: present, store)
      let capture = try Self.adopt(
        pending, refused.map(\.contents), refs, store, self.repository.signature)
      if let note = CaptureNote(at: self.location.gitDir), note.stream == refs.stream,
        note.commit == present
      {
        note.following(capture.id, skipping: skipped).save(at: self.location.gitDir)
      }
      return (capture, skipped)
    }
  }

  /// The paths at which a capture still holds what was refused, by path.
  private static func skipped(
    _ refused: [RefusedContents.Group], in capture: ObjectID?, _ store: some SnapshotStore
  ) throws -> [SkippedPath] {
    guard let capture = try capture.map({ try store.commit($0) }) else { return [] }
    let index = try store.indexCommit(of: capture)
    var skipped: [SkippedPath] = []
    for group in refused {
      for (path, ids) in group.contents {
        var found = [try store.entry(at: path, in: capture.tree)]
        if let index { found.append(try store.entry(at: path, in: index.tree)) }
        guard found.contains(where: { $0.map { ids.contains($0.id) } ?? false }) else { continue }
        skipped.append(SkippedPath(path: path, reason: .refusedByRemote(group.words)))
      }
    }
    return skipped.sorted { $0.path < $1.path }
  }

  private static func adopt(
    _ pending: RefusedFile.Content.Pending, _ refused: [[GitPath: Set<ObjectID>]],
    _ refs: StreamRefs, _ store: some SnapshotStore, _ signature: Signature
  ) throws -> CommitRecord {
    var tip = pending.commit
    let present = try store.resolve(refs.stream)
    if let present, present != pending.tip, present != pending.commit {
      let all = refused.reduce(into: [:]) { all, group in all.merge(group) { $0.union($1) } }
      let rewriting = StreamRewriting(store: store, signature: signature)
      guard let stretch = try rewriting.stretch(after: pending.base, to: present) else {
        throw StoreError.refMoved(refs.stream)
      }
      tip = try rewriting.rewrite(stretch, without: all)
      guard try store.contains(pending.commit, in: tip) else {
        throw StoreError.refMoved(refs.stream)
      }
    }
    try store.makeObjectsDurable()
    if let present, present != tip {
      let leaf = StreamRefs.parts(ofStream: refs.stream)?.leaf ?? []
      let kept = RefName(
        bytes: Array("\(StreamRefs.replacedPrefix)\(present.short)-".utf8)
          + StreamRefs.flattened(leaf))
      if try store.resolve(kept) == nil {
        try store.move(kept, from: nil, to: present)
        try store.makeDurable(kept)
      }
      try store.move(refs.stream, from: present, to: tip)
      try store.makeDurable(refs.stream)
    }
    try store.move(refs.pushed, from: try store.resolve(refs.pushed), to: pending.commit)
    return try store.commit(tip)
  }

  /// Forgets refusals of what the remote has taken by now.
  func forgetTaken(
    _ commit: ObjectID, of refs: StreamRefs, _ store: some SnapshotStore
  ) throws {
    var content = self.refusedFile.read()
    var own = content.refused.of(refs)
    if own.isEmpty { return }
    let before = content
    try Self.forget(&own, takenWith: commit, store)
    content.refused.release(refs, besides: [])
    content.refused.groups += own.groups
    if content != before { try self.refusedFile.write(content) }
  }

  private static func forget(
    _ refused: inout RefusedContents, takenWith commit: ObjectID, _ store: some SnapshotStore
  ) throws {
    let tree = try store.commit(commit).tree
    var taken: [GitPath: ObjectID] = [:]
    for path in Set(refused.groups.flatMap(\.contents.keys)) {
      taken[path] = try store.entry(at: path, in: tree)?.id
    }
    refused.forget { taken[$0] == $1 }
  }
}
