package import PulsarCore

/// What a capture is asked for.
package struct CaptureRequest: Sendable {
  package var reason: CaptureReason
  /// Captures although a rebase, merge or the like has stopped half-way.
  package var force = false
  /// Paths known to have changed since the capture in `known`; nil for a full scan.
  package var knownPaths: [GitPath]?
  /// What was put at some of the known paths a moment ago: not read again.
  package var knownEntries: [GitPath: TreeEntry] = [:]
  /// Whether everything is scanned when the known paths do not tell enough.
  package var scansWhereNeeded = true
  package var machine: Machine
  package var signature: Signature
  package var settings: Settings
  /// Whether the file system takes names that differ only in case for one.
  package var foldsCase = false
  /// What is known of the last capture that was acknowledged, so that its history need not be walked.
  package var known: KnownCapture?
  /// What the remote does not take, and is left out for that.
  package var refused = RefusedContents()
  /// What became of the work other than by edits; concerns one stream only.
  package var handover: Handover?
  /// What syncs brought into the working tree; nil where that is not known any more.
  package var synced: SyncRecord? = SyncRecord()
  /// Files that verbs of ours wrote conflict markers to.
  package var marked: [MarkedPath] = []
  /// Paths that were taken over as local only; nil where that is not known, and the previous capture tells.
  package var localOnly: Set<GitPath>?

  package init(
    reason: CaptureReason, machine: Machine, signature: Signature, settings: Settings
  ) {
    self.reason = reason
    self.machine = machine
    self.signature = signature
    self.settings = settings
  }

  /// What is to be recorded besides the working tree and the staging area.
  func handover(to refs: StreamRefs) -> Handover? {
    self.handover?.stream == refs.stream ? self.handover : nil
  }
}

/// What a `sync`, or its undoing, made of the work in a stream since its previous capture.
package struct Handover: Hashable, Sendable {
  package let stream: RefName
  /// Sessions taken over.
  package var sessions: [ObjectID]
  /// What the work goes on from, when that is not the previous capture.
  package var continuing: ObjectID?

  package init(stream: RefName, sessions: [ObjectID], continuing: ObjectID? = nil) {
    self.stream = stream
    self.sessions = sessions
    self.continuing = continuing
  }
}

/// A capture, and the commit HEAD was at, which its stream contains.
package struct KnownCapture: Hashable, Sendable {
  package let capture: ObjectID
  /// Nil while there is none.
  package let head: ObjectID?

  package init(capture: ObjectID, head: ObjectID?) {
    self.capture = capture
    self.head = head
  }
}

/// What a capture came to.
package struct CaptureReport: Hashable, Sendable {
  package let branch: Branch
  package let refs: StreamRefs
  /// The stream's tip: the new capture, or the one that holds all this already.
  package let commit: ObjectID
  package let tree: ObjectID
  /// HEAD's commit, which the stream contains; nil while there is none.
  package let head: ObjectID?
  package let time: WallTime
  /// False when nothing had changed since `commit`.
  package let isNew: Bool
  /// Against the previous capture, or HEAD for the first of a stream.
  package let changes: [PathChange]
  package let skipped: [SkippedPath]
  package let dirtySubmodules: [GitPath]
  package let nestedRepositories: [GitPath]
  /// What syncs brought, for the next capture; nil where it is still not known.
  package let synced: SyncRecord?
  /// Paths whose content is local only, ascending.
  package let localOnly: [LocalOnlyPath]
}

