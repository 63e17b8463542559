internal import Foundation
internal import PulsarConfig
internal import PulsarCore
internal import PulsarEngine
internal import PulsarGit
internal import PulsarSystem

/// The repository a verb works in, with all that a capture needs.
final class OpenRepository {
  let session: Session
  let repository: Repository
  /// As it captures here; read anew under the lock.
  var machine: Machine
  let cascade: SettingsCascade
  private var status: ChildProcess?
  /// Whether captures hold again what the remote refused.
  var retriesRefused = false
  /// What the last push left out, as the remote refused it.
  var lastRefused: RefusedReport?
  private var holdsLock = false
  /// What syncs brought, as the capture under way found it noted.
  private var syncRecord: SyncRecord?
  private(set) lazy var treeDifferences = TreeDifferences(self.repository.git)

  var settings: Settings { self.cascade.settings }
  var location: RepositoryLocation { self.repository.location }
  var pause: Pause { Pause(gitDirectory: self.location.gitDir) }

  /// - Parameters:
  ///   - session: whose settings and console are used.
  ///   - path: where; the person's folder if nil.
  ///   - scans: starts git's scan of the person's folder at once, to be ready when it is needed.
  ///   - mayBeUnregistered: for verbs that only read.
  /// - Throws: a refusal when the working tree is not registered; an error when there is none.
  init(
    _ session: Session, at path: GitPath? = nil, scans: Bool = false,
    mayBeUnregistered: Bool = false
  ) throws {
    self.session = session
    let git = session.git.with(in: path)
    let status = scans ? try HeadStart.take() ?? GitWorktree.startStatus(git) : nil
    self.repository = try Repository(discoveredBy: git)
    self.status = status
    let isRegistered = try session.isRegistered(self.repository.location.worktree)
    guard isRegistered || mayBeUnregistered else {
      throw Refusal(
        whatFailed: "nothing done in '\(self.repository.location.worktree.displayed)'",
        why: "it is not registered", whatToDo: "run 'git pulsar' here to register it")
    }
    self.machine = try session.machine(in: self.repository.location.commonDir)
    self.cascade = session.settings(for: self.repository)
    if session.isInBackground { return }
    for problem in self.cascade.problems {
      session.console.remark("git-pulsar: \(problem.sentence)")
    }
  }

  /// For a repository whose settings have been read already.
  init(_ session: Session, _ repository: Repository, _ cascade: SettingsCascade) throws {
    self.session = session
    self.repository = repository
    self.machine = try session.machine(in: repository.location.commonDir)
    self.cascade = cascade
  }

  /// Runs `body` with the adapter that suits the repository.
  ///
  /// - Parameter body: is handed the adapter.
  /// - Returns: what `body` returns.
  /// - Throws: what `body` throws, or an error when the repository cannot be opened.
  func withStore<Value>(_ body: (any SnapshotStore) throws -> Value) throws -> Value {
    if self.repository.suitsLibGit2 {
      return try body(LibGit2SnapshotStore(self.location))
    }
    return try body(GitProgramSnapshotStore(self.repository))
  }

  // MARK: capture

  /// Whether the next capture takes the answer of a scan that was begun before.
  var isScanUnderWay: Bool { self.status != nil }

  /// Lets the next capture scan anew.
  func forgetScan() { self.status = nil }

  private var lockPath: GitPath {
    self.location.commonDir.appending("pulsar").appending("lock")
  }

  /// The lock that makes captures of one repository take turns, over all its worktrees.
  ///
  /// Within `body` it is held already.
  func locked<Value>(_ body: () throws -> Value) throws -> Value {
    if self.holdsLock { return try body() }
    var mustWait = false
    let lock = try FileLock(waitingAt: self.lockPath, isCancelled: { InterruptFlag.isRaised }) {
      holder in
      mustWait = true
      let who = holder.map { " (\($0))" } ?? ""
      self.session.console.progress("waiting for another git-pulsar\(who) …")
    }
    // What git said before somebody else captured may be old by now.
    if mustWait { self.status = nil }
    let result = Result {
      Litter.sweep(self.location)
      self.clearAfterStart()
      return try self.underLock {
        if TransitionJournal(at: self.location.gitDir).exists {
          try self.withStore { try self.recover($0) }
          // What git said before may be old by now.
          self.status = nil
        }
        self.completeFinalize()
        return try body()
      }
    }
    lock.release()
    return try result.get()
  }

  private func recover(_ store: some SnapshotStore) throws {
    try Transition.recover(self, store)
  }

