internal import PulsarCore
internal import PulsarEngine

extension GitWorktree {
  /// Files that git's own commands do not see; captured all the same.
  ///
  /// `git update-index --assume-unchanged` or `--skip-worktree` hides them. Asked only when the
  /// index is another than last time.
  func hiddenFiles() throws(CaptureError) -> [StatCache.IndexFlags.Entry] {
    let index = self.repository.location.gitDir.appending("index")
    guard let stamp = FileStamp.of(index) else { return [] }
    if let known = self.cache.indexFlags, known.stamp == stamp { return known.entries }
    let idSize = self.repository.location.usesSHA256 ? 32 : 20
    let bytes = HeadFile.bytes(of: index)
    let hides = bytes.flatMap { IndexFile.hidesFiles($0, idSize: idSize) }
    let found = hides == false ? [] : try self.listHiddenFiles()
    let now = StatCache.now()
    if !stamp.isRacy(at: now) { self.cache.indexFlags = .init(stamp: stamp, entries: found) }
    return found
  }

  private func listHiddenFiles() throws(CaptureError) -> [StatCache.IndexFlags.Entry] {
    let output: [UInt8]
    do {
      output = try self.repository.git.output(["ls-files", "-v", "-s", "-z"])
    } catch {
      throw .scanFailed(cause: error.why)
    }
    // In a sparse check-out git itself watches over files that are there against the rules.
    let isSparse = self.repository.config.flag("core.sparsecheckout") == true
    var found: [StatCache.IndexFlags.Entry] = []
    output.withUnsafeBufferPointer { bytes in
      var start = 0
      while start + 2 < bytes.count {
        var end = start
        while end < bytes.count, bytes[end] != 0 { end += 1 }
        let tag = bytes[start]
        let isAssumed = tag >= UInt8(ascii: "a") && tag <= UInt8(ascii: "z")
        if isAssumed || (tag == UInt8(ascii: "S") && !isSparse) {
          if let entry = Self.flagged(bytes[(start + 2)..<end]) { found.append(entry) }
        }
        start = end + 1
      }
    }
    return found
  }

  /// Parses a line such as `100644 <id> 0<tab>path`.
  private static func flagged(
    _ line: Slice<UnsafeBufferPointer<UInt8>>
  ) -> StatCache.IndexFlags.Entry? {
    guard let tab = line.firstIndex(of: 0x09) else { return nil }
    let words = line[..<tab].split(separator: UInt8(ascii: " "))
    guard words.count == 3, let mode = FileMode(octal: Array(words[0])[...]),
      let id = ObjectID(hex: Array(words[1])[...])
    else { return nil }
    return .init(
      path: GitPath(bytes: Array(line[(tab + 1)...])), entry: TreeEntry(mode: mode, id: id))
  }
}
