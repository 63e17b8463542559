internal import PulsarCore
internal import PulsarEngine

/// The bytes of tree objects, and the making of a new tree from an old one.
///
/// Source: git's documentation of object formats, gitformat-pack(5) and "Git Internals".
enum TreeCodec {
  /// One line of a tree object, its mode as it was written.
  struct Line {
    let name: ArraySlice<UInt8>
    let mode: UInt32
    let id: ObjectID

    var isTree: Bool { self.mode & 0o170000 == 0o040000 }

    /// The same with a mode that git writes today, as its index would make it.
    var modern: Line {
      guard self.mode & 0o170000 == 0o100000 else { return self }
      let mode: FileMode = self.mode & 0o100 != 0 ? .executable : .file
      return Line(name: self.name, mode: mode.rawValue, id: self.id)
    }

    /// git sorts as if the names of folders ended in a slash.
    func precedes(_ other: Line) -> Bool {
      let common = min(self.name.count, other.name.count)
      for offset in 0..<common {
        let left = self.name[self.name.startIndex + offset]
        let right = other.name[other.name.startIndex + offset]
        if left != right { return left < right }
      }
      return self.key(at: common) < other.key(at: common)
    }

    private func key(at offset: Int) -> UInt8 {
      offset < self.name.count
        ? self.name[self.name.startIndex + offset] : (self.isTree ? UInt8(ascii: "/") : 0)
    }
  }

  /// - Parameters:
  ///   - bytes: the content of a tree object.
  ///   - idLength: 20 or 32 bytes.
  /// - Returns: nil when the bytes are no tree.
  static func lines(_ bytes: [UInt8], idLength: Int) -> [Line]? {
    var lines: [Line] = []
    var position = 0
    while position < bytes.count {
      var mode: UInt32 = 0
      while position < bytes.count, bytes[position] != UInt8(ascii: " ") {
        guard bytes[position] >= 0x30, bytes[position] < 0x38, mode < 0o10_000_000 else {
          return nil
        }
        mode = mode << 3 | UInt32(bytes[position] - 0x30)
        position += 1
      }
      let start = position + 1
      guard mode != 0, start < bytes.count, let end = bytes[start...].firstIndex(of: 0),
        end > start, end + 1 + idLength <= bytes.count
      else { return nil }
      let id = ObjectID(bytes: Array(bytes[(end + 1)..<(end + 1 + idLength)]))
      lines.append(Line(name: bytes[start..<end], mode: mode, id: id))
      position = end + 1 + idLength
    }
    return lines
  }

  static func bytes(_ lines: [Line]) -> [UInt8] {
    var bytes: [UInt8] = []
    for line in lines {
      bytes += Array(String(line.mode, radix: 8).utf8)
      bytes.append(UInt8(ascii: " "))
      bytes += line.name
      bytes.append(0)
      bytes += line.id.bytes
    }
    return bytes
  }

  /// Changes sorted into folders.
  final class Folder {
    var entry: TreeChange?
    var children: [ArraySlice<UInt8>: Folder] = [:]

    init() {}

    convenience init(_ changes: [TreeChange]) {
      self.init()
      for change in changes {
        var folder = self
        for name in change.path.components {
          if let child = folder.children[name] {
            folder = child
          } else {
            let child = Folder()
            folder.children[name] = child
            folder = child
          }
        }
        folder.entry = change
      }
    }

    /// Whether anything is put at or below here.
    var putsSomething: Bool {
      self.entry?.entry != nil || self.children.values.contains { $0.putsSomething }
    }
  }