  /// Runs `body` under the same lock if nobody else holds it.
  ///
  /// - Returns: nil when somebody does, or when work that stopped half-way is to be finished first.
  func lockedIfFree<Value>(_ body: () throws -> Value) throws -> Value? {
    guard let lock = try FileLock(tryAt: self.lockPath) else { return nil }
    let result = Result {
      TransitionJournal(at: self.location.gitDir).exists ? nil : try self.underLock(body)
    }
    lock.release()
    return try result.get()
  }

  private func underLock<Value>(_ body: () throws -> Value) throws -> Value {
    self.holdsLock = true
    defer { self.holdsLock = false }
    try self.settleMachine()
    return try body()
  }

  /// Captures the working tree.
  ///
  /// With known paths, nothing else is looked at, and what they do not tell is an error; entries of
  /// them that were put there a moment ago are taken as they are.
  ///
  /// The caller holds the lock. A `git gc --prune=now` of the user's that runs meanwhile may delete what
  /// a capture just wrote: its end is awaited, and what it took is captured again.
  func capture(
    _ reason: CaptureReason, force: Bool = false, knownPaths: [GitPath]? = nil,
    knownEntries: [GitPath: TreeEntry] = [:]
  ) throws -> CaptureReport {
    let collection = GarbageCollection(of: self.location)
    var last: (any Error)?
    for _ in 0..<Self.capturesBesideCollection {
      if collection.isRunning { self.await(collection) }
      let report: CaptureReport
      let known = CaptureNote(at: self.location.gitDir)
      do {
        report = try self.captureOnce(
          reason, force: force, knownPaths, knownEntries, known?.knownCapture)
      } catch {
        // A ref that was packed or an object that was deleted under our hands.
        guard collection.isRunning || Self.mayHaveBeenPruned(error) else { throw error }
        last = error
        self.await(collection)
        continue
      }
      if collection.isRunning {
        self.await(collection)
        // The next attempt does not go on from it.
        guard try self.isWhole(report) else { continue }
      }
      if !self.retriesRefused { try self.releaseRefused(after: report) }
      try self.acknowledge(report, known)
      return report
    }
    if let last { throw last }
    throw Refusal(
      whatFailed: "nothing is captured for sure",
      why: "git gc deleted what was written, again and again",
      whatToDo: "try again when no 'git gc --prune=now' is running", status: .tryAgain)
  }

  private static let capturesBesideCollection = 5

  /// Whether an object that was there is gone: a prune may just have ended.
  private static func mayHaveBeenPruned(_ error: any Error) -> Bool {
    switch error as? CaptureError {
    case .store(.notReadBack), .store(.objectMissing): true
    default: false
    }
  }

  private func await(_ collection: GarbageCollection) {
    self.session.console.progress("waiting for git gc …")
    collection.wait { InterruptFlag.isRaised }
    // What git said before it may be old by now.
    self.status = nil
  }

  /// Whether every object of a capture that HEAD does not hold is there.
  private func isWhole(_ report: CaptureReport) throws -> Bool {
    let head = try self.repository.git.run(["rev-parse", "--verify", "-q", "HEAD^{commit}"])
    let known: [CommandWord] = head.succeeded ? ["--not", "HEAD"] : []
    let walk = try self.repository.graphGit.run(
      ["rev-list", "--objects", "--quiet", CommandWord(report.commit)] + known)
    return walk.succeeded
  }

  private func captureOnce(
    _ reason: CaptureReason, force: Bool, _ knownPaths: [GitPath]?,
    _ knownEntries: [GitPath: TreeEntry], _ known: KnownCapture?
  ) throws -> CaptureReport {
    let worktree = try GitWorktree(
      self.repository, ignorePatterns: self.settings.ignore, ownFolders: self.ownFolders,
      environment: self.session.environmentArguments, startedStatus: self.status)
    self.status = nil
    var request = CaptureRequest(
      reason: reason, machine: self.machine, signature: self.repository.signature,
      settings: self.settings)
    request.force = force
    request.knownPaths = knownPaths
    request.knownEntries = knownEntries
    request.scansWhereNeeded = knownPaths == nil
    request.known = known
    if !self.retriesRefused { request.refused = self.refusedContents }
    request.handover = try HandoverNote(at: self.location.gitDir).read()
    self.syncRecord = SyncRecordFile(at: self.location.gitDir).read()
    request.synced = self.syncRecord
    request.marked = try self.unmergedNote.read()
    request.foldsCase = self.foldsCase
    request.localOnly = try LocalOnlyNote(at: self.location.gitDir).read()
    let report = try self.withStore { store in
      do {
        return try Self.run(request, worktree, store, self.session)
      } catch let error as CaptureError {
        guard case .store(let cause) = error, Self.mayBeDamage(cause),
          try self.mendStream(worktree, store)
        else { throw error }
        return try Self.run(request, worktree, store, self.session)
      }
    }
    worktree.saveCache()
    return report
  }