/// Makes one capture: scan, read, write, acknowledge (`DESIGN.md` §4).
///
/// The caller holds the repository's lock, so no other capture of ours runs.
package struct CaptureProcedure<Tree: Worktree, Store: SnapshotStore, Time: TimeSource> {
  private let worktree: Tree
  private let store: Store
  private let time: Time
  private let yield: (YieldPoint) -> Void

  /// How often a capture is begun anew because HEAD moved or objects were pruned meanwhile.
  static var attempts: Int { 3 }
  /// Lines are counted when no more paths than this differ.
  static var linesCountedUpTo: Int { 50 }

  package init(
    worktree: Tree, store: Store, time: Time, yield: @escaping (YieldPoint) -> Void = { _ in }
  ) {
    self.worktree = worktree
    self.store = store
    self.time = time
    self.yield = yield
  }

  /// - Throws: `CaptureError`; nobody is told of a capture then.
  package func run(_ request: CaptureRequest) throws(CaptureError) -> CaptureReport {
    var last = CaptureError.headKeepsMoving
    for _ in 0..<Self.attempts {
      do {
        if let report = try self.attempt(request) { return report }
        last = .headKeepsMoving
      } catch {
        // Pruned between writing and reading back: what is missing is written again.
        guard case .store(let cause) = error else { throw error }
        switch cause {
        case .notReadBack, .objectMissing, .refMoved: last = error
        default: throw error
        }
      }
    }
    throw last
  }

  /// One attempt; nil when HEAD moved meanwhile, or an operation of git's stopped or ended.
  private func attempt(_ request: CaptureRequest) throws(CaptureError) -> CaptureReport? {
    self.yield(.beforeScan)
    let previous: CommitRecord?
    let scan: WorktreeScan
    let refs: StreamRefs
    let isPartial: Bool
    if let paths = request.knownPaths, let known = try self.knownScan(paths, request) {
      (scan, refs, previous) = known
      isPartial = true
    } else if request.knownPaths != nil, !request.scansWhereNeeded {
      throw .needsFullScan
    } else {
      scan = try self.worktree.scan()
      refs = try self.refs(scan.head.branch, request)
      previous = try self.previous(refs, request)
      isPartial = false
    }
    self.yield(.afterScan)
    if let operation = scan.operation, !request.force { throw .operationUnderWay(operation) }

    let head = try self.storing { () throws(StoreError) in try self.record(scan.head.commit) }
    let base = isPartial ? previous?.tree : head?.tree
    var files = try self.files(
      scan, previous, head, refs, base: base, isPartial: isPartial, request)
    let hidden = try self.worktree.hiddenEntries()
    self.yield(.afterFiles)
    // What a merge that stopped has left in the files is nobody's work yet.
    if try self.worktree.head() != scan.head || self.worktree.operation() != scan.operation {
      return nil
    }

    return try self.storing { () throws(StoreError) in
      let tree = try self.store.writeTree(base: base, changes: files.changes)
      // Known paths say nothing about the staging area: it stays as it was.
      let oldIndex = try self.store.indexCommit(of: previous)
      let index = isPartial ? nil : try self.indexCommit(scan, head, refs, request, &files)
      self.yield(.afterTree)
      let isSameIndex =
        isPartial || (oldIndex?.tree == index?.tree && oldIndex?.message == index?.message)
      let local = try LocalOnlyPaths(
        store: self.store, previous: previous, hidden: hidden,
        nested: isPartial ? nil : scan.nestedRepositories, noted: request.localOnly,
        sessions: request.handover(to: refs)?.sessions ?? []
      ).find(
        in: tree, files.changes, head: head?.tree,
        staged: isPartial ? nil : Set(scan.index.changes.map(\.path)), isPartial: isPartial)
      if let previous, previous.tree == tree, isSameIndex,
        CaptureTrailers(message: previous.message)?.localOnly ?? [] == local,
        request.handover(to: refs) == nil,
        try self.isAtHead(scan.head.commit, previous, request)
      {
        // Whoever made it may have died before the ref was durable.
        if request.known?.capture != previous.id {
          try self.store.makeObjectsDurable()
          try self.store.makeDurable(refs.stream)
        }
        return self.report(
          scan, refs, previous, isNew: false, changes: [], files, local, isPartial, request)
      }
      var indexParent = isSameIndex ? oldIndex?.id : nil
      if let index, !isSameIndex { indexParent = try self.store.writeCommit(index) }

      let comparedTo = previous?.tree ?? head?.tree
      let changes = try self.store.compare(
        comparedTo, tree, countingLinesUpTo: Self.linesCountedUpTo)
      let commit = try self.commit(
        tree, scan, previous, head, indexParent: indexParent, changes, files, request,
        request.handover(to: refs), local)
      let id = try self.store.writeCommit(commit)
      self.yield(.afterCommit)
      try self.store.makeObjectsDurable()
      self.yield(.afterObjectsDurable)
      if let leaf = StreamRefs.parts(ofStream: refs.stream)?.leaf {
        self.worktree.remember(leaf, of: scan.head.branch)
      }
      try self.store.move(refs.stream, from: previous?.id, to: id)
      self.yield(.afterRef)
      try self.store.makeDurable(refs.stream)
      self.yield(.afterRefDurable)
      let record = CommitRecord(
        id: id, tree: tree, parents: commit.parents, time: commit.time, message: commit.message)
      do throws(StoreError) {
        try self.store.confirm(
          id, at: refs.stream, objects: files.written + [indexParent].compactMap { $0 })
        try self.store.confirmContent(of: record)
      } catch {
        // What was pruned is written again only while the files stay as they are: nothing is to go on
        // from a capture that misses it, as it could never be pushed. One that cannot be moved back is
        // found out by the next attempt.
        if case .notReadBack = error {
          try? self.store.move(refs.stream, from: id, to: previous?.id)
        }
        throw error
      }
      self.yield(.afterConfirmed)
      return self.report(
        scan, refs, record, isNew: true, changes: changes, files, local, isPartial, request)
    }
  }

  // MARK: files

  /// Reads what the scan names, and what syncs brought and git does not tell of.
  private func files(
    _ scan: WorktreeScan, _ previous: CommitRecord?, _ head: CommitRecord?, _ refs: StreamRefs,
    base: ObjectID?, isPartial: Bool, _ request: CaptureRequest
  ) throws(CaptureError) -> FileChanges {
    let reading = WorktreeReading(worktree: self.worktree, store: self.store)
    func changes(_ synced: SyncedEntries) throws(CaptureError) -> FileChanges {
      var scope = SyncedScope(synced, headTree: head?.tree)
      if isPartial {
        scope.paths = Set(request.knownPaths ?? []).subtracting(
          scan.paths.compactMap { scanned in
            if case .entry = scanned.verdict { return scanned.path }
            return nil
          })
      }
      return try reading.changes(
        scan, previous: previous?.tree, base: base, synced: scope, request.settings,
        refused: request.refused.of(refs))
    }
    if let record = request.synced {
      return try changes(record.entries(of: refs.leaf, isFirst: previous == nil))
    }
    let files = try changes(SyncedEntries())
    // Known paths are changes to the newest capture, which is the truth for all others.
    guard !isPartial, let previous else { return files }
    let told = try self.storing { () throws(StoreError) in
      try self.store.writeTree(base: base, changes: files.changes)
    }
    let entries = try SyncedRecovery(
      worktree: self.worktree, store: self.store, previous: previous, headTree: head?.tree
    ).entries(scan, told: told)
    return entries.isEmpty ? files : try changes(entries)
  }

  // MARK: what came before

  private func refs(
    _ branch: Branch, _ request: CaptureRequest
  ) throws(CaptureError) -> StreamRefs {
    try self.storing { () throws(StoreError) in
      try StreamRefs.find(
        branch, of: request.machine, request.settings, foldsCase: request.foldsCase,
        beside: self.worktree.leaves(of: branch), in: self.store)
    }
  }

  /// The stream's newest capture, read back if nobody was told of it: whoever made it may have died
  /// before that, and this one goes on from it.
  private func previous(
    _ refs: StreamRefs, _ request: CaptureRequest
  ) throws(CaptureError) -> CommitRecord? {
    try self.storing { () throws(StoreError) in
      guard let id = try self.store.resolve(refs.stream) else { return nil }
      let capture = try self.store.commit(id)
      if request.known?.capture != id { try self.store.confirmContent(of: capture) }
      return capture
    }
  }

  private func record(_ id: ObjectID?) throws(StoreError) -> CommitRecord? {
    guard let id else { return nil }
    return try self.store.commit(id)
  }

  /// The verdicts on single paths; nil when only a full scan can tell.
  private func knownScan(
    _ paths: [GitPath], _ request: CaptureRequest
  ) throws(CaptureError) -> (WorktreeScan, StreamRefs, CommitRecord?)? {
    let head = try self.worktree.head()
    let operation = self.worktree.operation()
    let refs = try self.refs(head.branch, request)
    if request.refused.of(refs).concernOthers(than: paths) { return nil }
    // They tell what changed since the capture that was acknowledged last, and nothing of another
    // branch's.
    guard let previous = try self.previous(refs, request), previous.id == request.known?.capture
    else { return nil }
    // Whether what comes back is the session's, or ignored here, git and the file tell together.
    let synced = request.synced?.entries(of: refs.leaf, isFirst: false).entries ?? [:]
    if !synced.isEmpty, paths.contains(where: { synced[$0]?.seen == .deleted }) { return nil }
    let isContained = try self.storing { () throws(StoreError) in
      try self.containsHead(head.commit, in: previous, request)
    }
    guard isContained,
      let verdicts = try self.worktree.inspect(paths, base: previous.tree, store: self.store)
    else { return nil }
    var scan = WorktreeScan(head: head, operation: operation)
    scan.paths = verdicts.map { scanned in
      guard case .read = scanned.verdict, let entry = request.knownEntries[scanned.path] else {
        return scanned
      }
      return ScannedPath(path: scanned.path, verdict: .entry(entry))
    }
    return (scan, refs, previous)
  }

  private func containsHead(
    _ head: ObjectID?, in previous: CommitRecord, _ request: CaptureRequest
  ) throws(StoreError) -> Bool {
    guard let head else { return true }
    if previous.parents.contains(head) { return true }
    if request.known == KnownCapture(capture: previous.id, head: head) { return true }
    return try self.store.contains(head, in: previous.id)
  }

  /// Whether the previous capture was made with HEAD where it is; one that does not tell is when it
  /// contains HEAD.
  private func isAtHead(
    _ head: ObjectID?, _ previous: CommitRecord, _ request: CaptureRequest
  ) throws(StoreError) -> Bool {
    if let known = CaptureTrailers(message: previous.message)?.head { return known == head }
    return try self.containsHead(head, in: previous, request)
  }

  // MARK: the staging area

  /// The commit that holds the staging area; nil when nothing is staged.
  private func indexCommit(
    _ scan: WorktreeScan, _ head: CommitRecord?, _ refs: StreamRefs, _ request: CaptureRequest,
    _ files: inout FileChanges
  ) throws(StoreError) -> NewCommit? {
    guard scan.index.isStaged else { return nil }
    let limit = request.settings.largeFileThreshold
    let refused = request.refused.of(refs)
    var changes: [TreeChange] = []
    let staged = scan.index.changes.compactMap(\.entry).filter { $0.mode != .gitlink }
    let sizes = try self.store.adopt(staged.map(\.id))
    for change in scan.index.changes {
      if let entry = change.entry, entry.mode != .gitlink {
        let size = sizes[entry.id]
        if size.map({ $0 > limit }) ?? true {
          let skipped = SkippedPath(
            path: change.path,
            reason: size.map { .tooLarge($0) } ?? .unreadable("its staged content is damaged"))
          if !files.skipped.contains(skipped) { files.skipped.append(skipped) }
          continue
        }
        if let words = refused.words(of: entry.id, at: change.path) {
          let skipped = SkippedPath(path: change.path, reason: .refusedByRemote(words))
          if !files.skipped.contains(skipped) { files.skipped.append(skipped) }
          continue
        }
      }
      changes.append(change)
    }
    let tree = try self.store.writeTree(base: head?.tree, changes: changes)
    let message = IndexMessage(
      branch: scan.head.branch, machineSlug: request.machine.slug,
      intentToAdd: scan.index.intentToAdd)
    return NewCommit(
      tree: tree, parents: [scan.head.commit].compactMap { $0 }, signature: request.signature,
      time: self.time.wallTime(), message: message.bytes)
  }

  // MARK: the commit

  private func commit(
    _ tree: ObjectID, _ scan: WorktreeScan, _ previous: CommitRecord?, _ head: CommitRecord?,
    indexParent: ObjectID?, _ changes: [PathChange], _ files: FileChanges,
    _ request: CaptureRequest, _ handover: Handover?, _ localOnly: [LocalOnlyPath]
  ) throws(StoreError) -> NewCommit {
    var parents = [previous?.id].compactMap { $0 }
    if let head = scan.head.commit {
      let isContained: Bool
      if let previous {
        isContained = try self.containsHead(head, in: previous, request)
      } else {
        isContained = false
      }
      if !isContained { parents.append(head) }
    }
    for session in handover?.sessions ?? [] where !parents.contains(session) {
      parents.append(session)
    }
    if let indexParent { parents.append(indexParent) }
    var now = self.time.wallTime()
    for parent in [previous, head] {
      if let parent { now.seconds = max(now.seconds, parent.time.seconds) }
    }
    var message = CaptureMessage(
      changes: changes, machineSlug: request.machine.slug, branch: scan.head.branch,
      reason: request.reason, skippedCount: files.skipped.count, head: scan.head.commit,
      continuing: try self.continuation(previous, handover, request), localOnly: localOnly)
    message.unmerged = try self.store.unmerged(request.marked, in: tree)
    return NewCommit(
      tree: tree, parents: parents, signature: request.signature, time: now,
      message: message.bytes)
  }

  private func continuation(
    _ previous: CommitRecord?, _ handover: Handover?, _ request: CaptureRequest
  ) throws(StoreError) -> Continuation? {
    if let commit = handover?.continuing {
      guard let previous, try !self.store.contains(commit, in: previous.id) else {
        return .commit(commit)
      }
      // The remote did not take it: others know what stands in its place.
      let rewriting = StreamRewriting(store: self.store, signature: request.signature)
      return .commit(try rewriting.replacement(of: commit, in: previous.id) ?? commit)
    }
    let trailers = previous.flatMap { CaptureTrailers(message: $0.message) }
    return trailers?.continuing == nil ? nil : .earlier
  }

  private func report(
    _ scan: WorktreeScan, _ refs: StreamRefs, _ commit: CommitRecord, isNew: Bool,
    changes: [PathChange], _ files: FileChanges, _ localOnly: [LocalOnlyPath], _ isPartial: Bool,
    _ request: CaptureRequest
  ) -> CaptureReport {
    // A look at known paths does not find what was lost.
    let record = request.synced ?? (isPartial ? nil : SyncRecord())
    return CaptureReport(
      branch: scan.head.branch, refs: refs, commit: commit.id, tree: commit.tree,
      head: scan.head.commit, time: commit.time, isNew: isNew, changes: changes,
      skipped: files.skipped.sorted { $0.path < $1.path },
      dirtySubmodules: scan.dirtySubmodules, nestedRepositories: scan.nestedRepositories,
      synced: record?.after(files.synced, on: refs.leaf), localOnly: localOnly)
  }

  // MARK: errors

  private func storing<Value>(_ body: () throws(StoreError) -> Value) throws(CaptureError) -> Value
  {
    do {
      return try body()
    } catch {
      throw .store(error)
    }
  }
}

