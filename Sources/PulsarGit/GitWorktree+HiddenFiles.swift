package import PulsarCore
package import PulsarEngine

extension GitWorktree {
  /// Files that git's own commands do not see; captured all the same.
  ///
  /// `git update-index --assume-unchanged` or `--skip-worktree` hides them.
  func hiddenFiles() throws(CaptureError) -> [StatCache.IndexFlags.Entry] {
    try self.indexFlags().entries
  }

  package func hiddenEntries() throws(CaptureError) -> [GitPath: TreeEntry] {
    let files = try self.hiddenFiles()
    return Dictionary(files.map { ($0.path, $0.entry) }) { _, last in last }
  }

  /// The attribute files that the index holds, with their blobs; several where there are conflicts.
  ///
  /// They count where there is no file on disk.
  func attributeFilesInIndex() throws(CaptureError) -> [GitPath: [ObjectID]] {
    try self.indexFlags().attributeBlobs
  }

  private func indexFlags() throws(CaptureError) -> StatCache.IndexFlags {
    do {
      return try self.cache.flags(of: self.repository)
    } catch {
      throw .scanFailed(cause: error.why)
    }
  }
}
