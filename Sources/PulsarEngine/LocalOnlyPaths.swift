internal import PulsarCore

/// Finds the paths of a capture whose content is local only.
struct LocalOnlyPaths<Store: SnapshotStore> {
  let store: Store
  let previous: CommitRecord?
  /// What the index has of files that git hides.
  let hidden: [GitPath: TreeEntry]
  /// Folders of other repositories in the working tree; nil when that was not looked at.
  let nested: [GitPath]?
  /// Paths taken over as local only, as noted here; nil where that was lost.
  let noted: Set<GitPath>?
  /// Sessions taken over since the previous capture.
  let sessions: [ObjectID]

  /// - Parameters:
  ///   - tree: the capture's.
  ///   - changes: what was read for it.
  ///   - head: HEAD's tree.
  ///   - staged: paths that the index has otherwise than HEAD; nil when that was not looked at.
  ///   - isPartial: whether only single paths were looked at.
  /// - Returns: ascending.
  /// - Throws: `StoreError` when a tree or commit cannot be read.
  func find(
    in tree: ObjectID, _ changes: [TreeChange], head: ObjectID?, staged: Set<GitPath>?,
    isPartial: Bool
  ) throws(StoreError) -> [LocalOnlyPath] {
    let before = self.previous.flatMap { CaptureTrailers(message: $0.message)?.localOnly } ?? []
    var found: Set<LocalOnlyPath> = []
    if !self.hidden.isEmpty {
      let known = Set(before.filter { $0.origin == .hidden }.map(\.path))
      let read = Dictionary(changes.map { ($0.path, $0.entry) }) { _, last in last }
      for (path, entry) in self.hidden {
        let isLocal: Bool
        if let now = read[path] {
          isLocal = now != entry
        } else if isPartial {
          isLocal = known.contains(path)
        } else {
          isLocal = try self.store.entry(at: path, in: tree) != entry
        }
        if isLocal { found.insert(LocalOnlyPath(path: path, origin: .hidden)) }
      }
    }
    let nested = self.nested ?? before.filter { $0.origin == .nested }.map(\.path)
    for folder in nested where try self.store.entry(at: folder, in: tree) != nil {
      found.insert(LocalOnlyPath(path: folder, origin: .nested))
    }
    for path in try self.takenOver(before)
    where self.hidden[path] == nil && !nested.contains(path) {
      // Whoever stages or commits it means it for everybody.
      if staged?.contains(where: { $0.isWithin(path) }) == true { continue }
      var committed: TreeEntry?
      if let head { committed = try self.store.entry(at: path, in: head) }
      if try self.store.entry(at: path, in: tree) != committed {
        found.insert(LocalOnlyPath(path: path, origin: .taken))
      }
    }
    return found.sorted()
  }

  private func takenOver(_ before: [LocalOnlyPath]) throws(StoreError) -> Set<GitPath> {
    var paths = self.noted ?? Set(before.filter { $0.origin == .taken }.map(\.path))
    for id in self.sessions {
      let session = try self.store.commit(id)
      let named = CaptureTrailers(message: session.message)?.localOnly.map(\.path) ?? []
      // A session that contains what was captured here knows better.
      if let previous, try self.store.contains(previous.id, in: id) { paths = [] }
      paths.formUnion(named)
    }
    return paths
  }
}
