internal import PulsarCore
internal import PulsarEngine
internal import PulsarGit
internal import PulsarSystem

/// Notes what a transition brought into the working tree, by the rule of `SyncedEntries`, before it
/// counts as done.
struct SyncedNote<Store: SnapshotStore> {
  let open: OpenRepository
  let store: Store
  /// Trees of the working tree.
  let before: ObjectID
  let after: ObjectID
  /// The capture made just before.
  let capture: ObjectID
  /// HEAD and the staging area afterwards, where they changed.
  let place: UndoMessage.Place?
  let writer: WorktreeWriter

  /// - Parameters:
  ///   - hidden: paths that a sparse check-out keeps off the disk.
  ///   - marks: of the files that were put in their places.
  /// - Throws: an error when it cannot be noted.
  func write(hidden: Set<GitPath>, marks: [GitPath: WorktreeWriter.Mark]) throws {
    let worktree = try self.open.worktree()
    let head = try self.place?.head ?? worktree.head()
    let staged = try self.stagedTree(head)
    let branch = try StreamRefs.find(
      head.branch, of: self.open.machine, self.open.settings, foldsCase: self.open.foldsCase,
      beside: worktree.leaves(of: head.branch), in: self.store
    ).leaf
    var indexed: [GitPath: TreeEntry?] = [:]
    if let staged {
      for difference in try TreeListing(self.open.repository.git).differences(self.after, staged) {
        indexed.updateValue(difference.new, forKey: difference.path)
      }
    }
    let brought = try self.open.treeDifferences.find(self.before, self.after)
    let shown = try self.shown(brought.compactMap { marks[$0.path] == nil ? nil : $0 }, marks)
    let file = SyncRecordFile(at: self.open.location.gitDir)
    // The capture made just before has noted what was known.
    var record = file.read() ?? SyncRecord()
    var synced = record[branch]
    if synced.isEmpty { synced.head = head.commit }
    for difference in brought {
      let path = difference.path
      let index = staged == nil ? nil : indexed[path] ?? difference.new
      synced.entries[path] = try self.entry(
        difference, indexed: index, isHidden: hidden.contains(path), shown: shown[path], worktree)
    }
    record[branch] = synced
    record.last = branch
    try file.write(record)
  }

  /// The tree that the index holds afterwards; nil when it is empty.
  private func stagedTree(_ head: Head) throws -> ObjectID? {
    if let place { return try self.store.commit(place.index).tree }
    let capture = try self.store.commit(self.capture)
    if let index = try self.store.indexCommit(of: capture) { return index.tree }
    return try head.commit.map { try self.store.commit($0).tree }
  }

  /// Nil where git can say all of it.
  private func entry(
    _ difference: TreeListing.Difference, indexed: TreeEntry?, isHidden: Bool, shown: TreeEntry?,
    _ worktree: GitWorktree
  ) throws -> SyncedEntry? {
    let path = difference.path
    let brought = difference.new
    if (brought ?? difference.old)?.mode == .gitlink {
      var seen = SyncedEntry.Seen.absent
      if case .checkedOut(let commit) = try worktree.submodule(at: path) {
        seen = .entry(TreeEntry(mode: .gitlink, id: commit))
      }
      if brought == nil && seen == .absent { return nil }
      return SyncedEntry(brought: brought, seen: seen, indexed: indexed)
    }
    if isHidden { return SyncedEntry(brought: brought, seen: .notCheckedOut, indexed: indexed) }
    guard let brought else { return nil }
    var seen = SyncedEntry.Seen.entry(shown ?? brought)
    if self.writer.unwritten[path] != nil {
      seen = try self.read([(path, brought)], worktree)[path].map { .entry($0) } ?? .absent
    }
    if indexed == brought && seen == .entry(brought) { return nil }
    return SyncedEntry(brought: brought, seen: seen, indexed: indexed)
  }

  // MARK: what a capture would read

  /// What captures will read where it is not what was written, as this clone converts content otherwise.
  private func shown(
    _ written: [TreeListing.Difference], _ marks: [GitPath: WorktreeWriter.Mark]
  ) throws -> [GitPath: TreeEntry] {
    let worktree = try self.open.worktree()
    let files = written.compactMap { difference in
      difference.new.flatMap { $0.mode == .symlink ? nil : (difference.path, $0) }
    }
    let convertible = Set(try worktree.mayBeConverted(files.map(\.0)))
    let read = try self.read(files.filter { convertible.contains($0.0) }, worktree)
    // What somebody has written to meanwhile is theirs.
    return read.filter { path, _ in
      marks[path].map { self.writer.holds($0, at: path) } ?? false
    }
  }

  private func read(
    _ files: [(path: GitPath, entry: TreeEntry)], _ worktree: GitWorktree
  ) throws -> [GitPath: TreeEntry] {
    if files.isEmpty { return [:] }
    let outcomes = try worktree.store(
      files.map {
        ScannedPath(
          path: $0.path, verdict: .read(knownMode: $0.entry.mode, indexBlob: $0.entry.id))
      }, limit: ByteCount(Int.max), into: self.store)
    var found: [GitPath: TreeEntry] = [:]
    for (file, outcome) in zip(files, outcomes) {
      if case .stored(let entry) = outcome { found[file.path] = entry }
    }
    return found
  }
}
