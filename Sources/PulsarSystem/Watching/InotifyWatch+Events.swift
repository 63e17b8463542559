#if canImport(Glibc)
  import Glibc
  import PulsarCore
  import PulsarEngine

  extension InotifyWatch {
    /// Notes what an event says of one folder; folders that came are watched after the last event.
    func take(_ event: InotifyQueue.Event, in id: Int32, of tree: WatchedTree) {
      let folder = self.table[id]
      if event.isAny(of: IN_DELETE_SELF, IN_MOVE_SELF, IN_UNMOUNT) {
        self.takeEnd(of: folder, id, event, tree)
      } else if event.name.isEmpty {
        // The folder's own mode or time, which git does not keep.
        return
      } else if folder.kind == .worktree {
        self.takeWorktree(event, in: id, tree)
      } else {
        self.takeGitDir(event, in: id, folder.kind, tree)
      }
    }

    private func takeEnd(
      of folder: FolderTable.Folder, _ id: Int32, _ event: InotifyQueue.Event, _ tree: WatchedTree
    ) {
      if folder.isTop && folder.parent == FolderTable.none {
        tree.isGone = true
      } else if event.isAny(of: IN_UNMOUNT) || folder.isTop {
        // What was below the mounted disk is there again. The folder above tells of the rest.
        if let path = self.table.path(of: id) { tree.note(path) }
        tree.arrivals.append(.init(name: folder.name, parent: folder.parent, kind: folder.kind))
      }
    }

    private func takeWorktree(_ event: InotifyQueue.Event, in id: Int32, _ tree: WatchedTree) {
      guard let kind = WatchedKind.worktree.child(event.name) else {
        // The git dir of the tree itself has watches of its own.
        guard self.table[id].parent != FolderTable.none, let path = self.table.path(of: id) else {
          return
        }
        tree.note(path)
        tree.arrivals += self.gitDirs(in: id, tree)
        return
      }
      guard event.isAny(of: IN_ISDIR) else {
        if tree.isRepeated(event.name, in: id) || !tree.namesPaths { return }
        if let path = self.table.path(of: id) { tree.note(path.appending(event.name)) }
        return
      }
      guard let path = self.table.path(of: id)?.appending(event.name) else { return }
      if event.isAny(of: IN_MOVED_FROM) {
        // Below another name, or not ours any more: in either case with watches that are made anew.
        for child in self.table.children(of: id, named: event.name) { self.forget(child) }
      }
      if tree.ignored.contains(path) { return }
      if event.isAny(of: IN_DELETE, IN_MOVED_FROM) { tree.note(path) }
      if event.isAny(of: IN_DELETE) { return }
      if event.isAny(of: IN_ATTRIB), !self.table.children(of: id, named: event.name).isEmpty {
        return
      }
      // Also after a move away: another of that name may be there already, and just forgotten.
      tree.arrivals.append(.init(name: event.name, parent: id, kind: kind))
    }

    private func takeGitDir(
      _ event: InotifyQueue.Event, in id: Int32, _ kind: WatchedKind, _ tree: WatchedTree
    ) {
      // Modes and times of git's own files say nothing.
      if event.isAny(of: IN_ATTRIB) { return }
      self.note(kind.facts(event.name), in: id, tree)
      guard event.isAny(of: IN_ISDIR), let child = kind.child(event.name) else { return }
      if event.isAny(of: IN_MOVED_FROM) {
        for folder in self.table.children(of: id, named: event.name) { self.forget(folder) }
      }
      tree.arrivals.append(.init(name: event.name, parent: id, kind: child))
    }

    /// Notes facts; in a repository inside the working tree they say that its folder changed.
    func note(_ facts: Set<GitFact>, in id: Int32, _ tree: WatchedTree) {
      if facts.isEmpty { return }
      if let path = self.table.path(of: id) {
        tree.note(path)
      } else {
        tree.note(facts)
      }
    }
  }
#endif
