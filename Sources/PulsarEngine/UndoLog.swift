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
      let record: UndoRecord
      do {
        record = try self.read(ref, number, id)
      } catch .objectMissing {
        // What is gone cannot be undone, and is in nobody's way.
        continue
      }
      if case .record(let known) = record.message, known.worktree != worktree { continue }
      records.append(record)
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
  /// - Returns: the record.
  /// - Throws: `StoreError`; there is no new record then.
  @discardableResult
  package func write(
    _ message: UndoMessage, before: ObjectID, after: ObjectID, capture: ObjectID,
    objects: [ObjectID], signature: Signature, time: WallTime
  ) throws(StoreError) -> UndoRecord {
    let afterCommit = try self.store.writeCommit(
      NewCommit(
        tree: after, parents: [capture], signature: signature, time: time,
        message: message.bytesAfter))
    let record = try self.store.writeCommit(
      NewCommit(
        tree: before, parents: [capture, afterCommit] + Self.held(message), signature: signature,
        time: time, message: message.bytes))
    try self.store.makeObjectsDurable()
    let numbered = try self.numbered()
    let (ref, number) = try self.take((numbered.first?.number ?? 0) + 1, for: record)
    try self.store.makeDurable(ref)
    try self.store.confirm(record, at: ref, objects: [after] + objects)
    for (old, _, id) in numbered.dropFirst(Self.kept - 1) {
      try self.store.move(old, from: id, to: nil)
    }
    return UndoRecord(
      ref: ref, number: number, id: record, message: .record(message), time: time, before: before,
      capture: capture, afterCommit: afterCommit)
  }

  /// Commits that must not go while the record is there: what a branch that is moved leaves behind.
  private static func held(_ message: UndoMessage) -> [ObjectID] {
    guard let places = message.places else { return [] }
    let all =
      [places.before, places.after].flatMap {
        [$0.index, $0.head.commit].compactMap { $0 }
      } + [places.moved?.before, places.moved?.after].compactMap { $0 }
    return all.enumerated().filter { !all[..<$0.offset].contains($0.element) }.map(\.element)
  }

  /// Gives the record the first free number.
  ///
  /// One whose ref is damaged is listed nowhere and not free.
  private func take(
    _ first: Int, for record: ObjectID
  ) throws(StoreError) -> (ref: RefName, number: Int) {
    var number = first
    while true {
      let ref = RefName("\(StreamRefs.undoPrefix)\(number)")
      do {
        try self.store.move(ref, from: nil, to: record)
        return (ref, number)
      } catch .refMoved where number < first + Self.kept {
        number += 1
      }
    }
  }

  /// The record at a ref; nil when there is none, or it is another by now.
  package func record(
    at ref: RefName, id: ObjectID
  ) throws(StoreError) -> UndoRecord? {
    guard try self.store.resolve(ref) == id,
      let number = ref.dropping(prefix: StreamRefs.undoPrefix)
        .flatMap({ Int(String(decoding: $0, as: UTF8.self)) })
    else { return nil }
    return try self.read(ref, number, id)
  }

  private func read(
    _ ref: RefName, _ number: Int, _ id: ObjectID
  ) throws(StoreError) -> UndoRecord {
    let commit = try self.store.commit(id)
    return UndoRecord(
      ref: ref, number: number, id: id, message: UndoMessage.read(commit.message),
      time: commit.time, before: commit.tree, capture: commit.parents.first ?? id,
      afterCommit: commit.parents.count > 1 ? commit.parents[1] : nil)
  }

  /// Puts another message in the place of a record's, with the same states.
  ///
  /// - Throws: `StoreError`; the record is as it was then.
  package func replace(
    _ record: UndoRecord, with message: UndoMessage
  ) throws(StoreError) -> UndoRecord {
    let old = try self.store.commit(record.id)
    let states = Array(old.parents.prefix(2))
    let id = try self.store.writeCommit(
      NewCommit(
        tree: old.tree, parents: states + Self.held(message),
        signature: Signature(name: nil, email: nil), time: old.time, message: message.bytes))
    try self.store.makeObjectsDurable()
    try self.store.move(record.ref, from: record.id, to: id)
    try self.store.makeDurable(record.ref)
    return try self.read(record.ref, record.number, id)
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
