package import PulsarCore

extension SnapshotStore {
  /// Which files of a tree still hold conflict markers that a verb of ours wrote.
  ///
  /// - Parameters:
  ///   - marked: files that such markers were written to.
  ///   - tree: the tree.
  /// - Returns: in the order of `marked`.
  /// - Throws: `StoreError` when the tree cannot be read.
  package func unmerged(
    _ marked: [MarkedPath], in tree: ObjectID
  ) throws(StoreError) -> [MarkedPath] {
    var found: [MarkedPath] = []
    for one in marked {
      guard let entry = try self.entry(at: one.path, in: tree),
        entry.mode == .file || entry.mode == .executable,
        let content = try self.content(of: entry.id, limit: Self.markedBytesMax)
      else { continue }
      if one.isUnmerged(content) { found.append(one) }
    }
    return found
  }

  /// Files among `conflicts` that got conflict markers in `tree`.
  package func marked(
    _ conflicts: [MergeConflict], in tree: ObjectID
  ) throws(StoreError) -> [MarkedPath] {
    var found: [MarkedPath] = []
    for conflict in conflicts {
      guard let entry = try self.entry(at: conflict.path, in: tree),
        entry.mode == .file || entry.mode == .executable,
        let content = try self.content(of: entry.id, limit: Self.markedBytesMax)
      else { continue }
      var versions: [[UInt8]] = []
      for version in [conflict.ours, conflict.theirs] {
        guard let version, version.mode == .file || version.mode == .executable else { continue }
        versions.append(
          try self.content(of: version.id, limit: Self.markedBytesMax) ?? [])
      }
      if let marked = MarkedPath(path: conflict.path, content: content, versions: versions) {
        found.append(marked)
      }
    }
    return found
  }

  /// git writes no markers into files that are larger.
  private static var markedBytesMax: ByteCount { ByteCount(512 << 20) }

  /// Nil when it is larger than `limit`, or not here.
  private func content(of id: ObjectID, limit: ByteCount) throws(StoreError) -> [UInt8]? {
    guard let size = try self.blobSizes([id])[id], size <= limit else { return nil }
    return try self.contents(of: id)
  }
}
