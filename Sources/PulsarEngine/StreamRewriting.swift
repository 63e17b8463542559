package import PulsarCore

/// New content of a path, which the remote may have refused.
package struct SuspectContent: Hashable, Comparable, Sendable {
  package let path: GitPath
  package let id: ObjectID

  /// By path.
  package static func < (left: SuspectContent, right: SuspectContent) -> Bool {
    left.path == right.path ? left.id < right.id : left.path < right.path
  }
}

/// Makes the captures that the remote has not taken yet anew, without contents that it refuses: hosts look
/// at every commit that is new to them, so that to leave them out of the newest one is not enough.
///
/// Each capture has exactly one in its place, with the same parents otherwise: what it took over, and
/// what it goes on from, stays so. The same input gives the same commits.
package struct StreamRewriting<Store: SnapshotStore> {
  private let store: Store
  private let signature: Signature

  package init(store: Store, signature: Signature) {
    self.store = store
    self.signature = signature
  }

  /// Captures that follow each other.
  package struct Stretch: Sendable {
    /// What the remote has; nil when that is nothing.
    package let base: CommitRecord?
    /// Oldest first; never empty.
    package let captures: [CommitRecord]

    package var tip: CommitRecord { self.captures[self.captures.count - 1] }
  }

  /// The captures after `base` up to `tip`.
  ///
  /// - Returns: nil when `base` is no earlier capture of the same stream.
  package func stretch(
    after base: ObjectID?, to tip: ObjectID
  ) throws(StoreError) -> Stretch? {
    var captures: [CommitRecord] = []
    var next: ObjectID? = tip
    while let id = next, id != base {
      let record = try self.store.commit(id)
      guard CaptureTrailers(message: record.message) != nil else {
        next = nil
        break
      }
      captures.append(record)
      next = record.parents.first
    }
    if captures.isEmpty || (base != nil && next == nil) { return nil }
    return Stretch(
      base: try base.map { (id) throws(StoreError) in try self.store.commit(id) },
      captures: captures.reversed())
  }

  /// Contents that a stretch adds, staged ones too, but for what commits and sessions bring, by path.
  ///
  /// - Returns: what the files of the newest capture hold, and what only the staging area or earlier
  ///   captures do.
  package func suspects(
    _ stretch: Stretch
  ) throws(StoreError) -> (files: Set<SuspectContent>, others: Set<SuspectContent>) {
    var files: Set<SuspectContent> = []
    var others: Set<SuspectContent> = []
    for capture in stretch.captures {
      let found = try self.suspects(of: capture, in: stretch)
      others.formUnion(found.files.union(found.staged))
      files = found.files
    }
    return (files, others.subtracting(files))
  }

  private func suspects(
    of capture: CommitRecord, in stretch: Stretch
  ) throws(StoreError) -> (files: Set<SuspectContent>, staged: Set<SuspectContent>) {
    let tipHead = try self.head(of: stretch.tip)?.id
    var known: [ObjectID] = []
    var staged: ObjectID?
    var records = [try self.head(of: capture)].compactMap { $0 }
    for parent in capture.parents.dropFirst() { records.append(try self.store.commit(parent)) }
    for record in records {
      if IndexMessage.isOne(record.message) {
        staged = record.tree
      } else if try self.isKept(record, tipHead) {
        known.append(record.tree)
      }
    }
    let files = try self.additions(of: capture.tree, to: stretch, besides: known)
    guard let staged else { return (files, []) }
    return (files, try self.additions(of: staged, to: stretch, besides: known))
  }

  /// Contents of a tree that neither what the remote has nor `known` has at their places.
  private func additions(
    of tree: ObjectID, to stretch: Stretch, besides known: [ObjectID]
  ) throws(StoreError) -> Set<SuspectContent> {
    let base = try self.baseTree(stretch)
    var found: Set<SuspectContent> = []
    for change in try self.store.compare(base, tree, countingLinesUpTo: 0)
    where change.kind != .deleted {
      guard let entry = try self.store.entry(at: change.path, in: tree), entry.mode != .gitlink
      else { continue }
      var isKnown = false
      for other in known where !isKnown {
        isKnown = try self.store.entry(at: change.path, in: other) == entry
      }
      if !isKnown { found.insert(SuspectContent(path: change.path, id: entry.id)) }
    }
    return found
  }

  /// Whether a parent that is no capture of the stretch stays: a session, or a commit of the person's
  /// that HEAD still has.
  private func isKept(_ record: CommitRecord, _ tipHead: ObjectID?) throws(StoreError) -> Bool {
    guard let tipHead, CaptureTrailers(message: record.message) == nil else { return true }
    return try self.store.contains(record.id, in: tipHead)
  }

  private func head(of capture: CommitRecord) throws(StoreError) -> CommitRecord? {
    guard let head = CaptureTrailers(message: capture.message)?.head else { return nil }
    do throws(StoreError) {
      return try self.store.commit(head)
    } catch .objectMissing {
      return nil
    }
  }

  /// What a path that is left out goes back to.
  private func baseTree(_ stretch: Stretch) throws(StoreError) -> ObjectID? {
    if let base = stretch.base { return base.tree }
    return try self.head(of: stretch.captures[0])?.tree
  }

  // MARK: making anew

  /// Writes the captures of a stretch without some contents.
  ///
  /// Commits of the person's that HEAD has left since, such as one that was amended, are left out too.
  ///
  /// - Returns: what stands in the place of the newest; durable only after `makeObjectsDurable`.
  package func rewrite(
    _ stretch: Stretch, without refused: [GitPath: Set<ObjectID>]
  ) throws(StoreError) -> ObjectID {
    let base = try self.baseTree(stretch)
    let tipHead = try self.head(of: stretch.tip)?.id
    var replaced: [ObjectID: ObjectID] = [:]
    if let base = stretch.base { replaced[base.id] = base.id }
    var previous = stretch.base?.tree ?? base
    for capture in stretch.captures {
      let (tree, count) = try self.tree(capture.tree, without: refused, puttingBack: base)
      var parents: [ObjectID] = []
      for parent in capture.parents {
        var mapped = replaced[parent]
        if mapped == nil { mapped = try self.parent(parent, refused, tipHead) }
        if let mapped, !parents.contains(mapped) { parents.append(mapped) }
      }
      let message = try self.message(
        of: capture, replaced, leftOut: count,
        self.store.compare(previous, tree, countingLinesUpTo: 50))
      replaced[capture.id] = try self.store.writeCommit(
        NewCommit(
          tree: tree, parents: parents, signature: self.signature, time: capture.time,
          message: message))
      previous = tree
    }
    return replaced[stretch.tip.id] ?? stretch.tip.id
  }

  private func tree(
    _ tree: ObjectID, without refused: [GitPath: Set<ObjectID>], puttingBack base: ObjectID?
  ) throws(StoreError) -> (ObjectID, leftOut: Int) {
    var changes: [TreeChange] = []
    for path in refused.keys.sorted() {
      guard let entry = try self.store.entry(at: path, in: tree),
        refused[path]?.contains(entry.id) == true
      else { continue }
      let old = try base.flatMap { (base) throws(StoreError) in
        try self.store.entry(at: path, in: base)
      }
      changes.append(TreeChange(path: path, entry: old))
    }
    if changes.isEmpty { return (tree, 0) }
    return (try self.store.writeTree(base: tree, changes: changes), changes.count)
  }

  /// What stands in the place of a parent that is no capture of the stretch; nil for nothing.
  private func parent(
    _ id: ObjectID, _ refused: [GitPath: Set<ObjectID>], _ tipHead: ObjectID?
  ) throws(StoreError) -> ObjectID? {
    let record = try self.store.commit(id)
    guard IndexMessage.isOne(record.message) else {
      return try self.isKept(record, tipHead) ? id : nil
    }
    let head = try record.parents.first.map { (id) throws(StoreError) in try self.store.commit(id) }
    let (tree, count) = try self.tree(record.tree, without: refused, puttingBack: head?.tree)
    var parents: [ObjectID] = []
    for parent in record.parents {
      if let kept = try self.parent(parent, refused, tipHead) { parents.append(kept) }
    }
    if count == 0, parents == record.parents { return id }
    return try self.store.writeCommit(
      NewCommit(
        tree: tree, parents: parents, signature: self.signature, time: record.time,
        message: record.message))
  }

  private func message(
    of capture: CommitRecord, _ replaced: [ObjectID: ObjectID], leftOut: Int,
    _ changes: [PathChange]
  ) -> [UInt8] {
    guard let trailers = CaptureTrailers(message: capture.message) else { return capture.message }
    var continuing = trailers.continuing
    if case .commit(let id) = continuing, let other = replaced[id] { continuing = .commit(other) }
    var message = CaptureMessage(
      changes: changes, machineSlug: trailers.machineSlug, branch: trailers.branch,
      reason: trailers.reason ?? .interval, skippedCount: trailers.skippedCount + leftOut,
      head: trailers.head, continuing: continuing)
    message.replacing = capture.id
    message.unmerged = trailers.unmerged
    message.localOnly = trailers.localOnly
    return message.bytes
  }

  // MARK: finding again

  /// The capture in the history of `tip` that was made in the place of `capture`; nil when there is none.
  package func replacement(
    of capture: ObjectID, in tip: ObjectID
  ) throws(StoreError) -> ObjectID? {
    var next: ObjectID? = tip
    while let id = next {
      let record = try self.store.commit(id)
      guard let trailers = CaptureTrailers(message: record.message) else { return nil }
      if trailers.replacing == capture { return id }
      next = record.parents.first
    }
    return nil
  }
}
