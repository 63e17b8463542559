package import PulsarCore

/// Objects and refs of one repository.
///
/// Two adapters hold to one conformance suite.
package protocol SnapshotStore: AnyObject {
  /// Writes blobs as they are, without filters.
  ///
  /// - Returns: one id a blob, in order.
  func writeBlobs(_ contents: [[UInt8]]) throws(StoreError) -> [ObjectID]

  /// Writes one blob of a known size, read piece by piece.
  ///
  /// - Parameters:
  ///   - size: the bytes there are.
  ///   - read: fills the buffer, returns the bytes it put there; 0 is the end. When it throws, or
  ///     gives another number of bytes in all than `size`, nothing is written.
  /// - Returns: nil when the content did not have `size` bytes.
  /// - Throws: `StoreError` when it cannot be written; what `read` throws.
  func writeBlob(
    size: Int, read: (UnsafeMutableRawBufferPointer) throws(StoreError) -> Int
  ) throws(StoreError) -> ObjectID?

  /// The tree `base` with `changes` made.
  ///
  /// Folders that become empty are left out; a file replaces a folder of its name and a folder a
  /// file.
  ///
  /// - Parameters:
  ///   - base: the tree to start from; nil is the empty one.
  ///   - changes: each path once; order does not matter.
  /// - Returns: the id of the tree.
  /// - Throws: `StoreError` when a tree cannot be read or written.
  func writeTree(base: ObjectID?, changes: [TreeChange]) throws(StoreError) -> ObjectID

  func writeCommit(_ commit: NewCommit) throws(StoreError) -> ObjectID

  /// Writes commits that nothing is going to hold: they need not survive a power cut.
  ///
  /// - Parameters:
  ///   - count: how many there are.
  ///   - commit: gives one after the other, by its place from 0 and the ids of those before it.
  /// - Returns: their ids, in order.
  /// - Throws: `StoreError` when one cannot be written.
  func writePassing(
    count: Int, _ commit: (Int, [ObjectID]) -> NewCommit
  ) throws(StoreError) -> [ObjectID]

  /// Reads a commit.
  func commit(_ id: ObjectID) throws(StoreError) -> CommitRecord

  /// Reads commits; those that are not here are left out.
  func commits(_ ids: [ObjectID]) throws(StoreError) -> [ObjectID: CommitRecord]

  /// Which of some commits are here, as far as their headers tell.
  func present(_ ids: [ObjectID]) throws(StoreError) -> Set<ObjectID>

  /// Commits along first parents, newest first, as far as they are here.
  ///
  /// - Parameters:
  ///   - tip: the first.
  ///   - isWanted: asked of one after the other; the first that is not ends it, and is not given.
  /// - Returns: the commits, newest first.
  /// - Throws: `StoreError` when history cannot be read.
  func chain(
    from tip: ObjectID, while isWanted: (CommitRecord) -> Bool
  ) throws(StoreError) -> [CommitRecord]

  /// The commits in the history of `tip` that are in none of the histories of `others`; where clocks
  /// were wrong, some more.
  func commits(
    in tip: ObjectID, notIn others: [ObjectID]
  ) throws(StoreError) -> [ObjectID]

  /// The entry at `path` in a tree; nil when there is none.
  func entry(at path: GitPath, in tree: ObjectID) throws(StoreError) -> TreeEntry?

  /// Sizes of blobs in bytes; those that are not here are left out.
  func blobSizes(_ ids: [ObjectID]) throws(StoreError) -> [ObjectID: ByteCount]

  /// The content of a blob.
  func contents(of blob: ObjectID) throws(StoreError) -> [UInt8]

  /// Takes over blobs that somebody else wrote, such as staged ones, so that they are made durable with
  /// what is written here: git itself syncs no loose objects.
  ///
  /// - Returns: their sizes; those that are missing or damaged, as a power cut leaves them, are left
  ///   out.
  func adopt(_ ids: [ObjectID]) throws(StoreError) -> [ObjectID: ByteCount]

  /// Whether `ancestor` is `descendant` or reachable from it.
  func contains(_ ancestor: ObjectID, in descendant: ObjectID) throws(StoreError) -> Bool

  /// The newest common ancestors of two commits, none of them an ancestor of another; either of the two
  /// when it contains the other.
  func mergeBases(_ one: ObjectID, _ other: ObjectID) throws(StoreError) -> [ObjectID]

  /// How `new` differs from `old`, by path, ascending.
  ///
  /// Renames are not looked for.
  ///
  /// - Parameters:
  ///   - old: the tree before; nil is the empty one.
  ///   - new: the tree after.
  ///   - countingLinesUpTo: lines are counted when no more paths than this differ.
  /// - Returns: one change a path.
  /// - Throws: `StoreError` when a tree cannot be read.
  func compare(
    _ old: ObjectID?, _ new: ObjectID, countingLinesUpTo: Int
  ) throws(StoreError) -> [PathChange]

  /// What a ref points to; nil when it does not exist.
  func resolve(_ ref: RefName) throws(StoreError) -> ObjectID?

  /// Refs whose names start with `prefix`, ascending.
  func refs(withPrefix prefix: String) throws(StoreError) -> [(name: RefName, id: ObjectID)]

  /// Moves a ref from `old` (nil: must not exist) to `new` (nil: delete); writes no reflog.
  ///
  /// - Throws: `StoreError.refMoved` when it is not at `old`, `.notReadBack` when `new` is not in the
  ///   repository any more; nothing is written.
  func move(_ ref: RefName, from old: ObjectID?, to new: ObjectID?) throws(StoreError)

  /// Returns when the objects written so far would survive a power cut.
  func makeObjectsDurable() throws(StoreError)

  /// Returns when the ref, and the folders that hold it, would survive a power cut.
  func makeDurable(_ ref: RefName) throws(StoreError)

  /// Reads `commit`, its tree and `objects` back through a fresh handle, and that `ref` is at it.
  ///
  /// - Throws: `StoreError.notReadBack` when anything is missing or damaged.
  func confirm(_ commit: ObjectID, at ref: RefName, objects: [ObjectID]) throws(StoreError)

  /// Reads the folders of `tree` that none of `others` has at their place back through a fresh handle,
  /// and that the files in them are there.
  ///
  /// Files are not looked for in a partial clone, where a remote may have promised them.
  ///
  /// - Parameters:
  ///   - tree: the one that is to be whole.
  ///   - others: trees that are not asked for; those that cannot be read have nothing.
  /// - Throws: `StoreError.notReadBack` when anything is missing.
  func confirm(tree: ObjectID, besides others: [ObjectID]) throws(StoreError)
}

