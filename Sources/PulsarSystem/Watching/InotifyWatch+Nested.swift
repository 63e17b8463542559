#if canImport(Glibc)
  import PulsarCore
  import PulsarEngine

  /// Repositories inside the working tree: git records the commit that they stand at, so a commit
  /// there is a change of their folder here.
  extension InotifyWatch {
    /// The git dirs of the repository in a folder, to be watched as well.
    ///
    /// Source: gitrepository-layout(5).
    func gitDirs(in id: Int32, _ tree: WatchedTree) -> [WatchedTree.Arrival] {
      guard let path = self.table.path(of: id) else { return [] }
      let folder = tree.request.worktree.appending(path)
      let dotGit = folder.appending(".git")
      let gitDir = Self.target(of: dotGit, after: "gitdir: ", from: folder) ?? dotGit
      let commonDir = Self.target(of: gitDir.appending("commondir"), after: "", from: gitDir)
      return [
        .init(name: gitDir.bytes, parent: id, kind: .gitDir),
        .init(name: (commonDir ?? gitDir).bytes, parent: id, kind: .commonDir),
      ]
    }

    /// The folder that a file of git's names; nil when it is no such file.
    private static func target(
      of file: GitPath, after prefix: String, from folder: GitPath
    ) -> GitPath? {
      // What cannot be read names nothing: most are folders, or not there.
      guard let content = try? AtomicFile.read(file, limit: 1 << 14),
        content.starts(with: prefix.utf8)
      else { return nil }
      let name = content.dropFirst(prefix.utf8.count).prefix { $0 != UInt8(ascii: "\n") }
      if name.isEmpty { return nil }
      let path = GitPath(bytes: name)
      return path.isAbsolute ? path : folder.appending(path)
    }
  }
#endif
