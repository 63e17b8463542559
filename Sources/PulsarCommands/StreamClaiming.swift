internal import PulsarCore
internal import PulsarEngine
internal import PulsarGit
internal import PulsarSystem

extension Session {
  /// The machine as it captures in a repository.
  ///
  /// - Parameter commonDir: the folder of git's that the repository's working trees share.
  /// - Returns: under the name of today, as the clone that the repository says.
  /// - Throws: a refusal when the machine has no name yet; an error when what the repository says of it
  ///   cannot be read.
  func machine(in commonDir: GitPath) throws -> Machine {
    try CloneIdentity(at: commonDir).effective(self.machine())
  }
}

// MARK: the slug of a repository

extension OpenRepository {
  /// Reads anew under which slug captures go on here; a stream that had the machine's earlier name is
  /// continued.
  ///
  /// The caller holds the lock of captures.
  func settleMachine() throws {
    let base = try self.session.machine()
    var identity = try CloneIdentity(at: self.location.commonDir)
    let machine = identity.effective(base)
    self.machine = machine
    let known = identity.slug(of: base)
    if known == machine.slug { return }
    if let known {
      let left = try self.withStore { try Self.carry(from: known, to: machine.slug, $0) }
      self.tell(
        "git-pulsar: this machine was '\(known)' here; its captures go on as '\(machine.slug)', and those there are stay where they are too"
      )
      self.note(
        "machine-renamed", [("from", known), ("to", machine.slug)] + Self.fields(notCarried: left))
    }
    identity.settle(machine)
    try identity.save(at: self.location.commonDir)
  }

  /// What a person should know; in the background only the log is read.
  private func tell(_ words: String) {
    if !self.session.isInBackground { self.session.console.remark(words) }
  }

  private static func carry(
    from old: String, to new: String, _ store: some SnapshotStore
  ) throws -> [RefName] {
    try StreamCarrying(store: store).carry(from: old, to: new)
  }

  private static func fields(notCarried left: [RefName]) -> [(String, String)] {
    left.map { ("not-continued", $0.displayed) }
  }

  /// The refs of the same branch under the slug that is in force by now.
  func following(_ refs: StreamRefs) throws -> StreamRefs {
    self.machine = try self.session.machine(in: self.location.commonDir)
    guard let (_, leaf) = StreamRefs.parts(ofStream: refs.stream) else { return refs }
    return self.refs(leaf)
  }

  private func refs(_ leaf: [UInt8]) -> StreamRefs {
    StreamRefs(slug: self.machine.slug, leaf: leaf, backupBranch: self.settings.backupBranch)
  }

  /// Changes the slug of this clone and lets all its streams go on under it.
  ///
  /// A crash leaves the old slug in force, or the new one with all streams.
  ///
  /// Nothing is done when `old` is not in force any more.
  private func fork(from old: String) throws {
    try self.locked {
      guard self.machine.slug == old else { return }
      let base = try self.session.machine()
      var identity = try CloneIdentity(at: self.location.commonDir)
      let suffix =
        identity.fork(of: base)?.clone ?? Host.current?.cloneSuffix()
        ?? CloneIdentity.randomSuffix()
      let fork = Machine(name: base.name, id: base.id, clone: suffix)
      identity.begin(fork)
      try identity.save(at: self.location.commonDir)
      let left = try self.withStore { try Self.carry(from: old, to: fork.slug, $0) }
      identity.settle(fork)
      try identity.save(at: self.location.commonDir)
      self.machine = fork
      self.note(
        "clone-forked", level: .warning,
        [("from", old), ("to", fork.slug)] + Self.fields(notCarried: left))
    }
  }
}

// MARK: what the remote has in our place

extension OpenRepository {
  /// Makes way for a stream that the remote does not take as it has something else there, and pushes.
  ///
  /// The caller holds the lock of pushes, and not that of captures.
  ///
  /// - Parameters:
  ///   - refs: of the stream; where it went when this returns.
  ///   - error: of the push.
  ///   - store: of this repository.
  ///   - remote: that was pushed to.
  ///   - push: pushes as usual.
  /// - Returns: what the push came to.
  /// - Throws: `error` itself when it is about something else.
  func claim(
    _ refs: inout StreamRefs, after error: RemoteError, _ store: some SnapshotStore,
    _ remote: GitRemote, push: (StreamRefs) throws -> PushReport?
  ) throws -> PushReport? {
    switch error {
    case .movedByOthers, .notContinued: break
    default: throw error
    }
    let facts = try self.facts(refs, store, remote)
    switch StreamClaim(facts) {
    case .retry:
      // It refused the ref as one that is there, and lists none.
      if facts.found == nil, case .movedByOthers = error {
        throw RemoteError.hidden(ref: refs.remote)
      }
      throw error
    case .fork(let reason):
      try self.fork(&refs, reason)
    case .park(let origin):
      guard let found = facts.found else { throw error }
      do {
        guard let (tip, parked) = try Self.park(self, refs, found, store, remote) else {
          return nil
        }
        self.tell(refs, parked, found, origin)
        return .pushed(tip)
      } catch is NotReplaceable {
        try self.fork(&refs, .notReplaceable)
      }
    }
    return try push(refs)
  }

  private struct NotReplaceable: Error {}

