internal import Clibgit2
package import PulsarCore
package import PulsarEngine

/// Merges through libgit2, in this process, where git is too old to do it without a working tree.
///
/// Only for repositories that `Repository.merging` lets through. Two things differ from git:
/// files are not moved along with a folder that the other side renamed, and of a file that each side
/// moved to another place both are left as they are.
package final class LibGit2Merge: Merging {
  private let repository: Repository
  private let objects: TemporaryObjects?

  /// - Parameters:
  ///   - repository: the one whose commits they are.
  ///   - objects: where objects are written and read from besides, if not to the repository.
  package init(_ repository: Repository, objects: TemporaryObjects? = nil) {
    self.repository = repository
    self.objects = objects
  }

  package func merge(
    _ ours: ObjectID, _ theirs: ObjectID, labels: MergeLabels
  ) throws(MergeError) -> MergeOutcome {
    do throws(StoreError) {
      let isDurable = self.objects == nil
      let store = try LibGit2SnapshotStore(self.repository.location, isDurable: isDurable)
      return try LibGit2.syncingFiles(isDurable) { () throws(StoreError) in
        try self.merged(ours, theirs, labels, store)
      }
    } catch {
      throw .store(error)
    }
  }

  private func merged(
    _ ours: ObjectID, _ theirs: ObjectID, _ labels: MergeLabels, _ store: LibGit2SnapshotStore
  ) throws(StoreError) -> MergeOutcome {
    let handle = store.handle.repository
    if let objects { try Self.add(objects, to: store.handle.odb) }
    let attributes = try self.attributes(ours, theirs, store)
    let worktree = try MergeWorktree(self.repository.location, attributes: attributes)
    // Attributes come from there, and from no index.
    try LibGit2.check(
      "merging", worktree.folder.withCString { git_repository_set_workdir(handle, $0, 0) })
    var none: OpaquePointer?
    try LibGit2.check("merging", git_index_new(&none))
    defer { git_index_free(none) }
    try LibGit2.check("merging", git_repository_set_index(handle, none))

    var index: OpaquePointer?
    var ourCommit: OpaquePointer?
    var theirCommit: OpaquePointer?
    defer {
      git_commit_free(ourCommit)
      git_commit_free(theirCommit)
      git_index_free(index)
    }
    var (ourRaw, theirRaw) = (ours.raw, theirs.raw)
    try LibGit2.check("merging", git_commit_lookup(&ourCommit, handle, &ourRaw))
    try LibGit2.check("merging", git_commit_lookup(&theirCommit, handle, &theirRaw))
    var options = self.options
    try LibGit2.check(
      "merging", git_merge_commits(&index, handle, ourCommit, theirCommit, &options))
    let conflicts = try IndexConflicts(index).settle(handle, labels)
    var tree = git_oid()
    try LibGit2.check("writing a tree", git_index_write_tree_to(&tree, index, handle))
    withExtendedLifetime(worktree) {}
    return MergeOutcome(tree: ObjectID(tree), conflicts: conflicts)
  }

  /// Writes go to the folder from here on, and reads there too.
  private static func add(
    _ objects: TemporaryObjects, to odb: OpaquePointer
  ) throws(StoreError) {
    var backend: UnsafeMutablePointer<git_odb_backend>?
    try LibGit2.check(
      "opening a folder of objects",
      objects.folder.withCString { git_odb_backend_loose(&backend, $0, -1, 0, 0o700, 0o400) })
    // Before all others: git's own have 1 and 2.
    try LibGit2.check("opening a folder of objects", git_odb_add_backend(odb, backend, 99))
  }

  /// git's settings for merges; libgit2 has other defaults.
  private var options: git_merge_options {
    var options = git_merge_options()
    git_merge_options_init(&options, UInt32(GIT_MERGE_OPTIONS_VERSION))
    let config = self.repository.config
    let findsRenames = config.flag("merge.renames") ?? config.flag("diff.renames") ?? true
    options.flags = findsRenames ? UInt32(GIT_MERGE_FIND_RENAMES.rawValue) : 0
    let limit = config.text("merge.renamelimit") ?? config.text("diff.renamelimit")
    options.target_limit = limit.flatMap { UInt32($0) } ?? 7000
    return options
  }

  // MARK: reading the two sides

  /// The attribute files of `ours`; every tree and every differing blob is looked at on the way,
  /// as libgit2 1.5 never comes back from a loose object that ends in the middle.
  private func attributes(
    _ ours: ObjectID, _ theirs: ObjectID, _ store: LibGit2SnapshotStore
  ) throws(StoreError) -> [(path: GitPath, bytes: [UInt8])] {
    var trees: [ObjectID?] = []
    for commit in [ours, theirs] + (try self.bases(ours, theirs, store)) {
      trees.append(try store.commit(commit).tree)
    }
    var found: [(path: GitPath, bytes: [UInt8])] = []
    try self.walk(trees, at: .root, store, &found)
    return found
  }

  private func bases(
    _ ours: ObjectID, _ theirs: ObjectID, _ store: LibGit2SnapshotStore
  ) throws(StoreError) -> [ObjectID] {
    // Both are read first: this says which is missing.
    for commit in [ours, theirs] { _ = try store.commit(commit) }
    var (ourRaw, theirRaw) = (ours.raw, theirs.raw)
    var list = git_oidarray()
    let code = git_merge_bases(&list, store.handle.repository, &ourRaw, &theirRaw)
    if code == GIT_ENOTFOUND.rawValue { return [] }
    try LibGit2.check("walking the history", code)
    defer { git_oidarray_dispose(&list) }
    return UnsafeBufferPointer(start: list.ids, count: list.count).map { ObjectID($0) }
  }

  /// Walks a folder of ours, theirs and the bases, in this order; nil where one has none.
  private func walk(
    _ trees: [ObjectID?], at folder: GitPath, _ store: LibGit2SnapshotStore,
    _ found: inout [(path: GitPath, bytes: [UInt8])]
  ) throws(StoreError) {
    var entries: [ArraySlice<UInt8>: [TreeCodec.Line?]] = [:]
    var known: [ObjectID: [TreeCodec.Line]] = [:]
    for (side, tree) in trees.enumerated() {
      guard let tree else { continue }
      if known[tree] == nil { known[tree] = try store.lines(of: tree) }
      for line in known[tree] ?? [] {
        entries[line.name, default: Array(repeating: nil, count: trees.count)][side] = line
      }
    }
    for (name, sides) in entries {
      let path = folder.appending(name)
      let below = sides.map { $0?.isTree == true ? $0?.id : nil }
      if below.contains(where: { $0 != nil }) { try self.walk(below, at: path, store, &found) }
      let blobs = sides.map { line -> ObjectID? in
        guard let line, !line.isTree, line.mode != FileMode.gitlink.rawValue else { return nil }
        return line.id
      }
      if Set(blobs).count > 1 {
        let objects = self.repository.location.objects
        for case .some(let id) in blobs where DurableFiles.isCutShort(id, below: objects) {
          throw .objectMissing(id, cause: "it ends in the middle")
        }
      }
      if let blob = blobs[0], let mode = sides[0]?.mode, mode != FileMode.symlink.rawValue,
        MergeWorktree.namesAttributes(path.bytes)
      {
        found.append((path, try store.contents(of: blob)))
      }
    }
  }
}