  /// Notes what is captured for sure.
  private func acknowledge(_ report: CaptureReport, _ known: CaptureNote?) throws {
    // Before the handover that told of them is forgotten.
    try LocalOnlyNote(at: self.location.gitDir).write(report)
    let note = HandoverNote(at: self.location.gitDir)
    if try note.read()?.stream == report.refs.stream { try note.remove() }
    if known?.commit != report.commit || known?.head != report.head
      || known?.skipped != report.skipped
    {
      CaptureNote(report).save(at: self.location.gitDir)
    }
    if let synced = report.synced, synced != self.syncRecord {
      try SyncRecordFile(at: self.location.gitDir).write(synced)
    }
    try self.withStore { try self.forgetFinalize(after: report, $0) }
    self.record("capture", report)
  }

  private static func run(
    _ request: CaptureRequest, _ worktree: GitWorktree, _ store: some SnapshotStore,
    _ session: Session
  ) throws(CaptureError) -> CaptureReport {
    try CaptureProcedure(
      worktree: worktree, store: store, time: session.clock, yield: session.yield
    ).run(request)
  }

  /// Moves a damaged ref of the current stream out of the way, so that captures go on: from the last
  /// capture that is known and sound, or anew.
  ///
  /// - Returns: false when the ref is not what is wrong; nothing is done then.
  private func mendStream(_ worktree: GitWorktree, _ store: some SnapshotStore) throws -> Bool {
    let head = try worktree.head()
    // Where HEAD's commit is damaged too, it is more than a stream.
    if let commit = head.commit, !DamagedRef.isReadable(commit, store) { return false }
    let refs = try StreamRefs.find(
      head.branch, of: self.machine, self.settings, foldsCase: self.foldsCase,
      beside: worktree.leaves(of: head.branch), in: store)
    return try self.mend(refs, store)
  }

  /// Does the same for any stream, under the lock.
  func mend(_ refs: StreamRefs) throws -> Bool {
    try self.locked { try self.withStore { try self.mend(refs, $0) } }
  }

  private func mend(_ refs: StreamRefs, _ store: some SnapshotStore) throws -> Bool {
    var parked: (damage: DamagedRef, path: GitPath)?
    var known: [ObjectID?] = []
    // Behind a loose ref there may be a packed one, as bad.
    while let damage = try DamagedRef.find(refs.stream, in: self.location, store, deeply: true) {
      parked = (damage, try damage.park(store))
      known += Self.captures(before: damage.id, store)
    }
    guard let parked else { return false }
    let present = try store.resolve(refs.stream)
    let noted = CaptureNote(at: self.location.gitDir)
    if let noted, noted.stream == refs.stream { known.append(noted.commit) }
    known += [present, refs.confirmed(in: store)]
    let last = known.compactMap { $0 }.first { DamagedRef.isSound(capture: $0, store) }
    if let last, last != present {
      try store.move(refs.stream, from: present, to: last)
      try store.makeDurable(refs.stream)
    }
    let path = self.session.displayed(parked.path)
    let next =
      last.map { "captures go on from \($0.short)" }
      ?? "captures begin anew; 'git fsck --lost-found' finds the older ones"
    self.session.console.remark(
      "git-pulsar: '\(refs.stream.displayed)' \(parked.damage.fault), as after a power cut; it is kept as '\(path)', and \(next)"
    )
    self.note(
      "stream-mended", level: .warning,
      [("ref", refs.stream.displayed), ("fault", parked.damage.fault), ("kept", path)])
    return true
  }

  private static func mayBeDamage(_ error: StoreError) -> Bool {
    switch error {
    case .full, .readOnly: false
    case .refMoved, .notReadBack, .objectMissing, .failed: true
    }
  }

  /// The captures before one that is damaged, newest first, as far as they can be read; a few.
  private static func captures(before id: ObjectID?, _ store: some SnapshotStore) -> [ObjectID] {
    var found: [ObjectID] = []
    var next = id
    while let id = next, found.count < 20 {
      do {
        let record = try store.commit(id)
        guard CaptureTrailers(message: record.message) != nil else { break }
        found.append(id)
        next = record.parents.first
      } catch {
        break
      }
    }
    return found
  }

  private func record(_ name: String, _ report: CaptureReport) {
    guard report.isNew else { return }
    self.note(
      name,
      [
        ("commit", report.commit.hex), ("branch", report.branch.displayed),
        ("changes", String(report.changes.count)), ("skipped", String(report.skipped.count)),
      ])
  }

