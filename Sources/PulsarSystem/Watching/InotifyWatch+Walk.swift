#if canImport(Glibc)
  import Glibc
  import PulsarCore
  import PulsarEngine

  /// Why a walk did not come to its end.
  struct WalkEnd: Error {
    let state: WatchState

    static let rootGone = WalkEnd(state: .rootGone)

    static func unwatched(_ reason: UnwatchedReason) -> WalkEnd {
      WalkEnd(state: .unwatched(reason))
    }
  }

  extension InotifyWatch {
    /// Watches folders and all below them, level by level, so that the judge is asked once a level.
    ///
    /// - Parameters:
    ///   - first: folders that may be gone, or watched already.
    ///   - tree: the repository.
    ///   - asking: whether the judge is asked about folders that are not known as ignored.
    ///   - noting: whether the files found are noted as changed.
    /// - Throws: when the repository cannot be watched; what was added so far is for the caller to
    ///   release.
    func walk(
      _ first: [WatchedTree.Arrival], of tree: WatchedTree, asking: Bool, noting: Bool
    ) throws(WalkEnd) {
      var level = first
      while !level.isEmpty {
        if asking { level = self.judged(level, tree) }
        var next: [WatchedTree.Arrival] = []
        var parent: (id: Int32, folder: OpenFolder?) = (FolderTable.none, nil)
        for arrival in level {
          if arrival.parent != parent.id {
            parent = (arrival.parent, try self.open(arrival.parent, tree))
          }
          let isAbsolute = arrival.name.first == UInt8(ascii: "/")
          if parent.folder == nil && !isAbsolute { continue }
          try self.watch(arrival, in: parent.folder, tree, noting, &next)
        }
        level = next
      }
    }

    /// Without those that are ignored, which are remembered.
    private func judged(
      _ level: [WatchedTree.Arrival], _ tree: WatchedTree
    ) -> [WatchedTree.Arrival] {
      var asked: Set<GitPath> = []
      let paths = level.map { arrival -> GitPath? in
        guard arrival.kind == .worktree, arrival.parent != FolderTable.none else { return nil }
        return self.table.path(of: arrival.parent)?.appending(arrival.name)
      }
      for case .some(let path) in paths where !tree.ignored.contains(path) { asked.insert(path) }
      if !asked.isEmpty {
        tree.ignored.formUnion(
          tree.request.judge.ignoredFolders(in: asked.sorted()).intersection(asked))
      }
      return zip(level, paths).filter { $0.1.map { !tree.ignored.contains($0) } ?? true }
        .map(\.0)
    }

    /// Opens a watched folder by its path, following no link below the top.
    ///
    /// - Returns: nil when it is not there any more; the folder above tells.
    /// - Throws: when the top of the working tree is not there, or is another folder.
    private func open(_ id: Int32, _ tree: WatchedTree) throws(WalkEnd) -> OpenFolder? {
      if id == FolderTable.none { return nil }
      var folder: OpenFolder?
      for link in self.table.chain(to: id) {
        guard let next = OpenFolder(self.table[link].name, in: folder) else {
          let number = errno
          if self.table[link].kind == .worktree && self.table[link].isTop { throw .rootGone }
          try Self.absent(number)
          return nil
        }
        if self.table[link].kind == .worktree && self.table[link].isTop
          && next.identity != tree.identity
        {
          throw .rootGone
        }
        folder = next
      }
      return folder
    }

    /// Watches one folder and then lists it, unless it is not there, cannot be read or is watched
    /// already.
    private func watch(
      _ arrival: WatchedTree.Arrival, in parent: OpenFolder?, _ tree: WatchedTree, _ noting: Bool,
      _ next: inout [WatchedTree.Arrival]
    ) throws(WalkEnd) {
      let isTop = arrival.parent == FolderTable.none
      guard let folder = OpenFolder(arrival.name, in: parent) else {
        let number = errno
        if isTop && [ENOENT, ENOTDIR].contains(number) { throw .rootGone }
        return try Self.absent(number, isNeeded: isTop)
      }
      if folder.identity.device != parent?.identity.device,
        let kind = self.silentFileSystems[folder.fileSystem]
      {
        let path = isTop ? GitPath(bytes: arrival.name) : self.place(of: arrival, tree)
        throw .unwatched(.silentFileSystem(kind: kind, folder: path))
      }
      guard let watch = try self.addWatch(folder, isNeeded: isTop), !self.isKnown(arrival, watch)
      else { return }
      let id = self.table.insert(
        .init(
          name: arrival.name, token: tree.request.token, parent: arrival.parent, watch: watch,
          kind: arrival.kind))
      if isTop { tree.tops.append(id) }
      if isTop && arrival.kind == .worktree { tree.identity = folder.identity }
      try self.list(folder, id, tree, noting, &next)
    }

    private func addWatch(_ folder: OpenFolder, isNeeded: Bool) throws(WalkEnd) -> Int32? {
      guard let queue = self.queue else { return nil }
      let watch = queue.add(folder.descriptor)
      guard watch >= 0 else {
        if errno == ENOSPC { throw .unwatched(.outOfWatches) }
        try Self.absent(errno, isNeeded: isNeeded)
        return nil
      }
      if !self.table.isUsed(watch) && self.table.watchCount >= self.watchesMax {
        queue.remove(watch)
        throw .unwatched(.outOfWatches)
      }
      return watch
    }

    /// Whether the folder is in the table at this place, or lies below itself.
    private func isKnown(_ arrival: WatchedTree.Arrival, _ watch: Int32) -> Bool {
      if arrival.parent == FolderTable.none { return false }
      let isThere = self.table.folders(of: watch).contains {
        self.table[$0].parent == arrival.parent && self.table[$0].name == arrival.name
          && self.table[$0].kind == arrival.kind
      }
      return isThere
        || (arrival.kind == .worktree && self.table.isWithin(arrival.parent, watch: watch))
    }

    private func list(
      _ folder: OpenFolder, _ id: Int32, _ tree: WatchedTree, _ noting: Bool,
      _ next: inout [WatchedTree.Arrival]
    ) throws(WalkEnd) {
      let kind = self.table[id].kind
      if kind == .info && !noting { return }
      guard let entries = folder.entries() else {
        return try Self.absent(errno)
      }
      let path = kind == .worktree ? self.table.path(of: id) ?? .root : .root
      for entry in entries {
        if kind == .worktree && entry.name.elementsEqual(".git".utf8) {
          if self.table[id].parent != FolderTable.none { next += self.gitDirs(in: id, tree) }
        } else if entry.isFolder {
          guard let child = kind.child(entry.name) else { continue }
          let isIgnored =
            kind == .worktree && !tree.ignored.isEmpty
            && tree.ignored.contains(path.appending(entry.name))
          if !isIgnored { next.append(.init(name: entry.name, parent: id, kind: child)) }
        } else if noting {
          if kind != .worktree {
            self.note(kind.facts(entry.name), in: id, tree)
          } else if tree.namesPaths {
            tree.note(path.appending(entry.name))
          }
        }
      }
    }

    private func place(of arrival: WatchedTree.Arrival, _ tree: WatchedTree) -> GitPath {
      let path = self.table.path(of: arrival.parent)
      return path.map { tree.request.worktree.appending($0).appending(arrival.name) }
        ?? GitPath(bytes: arrival.name)
    }

    /// Passes over a folder that is not there or is not ours to read: its mode is watched from above,
    /// and it cannot be captured either.
    ///
    /// - Throws: when the system did not let us look, or the folder cannot be done without.
    private static func absent(_ number: Int32, isNeeded: Bool = false) throws(WalkEnd) {
      switch number {
      case ENOENT, ENOTDIR, ELOOP, EACCES, EPERM:
        if !isNeeded { return }
      default: break
      }
      throw .unwatched(.refused(cause: SystemError.words(number)))
    }
  }
#endif
