package import PulsarCore

/// What the files of a scan came to, as changes to a base tree.
package struct FileChanges: Hashable, Sendable {
  package var changes: [TreeChange] = []
  package var skipped: [SkippedPath] = []
  /// Blobs that were written, or found written already.
  package var written: [ObjectID] = []
  /// What syncs brought, for the next capture.
  package var synced = SyncedEntries()

  package init() {}
}

/// What syncs brought, as far as it concerns one scan.
package struct SyncedScope {
  package var entries: SyncedEntries
  /// The tree of HEAD's commit; nil while there is none.
  package var headTree: ObjectID?
  /// The paths that were asked about; nil for all.
  package var paths: Set<GitPath>?

  package init(
    _ entries: SyncedEntries, headTree: ObjectID?, paths: Set<GitPath>? = nil
  ) {
    self.entries = entries
    self.headTree = headTree
    self.paths = paths
  }
}

/// Reads what a scan names and stores it: the part that a capture and a comparison share.
package struct WorktreeReading<Tree: Worktree, Store: SnapshotStore> {
  private let worktree: Tree
  private let store: Store

  package init(worktree: Tree, store: Store) {
    self.worktree = worktree
    self.store = store
  }

  /// - Parameters:
  ///   - scan: what git says differs.
  ///   - previous: the tree of the previous capture, where what cannot be read stays as it was.
  ///   - base: the tree the changes are made to.
  ///   - synced: what syncs brought; where `scan` is of known paths only, just those are in question.
  ///   - settings: say how large a file may be.
  ///   - refused: what the remote does not take, and is left out for that.
  /// - Returns: the changes, and what was left out.
  /// - Throws: `CaptureError.tooLarge` where `limits.large_file_action` is "abort"; another
  ///   `CaptureError` when reading or writing fails.
  package func changes(
    _ scan: WorktreeScan, previous: ObjectID?, base: ObjectID?, synced: SyncedScope,
    _ settings: Settings, refused: RefusedContents = RefusedContents()
  ) throws(CaptureError) -> FileChanges {
    let limit = settings.largeFileThreshold
    var scan = scan
    var brought = try SyncedReading(
      synced.entries, scan, headTree: synced.headTree, worktree: self.worktree, store: self.store)
    try brought.prepare(&scan, only: synced.paths)
    var sizes: [GitPath: ByteCount] = [:]
    do throws(StoreError) {
      sizes = try self.adopted(&scan)
    } catch {
      throw .store(error)
    }
    let outcomes = try self.worktree.store(scan.paths, limit: limit, into: self.store)
    var files: FileChanges
    do throws(StoreError) {
      let isWhole = synced.paths == nil
      let held = refused.isEmpty ? [:] : Self.held(refused, scan, outcomes, isWhole: isWhole)
      files = try self.sorted(
        scan, outcomes, previous: previous, base: base, limit, sizes, held, &brought)
    } catch {
      throw .store(error)
    }
    files.synced = brought.entries
    let tooLarge = files.skipped.filter {
      if case .tooLarge = $0.reason { return true }
      return false
    }
    if settings.largeFileAction == .abort, !tooLarge.isEmpty { throw .tooLarge(tooLarge) }
    return files
  }

  /// The sizes of the staged blobs that the capture will hold.
  ///
  /// A file whose staged blob is missing or damaged, as after a power cut, is to be read in its
  /// place.
  private func adopted(_ scan: inout WorktreeScan) throws(StoreError) -> [GitPath: ByteCount] {
    var staged: [(index: Int, entry: TreeEntry)] = []
    for (index, scanned) in scan.paths.enumerated() {
      guard case .entry(let entry) = scanned.verdict, entry.mode != .gitlink else { continue }
      staged.append((index, entry))
    }
    let found = try self.store.adopt(staged.map(\.entry.id))
    var sizes: [GitPath: ByteCount] = [:]
    for (index, entry) in staged {
      let path = scan.paths[index].path
      if let size = found[entry.id] {
        sizes[path] = size
      } else {
        scan.paths[index] = ScannedPath(
          path: path, verdict: .read(knownMode: entry.mode, indexBlob: nil))
      }
    }
    return sizes
  }

  private func sorted(
    _ scan: WorktreeScan, _ outcomes: [FileOutcome], previous: ObjectID?, base: ObjectID?,
    _ limit: ByteCount, _ sizes: [GitPath: ByteCount], _ held: [GitPath: String],
    _ brought: inout SyncedReading<Tree, Store>
  ) throws(StoreError) -> FileChanges {
    var files = FileChanges()
    for (path, words) in held.sorted(by: { $0.key < $1.key }) {
      files.skipped.append(SkippedPath(path: path, reason: .refusedByRemote(words)))
      try self.keep(path, previous, base, &files)
    }
    for (scanned, outcome) in zip(scan.paths, outcomes) where held[scanned.path] == nil {
      switch scanned.verdict {
      case .gone:
        files.changes.append(TreeChange(path: scanned.path, entry: nil))
      case .entry(let entry):
        if let size = sizes[scanned.path], size > limit {
          let reason = SkippedPath.Reason.tooLarge(size)
          files.skipped.append(SkippedPath(path: scanned.path, reason: reason))
          try self.keep(scanned.path, previous, base, &files)
        } else {
          files.changes.append(TreeChange(path: scanned.path, entry: entry))
        }
      case .read:
        switch brought.settle(scanned.path, outcome) ?? outcome {
        case .stored(let entry):
          files.changes.append(TreeChange(path: scanned.path, entry: entry))
          // What was not read here need not be here, as in a partial clone.
          if case .stored(let read) = outcome, read.id == entry.id { files.written.append(read.id) }
        case .gone:
          files.changes.append(TreeChange(path: scanned.path, entry: nil))
        case .skipped(let reason):
          files.skipped.append(SkippedPath(path: scanned.path, reason: reason))
          try self.keep(scanned.path, previous, base, &files)
        }
      }
    }
    files.skipped += brought.unwritten.map { SkippedPath(path: $0, reason: .notWritten) }
    let unreadable = Self.outermost(scan.unreadable, besides: files.skipped)
    let tops = Set(unreadable.map(\.path))
    if !tops.isEmpty { files.changes.removeAll { $0.path.isWithin(oneOf: tops) } }
    for skipped in unreadable {
      files.skipped.append(skipped)
      try self.keep(skipped.path, previous, base, &files)
    }
    return files
  }

  /// What stays as it was captured last, as it still holds what the remote refused.
  private static func held(
    _ refused: RefusedContents, _ scan: WorktreeScan, _ outcomes: [FileOutcome], isWhole: Bool
  ) -> [GitPath: String] {
    var seen: [GitPath: ObjectID?] = [:]
    for (scanned, outcome) in zip(scan.paths, outcomes) {
      switch (scanned.verdict, outcome) {
      case (.entry(let entry), _), (.read, .stored(let entry)): seen[scanned.path] = entry.id
      default: seen[scanned.path] = .some(nil)
      }
    }
    return refused.held(seen: seen, isWhole: isWhole)
  }

  /// Those that lie in no other of them, each once, and that are not named already.
  private static func outermost(
    _ unreadable: [SkippedPath], besides named: [SkippedPath]
  ) -> [SkippedPath] {
    var covering = Set(named.map(\.path))
    var kept: [SkippedPath] = []
    // What lies in a folder comes after the folder.
    for skipped in unreadable.sorted(by: { $0.path < $1.path })
    where !skipped.path.isWithin(oneOf: covering) {
      covering.insert(skipped.path)
      kept.append(skipped)
    }
    return kept
  }

  /// Leaves a path at its last captured state: that of the previous capture, else of the base.
  private func keep(
    _ path: GitPath, _ previous: ObjectID?, _ base: ObjectID?, _ files: inout FileChanges
  ) throws(StoreError) {
    guard let previous, previous != base else { return }
    if let entry = try self.store.entry(at: path, in: previous) {
      files.changes.append(TreeChange(path: path, entry: entry))
    }
  }
}
