internal import PulsarCore

/// Applies the rule of `SyncedEntries` to one scan: before its files are read, and after.
struct SyncedReading<Tree: Worktree, Store: SnapshotStore> {
  private let worktree: Tree
  private let store: Store
  /// The entries for the next capture; those in question are settled one by one.
  private(set) var entries: SyncedEntries
  /// What git says of the paths in question.
  private var verdicts: [GitPath: ScannedPath.Verdict] = [:]
  /// What the index holds otherwise than when the entries were looked at last.
  private var indexedNow: [GitPath: TreeEntry?] = [:]
  private var asked: Set<GitPath> = []
  /// Files that could not be written here, and that this disk still lacks.
  private(set) var unwritten: [GitPath] = []
  /// HEAD's commit by now, and its tree.
  private let head: ObjectID?
  private let headTree: ObjectID?

  /// - Parameters:
  ///   - old: what is known of the working tree.
  ///   - scan: what git says, relative to HEAD.
  ///   - headTree: that of HEAD's commit; nil while there is none.
  ///   - worktree: is asked what stands on the disk.
  ///   - store: reads trees.
  /// - Throws: `CaptureError` when a tree cannot be read.
  init(
    _ old: SyncedEntries, _ scan: WorktreeScan, headTree: ObjectID?, worktree: Tree, store: Store
  ) throws(CaptureError) {
    self.worktree = worktree
    self.store = store
    self.entries = old
    self.head = scan.head.commit
    self.headTree = headTree
    guard !old.isEmpty else {
      self.entries.head = scan.head.commit
      return
    }
    do throws(StoreError) {
      try self.follow()
    } catch {
      throw .store(error)
    }
    for change in scan.index.changes where old.entries[change.path] != nil {
      self.indexedNow.updateValue(change.entry, forKey: change.path)
    }
  }

  /// Forgets what HEAD holds by now, as git tells of it, and notes what else HEAD changed.
  private mutating func follow() throws(StoreError) {
    guard self.entries.head != self.head else { return }
    var changed: Set<GitPath>?
    if let old = self.entries.head, let headTree = self.headTree,
      let record = try? self.store.commit(old)
    {
      changed = Set(
        try self.store.compare(record.tree, headTree, countingLinesUpTo: 0).map(\.path))
    }
    for (path, entry) in self.entries.entries where changed?.contains(path) ?? true {
      let now = try self.committed(path)
      if now != nil, now == entry.brought, entry.seen != .absent {
        self.entries.entries[path] = nil
      } else {
        self.indexedNow.updateValue(now, forKey: path)
      }
    }
  }

  /// What HEAD's tree has at a path.
  private func committed(_ path: GitPath) throws(StoreError) -> TreeEntry? {
    guard let tree = self.headTree else { return nil }
    return try self.store.entry(at: path, in: tree)
  }

  /// Notes what the index has of paths that git says nothing of: what HEAD has, also where something else
  /// was staged before.
  private mutating func noteUnstaged(
    _ paths: [GitPath], _ said: [GitPath: ScannedPath.Verdict]
  ) throws(StoreError) {
    for path in paths
    where said[path] == nil && self.indexedNow[path] == nil
      && self.entries.entries[path]?.indexed != nil
    {
      self.indexedNow.updateValue(try self.committed(path), forKey: path)
    }
  }

  /// What the index holds at a path now.
  private func indexed(_ path: GitPath) -> TreeEntry? {
    self.indexedNow[path] ?? self.entries.entries[path]?.indexed
  }

  private func isIndexedAsBefore(_ path: GitPath) -> Bool {
    self.indexed(path) == self.entries.entries[path]?.indexed
  }

  // MARK: before the files are read

  /// Puts questions to the disk in the place of git's verdicts.
  ///
  /// - Parameters:
  ///   - scan: gets one verdict for each path that is in question.
  ///   - known: the only paths in question; nil for all.
  /// - Throws: `CaptureError` when nobody can tell where a submodule stands.
  mutating func prepare(
    _ scan: inout WorktreeScan, only known: Set<GitPath>? = nil
  ) throws(CaptureError) {
    // What is in no question now is yet to hear of what HEAD changed.
    if known == nil { self.entries.head = self.head }
    let paths = self.entries.entries.keys.filter { known?.contains($0) ?? true }.sorted()
    if paths.isEmpty { return }
    let said = Dictionary(
      scan.paths.map { ($0.path, $0.verdict) }, uniquingKeysWith: { first, _ in first })
    if known == nil {
      do throws(StoreError) {
        try self.noteUnstaged(paths, said)
      } catch {
        throw .store(error)
      }
    }
    var questions: [ScannedPath] = []
    var submodules: Set<GitPath> = []
    for path in paths {
      guard let entry = self.entries.entries[path] else { continue }
      self.verdicts[path] = said[path]
      if entry.isSubmodule {
        guard let verdict = try self.settle(submodule: path, entry) else { continue }
        submodules.insert(path)
        if case .entry = verdict { questions.append(ScannedPath(path: path, verdict: verdict)) }
        if case .gone = verdict, self.indexed(path) != nil {
          questions.append(ScannedPath(path: path, verdict: .gone))
        }
        continue
      }
      self.asked.insert(path)
      // git compares with what it has in its index, we with what was brought.
      let blob = entry.brought.flatMap { $0.mode == .symlink ? nil : $0.id }
      questions.append(
        ScannedPath(
          path: path,
          verdict: .read(knownMode: self.mode(path, entry, said[path]), indexBlob: blob)))
    }
    scan.paths.removeAll { scanned in
      // What lies in a submodule is its own.
      self.asked.contains(scanned.path)
        || (!submodules.isEmpty && scanned.path.isWithin(oneOf: submodules))
    }
    scan.paths += questions
    scan.paths.sort { $0.path < $1.path }
  }

