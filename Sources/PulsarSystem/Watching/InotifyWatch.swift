#if canImport(Glibc)
  package import PulsarCore
  package import PulsarEngine
  import Glibc

  /// Watches every folder that git looks into, with one inotify instance for all repositories.
  ///
  /// inotify is not recursive, so each folder has a watch of its own, and a new folder is watched
  /// before it is listed: what comes in between is seen twice, never missed. A file below an ignored
  /// folder, below `.git` or behind a symbolic link is nobody's concern.
  ///
  /// Source: inotify(7).
  package final class InotifyWatch: FileWatch {
    /// More watches than this are not asked of the system.
    let watchesMax: Int
    /// File systems that cannot be watched: names for people, by the number of statfs(2).
    let silentFileSystems: [UInt32: String]

    private let openQueue: () -> Int32
    var queue: InotifyQueue?
    var table = FolderTable()
    private var trees: [Int: WatchedTree] = [:]

    /// - Parameters:
    ///   - watchesMax: for all repositories together; the system has a limit of its own.
    ///   - silentFileSystems: names for people, by the number of statfs(2).
    ///   - openQueue: gives an inotify descriptor, or -1 and errno.
    package init(
      watchesMax: Int = .max, silentFileSystems: [UInt32: String] = SilentFileSystem.names,
      openQueue: @escaping () -> Int32 = InotifyWatch.openQueue
    ) {
      self.openQueue = openQueue
      self.watchesMax = watchesMax
      self.silentFileSystems = silentFileSystems
    }

    /// A new inotify descriptor; -1 and errno when the system has none to give.
    package static func openQueue() -> Int32 { InotifyQueue.open() }

    package var descriptor: Int32? { self.queue?.descriptor }

    /// Folders that are watched.
    package var watchCount: Int { self.table.watchCount }

    package func add(_ request: WatchRequest) -> WatchState {
      self.remove(request.token)
      if self.queue == nil {
        let opened = self.openQueue()
        guard opened >= 0 else {
          let cause =
            errno == EMFILE ? "too many programs watch files" : SystemError.words(errno)
          return .unwatched(.refused(cause: cause))
        }
        self.queue = InotifyQueue(opened)
      }
      let tree = WatchedTree(request)
      self.trees[request.token] = tree
      return self.rebuild(tree, asking: false)
    }

    package func refresh(_ token: Int, ignored: Set<GitPath>) -> WatchState {
      guard let tree = self.trees[token] else { return .rootGone }
      tree.ignored = ignored
      let state = self.rebuild(tree, asking: false)
      self.table.recycle()
      return state
    }

    package func remove(_ token: Int) {
      guard let tree = self.trees.removeValue(forKey: token) else { return }
      self.release(tree)
      self.table.recycle()
    }

    package func read() -> [WatchReport] {
      guard let queue = self.queue else { return [] }
      var hasOverflown = false
      queue.drain { event in
        if event.isAny(of: IN_Q_OVERFLOW) {
          hasOverflown = true
        } else {
          self.take(event)
        }
      }
      var reports: [WatchReport] = []
      for (token, tree) in self.trees.sorted(by: { $0.key < $1.key }) {
        if hasOverflown { tree.lose() }
        let state = self.settle(tree, hasOverflown: hasOverflown)
        switch state {
        case .watching:
          reports += tree.takeFindings().map { WatchReport(token: token, finding: $0) }
        case .unwatched(let reason):
          reports.append(WatchReport(token: token, finding: .unwatched(reason)))
        case .rootGone: reports.append(WatchReport(token: token, finding: .rootGone))
        }
      }
      self.table.recycle()
      return reports
    }

    /// Watches the folders that came, or all anew when reports were lost.
    private func settle(_ tree: WatchedTree, hasOverflown: Bool) -> WatchState {
      let arrivals = tree.arrivals
      tree.arrivals = []
      if tree.isGone { return self.end(tree, .rootGone) }
      if hasOverflown { return self.rebuild(tree, asking: true) }
      // A folder that came may be gone again, and those above it as well.
      let present = arrivals.filter { self.table[$0.parent].isAlive }
      if present.isEmpty { return .watching }
      do throws(WalkEnd) {
        try self.walk(present, of: tree, asking: true, noting: true)
        return .watching
      } catch {
        return self.end(tree, error.state)
      }
    }

    /// Walks the whole tree; watches that are there stay, so that nothing is missed meanwhile.
    private func rebuild(_ tree: WatchedTree, asking: Bool) -> WatchState {
      let old = tree.tops.filter { self.table[$0].isAlive }
      let watches = Set(old.flatMap { self.table.watches(from: $0) })
      for top in old { _ = self.table.remove(top) }
      tree.tops = []
      tree.arrivals = []
      let none = FolderTable.none
      let request = tree.request
      var state = WatchState.watching
      do throws(WalkEnd) {
        try self.walk(
          [
            .init(name: request.worktree.bytes, parent: none, kind: .worktree),
            .init(name: request.gitDir.bytes, parent: none, kind: .gitDir),
            .init(name: request.commonDir.bytes, parent: none, kind: .commonDir),
          ], of: tree, asking: asking, noting: false)
      } catch {
        state = self.end(tree, error.state)
      }
      for watch in watches where !self.table.isUsed(watch) { self.queue?.remove(watch) }
      return state
    }

    private func end(_ tree: WatchedTree, _ state: WatchState) -> WatchState {
      self.trees[tree.request.token] = nil
      self.release(tree)
      return state
    }

    private func release(_ tree: WatchedTree) {
      for top in tree.tops { self.forget(top) }
      tree.tops = []
    }

    /// Ends the watch of a folder and of all below it.
    func forget(_ folder: Int32) {
      for watch in self.table.remove(folder) { self.queue?.remove(watch) }
    }

    private func take(_ event: InotifyQueue.Event) {
      for folder in self.table.folders(of: event.watch) where self.table[folder].isAlive {
        guard let tree = self.trees[self.table[folder].token] else { continue }
        self.take(event, in: folder, of: tree)
        // The system has ended the watch itself.
        if event.isAny(of: IN_IGNORED) { self.forget(folder) }
      }
    }
  }
#endif
