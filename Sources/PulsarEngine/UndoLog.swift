package import PulsarCore

/// One thing that can be undone.
package struct UndoRecord: Hashable, Sendable {
  package let ref: RefName
  package let number: Int
  package let id: ObjectID
  package let message: UndoMessage.Reading
  package let time: WallTime
  /// The working tree before.
  package let before: ObjectID
  /// The capture made just before.
  package let capture: ObjectID
  /// The commit whose tree is the working tree after; nil in a record that is not understood.
  package let afterCommit: ObjectID?
}

/// The undo records of a repository: `refs/pulsar/undo/<n>`, the highest the newest.
package struct UndoLog<Store: SnapshotStore> {
  /// So many records are kept, over all working trees of the repository.
  package static var kept: Int { 20 }

  private let store: Store

  package init(store: Store) { self.store = store }

  /// The records of one working tree, newest first.
  ///
  /// One that is not understood could be anybody's, and is among them.
  package func records(of worktree: GitPath) throws(StoreError) -> [UndoRecord] {
    var records: [UndoRecord] = []
    for (ref, number, id) in try self.numbered() {
      let commit: CommitRecord
      do {
        commit = try self.store.commit(id)
      } catch .objectMissing {
        // What is gone cannot be undone, and is in nobody's way.
        continue
      }
      let message = UndoMessage.read(commit.message)
      if case .record(let known) = message, known.worktree != worktree { continue }
      records.append(
        UndoRecord(
          ref: ref, number: number, id: id, message: message, time: commit.time,
          before: commit.tree, capture: commit.parents.first ?? id,
          afterCommit: commit.parents.count > 1 ? commit.parents[1] : nil))
    }
    return records
  }

  /// Writes a record, acknowledged as captures are, and drops those that are too many.
  ///
  /// - Parameters:
  ///   - message: what the record says of itself.
  ///   - before: the tree of the working tree before.
  ///   - after: the tree of the working tree after.
  ///   - capture: the capture made just before; ancestor of the record.
  ///   - objects: blobs that only this record holds.
  ///   - signature: who made it.
  ///   - time: when it was made.
  /// - Returns: the ref of the record.
  /// - Throws: `StoreError`; there is no new record then.
  @discardableResult
  package func write(
    _ message: UndoMessage, before: ObjectID, after: ObjectID, capture: ObjectID,
    objects: [ObjectID], signature: Signature, time: WallTime
  ) throws(StoreError) -> RefName {
    let afterCommit = try self.store.writeCommit(
      NewCommit(
        tree: after, parents: [capture], signature: signature, time: time,
        message: message.bytesAfter))
    let record = try self.store.writeCommit(
      NewCommit(
        tree: before, parents: [capture, afterCommit], signature: signature, time: time,
        message: message.bytes))
    try self.store.makeObjectsDurable()
    let numbered = try self.numbered()
    let ref = try self.take((numbered.first?.number ?? 0) + 1, for: record)
    try self.store.makeDurable(ref)
    try self.store.confirm(record, at: ref, objects: [after] + objects)
    for (old, _, id) in numbered.dropFirst(Self.kept - 1) {
      try self.store.move(old, from: id, to: nil)
    }
    return ref
  }

  /// Gives the record the first free number.
  ///
  /// One whose ref is damaged is listed nowhere and not free.
  private func take(_ first: Int, for record: ObjectID) throws(StoreError) -> RefName {
    var number = first
    while true {
      let ref = RefName("\(StreamRefs.undoPrefix)\(number)")
      do {
        try self.store.move(ref, from: nil, to: record)
        return ref
      } catch .refMoved where number < first + Self.kept {
        number += 1
      }
    }
  }

  package func remove(_ record: UndoRecord) throws(StoreError) {
    try self.store.move(record.ref, from: record.id, to: nil)
  }

  private func numbered() throws(StoreError) -> [(ref: RefName, number: Int, id: ObjectID)] {
    let prefix = StreamRefs.undoPrefix
    let refs = try self.store.refs(withPrefix: prefix)
    return refs.compactMap { ref, id in
      ref.dropping(prefix: prefix).flatMap { Int(String(decoding: $0, as: UTF8.self)) }
        .map { (ref, $0, id) }
    }.sorted { $0.number > $1.number }
  }
}
