internal import PulsarCore

extension StatCache {
  /// What the index says besides what is staged; nothing while there is none.
  ///
  /// Looked at only when it is another than last time.
  func flags(of repository: Repository) throws(GitError) -> IndexFlags {
    let index = repository.location.gitDir.appending("index")
    guard let stamp = FileStamp.of(index) else { return IndexFlags() }
    for known in [self.indexFlags, self.flagsSeen] {
      if let known, known.stamp == stamp { return known }
    }
    let idSize = repository.location.usesSHA256 ? 32 : 20
    let findings = HeadFile.bytes(of: index).flatMap { IndexFile.findings($0, idSize: idSize) }
    var flags = IndexFlags(stamp: stamp)
    if let findings, !findings.hidesFiles {
      flags.attributeFiles = findings.attributeFiles.map {
        .init(path: $0.path, entry: TreeEntry(mode: .file, id: $0.id))
      }
    } else {
      try Self.list(&flags, of: repository)
    }
    let now = Self.now()
    self.flagsSeen = flags
    if !stamp.isRacy(at: now) { self.indexFlags = flags }
    return flags
  }

  private static func list(
    _ flags: inout IndexFlags, of repository: Repository
  ) throws(GitError) {
    let output = try repository.git.output(["ls-files", "-v", "-s", "-z"])
    // In a sparse check-out git itself watches over files that are there against the rules.
    let isSparse = repository.config.flag("core.sparsecheckout") == true
    let name = Array(".gitattributes".utf8)
    output.withUnsafeBufferPointer { bytes in
      var start = 0
      while start + 2 < bytes.count {
        var end = start
        while end < bytes.count, bytes[end] != 0 { end += 1 }
        let tag = bytes[start]
        let line = bytes[(start + 2)..<end]
        let isAssumed = tag >= UInt8(ascii: "a") && tag <= UInt8(ascii: "z")
        if isAssumed || (tag == UInt8(ascii: "S") && !isSparse) {
          if let entry = Self.flagged(line) { flags.entries.append(entry) }
        }
        if line.last == name.last, line.suffix(name.count).elementsEqual(name),
          let entry = Self.flagged(line), entry.path.name.elementsEqual(name)
        {
          flags.attributeFiles.append(entry)
        }
        start = end + 1
      }
    }
  }

  /// Parses a line such as `100644 <id> 0<tab>path`.
  private static func flagged(
    _ line: Slice<UnsafeBufferPointer<UInt8>>
  ) -> IndexFlags.Entry? {
    guard let tab = line.firstIndex(of: 0x09) else { return nil }
    let words = line[..<tab].split(separator: UInt8(ascii: " "))
    guard words.count == 3, let mode = FileMode(octal: Array(words[0])[...]),
      let id = ObjectID(hex: Array(words[1])[...])
    else { return nil }
    return .init(
      path: GitPath(bytes: Array(line[(tab + 1)...])), entry: TreeEntry(mode: mode, id: id))
  }
}
