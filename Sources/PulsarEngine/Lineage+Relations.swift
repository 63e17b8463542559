package import PulsarCore

/// How the work of two machines lies to each other.
package enum Relation: String, Hashable, Sendable {
  /// Neither has work that the other lacks.
  case same
  /// They have work that we lack.
  case ahead
  /// We have work that they lack.
  case behind
  /// Both have.
  case diverged
}

/// A capture or commit as one side of a comparison.
package struct Standpoint: Hashable, Sendable {
  /// What stands for it in questions of ancestry.
  package let lineage: ObjectID
  /// The same without what was finalized elsewhere; whoever contains it has all of the work.
  package let core: ObjectID
  package let tree: ObjectID
  /// HEAD's commit then, where it is known.
  package let head: ObjectID?

  package init(lineage: ObjectID, core: ObjectID? = nil, tree: ObjectID, head: ObjectID?) {
    self.lineage = lineage
    self.core = core ?? lineage
    self.tree = tree
    self.head = head
  }
}

extension Lineage {
  /// That of a capture, or of a commit of the person's own.
  ///
  /// A capture of the original's looks like a commit: see `standpoint(of stream:)`.
  package func standpoint(of tip: ObjectID) throws(StoreError) -> Standpoint {
    let record = try self.store.commit(tip)
    return Standpoint(
      lineage: try self.commit(of: tip), core: try self.core(of: tip), tree: record.tree,
      head: try self.head(of: record))
  }

  /// That of the newest capture of a stream, whoever made it.
  package func standpoint(of stream: KnownStream) throws(StoreError) -> Standpoint {
    Standpoint(
      lineage: try self.commit(of: stream.tip.id), core: try self.core(of: stream.tip.id),
      tree: stream.tip.tree,
      head: stream.trailers == nil ? nil : try self.head(of: stream.tip))
  }

  /// HEAD's commit when a capture was made; a commit that is none stands for itself.
  ///
  /// Captures that do not tell contain it: it is the newest commit of theirs that is no capture.
  package func head(of record: CommitRecord) throws(StoreError) -> ObjectID? {
    var capture = record
    var left = ForeignLimits.captures
    while left > 0, let trailers = CaptureTrailers(message: capture.message) {
      left -= 1
      if let head = trailers.head { return head }
      for parent in capture.parents.prefix(ForeignLimits.parents).dropFirst() {
        let message = try self.store.commit(parent).message
        if CaptureTrailers(message: message) == nil && !IndexMessage.isOne(message) {
          return parent
        }
      }
      guard let previous = capture.parents.first else { return nil }
      capture = try self.store.commit(previous)
    }
    return left > 0 ? capture.id : nil
  }

  /// How `theirs` lies to `ours`; decided by ancestry, no clock is asked.
  package func relation(
    _ ours: Standpoint, _ theirs: Standpoint
  ) throws(StoreError) -> Relation {
    let bases = try self.bases(ours.lineage, theirs.lineage)
    let oursHasWork = try self.hasWork(ours, bases, besides: theirs)
    let theirsHasWork = try self.hasWork(theirs, bases, besides: ours)
    switch (oursHasWork, theirsHasWork) {
    case (false, false): return .same
    case (false, true): return .ahead
    case (true, false): return .behind
    case (true, true): return .diverged
    }
  }

  /// Which of several sides hold work that no other has.
  ///
  /// Of those with the same work it is the one that goes on from the others, as there the person was
  /// last, or else the first.
  ///
  /// - Returns: their indices, ascending; none only when there are no sides.
  package func newest(_ sides: [Standpoint]) throws(StoreError) -> [Int] {
    var followers = [Int](repeating: 0, count: sides.count)
    for index in sides.indices {
      let core = sides[index].core
      for other in sides.indices where sides[other].core != core {
        if try self.contains(core, in: sides[other].lineage) { followers[index] += 1 }
      }
    }
    let order = sides.indices.sorted { (followers[$0], $0) > (followers[$1], $1) }
    return try Containment(in: order) { (one, other) throws(StoreError) in
      let relation = try self.relation(sides[one], sides[other])
      return relation == .ahead || relation == .same
    }.apart
  }

  /// Whether a side has files or commits that the other has not.
  private func hasWork(
    _ side: Standpoint, _ bases: [ObjectID], besides other: Standpoint
  ) throws(StoreError) -> Bool {
    if bases.contains(side.lineage) { return false }
    if try self.contains(side.core, in: other.lineage) { return false }
    // Where there is no commit and no file, nothing was begun; beside a commit, all files were deleted.
    if bases.isEmpty, side.head == nil,
      try self.store.compare(nil, side.tree, countingLinesUpTo: 0).isEmpty
    {
      return false
    }
    // The same files, however each side came by them.
    if side.tree != other.tree, try !self.isUnchanged(side, since: bases) {
      // What was finalized besides brings captures that are no part of the work.
      guard side.core != side.lineage,
        try self.isUnchanged(side, since: self.bases(side.core, other.lineage))
      else { return true }
    }
    guard let head = side.head else { return false }
    return try !self.contains(head, in: other.lineage)
  }

  /// Whether the files are as they were where both parted.
  private func isUnchanged(
    _ side: Standpoint, since bases: [ObjectID]
  ) throws(StoreError) -> Bool {
    guard bases.count == 1 else { return false }
    return try self.store.commit(bases[0]).tree == side.tree
  }
}
