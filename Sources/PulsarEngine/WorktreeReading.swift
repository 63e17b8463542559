package import PulsarCore

/// What the files of a scan came to, as changes to a base tree.
package struct FileChanges: Hashable, Sendable {
  package var changes: [TreeChange] = []
  package var skipped: [SkippedPath] = []
  /// Blobs that were written, or found written already.
  package var written: [ObjectID] = []

  package init() {}
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
  ///   - previous: the tree of the previous capture, where what cannot be read stays as it was.
  ///   - base: the tree the changes are made to.
  /// - Throws: `CaptureError.tooLarge` where `limits.large_file_action` is "abort".
  package func changes(
    _ scan: WorktreeScan, previous: ObjectID?, base: ObjectID?, _ settings: Settings
  ) throws(CaptureError) -> FileChanges {
    let limit = settings.largeFileThreshold
    let sizes: [ObjectID: ByteCount]
    do {
      sizes = try self.stagedSizes(scan.paths)
    } catch {
      throw .store(error)
    }
    // A staged blob that a power cut damaged: the file has the same content, and brings it back.
    let paths = scan.paths.map { scanned in
      guard case .entry(let entry) = scanned.verdict, entry.mode != .gitlink,
        sizes[entry.id] == nil
      else { return scanned }
      return ScannedPath(path: scanned.path, verdict: .read(knownMode: entry.mode, indexBlob: nil))
    }
    let outcomes = try self.worktree.store(paths, limit: limit, into: self.store)
    let files: FileChanges
    do {
      files = try self.sorted(scan, outcomes, sizes, previous: previous, base: base, limit)
    } catch {
      throw .store(error)
    }
    let tooLarge = files.skipped.filter {
      if case .tooLarge = $0.reason { return true }
      return false
    }
    if settings.largeFileAction == .abort, !tooLarge.isEmpty { throw .tooLarge(tooLarge) }
    return files
  }

  /// Sizes of the blobs that are staged and not changed since; one that is damaged has none.
  private func stagedSizes(
    _ paths: [ScannedPath]
  ) throws(StoreError) -> [ObjectID: ByteCount] {
    var sizes: [ObjectID: ByteCount] = [:]
    for scanned in paths {
      guard case .entry(let entry) = scanned.verdict, entry.mode != .gitlink else { continue }
      sizes[entry.id] = try self.store.blobSize(entry.id)
    }
    return sizes
  }

  private func sorted(
    _ scan: WorktreeScan, _ outcomes: [FileOutcome], _ sizes: [ObjectID: ByteCount],
    previous: ObjectID?, base: ObjectID?, _ limit: ByteCount
  ) throws(StoreError) -> FileChanges {
    var files = FileChanges()
    for (scanned, outcome) in zip(scan.paths, outcomes) {
      switch scanned.verdict {
      case .gone:
        files.changes.append(TreeChange(path: scanned.path, entry: nil))
      case .entry(let entry):
        if case .stored(let healed) = outcome {
          files.changes.append(TreeChange(path: scanned.path, entry: healed))
          files.written.append(healed.id)
        } else if let size = sizes[entry.id], size > limit {
          let reason = SkippedPath.Reason.tooLarge(size)
          files.skipped.append(SkippedPath(path: scanned.path, reason: reason))
          try self.keep(scanned.path, previous, base, &files)
        } else {
          files.changes.append(TreeChange(path: scanned.path, entry: entry))
        }
      case .read:
        switch outcome {
        case .stored(let entry):
          files.changes.append(TreeChange(path: scanned.path, entry: entry))
          files.written.append(entry.id)
        case .gone:
          files.changes.append(TreeChange(path: scanned.path, entry: nil))
        case .skipped(let reason):
          files.skipped.append(SkippedPath(path: scanned.path, reason: reason))
          try self.keep(scanned.path, previous, base, &files)
        }
      }
    }
    for skipped in Self.outermost(scan.unreadable, besides: files.skipped) {
      files.skipped.append(skipped)
      files.changes.removeAll { $0.path.isWithin(skipped.path) }
      try self.keep(skipped.path, previous, base, &files)
    }
    return files
  }

  /// Those that lie in no other of them, each once, and that are not named already.
  private static func outermost(
    _ unreadable: [SkippedPath], besides named: [SkippedPath]
  ) -> [SkippedPath] {
    var kept: [SkippedPath] = []
    for skipped in unreadable.sorted(by: { $0.path < $1.path }) {
      let isCovered = (kept + named).contains { skipped.path.isWithin($0.path) }
      if !isCovered { kept.append(skipped) }
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
