internal import PulsarCore
internal import PulsarEngine
internal import PulsarGit
internal import PulsarSystem

/// The file in which the radar keeps what it knows, one a repository.
struct RadarFile {
  private let file: RecordFile<RadarRecord>

  init(commonDir: GitPath) {
    self.file = RecordFile(commonDir.appending("pulsar").appending("radar"))
  }

  /// - Returns: empty when there is none, or none that is understood: what is in it can be found anew.
  func load() -> RadarRecord { (try? self.file.known()) ?? RadarRecord() }

  /// Writes it if it differs from what is there.
  func save(_ record: RadarRecord, insteadOf old: RadarRecord) throws(SystemError) {
    if record == old { return }
    // Lost in a power cut, it costs a notification at most.
    try self.file.write(record, isDurable: false)
  }
}

/// What a look of the radar came to.
struct RadarReport {
  /// What the person was not told of before.
  var news: [Drift] = []
  /// Why the remote could not be asked.
  var failure: String?
  /// Whether it could be asked the last time, or could not for another reason.
  var isFailureNew = false
  /// Streams that could not be brought here, or had to be called something else.
  var troubles: [String] = []
}

/// What is known of other machines' work in a repository; reads local state only.
struct OthersReport {
  var drift: [Drift] = []
  var elsewhere: [ElsewhereDrift] = []
  /// Why the remote could not be asked, or nothing can be told.
  var failure: String?
  /// Streams that are left out for what they are.
  var overLimit: [OverLimit] = []

  /// What cannot be told is a line in the report, and stops nothing.
  init(_ open: OpenRepository, _ head: Head) {
    do {
      let (view, failure) = try open.withStore { try open.radarView(head, $0) }
      self.overLimit = try open.withStore { try KnownStreams(in: $0).overLimit }
      self.drift = view.drift
      self.elsewhere = view.elsewhere
      let hasRemote = open.repository.config.remotes.contains(open.settings.remoteName)
      self.failure = hasRemote ? failure.map { "\($0.why), since \($0.since.displayed)" } : nil
    } catch {
      self.failure = (error as? any ExplainedError)?.why ?? String(describing: error)
    }
  }

  /// For people, a sentence each.
  func lines(at now: WallTime) -> [String] {
    var lines = self.drift.map { DriftText.line($0, at: now) }
    let names = self.elsewhere.prefix(3).map { nameForDisplay($0.branch.name) }
    if !names.isEmpty {
      let count = self.elsewhere.count
      let more = count > names.count ? " …" : ""
      lines.append(
        "other machines have work that is not here on \(count) other \(count == 1 ? "branch" : "branches"): \(names.joined(separator: ", "))\(more)"
      )
    }
    for over in self.overLimit.prefix(3) {
      lines.append("left out '\(nameForDisplay(over.ref.bytes))': \(over.why)")
    }
    if self.overLimit.count > 3 {
      lines.append("… and \(self.overLimit.count - 3) more streams are left out")
    }
    if let failure { lines.append("other machines' work could not be looked for: \(failure)") }
    return lines
  }
}

extension OpenRepository {
  /// Looks what other machines have on the remote, and brings here what moved.
  ///
  /// Takes no lock that a capture or a push waits for. With nothing new, nothing is written.
  func lookAround() throws -> RadarReport {
    let file = RadarFile(commonDir: self.location.commonDir)
    let old = file.load()
    var record = old
    var report = RadarReport()
    let now = self.session.clock.wallTime()
    self.removeLeftLocks()
    do {
      let fetched = try self.fetchStreams(skipping: record.skipped(at: now))
      record.take(fetched, at: now)
      report.troubles = fetched.sentences
    } catch let error as RemoteError {
      report.failure = error.why
      report.isFailureNew = old.failure?.why != error.why
      if report.isFailureNew {
        record.failure = .init(why: error.why, since: now)
      }
      try file.save(record, insteadOf: old)
      return report
    }
    let head = try self.worktree().head()
    report.news = try self.withStore { store in
      try self.look(head, store, &record)
    }
    try file.save(record, insteadOf: old)
    return report
  }

  /// Removes locks that an operation of ours left on refs of ours: captures do so before they begin, and
  /// on an idle machine there are none.
  private func removeLeftLocks() {
    guard Litter.isLocked(self.location) else { return }
    // The next look is soon enough for what cannot be removed now.
    _ = try? self.lockedIfFree { Litter.sweep(self.location) }
  }