  private static func park(
    _ open: OpenRepository, _ refs: StreamRefs, _ found: ObjectID, _ store: some SnapshotStore,
    _ remote: GitRemote
  ) throws -> (tip: ObjectID, parked: StreamRefs)? {
    let procedure = ParkProcedure(
      store: store, remote: remote, backupBranch: open.settings.backupBranch)
    do {
      return try procedure.run(refs, over: found)
    } catch {
      switch error {
      case .notReplaceable: throw NotReplaceable()
      case .remote(let cause): throw cause
      case .store(let cause): throw cause
      }
    }
  }

  private func fork(_ refs: inout StreamRefs, _ reason: StreamClaim.Reason) throws {
    guard let (slug, leaf) = StreamRefs.parts(ofStream: refs.stream) else { return }
    let there = refs.remote.displayed
    try self.fork(from: slug)
    refs = self.refs(leaf)
    let why =
      switch reason {
      case .otherWriter:
        "'\(there)' on the remote holds captures that were not made here, though by a machine with this one's id: a copied or restored disk or repository"
      case .rewritten:
        "'\(there)' on the remote holds the captures of this clone as they were before its history was rewritten (as 'git filter-branch' and 'git filter-repo' do)"
      case .otherClone(let path):
        "'\(there)' on the remote has the captures of another clone, '\(self.session.displayed(path))'"
      case .nameTaken:
        "the captures of an earlier clone of this machine are in the way of '\(there)' on the remote"
      case .notReplaceable: "the remote does not let '\(there)' be replaced"
      }
    self.tell(
      "git-pulsar: \(why); nothing there is touched, and captures of this clone go on as '\(self.machine.slug)'"
    )
    self.note("stream-forked", level: .warning, [("why", why), ("to", refs.remote.displayed)])
  }

  private func tell(
    _ refs: StreamRefs, _ parked: StreamRefs, _ found: ObjectID, _ origin: StreamClaim.Origin
  ) {
    self.note(
      "stream-parked", level: .warning,
      [
        ("ref", refs.remote.displayed), ("commit", found.hex), ("kept", parked.remote.displayed),
      ])
    if StreamRefs.parts(ofStream: refs.stream)?.leaf == FinalizationMark.leaf { return }
    let who =
      switch origin {
      case .earlierClone: "an earlier clone of this machine left captures on the remote"
      case .thisClone: "the remote has captures that were lost here"
      }
    self.tell(
      "git-pulsar: \(who), up to \(found.short); they are kept as '\(parked.remote.displayed)', and 'git pulsar sync' brings them here"
    )
  }

  private func facts(
    _ refs: StreamRefs, _ store: some SnapshotStore, _ remote: GitRemote
  ) throws -> StreamClaim.Facts {
    let found = try remote.resolve(refs.remote)
    let tip = try store.resolve(refs.stream)
    var facts = StreamClaim.Facts(
      found: found, noted: refs.confirmed(in: store), isContained: false, holder: nil,
      nameClashes: false)
    if let found {
      facts.isContained = try tip.map { try Self.contains(found, in: $0, store) } ?? false
      facts.isRewritten = try Self.isRewritten(found, self.location, store)
      if !facts.isContained { facts.holder = try self.otherClone(with: found, refs) }
    } else if let (slug, _) = StreamRefs.parts(ofStream: refs.stream) {
      let folder = StreamRefs.remotePrefix(self.settings.backupBranch) + "\(slug)/"
      facts.nameClashes = try remote.list(prefix: folder).contains {
        $0.name.clashes(with: refs.remote)
      }
    }
    return facts
  }

  /// Whether a tool that rewrites history has noted that a capture was ours before.
  ///
  /// Source: git-filter-branch(1), `refs/original/`; git-filter-repo, `commit-map`.
  private static func isRewritten(
    _ commit: ObjectID, _ location: RepositoryLocation, _ store: some SnapshotStore
  ) throws -> Bool {
    for (_, id) in try store.refs(withPrefix: "refs/original/\(StreamRefs.streamPrefix)") {
      if try self.contains(commit, in: id, store) { return true }
    }
    let map = location.commonDir.appending("filter-repo").appending("commit-map")
    guard let bytes = try? AtomicFile.read(map, limit: 256 << 20) else { return false }
    return bytes.split(separator: 10).contains { $0.starts(with: commit.hex.utf8) }
  }

  private static func contains(
    _ commit: ObjectID, in tip: ObjectID, _ store: some SnapshotStore
  ) throws -> Bool {
    do throws(StoreError) {
      _ = try store.commit(commit)
    } catch {
      return false
    }
    return try store.contains(commit, in: tip)
  }

  /// The registered clone, not this one, that made what was found; one that cannot be read made nothing.
  private func otherClone(with found: ObjectID, _ refs: StreamRefs) throws -> GitPath? {
    let own = Session.resolved(self.location.commonDir)
    return try self.session.registry.load().paths.first { path in
      guard let glance = RepositoryGlance(at: path), Session.resolved(glance.commonDir) != own
      else { return false }
      do {
        let slug = try self.session.machine(in: glance.commonDir).slug
        guard slug == self.machine.slug else { return false }
        let repository = try Repository(discoveredBy: self.session.git.with(in: path))
        let other = try OpenRepository(self.session, repository, self.cascade)
        return try other.withStore { store in
          guard let tip = try store.resolve(refs.stream) else { return false }
          return try Self.contains(found, in: tip, store)
        }
      } catch {
        return false
      }
    }
  }
}