  /// The mode where the file's own does not count: the one it was brought with, unless a person set
  /// another in the index since.
  private func mode(
    _ path: GitPath, _ entry: SyncedEntry, _ said: ScannedPath.Verdict?
  ) -> FileMode? {
    var now = self.indexed(path)?.mode
    if case .read(let mode?, _) = said { now = mode }
    if let now, let before = entry.indexed?.mode, now != before { return now }
    return entry.brought?.mode ?? now
  }

  /// - Returns: nil where git's word counts.
  private mutating func settle(
    submodule path: GitPath, _ entry: SyncedEntry
  ) throws(CaptureError) -> ScannedPath.Verdict? {
    let isKept: Bool
    switch try self.worktree.submodule(at: path) {
    case .checkedOut(let commit):
      let now = TreeEntry(mode: .gitlink, id: commit)
      // git checked out what its index has, which is nobody's move.
      if entry.seen == .absent, entry.indexed == now, self.isIndexedAsBefore(path) {
        self.entries.entries[path]?.seen = .entry(now)
      }
      isKept = self.entries.entries[path]?.seen == .entry(now)
      if !isKept {
        guard entry.brought != nil else {
          self.entries.entries[path] = nil
          return nil
        }
        self.settle(path, captured: now)
        return .entry(now)
      }
    case .folder: isKept = entry.brought != nil
    case .missing:
      // git says nothing of one that a sparse check-out keeps away.
      isKept = self.verdicts[path] == nil && self.indexed(path) != nil
    case .other: isKept = false
    }
    guard isKept, self.isIndexedAsBefore(path) else {
      self.entries.entries[path] = nil
      return nil
    }
    return entry.brought.map { .entry($0) } ?? .gone
  }

  // MARK: after

  /// What a capture holds at a path in question, given what became of reading it.
  ///
  /// - Returns: nil where the path is in no question, or HEAD's entry is to stay.
  mutating func settle(_ path: GitPath, _ outcome: FileOutcome) -> FileOutcome? {
    guard self.asked.contains(path), let entry = self.entries.entries[path] else { return nil }
    let indexed = self.indexed(path)
    defer { self.entries.entries[path]?.indexed = indexed }
    switch outcome {
    case .stored(let now):
      if entry.seen == .entry(now) { return Self.outcome(entry.brought) }
      if entry.seen == .deleted, now != entry.brought {
        // Another file than the session's: git's word counts, and it has none for one that is ignored.
        self.entries.entries[path] = nil
        guard self.verdicts[path] != nil || self.indexed(path) != nil else { return .gone }
        return .stored(now)
      }
      // git put its own file there when the sparse check-out let it, and nobody has touched it.
      if entry.seen == .notCheckedOut, now == self.indexed(path), self.isIndexedAsBefore(path) {
        self.entries.entries[path]?.seen = .entry(now)
        return Self.outcome(entry.brought)
      }
      self.settle(path, captured: now)
      return .stored(now)
    case .gone:
      let isSaidToBeGone = self.verdicts[path] == .gone
      let isKeptAway = !isSaidToBeGone && self.indexed(path) != nil
      if isKeptAway || entry.seen == .absent || entry.seen == .notCheckedOut {
        // A commit of the session's own entry changes nothing.
        guard self.isIndexedAsBefore(path) || self.indexed(path) == entry.brought else {
          self.entries.entries[path] = nil
          return isKeptAway ? Self.outcome(self.indexed(path)) : .gone
        }
        if isKeptAway { self.entries.entries[path]?.seen = .notCheckedOut }
        if !isKeptAway && entry.seen == .absent { self.unwritten.append(path) }
        return Self.outcome(entry.brought)
      }
      // It may come back, as after a stash.
      self.entries.entries[path]?.seen = .deleted
      return .gone
    case .skipped: return outcome
    }
  }

  private static func outcome(_ entry: TreeEntry?) -> FileOutcome {
    entry.map { .stored($0) } ?? .gone
  }

  private mutating func settle(_ path: GitPath, captured entry: TreeEntry) {
    self.entries.entries[path] = SyncedEntry(
      brought: entry, seen: .entry(entry), indexed: self.indexed(path))
  }
}

extension SyncedEntry {
  /// Whether a submodule was brought, or taken away.
  fileprivate var isSubmodule: Bool {
    if let brought { return brought.mode == .gitlink }
    if case .entry(let seen) = self.seen { return seen.mode == .gitlink }
    return false
  }
}

extension GitPath {
  /// Whether this path is one of `folders` or lies below one.
  func isWithin(oneOf folders: Set<GitPath>) -> Bool {
    var above = self
    while !above.isRoot {
      if folders.contains(above) { return true }
      above = above.parent
    }
    return false
  }
}