  /// What is known of other machines' work here, without asking the remote.
  func radarView(
    _ head: Head, _ store: some SnapshotStore
  ) throws -> (view: RadarRecord.View, failure: RadarRecord.Failure?) {
    let record = RadarFile(commonDir: self.location.commonDir).load()
    let own = try self.standpoint(head, store)
    let view = try RadarProcedure(
      store: store, ownSlug: self.machine.slug, memory: LineageFile(self.location)
    )
    .quickView(from: own, known: record)
    return (view, record.failure)
  }

  private func look(
    _ head: Head, _ store: some SnapshotStore, _ record: inout RadarRecord
  ) throws -> [Drift] {
    try RadarProcedure(
      store: store, ownSlug: self.machine.slug, memory: LineageFile(self.location)
    )
    .look(from: try self.standpoint(head, store), &record)
  }

  private func standpoint(_ head: Head, _ store: some SnapshotStore) throws -> OwnStandpoint {
    let refs = try StreamRefs.find(
      head.branch, of: self.machine, self.settings, foldsCase: self.foldsCase,
      beside: WorktreeStreams(self.location).leaves(of: head.branch), in: store)
    return OwnStandpoint(
      branch: head.branch, capture: try store.resolve(refs.stream), head: head.commit)
  }

  // MARK: others' streams

  /// Brings the streams of other machines here, as far as they moved: two processes talk to the remote,
  /// or only one where none did, and then nothing is written.
  ///
  /// - Parameter skipped: names on the remote with what they are at, not to be fetched.
  /// - Returns: what came, and what did not.
  /// - Throws: `RemoteError` when the remote could not be asked.
  func fetchStreams(skipping skipped: [RefName: ObjectID] = [:]) throws -> StreamFetchReport {
    let remote = try GitRemote(self.repository, name: self.settings.remoteName)
    return try self.withStore { store in
      do {
        return try self.fetchStreams(store, remote, skipped)
      } catch let error as StreamFetchError {
        throw error.explained
      }
    }
  }

  private func fetchStreams(
    _ store: some SnapshotStore, _ remote: GitRemote, _ skipped: [RefName: ObjectID]
  ) throws -> StreamFetchReport {
    let fetch = StreamFetch(
      store: store, remote: remote, ownSlug: self.machine.slug,
      backupBranch: self.settings.backupBranch, foldsCase: self.foldsCase)
    let plan = try fetch.plan(skipping: skipped)
    let lost = try fetch.forget(plan.lost)
    guard !plan.moved.isEmpty else {
      var report = StreamFetchReport()
      report.overLimit = plan.overLimit
      report.lost = lost
      return report
    }
    let path = self.location.commonDir.appending("pulsar").appending("fetch.lock")
    let lock = try FileLock(waitingAt: path, isCancelled: { InterruptFlag.isRaised })
    let result = Result {
      // git would stumble over a ref that a power cut left; the remote has what it held.
      for move in plan.moved {
        if let damage = try DamagedRef.find(move.to, in: self.location, store) {
          _ = try damage.park(store)
        }
      }
      var report = try fetch.perform(plan)
      report.lost = lost
      return report
    }
    lock.release()
    return try result.get()
  }
}

extension StreamFetchReport {
  /// What a person may want to know, a sentence each.
  var sentences: [String] {
    self.malformed.map { "'\(nameForDisplay($0.bytes))' on the remote is no name that git takes" }
      + self.failed.map {
        "'\(nameForDisplay($0.ref.bytes))' could not be brought here: \($0.why?.why ?? "it is no capture")"
      }
      + self.renamed.map {
        "'\(nameForDisplay($0.from.bytes))' made room for another stream and is '\(nameForDisplay($0.to.bytes))' now"
      }
      + (self.overLimit == 0
        ? []
        : [
          "\(self.overLimit) streams on the remote are left out: there are more than \(ForeignLimits.streams)"
        ])
      + self.lost.map {
        "the remote has not what it had of '\(nameForDisplay($0.dropping(prefix: StreamRefs.pushedPrefix) ?? $0.bytes))'; it is pushed again"
      }
  }
}
