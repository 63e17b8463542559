package import PulsarCore

/// Whose work a capture holds: what questions of ancestry are asked about.
///
/// Usually that is the capture itself. Where a `sync` was taken back, the stream's history says more than
/// the work holds; where work was finalized, a commit on the target holds captures that its history
/// does not name. Then a commit that no ref points to stands for the capture.
package final class Lineage<Store: SnapshotStore> {
  private let store: Store
  private let markTips: [ObjectID]
  private var marks: [Mark]?
  private var known: [ObjectID: ObjectID] = [:]
  /// What is being looked at; a mark that names its own result's descendants leads back to it.
  private var underWay: Set<ObjectID> = []
  /// Nobody takes back so many sessions; what others wrote is not to exhaust the stack.
  private static var deepest: Int { 300 }

  /// A finalization mark, and the captures it names.
  package struct Mark: Hashable, Sendable {
    package let id: ObjectID
    package let message: FinalizationMark
    package let captures: [ObjectID]
  }

  /// - Parameters:
  ///   - store: reads history, and writes the commits that stand for others.
  ///   - markTips: the newest finalization mark of each machine.
  package init(store: Store, markTips: [ObjectID]) {
    self.store = store
    self.markTips = markTips
  }

  /// The commit that stands for `tip`, a capture or any other commit.
  package func commit(of tip: ObjectID) throws(StoreError) -> ObjectID {
    if let known = self.known[tip] { return known }
    guard self.underWay.count < Self.deepest, self.underWay.insert(tip).inserted else {
      return tip
    }
    defer { self.underWay.remove(tip) }
    let record = try self.store.commit(tip)
    var base = tip
    if CaptureTrailers(message: record.message)?.continuing != nil {
      base = try self.continued(record)
    }
    var finalized: [ObjectID] = []
    for mark in try self.allMarks() {
      guard try self.contains(mark.message.result, in: base) else { continue }
      for capture in mark.captures {
        // What a capture holds may be less than its history: that of a session that was taken back.
        guard let stand = try self.commitIfHere(of: capture), !finalized.contains(stand) else {
          continue
        }
        if try !self.contains(stand, in: base) { finalized.append(stand) }
      }
    }
    let stand = finalized.isEmpty ? base : try self.write(record, [base] + finalized)
    self.known[tip] = stand
    return stand
  }

  /// The marks of all machines, newest first in each.
  package func allMarks() throws(StoreError) -> [Mark] {
    if let marks { return marks }
    var found: [Mark] = []
    var seen: Set<ObjectID> = []
    for tip in self.markTips {
      var next: ObjectID? = tip
      while let id = next, seen.insert(id).inserted {
        next = nil
        let record: CommitRecord
        do throws(StoreError) {
          record = try self.store.commit(id)
        } catch .objectMissing {
          // Its captures count as not finalized, which loses nothing.
          break
        }
        guard let message = FinalizationMark(message: record.message) else { break }
        var captures = record.parents.filter { $0 != message.result }
        if let first = captures.first, try self.isMark(first) {
          next = first
          captures.removeFirst()
        }
        found.append(Mark(id: id, message: message, captures: captures))
      }
    }
    self.marks = found
    return found
  }

  private func isMark(_ id: ObjectID) throws(StoreError) -> Bool {
    do throws(StoreError) {
      return FinalizationMark(message: try self.store.commit(id).message) != nil
    } catch .objectMissing {
      return false
    }
  }

  /// Nil for a capture that is not here.
  private func commitIfHere(of capture: ObjectID) throws(StoreError) -> ObjectID? {
    do throws(StoreError) {
      return try self.commit(of: capture)
    } catch .objectMissing {
      // It counts as not finalized, which loses nothing.
      return nil
    }
  }

  /// Whether an object that may not be here at all is in a history.
  private func contains(_ ancestor: ObjectID, in base: ObjectID) throws(StoreError) -> Bool {
    do throws(StoreError) {
      _ = try self.store.commit(ancestor)
    } catch .objectMissing {
      return false
    }
    return try self.store.contains(ancestor, in: base)
  }

  /// Follows a stream down to where its work went on from something else than its history.
  private func continued(_ tip: CommitRecord) throws(StoreError) -> ObjectID {
    var others: [ObjectID] = []
    var capture = tip
    while let trailers = CaptureTrailers(message: capture.message) {
      for parent in capture.parents.dropFirst() where !others.contains(parent) {
        if !IndexMessage.isOne(try self.store.commit(parent).message) { others.append(parent) }
      }
      if case .commit(let id) = trailers.continuing {
        return try self.write(tip, [try self.commit(of: id)] + others)
      }
      guard trailers.continuing != nil, let previous = capture.parents.first else { break }
      capture = try self.store.commit(previous)
    }
    return tip.id
  }

  /// The same commit each time, so that nothing piles up.
  private func write(_ record: CommitRecord, _ parents: [ObjectID]) throws(StoreError) -> ObjectID {
    try self.store.writeCommit(
      NewCommit(
        tree: record.tree, parents: parents, signature: Signature(name: nil, email: nil),
        time: WallTime(seconds: record.time.seconds),
        message: Array("git-pulsar: the work of \(record.id.hex)\n".utf8)))
  }
}

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
  package let tree: ObjectID
  /// HEAD's commit then, where it is known.
  package let head: ObjectID?

  package init(lineage: ObjectID, tree: ObjectID, head: ObjectID?) {
    self.lineage = lineage
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
      lineage: try self.commit(of: tip), tree: record.tree, head: try self.head(of: record))
  }

  /// HEAD's commit when a capture was made; a commit that is none stands for itself.
  ///
  /// Captures that do not tell contain it: it is the newest commit of theirs that is no capture.
  package func head(of record: CommitRecord) throws(StoreError) -> ObjectID? {
    var capture = record
    while let trailers = CaptureTrailers(message: capture.message) {
      if let head = trailers.head { return head }
      for parent in capture.parents.dropFirst() {
        let message = try self.store.commit(parent).message
        if CaptureTrailers(message: message) == nil && !IndexMessage.isOne(message) {
          return parent
        }
      }
      guard let previous = capture.parents.first else { return nil }
      capture = try self.store.commit(previous)
    }
    return capture.id
  }

  /// That of the newest capture of a stream, whoever made it.
  package func standpoint(of stream: KnownStream) throws(StoreError) -> Standpoint {
    Standpoint(
      lineage: try self.commit(of: stream.tip.id), tree: stream.tip.tree,
      head: stream.trailers == nil ? nil : try self.head(of: stream.tip))
  }

  /// How `theirs` lies to `ours`; decided by ancestry, no clock is asked.
  package func relation(
    _ ours: Standpoint, _ theirs: Standpoint
  ) throws(StoreError) -> Relation {
    let bases = try self.store.mergeBases(ours.lineage, theirs.lineage)
    let oursHasWork = try self.hasWork(ours, bases, besides: theirs)
    let theirsHasWork = try self.hasWork(theirs, bases, besides: ours)
    switch (oursHasWork, theirsHasWork) {
    case (false, false): return .same
    case (false, true): return .ahead
    case (true, false): return .behind
    case (true, true): return .diverged
    }
  }

  /// Whether a side has files or commits that the other has not.
  private func hasWork(
    _ side: Standpoint, _ bases: [ObjectID], besides other: Standpoint
  ) throws(StoreError) -> Bool {
    if bases.contains(side.lineage) { return false }
    if bases.isEmpty, try self.store.compare(nil, side.tree, countingLinesUpTo: 0).isEmpty {
      return false
    }
    // The same files, however each side came by them.
    if side.tree != other.tree {
      guard bases.count == 1, try self.store.commit(bases[0]).tree == side.tree else { return true }
    }
    guard let head = side.head else { return false }
    return try !self.contains(head, in: other.lineage)
  }
}
