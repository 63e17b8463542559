internal import PulsarCore
internal import PulsarEngine
internal import PulsarGit

/// Folders that git ignores, as a watch must know them.
extension OpenRepository {
  /// The folders of captured files that git would ignore, as `git add -f` or a sync leaves them,
  /// ascending.
  ///
  /// - Throws: `GitError` when git cannot tell.
  func foldersOfForcedFiles() throws -> [GitPath] {
    let question: [CommandWord] = [
      "ls-files", "-z", "--cached", "--ignored", "--exclude-standard",
    ]
    let answer = try self.repository.git.output(
      question + self.settings.ignore.map { CommandWord("--exclude=\($0)") })
    let tracked = answer.split(separator: 0).map { GitPath(bytes: Array($0)) }
    return Set((tracked + self.syncedPaths).map(\.parent)).sorted()
  }

  /// The folders of the working tree that git ignores as a whole and in which no sync brought a file.
  ///
  /// - Parameter candidates: only these are asked for; empty for all.
  /// - Returns: relative to the working tree, in git's order.
  /// - Throws: `GitError` when git cannot tell.
  func ignoredFolders(among candidates: [GitPath] = []) throws -> [GitPath] {
    var question: [CommandWord] = [
      "ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--directory",
    ]
    question += self.settings.ignore.map { CommandWord("--exclude=\($0)") } + ["--"]
    let answer = try self.repository.git.output(
      question + candidates.map { CommandWord(bytes: $0.bytes) })
    return self.withoutSynced(
      answer.split(separator: 0).filter { $0.last == UInt8(ascii: "/") }
        .map { GitPath(bytes: Array($0.dropLast())) })
  }

  /// Paths that a sync brought, on whatever branch.
  private var syncedPaths: [GitPath] {
    let record = SyncRecordFile(at: self.location.gitDir).read()
    return record?.branches.values.flatMap(\.entries.keys) ?? []
  }

  /// Puts the folders below in the place of one that holds a file of a session.
  private func withoutSynced(_ folders: [GitPath]) -> [GitPath] {
    var above: Set<GitPath> = []
    for path in self.syncedPaths {
      var folder = path.parent
      while !folder.isRoot, above.insert(folder).inserted { folder = folder.parent }
    }
    if above.isEmpty { return folders }
    var rest = folders
    var ignored: [GitPath] = []
    while let folder = rest.popLast() {
      if above.contains(folder) {
        rest += GitWorktree.folders(in: folder, of: self.location)
      } else {
        ignored.append(folder)
      }
    }
    return ignored.sorted()
  }
}