  /// Rebuilds the trees along the changed paths.
  ///
  /// - Parameters:
  ///   - base: the tree to start from; nil is the empty one.
  ///   - folder: the changes.
  ///   - read: the lines of a tree object.
  ///   - write: writes a tree object of these lines.
  /// - Returns: nil when nothing is left in the folder.
  /// - Throws: what `read` and `write` throw.
  static func rebuild<Failure: Error>(
    _ base: ObjectID?, with folder: Folder,
    read: (ObjectID) throws(Failure) -> [Line], write: ([Line]) throws(Failure) -> ObjectID
  ) throws(Failure) -> ObjectID? {
    var lines: [ArraySlice<UInt8>: Line] = [:]
    let old = try base.map { (id) throws(Failure) in try read(id) } ?? []
    lines.reserveCapacity(old.count + folder.children.count)
    for line in old { lines[line.name] = line }
    var isChanged = base == nil
    for (name, child) in folder.children {
      let before = lines[name]
      let after = try self.line(name, before, child, read: read, write: write)
      if after?.id != before?.id || after?.mode != before?.mode { isChanged = true }
      lines[name] = after
    }
    if lines.isEmpty { return nil }
    if !isChanged, let base { return base }
    return try write(lines.values.map(\.modern).sorted { $0.precedes($1) })
  }

  private static func line<Failure: Error>(
    _ name: ArraySlice<UInt8>, _ before: Line?, _ child: Folder,
    read: (ObjectID) throws(Failure) -> [Line], write: ([Line]) throws(Failure) -> ObjectID
  ) throws(Failure) -> Line? {
    let putsBelow = child.children.values.contains { $0.putsSomething }
    // Things put below a name make it a folder, whatever is said of the name itself.
    if let change = child.entry, !putsBelow {
      return change.entry.map { Line(name: name, mode: $0.mode.rawValue, id: $0.id) }
    }
    // What was to be removed below something that is no folder is gone already.
    if let before, !before.isTree, !putsBelow { return before }
    let keepsOld = before?.isTree == true && child.entry == nil
    let id = try self.rebuild(keepsOld ? before?.id : nil, with: child, read: read, write: write)
    return id.map { Line(name: name, mode: 0o040000, id: $0) }
  }
}

/// The bytes of a commit object.
enum CommitCodec {
  static func bytes(_ commit: NewCommit) -> [UInt8] {
    var bytes = Array("tree \(commit.tree.hex)\n".utf8)
    for parent in commit.parents { bytes += Array("parent \(parent.hex)\n".utf8) }
    let minutes = abs(commit.time.utcOffsetMinutes)
    let zone =
      (commit.time.utcOffsetMinutes < 0 ? "-" : "+")
      + [minutes / 60, minutes % 60].map { ($0 < 10 ? "0" : "") + String($0) }.joined()
    for role in ["author ", "committer "] {
      bytes += Array(role.utf8) + commit.signature.name + Array(" <".utf8)
      bytes += commit.signature.email + Array("> \(commit.time.seconds) \(zone)\n".utf8)
    }
    return bytes + [UInt8(ascii: "\n")] + commit.message
  }

  /// Reads a commit, a message that is too long up to `ForeignLimits.commitBytes`.
  ///
  /// - Returns: nil when the bytes are no commit.
  static func record(_ id: ObjectID, _ bytes: [UInt8]) -> CommitRecord? {
    var tree: ObjectID?
    var parents: [ObjectID] = []
    var time: WallTime?
    var rest = bytes.prefix(ForeignLimits.commitBytes)
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      let line = rest[..<end]
      rest = rest[(end + 1)...]
      if line.isEmpty { break }
      if line.starts(with: "tree ".utf8) { tree = ObjectID(hex: line.dropFirst(5)) }
      if line.starts(with: "parent ".utf8), let parent = ObjectID(hex: line.dropFirst(7)) {
        parents.append(parent)
      }
      if line.starts(with: "committer ".utf8) { time = Self.time(line) }
    }
    guard let tree, let time else { return nil }
    return CommitRecord(id: id, tree: tree, parents: parents, time: time, message: Array(rest))
  }

  private static func time(_ line: ArraySlice<UInt8>) -> WallTime? {
    let words = line.split(separator: UInt8(ascii: " ")).suffix(2).map {
      String(decoding: $0, as: UTF8.self)
    }
    guard words.count == 2, let seconds = Int64(words[0]), let zone = Int32(words[1]) else {
      return nil
    }
    return WallTime(seconds: seconds, utcOffsetMinutes: zone / 100 * 60 + zone % 100)
  }
}
