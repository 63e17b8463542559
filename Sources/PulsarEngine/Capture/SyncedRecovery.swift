internal import PulsarCore

/// Makes entries anew where the record of syncs is lost: from what the newest capture holds otherwise
/// than git says, as far as git cannot say it of this disk.
///
/// It may take for synced what was captured here and is ignored since; that stays in captures. Never
/// does it let go what a session holds.
struct SyncedRecovery<Tree: Worktree, Store: SnapshotStore> {
  let worktree: Tree
  let store: Store
  let previous: CommitRecord
  /// HEAD's tree; nil while there is no commit.
  let headTree: ObjectID?

  /// - Parameters:
  ///   - scan: what git says.
  ///   - told: the tree that it says there is.
  /// - Returns: the entries.
  /// - Throws: `CaptureError` when git or the store gives no answer.
  func entries(_ scan: WorktreeScan, told: ObjectID) throws(CaptureError) -> SyncedEntries {
    var found = SyncedEntries(head: scan.head.commit)
    let staged = Dictionary(
      scan.index.changes.map { ($0.path, $0.entry) }, uniquingKeysWith: { first, _ in first })
    let candidates = try self.candidates(told)
    let outcomes = try self.worktree.store(
      candidates.map(\.question), limit: ByteCount(Int.max), into: self.store)
    let gone = zip(candidates, outcomes).filter { $0.1 == .gone && $0.0.told == nil }
    let kept = try self.worktree.notCheckedOut(gone.map(\.0.path))
    for (candidate, outcome) in zip(candidates, outcomes) {
      let path = candidate.path
      let indexed: TreeEntry?
      if let known = staged[path] {
        indexed = known
      } else {
        indexed = try self.entry(path, self.headTree)
      }
      guard
        let seen = try self.seen(candidate, outcome, indexed: indexed, isKept: kept.contains(path))
      else { continue }
      var brought = candidate.captured
      // Ignored here, and changed since: it is still captured.
      if case .entry(let now) = seen, brought?.mode != .gitlink { brought = now }
      found.entries[path] = SyncedEntry(brought: brought, seen: seen, indexed: indexed)
    }
    return found
  }

  private struct Candidate {
    let path: GitPath
    let captured: TreeEntry?
    let told: TreeEntry?

    /// Asks for the file, compared with what was captured.
    var question: ScannedPath {
      let isFile = self.captured.map { $0.mode != .gitlink && $0.mode != .symlink } ?? false
      return ScannedPath(
        path: self.path,
        verdict: .read(
          knownMode: self.captured?.mode, indexBlob: isFile ? self.captured?.id : nil))
    }
  }

  private func candidates(_ told: ObjectID) throws(CaptureError) -> [Candidate] {
    do throws(StoreError) {
      var found: [Candidate] = []
      for change in try self.store.compare(self.previous.tree, told, countingLinesUpTo: 0) {
        found.append(
          Candidate(
            path: change.path,
            captured: try self.store.entry(at: change.path, in: self.previous.tree),
            told: try self.store.entry(at: change.path, in: told)))
      }
      return found
    } catch {
      throw .store(error)
    }
  }

  private func entry(
    _ path: GitPath, _ tree: ObjectID?
  ) throws(CaptureError) -> TreeEntry? {
    guard let tree else { return nil }
    do throws(StoreError) {
      return try self.store.entry(at: path, in: tree)
    } catch {
      throw .store(error)
    }
  }

  /// - Returns: nil where git's word counts.
  private func seen(
    _ candidate: Candidate, _ outcome: FileOutcome, indexed: TreeEntry?, isKept: Bool
  ) throws(CaptureError) -> SyncedEntry.Seen? {
    if candidate.captured?.mode == .gitlink {
      switch try self.worktree.submodule(at: candidate.path) {
      case .checkedOut(let commit):
        let now = TreeEntry(mode: .gitlink, id: commit)
        return now == indexed ? .entry(now) : nil
      case .folder: return .absent
      case .missing: return candidate.told != nil ? .notCheckedOut : nil
      case .other: return nil
      }
    }
    if candidate.told?.mode == .gitlink { return nil }
    switch outcome {
    case .stored(let now):
      if now == candidate.captured { return .entry(now) }
      return candidate.captured != nil && candidate.told == nil ? .entry(now) : nil
    case .gone:
      // git goes by its index for what a sparse check-out keeps away.
      if candidate.told != nil || isKept { return .notCheckedOut }
      // Some path was not written here; which one, nobody knows any more.
      let skipped = CaptureTrailers(message: self.previous.message)?.skippedCount ?? 0
      return skipped > 0 ? .absent : nil
    case .skipped: return nil
    }
  }
}