  /// One line in the log.
  ///
  /// A log that cannot be written stops nothing.
  func note(_ name: String, level: LogEvent.Level = .info, _ fields: [(String, String)]) {
    let event = LogEvent(
      time: self.session.clock.wallTime(), level: level, name: name,
      fields: [.init("repo", self.location.worktree.displayed)]
        + fields.map { .init($0.0, $0.1) })
    // The log is of all repositories: the settings of one say nothing about its size.
    let sizeMax = self.session.settings(for: nil).settings.maxLogSize
    _ = self.session.log(sizeMax).record(event)
  }

  // MARK: push

  /// Pushes the stream; other captures go on meanwhile.
  ///
  /// How it went is noted for `status`.
  ///
  /// - Returns: nil when there is nothing to push.
  func push(_ refs: StreamRefs) throws -> PushReport? {
    let path = self.location.commonDir.appending("pulsar").appending("push.lock")
    let lock = try FileLock(waitingAt: path, isCancelled: { InterruptFlag.isRaised }) { _ in
      self.session.console.progress("waiting for another push …")
    }
    var refs = refs
    let result = Result {
      refs = try self.following(refs)
      let remote = try GitRemote(self.repository, name: self.settings.remoteName)
      self.session.console.progress("pushing to \(self.settings.remoteName) …")
      defer { self.session.console.endProgress() }
      return try self.withStore { store in
        try PushState(self.location).forgetOtherPlaces(
          than: remote.placeMark, ofRemote: self.settings.remoteName, store)
        func pushOrMend(_ refs: StreamRefs) throws -> PushReport? {
          do {
            return try self.push(refs, store, remote)
          } catch let error as StoreError {
            guard let damage = try DamagedRef.find(refs.pushed, in: self.location, store) else {
              throw error
            }
            // The remote is asked what it has.
            _ = try damage.park(store)
            return try self.push(refs, store, remote)
          }
        }
        try self.settleRefused(refs, store, remote)
        do {
          return try pushOrMend(refs)
        } catch let error as RemoteError {
          if let report = try self.pushRefused(refs, after: error, store, remote) { return report }
          return try self.claim(&refs, after: error, store, remote, push: pushOrMend)
        }
      }
    }
    let state = PushState(self.location)
    switch result {
    case .success(let report):
      if case .pushed(let commit) = report {
        try? self.withStore { try self.forgetTaken(commit, of: refs, $0) }
      }
      state.remember(refs, failure: nil, at: self.session.clock)
      if case .pushed(let commit) = report {
        self.note("push", [("commit", commit.hex), ("remote", self.settings.remoteName)])
      }
    case .failure(let error as any ExplainedError):
      state.remember(refs, failure: error, at: self.session.clock)
      let trouble = (error as? RemoteError)?.trouble ?? .other
      self.note("push-failed", level: .warning, [("class", trouble.keyword), ("why", error.why)])
    case .failure: break
    }
    lock.release()
    return try result.get()
  }

  private func push(
    _ refs: StreamRefs, _ store: some SnapshotStore, _ remote: GitRemote
  ) throws -> PushReport? {
    do {
      return try PushProcedure(store: store, remote: remote, yield: self.session.yield)
        .run(refs)
    } catch {
      switch error {
      case .remote(let cause): throw cause
      case .store(let cause): throw cause
      }
    }
  }
}

extension StreamRefs {
  /// What the remote last confirmed; a ref that cannot be read confirms nothing.
  func confirmed(in store: some SnapshotStore) -> ObjectID? {
    do {
      return try store.resolve(self.pushed)
    } catch {
      return nil
    }
  }
}

extension Session {
  /// Whether a working tree is in the registry, under this path or one that leads to it.
  func isRegistered(_ worktree: GitPath) throws -> Bool {
    let paths = try self.registry.load().paths
    return paths.contains(worktree) || paths.contains { Self.resolved($0) == worktree }
  }

  /// The same for a path of which the last folders may be missing.
  static func resolvedAsFarAsThere(_ path: GitPath) -> GitPath {
    if let real = self.resolved(path) { return real }
    if path.parent == path || path.isRoot { return path }
    return self.resolvedAsFarAsThere(path.parent).appending(path.name)
  }

  static func resolved(_ path: GitPath) -> GitPath? {
    let terminated = path.bytes.map { CChar(bitPattern: $0) } + [0]
    guard let real = realpath(terminated, nil) else { return nil }
    defer { free(real) }
    return GitPath(bytes: Array(UnsafeRawBufferPointer(start: real, count: strlen(real))))
  }
}
