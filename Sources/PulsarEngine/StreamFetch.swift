package import PulsarCore

/// What came of a fetch of others' streams.
package struct StreamFetchReport: Sendable {
  /// Streams that are here now, by name on the remote.
  package var arrived: [RefName] = []
  /// Those that could not be brought here.
  package var failed: [Failure] = []
  /// Streams here that made room for others.
  package var renamed: [(from: RefName, to: RefName)] = []
  /// Names on the remote that git itself would not take.
  package var malformed: [RefName] = []
  /// Our own streams that the remote has no more as it had confirmed them.
  package var lost: [RefName] = []
  /// How many streams are not looked at, as there are more than `ForeignLimits.streams`.
  package var overLimit = 0

  package struct Failure: Sendable {
    /// The name on the remote.
    package let ref: RefName
    package let id: ObjectID
    /// Nil when it is no commit.
    package let why: (any ExplainedError)?
    /// Whether something here was in the way, which may be over at the next look.
    package var isHere = false

    package init(ref: RefName, id: ObjectID, why: (any ExplainedError)?) {
      self.ref = ref
      self.id = id
      self.why = why
    }
  }

  package init() {}
}

package enum StreamFetchError: Error {
  case remote(RemoteError)
  case store(StoreError)

  package var explained: any ExplainedError {
    switch self {
    case .remote(let error): error
    case .store(let error): error
    }
  }
}

