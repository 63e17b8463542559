package import PulsarCore
internal import PulsarEngine

/// Where attributes come from besides the files on disk when contents are written to a working tree.
package struct AttributeFallback: Hashable, Sendable {
  /// A tree of what will be staged; nil where that stays as it is.
  package var index: ObjectID?
  /// The trees that contents come from, the first one first; those that are gone have none.
  package var trees: [ObjectID]

  package init(index: ObjectID? = nil, trees: [ObjectID] = []) {
    self.index = index
    self.trees = trees
  }
}

/// The attribute files that count for contents to be written and are not on disk.
///
/// git takes those of each folder from the disk, else from the index. Where neither has any, those of
/// the trees that contents come from count: else a file whose content a filter made would be written as it is
/// stored.
///
/// Source: gitattributes(5); git's own `read_attr` in `attr.c`.
struct CheckoutAttributes {
  private(set) var entries: [GitPath: TreeEntry] = [:]

  var isEmpty: Bool { self.entries.isEmpty }
  var blobs: [GitPath: [ObjectID]] { self.entries.mapValues { [$0.id] } }

  init(
    for paths: [GitPath], in repository: Repository, _ fallback: AttributeFallback,
    _ store: some SnapshotStore
  ) throws(RestoreError) {
    var missing: Set<GitPath> = []
    var seen: Set<GitPath> = []
    for path in paths {
      var folder = path.parent
      while seen.insert(folder).inserted {
        let file = folder.appending(".gitattributes")
        if FileStamp.of(repository.location.worktree.appending(file))?.isFile != true {
          missing.insert(file)
        }
        if folder.isRoot { break }
        folder = folder.parent
      }
    }
    if missing.isEmpty { return }
    if let index = fallback.index {
      try self.add(&missing, of: index, repository, store)
    } else {
      self.add(&missing, try Self.inIndex(repository))
    }
    for tree in fallback.trees {
      do {
        try self.add(&missing, of: tree, repository, store)
      } catch .store, .git(.failed) {
        // Pruned since it was noted.
        continue
      }
    }
  }

  /// Those in the person's index; of versions in conflict, ours.
  private static func inIndex(_ repository: Repository) throws(RestoreError) -> [GitPath: TreeEntry]
  {
    let cache = StatCache(at: repository.location.ownFolder.appending("stat-cache"))
    do {
      let files = try cache.flags(of: repository).attributeFiles
      return Dictionary(files.map { ($0.path, $0.entry) }) { _, later in later }
    } catch {
      throw .git(error)
    }
  }

  private mutating func add(_ missing: inout Set<GitPath>, _ found: [GitPath: TreeEntry]) {
    for (path, entry) in found where missing.remove(path) != nil { self.entries[path] = entry }
  }

  private mutating func add(
    _ missing: inout Set<GitPath>, of tree: ObjectID, _ repository: Repository,
    _ store: some SnapshotStore
  ) throws(RestoreError) {
    var found: [GitPath: TreeEntry] = [:]
    let paths = missing.sorted()
    if store is LibGit2SnapshotStore {
      for path in paths {
        do {
          found[path] = try store.entry(at: path, in: tree)
        } catch {
          throw .store(error)
        }
      }
    } else if !paths.isEmpty {
      // All of them by one process.
      do {
        found = try TreeListing(repository.git).entries(at: paths, in: tree)
      } catch {
        throw .git(error)
      }
    }
    self.add(&missing, found.filter { $0.value.mode == .file || $0.value.mode == .executable })
  }
}
