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
  let machine: Machine
  let cascade: SettingsCascade
  private var status: ChildProcess?

  var settings: Settings { self.cascade.settings }
  var location: RepositoryLocation { self.repository.location }
  var pause: Pause { Pause(gitDirectory: self.location.gitDir) }

  /// - Parameters:
  ///   - path: where; the person's folder if nil.
  ///   - scans: starts git's scan at once, to be ready when it is needed.
  ///   - mayBeUnregistered: for verbs that only read.
  init(
    _ session: Session, at path: GitPath? = nil, scans: Bool = false,
    mayBeUnregistered: Bool = false
  ) throws {
    self.session = session
    let git = session.git.with(in: path)
    let status = scans ? try GitWorktree.startStatus(git) : nil
    self.repository = try Repository(discoveredBy: git)
    self.status = status
    let isRegistered = try session.isRegistered(self.repository.location.worktree)
    guard isRegistered || mayBeUnregistered else {
      throw Refusal(
        whatFailed: "nothing done in '\(self.repository.location.worktree.displayed)'",
        why: "it is not registered", whatToDo: "run 'git pulsar' here to register it")
    }
    self.machine = try session.machine()
    self.cascade = session.settings(for: self.repository)
    for problem in self.cascade.problems {
      session.console.remark("git-pulsar: \(problem.sentence)")
    }
  }

  /// The adapter that suits the repository.
  ///
  /// - Parameter objects: variables of git's that say where objects go; the git program obeys them.
  func withStore<Value>(_ body: (any SnapshotStore) throws -> Value) throws -> Value {
    if self.repository.suitsLibGit2 {
      return try body(LibGit2SnapshotStore(self.location))
    }
    return try body(GitProgramSnapshotStore(self.repository))
  }

  // MARK: capture

  /// The lock that makes captures of one repository take turns, over all its worktrees.
  func locked<Value>(_ body: () throws -> Value) throws -> Value {
    let path = self.location.commonDir.appending("pulsar").appending("lock")
    var mustWait = false
    let lock = try FileLock(waitingAt: path, isCancelled: { InterruptFlag.isRaised }) { holder in
      mustWait = true
      let who = holder.map { " (\($0))" } ?? ""
      self.session.console.progress("waiting for another git-pulsar\(who) …")
    }
    // What git said before somebody else captured may be old by now.
    if mustWait { self.status = nil }
    let result = Result {
      Litter.sweep(self.location)
      return try body()
    }
    lock.release()
    return try result.get()
  }

  /// Captures the working tree. The caller holds the lock.
  func capture(
    _ reason: CaptureReason, force: Bool = false
  ) throws -> CaptureReport {
    let worktree = try GitWorktree(
      self.repository, ignorePatterns: self.settings.ignore,
      environment: self.session.environmentArguments, startedStatus: self.status)
    self.status = nil
    var request = CaptureRequest(
      reason: reason, machine: self.machine, signature: self.repository.signature,
      settings: self.settings)
    request.force = force
    request.foldsCase = self.repository.config.flag("core.ignorecase") == true
    let report = try self.withStore { store in
      try Self.run(request, worktree, store, self.session.clock)
    }
    worktree.saveCache()
    let known = CaptureNote(at: self.location.gitDir)
    if known?.commit != report.commit || known?.skipped != report.skipped {
      CaptureNote(report).save(at: self.location.gitDir)
    }
    self.record("capture", report)
    return report
  }

  private static func run(
    _ request: CaptureRequest, _ worktree: GitWorktree, _ store: some SnapshotStore,
    _ clock: LocalClock
  ) throws(CaptureError) -> CaptureReport {
    try CaptureProcedure(worktree: worktree, store: store, time: clock).run(request)
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

  /// One line in the log. A log that cannot be written stops nothing.
  func note(_ name: String, level: LogEvent.Level = .info, _ fields: [(String, String)]) {
    let event = LogEvent(
      time: self.session.clock.wallTime(), level: level, name: name,
      fields: [.init("repo", self.location.worktree.displayed)]
        + fields.map { .init($0.0, $0.1) })
    _ = self.session.log(self.settings.maxLogSize).record(event)
  }

  // MARK: push

  /// Pushes the stream; other captures go on meanwhile. How it went is noted for `status`.
  ///
  /// - Returns: nil when there is nothing to push.
  func push(_ refs: StreamRefs) throws -> PushReport? {
    let path = self.location.commonDir.appending("pulsar").appending("push.lock")
    let lock = try FileLock(waitingAt: path, isCancelled: { InterruptFlag.isRaised }) { _ in
      self.session.console.progress("waiting for another push …")
    }
    let result = Result {
      let remote = try GitRemote(self.repository, name: self.settings.remoteName)
      self.session.console.progress("pushing to \(self.settings.remoteName) …")
      defer { self.session.console.endProgress() }
      return try self.withStore { store in
        try PushState(self.location).forgetOtherPlaces(than: remote.placeMark, store)
        return try Self.push(refs, store, remote)
      }
    }
    lock.release()
    switch result {
    case .success(let report):
      PushState(self.location).remember(refs, failure: nil, at: self.session.clock)
      if case .pushed(let commit) = report {
        self.note("push", [("commit", commit.hex), ("remote", self.settings.remoteName)])
      }
    case .failure(let error as any ExplainedError):
      PushState(self.location).remember(refs, failure: error.why, at: self.session.clock)
      self.note("push-failed", level: .warning, [("why", error.why)])
    case .failure: break
    }
    return try result.get()
  }

  private static func push(
    _ refs: StreamRefs, _ store: some SnapshotStore, _ remote: GitRemote
  ) throws -> PushReport? {
    do {
      return try PushProcedure(store: store, remote: remote).run(refs)
    } catch {
      switch error {
      case .remote(let cause): throw cause
      case .store(let cause): throw cause
      }
    }
  }
}

extension Session {
  /// Whether a working tree is in the registry, under this path or one that leads to it.
  func isRegistered(_ worktree: GitPath) throws -> Bool {
    let paths = try self.registry.load().paths
    return paths.contains(worktree) || paths.contains { Self.resolved($0) == worktree }
  }

  static func resolved(_ path: GitPath) -> GitPath? {
    let terminated = path.bytes.map { CChar(bitPattern: $0) } + [0]
    guard let real = realpath(terminated, nil) else { return nil }
    defer { free(real) }
    return GitPath(bytes: Array(UnsafeRawBufferPointer(start: real, count: strlen(real))))
  }
}