/// Brings the streams of other machines here from the remote.
///
/// What is fetched first goes to refs of its own; only what turns out to be a commit becomes a
/// stream. Nothing that was here is lost: a stream that went from the remote stays, one that was made
/// anew there leaves what it held under `StreamRefs.replacedPrefix`.
package struct StreamFetch<Store: SnapshotStore, Target: Remote> {
  private let store: Store
  private let remote: Target
  private let ownSlug: [UInt8]
  private let prefix: String
  private let foldsCase: Bool

  /// What is to be fetched.
  package struct Plan: Sendable {
    package let moved: [Move]
    /// Names on the remote that git itself would not take.
    package let malformed: [RefName]
    /// What the remote has of our own streams otherwise than it had confirmed.
    package let lost: [Loss]
    /// How many streams are not looked at, as there are too many.
    package let overLimit: Int
  }

  package struct Loss: Hashable, Sendable {
    /// Where the confirmed capture is noted.
    package let pushed: RefName
    package let confirmed: ObjectID
    /// An older capture, which the note is to name now; nil: none.
    package let older: ObjectID?
  }

  package struct Move: Hashable, Sendable {
    package let from: RefName
    package let to: RefName
    /// As listed; it may have moved on since.
    package let id: ObjectID
  }

  /// - Parameters:
  ///   - store: of the clone.
  ///   - remote: where the streams are.
  ///   - ownSlug: this machine in refs; its streams are never fetched.
  ///   - backupBranch: `core.backup_branch`.
  ///   - foldsCase: whether names that differ only in case are one here.
  package init(
    store: Store, remote: Target, ownSlug: String, backupBranch: String, foldsCase: Bool = false
  ) {
    self.store = store
    self.remote = remote
    self.ownSlug = Array(ownSlug.utf8)
    self.prefix = StreamRefs.remotePrefix(backupBranch)
    self.foldsCase = foldsCase
  }

  // MARK: what there is to fetch

  /// Compares the remote's list with what is here; writes nothing.
  ///
  /// - Parameter skipped: names on the remote with what they are at, not to be fetched.
  /// - Returns: what is to be fetched, and where it goes.
  /// - Throws: `StreamFetchError` when the remote could not be asked.
  package func plan(skipping skipped: [RefName: ObjectID] = [:]) throws(StreamFetchError) -> Plan {
    // Before the list: a push that ends meanwhile loses nothing.
    let confirmed: [(name: RefName, id: ObjectID)]
    do throws(StoreError) {
      confirmed = try self.store.refs(
        withPrefix: "\(StreamRefs.pushedPrefix)\(String(decoding: self.ownSlug, as: UTF8.self))/")
    } catch {
      throw .store(error)
    }
    let listed: [(name: RefName, id: ObjectID)]
    do throws(RemoteError) {
      listed = try self.remote.list(prefix: self.prefix)
    } catch {
      throw .remote(error)
    }
    var here: [RefName: ObjectID] = [:]
    do throws(StoreError) {
      let refs = try self.store.refs(withPrefix: StreamRefs.streamPrefix)
      let commits = try self.store.commits(refs.map(\.id))
      // One whose commit a power cut took is not here.
      for (name, id) in refs where commits[id] != nil { here[name] = id }
    } catch {
      throw .store(error)
    }
    var moved: [Move] = []
    var malformed: [RefName] = []
    var taken: Set<RefName> = []
    for (name, id) in listed {
      guard name.isWellFormed else {
        malformed.append(name)
        continue
      }
      guard let local = self.localName(of: name), taken.insert(local).inserted else { continue }
      if here[local] != id, skipped[name] != id {
        moved.append(Move(from: name, to: local, id: id))
      }
    }
    // Those that are here stay in sight.
    let room = max(0, ForeignLimits.streams - here.count)
    let news = moved.filter { here[$0.to] == nil }
    let overLimit = max(0, news.count - room)
    if overLimit > 0 {
      let kept = Set(Self.fairly(news).prefix(room))
      moved.removeAll { here[$0.to] == nil && !kept.contains($0) }
    }
    do throws(StoreError) {
      return Plan(
        moved: moved, malformed: malformed, lost: try self.losses(of: confirmed, listed),
        overLimit: overLimit)
    } catch {
      throw .store(error)
    }
  }

  /// Marks first, one stream of each machine then, then a second of each, and so on: nobody takes the room of others.
  private static func fairly(_ moves: [Move]) -> [Move] {
    var counts: [[UInt8]: Int] = [:]
    let ranked = moves.map { move -> (rank: Int, move: Move) in
      let name = move.to.dropping(prefix: StreamRefs.streamPrefix) ?? []
      let slug = Array(name.prefix { $0 != UInt8(ascii: "/") })
      if name.dropFirst(slug.count + 1).elementsEqual(FinalizationMark.leaf) { return (-1, move) }
      defer { counts[slug, default: 0] += 1 }
      return (counts[slug] ?? 0, move)
    }
    return ranked.sorted { ($0.rank, $0.move.from) < ($1.rank, $1.move.from) }.map(\.move)
  }

  /// Confirmed captures that the remote has no more: somebody deleted what held them or moved it back,
  /// or an empty repository has taken the remote's place.
  private func losses(
    of confirmed: [(name: RefName, id: ObjectID)], _ listed: [(name: RefName, id: ObjectID)]
  ) throws(StoreError) -> [Loss] {
    if confirmed.isEmpty { return [] }
    var there: [RefName: ObjectID] = [:]
    for (name, id) in listed { there[name] = id }
    var losses: [Loss] = []
    for (pushed, id) in confirmed {
      let tail = pushed.dropping(prefix: StreamRefs.pushedPrefix) ?? []
      let found = there[RefName(bytes: Array(self.prefix.utf8) + tail)]
      if found == id { continue }
      guard let found else {
        losses.append(Loss(pushed: pushed, confirmed: id, older: nil))
        continue
      }
      let isKnown = try self.isCommit(found)
      if isKnown, try self.store.contains(found, in: id) {
        losses.append(Loss(pushed: pushed, confirmed: id, older: found))
      } else if isKnown, try self.store.contains(id, in: found) {
        continue
      } else if try self.store.resolve(self.stream(of: tail)) == id,
        let before = try self.store.commit(id).parents.first
      {
        // Somebody else's. The next push deals with it, which has to know that this clone was there,
        // and that there is something to push.
        losses.append(Loss(pushed: pushed, confirmed: id, older: before))
      }
    }
    return losses
  }

  private func stream(of tail: [UInt8]) -> RefName {
    RefName(bytes: Array(StreamRefs.streamPrefix.utf8) + tail)
  }

  /// Takes note of what the remote has no more, so that it is pushed again.
  ///
  /// - Returns: the notes that were changed; one that a push has changed meanwhile is not among them.
  /// - Throws: `StoreError` when a note cannot be changed.
  package func forget(_ losses: [Loss]) throws(StoreError) -> [RefName] {
    var forgotten: [RefName] = []
    for loss in losses {
      do throws(StoreError) {
        try self.store.move(loss.pushed, from: loss.confirmed, to: loss.older)
        forgotten.append(loss.pushed)
      } catch .refMoved {
        continue
      }
    }
    return forgotten
  }

  /// The name here of a stream on the remote: the same behind the prefix, unless that cannot be.
  ///
  /// - Returns: nil for our own, and for what is no stream.
  private func localName(of name: RefName) -> RefName? {
    guard let rest = name.dropping(prefix: self.prefix),
      let slash = rest.firstIndex(of: UInt8(ascii: "/"))
    else { return nil }
    var slug = Array(rest[..<slash])
    var leaf = Array(rest[(slash + 1)...])
    if slug == self.ownSlug { return nil }
    if slug.count > Self.longestComponent { slug = StreamRefs.flattened(slug) }
    let isLong =
      leaf.count > Self.longestLeaf
      || leaf.split(separator: UInt8(ascii: "/")).contains { $0.count > Self.longestComponent }
    let hasCapitals =
      String(decoding: leaf, as: UTF8.self).lowercased() != String(decoding: leaf, as: UTF8.self)
    if isLong || (self.foldsCase && hasCapitals) { leaf = StreamRefs.flattened(leaf) }
    return RefName(
      bytes: Array(StreamRefs.streamPrefix.utf8) + slug + [UInt8(ascii: "/")] + leaf)
  }

  /// Of a file's name, with `.lock` behind it.
  private static var longestComponent: Int { 240 }
  private static var longestLeaf: Int { 1000 }

  private func isCommit(_ id: ObjectID) throws(StoreError) -> Bool {
    do throws(StoreError) {
      _ = try self.store.commit(id)
      return true
    } catch .objectMissing {
      return false
    }
  }

  // MARK: fetching

  /// Fetches all of a plan at once; only where that fails for another reason than the way there, one
  /// by one, so that what one machine did to its stream does not blind us to the others'.
  ///
  /// The caller sees to it that there is one such fetch at a time.
  package func perform(_ plan: Plan) throws(StreamFetchError) -> StreamFetchReport {
    var report = StreamFetchReport()
    report.malformed = plan.malformed
    report.overLimit = plan.overLimit
    if plan.moved.isEmpty { return report }
    // The next fetch takes their places: to remove them would lock the person's packed refs.
    let landings = plan.moved.enumerated().map { number, move in
      Landing(move: move, ref: RefName("\(StreamRefs.arrivedPrefix)\(number)"))
    }
    var landed = landings
    for piece in Self.pieces(landings) {
      do throws(RemoteError) {
        try self.remote.fetch(piece.map { ($0.move.from, $0.ref) })
      } catch .failed where piece.count > 1 {
        for landing in piece {
          do throws(RemoteError) {
            try self.remote.fetch([(landing.move.from, landing.ref)])
          } catch {
            report.failed.append(landing.failure(error))
            landed.removeAll { $0 == landing }
          }
        }
      } catch {
        throw .remote(error)
      }
    }
    do throws(StoreError) {
      try self.settle(landed, &report)
    } catch {
      throw .store(error)
    }
    return report
  }

  private struct Landing: Hashable {
    let move: Move
    let ref: RefName

    func failure(_ why: (any ExplainedError)?) -> StreamFetchReport.Failure {
      StreamFetchReport.Failure(ref: self.move.from, id: self.move.id, why: why)
    }
  }

  /// One, unless so many streams moved that their names do not fit on a command line.
  private static func pieces(_ landings: [Landing]) -> [[Landing]] {
    var pieces: [[Landing]] = [[]]
    var room = Self.bytesAtOnce
    for landing in landings {
      room -= landing.move.from.bytes.count + landing.ref.bytes.count + 16
      if room < 0 {
        pieces.append([])
        room = Self.bytesAtOnce
      }
      pieces[pieces.count - 1].append(landing)
    }
    return pieces
  }

  private static var bytesAtOnce: Int { 500_000 }

  private func settle(_ landings: [Landing], _ report: inout StreamFetchReport) throws(StoreError) {
    var streams = try self.store.refs(withPrefix: StreamRefs.streamPrefix)
    for landing in landings {
      guard let id = try self.store.resolve(landing.ref), try self.isCommit(id) else {
        report.failed.append(landing.failure(nil))
        continue
      }
      do throws(StoreError) {
        if streams.contains(where: { $0.name.clashes(with: landing.move.to) }) {
          try self.makeRoom(for: landing.move.to, &report)
          streams = try self.store.refs(withPrefix: StreamRefs.streamPrefix)
        }
        let old = try self.store.resolve(landing.move.to)
        if let old, old != id { try self.keep(old, of: landing.move.to, replacedBy: id) }
        if old != id { try self.store.move(landing.move.to, from: old, to: id) }
        if old == nil { streams.append((landing.move.to, id)) }
        report.arrived.append(landing.move.from)
      } catch {
        switch error {
        case .full, .readOnly: throw error
        default:
          var failure = landing.failure(error)
          failure.isHere = true
          report.failed.append(failure)
        }
      }
    }
  }

  /// Gives streams whose names cannot exist beside `ref` names of their own.
  private func makeRoom(for ref: RefName, _ report: inout StreamFetchReport) throws(StoreError) {
    for (other, id) in try self.store.refs(withPrefix: StreamRefs.streamPrefix)
    where other.clashes(with: ref) {
      let rest = other.dropping(prefix: StreamRefs.streamPrefix) ?? []
      var name: [UInt8]
      if let slash = rest.firstIndex(of: UInt8(ascii: "/")) {
        name =
          Array(StreamRefs.streamPrefix.utf8) + rest[...slash]
          + StreamRefs.flattened(Array(rest[(slash + 1)...]))
      } else {
        name = Array(StreamRefs.replacedPrefix.utf8) + StreamRefs.flattened(rest)
      }
      // Taken by one that made room before, perhaps long ago.
      while let found = try self.store.resolve(RefName(bytes: name)), found != id {
        name += Array("-\(id.short)".utf8)
      }
      let free = RefName(bytes: name)
      if try self.store.resolve(free) == nil { try self.store.move(free, from: nil, to: id) }
      try self.store.move(other, from: id, to: nil)
      report.renamed.append((other, free))
    }
  }

  /// Keeps what a stream held, unless the new one or another stream here has it.
  private func keep(
    _ old: ObjectID, of ref: RefName, replacedBy new: ObjectID
  ) throws(StoreError) {
    guard try self.isCommit(old), try !self.store.contains(old, in: new) else { return }
    for (other, id) in try self.store.refs(withPrefix: StreamRefs.streamPrefix)
    where other != ref {
      guard try self.isCommit(id) else { continue }
      if try self.store.contains(old, in: id) { return }
    }
    let name =
      Array("\(StreamRefs.replacedPrefix)\(old.short)-".utf8)
      + StreamRefs.flattened(ref.dropping(prefix: StreamRefs.streamPrefix) ?? [])
    let kept = RefName(bytes: name)
    if try self.store.resolve(kept) == nil { try self.store.move(kept, from: nil, to: old) }
  }
}