extension SnapshotStore {
  package func writePassing(
    count: Int, _ commit: (Int, [ObjectID]) -> NewCommit
  ) throws(StoreError) -> [ObjectID] {
    var ids: [ObjectID] = []
    for place in 0..<count { ids.append(try self.writeCommit(commit(place, ids))) }
    return ids
  }

  package func writePassing(_ commit: NewCommit) throws(StoreError) -> ObjectID {
    try self.writePassing(count: 1) { _, _ in commit }[0]
  }

  package func commits(_ ids: [ObjectID]) throws(StoreError) -> [ObjectID: CommitRecord] {
    var found: [ObjectID: CommitRecord] = [:]
    for id in ids where found[id] == nil {
      do {
        found[id] = try self.commit(id)
      } catch .objectMissing {
        continue
      }
    }
    return found
  }

  package func present(_ ids: [ObjectID]) throws(StoreError) -> Set<ObjectID> {
    Set(try self.commits(ids).keys)
  }

  package func chain(
    from tip: ObjectID, while isWanted: (CommitRecord) -> Bool
  ) throws(StoreError) -> [CommitRecord] {
    var found: [CommitRecord] = []
    var next: ObjectID? = tip
    while let id = next, let record = try self.commits([id])[id], isWanted(record) {
      found.append(record)
      next = record.parents.first
    }
    return found
  }

  /// Reads back what a capture, and what was staged then, have that none of the commits before has.
  ///
  /// - Throws: `StoreError.notReadBack` when anything is missing.
  package func confirmContent(of capture: CommitRecord) throws(StoreError) {
    do {
      for commit in [capture, try self.indexCommit(of: capture)].compactMap({ $0 }) {
        let before = commit.parents.compactMap { try? self.commit($0).tree }
        try self.confirm(tree: commit.tree, besides: before)
      }
    } catch .objectMissing(let id, let cause) {
      throw .notReadBack("\(id.short): \(cause)")
    }
  }

  /// The commit among a capture's parents that holds what was staged; nil when nothing was.
  package func indexCommit(of capture: CommitRecord?) throws(StoreError) -> CommitRecord? {
    for parent in (capture?.parents ?? []).reversed() {
      let record = try self.commit(parent)
      if IndexMessage.isOne(record.message) { return record }
    }
    return nil
  }
}

/// A commit to be written.
package struct NewCommit: Hashable, Sendable {
  package var tree: ObjectID
  package var parents: [ObjectID]
  package var signature: Signature
  package var time: WallTime
  package var message: [UInt8]

  package init(
    tree: ObjectID, parents: [ObjectID], signature: Signature, time: WallTime, message: [UInt8]
  ) {
    self.tree = tree
    self.parents = parents
    self.signature = signature
    self.time = time
    self.message = message
  }
}

/// A commit as read.
package struct CommitRecord: Hashable, Sendable {
  package let id: ObjectID
  package let tree: ObjectID
  package let parents: [ObjectID]
  /// The committer's.
  package let time: WallTime
  package let message: [UInt8]

  package init(
    id: ObjectID, tree: ObjectID, parents: [ObjectID], time: WallTime, message: [UInt8]
  ) {
    self.id = id
    self.tree = tree
    self.parents = parents
    self.time = time
    self.message = message
  }
}

/// Why a store could not do something.
package enum StoreError: Error, Hashable, Sendable {
  /// The ref was not where it was expected to be.
  case refMoved(RefName)
  /// What was written could not be read back whole.
  case notReadBack(String)
  /// An object that should be there is missing or damaged.
  case objectMissing(ObjectID, cause: String)
  /// No space left, or a quota reached.
  case full(cause: String)
  /// The disk, or the repository, does not let us write.
  case readOnly(cause: String)
  case failed(operation: String, cause: String)
}