extension CaptureReport {
  /// The same, when another capture has taken the place of the newest one.
  ///
  /// - Parameters:
  ///   - commit: the other capture.
  ///   - skipped: what it left out besides.
  /// - Returns: the report of that one.
  package func replaced(by commit: CommitRecord, skipping skipped: [SkippedPath]) -> CaptureReport {
    let paths = Set(skipped.map(\.path))
    return CaptureReport(
      branch: self.branch, refs: self.refs, commit: commit.id, tree: commit.tree, head: self.head,
      time: commit.time, isNew: self.isNew,
      changes: self.changes.filter { !paths.contains($0.path) },
      skipped: (self.skipped.filter { !paths.contains($0.path) } + skipped).sorted {
        $0.path < $1.path
      },
      dirtySubmodules: self.dirtySubmodules, nestedRepositories: self.nestedRepositories,
      synced: self.synced, localOnly: self.localOnly)
  }
}

extension StreamRefs {
  /// The refs of `branch`, with the name it has beside this machine's other streams, and those of the
  /// clone's other working trees.
  package static func find(
    _ branch: Branch, of machine: Machine, _ settings: Settings, foldsCase: Bool,
    beside others: WorktreeLeaves, in store: some SnapshotStore
  ) throws(StoreError) -> StreamRefs {
    let prefix = "\(self.streamPrefix)\(machine.slug)/"
    let existing = try store.refs(withPrefix: prefix).compactMap {
      $0.name.dropping(prefix: prefix)
    }
    let leaf = self.leaf(
      for: branch, clashingWith: existing, foldsCase: foldsCase, beside: others)
    return StreamRefs(slug: machine.slug, leaf: leaf, backupBranch: settings.backupBranch)
  }
}
