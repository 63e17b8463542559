/// The message of a capture: what changed, in words, then what machines read (`DESIGN.md` §5).
package struct CaptureMessage: Hashable, Sendable {
  package static let formatVersion = 1
  static let pathsListed = 20
  static let subjectColumns = 72

  package var changes: [PathChange]
  package var machineSlug: String
  package var branch: Branch
  package var reason: CaptureReason
  package var skippedCount: Int
  /// HEAD's commit then; nil while there was none.
  package var head: ObjectID?
  /// What the work goes on from, when that is not the stream's previous capture.
  package var continuing: Continuation?
  /// The capture in whose place this one was made, as the remote refused something in it.
  package var replacing: ObjectID?
  /// Files with conflict markers that a verb of ours wrote.
  package var unmerged: [MarkedPath] = []
  /// Paths whose content is for this machine alone.
  package var localOnly: [LocalOnlyPath]

  package init(
    changes: [PathChange], machineSlug: String, branch: Branch, reason: CaptureReason,
    skippedCount: Int, head: ObjectID? = nil, continuing: Continuation? = nil,
    localOnly: [LocalOnlyPath] = []
  ) {
    self.changes = changes
    self.machineSlug = machineSlug
    self.branch = branch
    self.reason = reason
    self.skippedCount = skippedCount
    self.head = head
    self.continuing = continuing
    self.localOnly = localOnly
  }

  /// The whole message, ending in a newline.
  ///
  /// Names that are not plain text are escaped.
  package var bytes: [UInt8] {
    var text = self.subject + "\n\n"
    if !self.changes.isEmpty {
      for change in self.changes.prefix(Self.pathsListed) {
        text += "\(Self.verb(change.kind)) \(change.path.displayed)\(Self.suffix(change.lines))\n"
      }
      let more = self.changes.count - Self.pathsListed
      if more > 0 { text += "… and \(more) more\n" }
      text += "\n"
    }
    text += "Pulsar-Machine: \(self.machineSlug)\n"
    var bytes = Array(text.utf8)
    bytes += Array("Pulsar-Branch: ".utf8) + self.branch.name + [UInt8(ascii: "\n")]
    bytes += Array("Pulsar-Reason: \(self.reason.rawValue)\n".utf8)
    if let head { bytes += Array("Pulsar-Head: \(head.hex)\n".utf8) }
    if let continuing { bytes += Array("Pulsar-Continues: \(continuing.text)\n".utf8) }
    if let replacing { bytes += Array("Pulsar-Replaces: \(replacing.hex)\n".utf8) }
    if self.skippedCount > 0 { bytes += Array("Pulsar-Skipped: \(self.skippedCount)\n".utf8) }
    bytes += CaptureTrailers.bytes(ofUnmerged: self.unmerged)
    for path in self.localOnly.sorted() { bytes += path.line }
    bytes += Array("Pulsar-Format: \(Self.formatVersion)\n[skip ci]\n".utf8)
    return bytes
  }

  /// `backup: modified daemon.py (+15 lines)`; at most 72 columns.
  package var subject: String {
    guard let first = self.changes.first else { return "backup: no changes in files" }
    let total = Self.sum(self.changes)
    if self.changes.count == 1 {
      let tail = total.map { Self.lineWords($0) } ?? ""
      let head = "backup: \(Self.verb(first.kind)) "
      let room = Self.subjectColumns - head.count - tail.count
      return head + Self.shortened(first.path.displayed, to: room) + tail
    }
    let order: [PathChange.Kind] = [.modified, .added, .deleted, .typeChanged]
    var parts: [String] = []
    for kind in order {
      let count = self.changes.count { $0.kind == kind }
      guard count > 0 else { continue }
      let noun = parts.isEmpty ? (count == 1 ? " file" : " files") : ""
      parts.append("\(Self.verb(kind)) \(count)\(noun)")
    }
    let whole = "backup: " + parts.joined(separator: ", ") + Self.suffix(total)
    return whole.count <= Self.subjectColumns
      ? whole : "backup: changed \(self.changes.count) files"
  }

  private static func verb(_ kind: PathChange.Kind) -> String {
    switch kind {
    case .added: "added"
    case .modified: "modified"
    case .deleted: "deleted"
    case .typeChanged: "replaced"
    }
  }

  private static func sum(_ changes: [PathChange]) -> LineCounts? {
    var added = 0
    var removed = 0
    for change in changes {
      guard let lines = change.lines else { return nil }
      added += lines.added
      removed += lines.removed
    }
    return LineCounts(added: added, removed: removed)
  }

  private static func signs(_ lines: LineCounts) -> String {
    [
      lines.added > 0 ? "+\(lines.added)" : nil, lines.removed > 0 ? "-\(lines.removed)" : nil,
    ].compactMap { $0 }.joined(separator: " ")
  }

  private static func suffix(_ lines: LineCounts?) -> String {
    guard let lines, lines.added + lines.removed > 0 else { return "" }
    return " (\(signs(lines)))"
  }

  private static func lineWords(_ lines: LineCounts) -> String {
    let count = lines.added + lines.removed
    return count == 0 ? "" : " (\(signs(lines)) \(count == 1 ? "line" : "lines"))"
  }

  /// The end of a long path, which tells more than its beginning.
  private static func shortened(_ text: String, to columns: Int) -> String {
    text.count <= columns ? text : "…" + text.suffix(max(1, columns - 1))
  }
}

/// What the work of a capture goes on from, where a `sync` was taken back after the session had
/// become part of the stream: history keeps it, the work does not have it any more.
package enum Continuation: Hashable, Sendable {
  /// The capture made just before that `sync`.
  case commit(ObjectID)
  /// An earlier capture of the stream says so.
  case earlier

  fileprivate var text: String {
    switch self {
    case .commit(let id): id.hex
    case .earlier: "earlier"
    }
  }

  fileprivate init?(text: String) {
    if text == "earlier" {
      self = .earlier
    } else if let id = ObjectID(hex: Array(text.utf8)) {
      self = .commit(id)
    } else {
      return nil
    }
  }
}

/// What a capture's message says to machines.
package struct CaptureTrailers: Hashable, Sendable {
  package let machineSlug: String
  package let branch: Branch
  package let reason: CaptureReason?
  package let skippedCount: Int
  /// HEAD's commit then; nil when there was none, or the capture does not tell.
  package let head: ObjectID?
  package let continuing: Continuation?
  /// The capture, kept on its machine only, in whose place this one was made.
  package let replacing: ObjectID?
  /// Files with conflict markers that a verb of ours wrote, and nobody resolved.
  package let unmerged: [MarkedPath]
  /// Ascending.
  package let localOnly: [LocalOnlyPath]
  package let formatVersion: Int

  /// Reads the trailers of a message; nil when it is not a capture's.
  package init?(message: [UInt8]) {
    let fields = messageTrailers(message)
    func text(_ name: String) -> String? {
      fields[name].map { String(decoding: $0, as: UTF8.self) }
    }
    guard let machine = text("Pulsar-Machine"), let branch = fields["Pulsar-Branch"],
      let version = text("Pulsar-Format").flatMap(Int.init)
    else { return nil }
    self.machineSlug = machine
    self.branch = Branch(name: branch)
    self.reason = text("Pulsar-Reason").flatMap(CaptureReason.init)
    self.skippedCount = text("Pulsar-Skipped").flatMap(Int.init) ?? 0
    self.head = text("Pulsar-Head").flatMap { ObjectID(hex: Array($0.utf8)) }
    self.continuing = text("Pulsar-Continues").flatMap { Continuation(text: $0) }
    self.replacing = text("Pulsar-Replaces").flatMap { ObjectID(hex: Array($0.utf8)) }
    self.unmerged = fields["Pulsar-Unmerged"] == nil ? [] : Self.unmerged(in: message)
    self.localOnly = LocalOnlyPath.all(in: message)
    self.formatVersion = version
  }

  private static let unmergedKey = "Pulsar-Unmerged-Path: "

  /// How many there are, and each of them, a line each; nothing where there is none.
  fileprivate static func bytes(ofUnmerged unmerged: [MarkedPath]) -> [UInt8] {
    if unmerged.isEmpty { return [] }
    let lines = unmerged.prefix(MarkedPath.recordedMax).map { "\(self.unmergedKey)\($0.text)\n" }
    return Array("Pulsar-Unmerged: \(unmerged.count)\n\(lines.joined())".utf8)
  }

  private static func unmerged(in message: [UInt8]) -> [MarkedPath] {
    let key = Array(self.unmergedKey.utf8)
    return message.split(separator: UInt8(ascii: "\n")).filter { $0.starts(with: key) }
      .prefix(MarkedPath.recordedMax).compactMap { MarkedPath(text: $0.dropFirst(key.count)) }
  }
}

/// One version of a path with a conflict, as git's index holds it.
package struct UnmergedEntry: Hashable, Comparable, Sendable {
  package let path: GitPath
  /// 1 the common one, 2 ours, 3 theirs.
  package let stage: Int
  package let entry: TreeEntry

  package init(path: GitPath, stage: Int, entry: TreeEntry) {
    self.path = path
    self.stage = stage
    self.entry = entry
  }

  package static func < (left: UnmergedEntry, right: UnmergedEntry) -> Bool {
    left.path == right.path ? left.stage < right.stage : left.path < right.path
  }
}

/// The message of an index commit: a parent of a capture whose tree is the staging area.
package struct IndexMessage: Hashable, Sendable {
  private static let mark = "Pulsar-Index: 1"

  package var branch: Branch
  package var machineSlug: String
  /// Paths of `git add --intent-to-add`, which no tree can hold.
  package var intentToAdd: [GitPath]
  /// Versions of paths with a conflict, which the tree does not hold either.
  package var unmerged: [UnmergedEntry]

  package init(
    branch: Branch, machineSlug: String, intentToAdd: [GitPath], unmerged: [UnmergedEntry] = []
  ) {
    self.branch = branch
    self.machineSlug = machineSlug
    self.intentToAdd = intentToAdd
    self.unmerged = unmerged
  }

  /// The whole message, ending in a newline; paths in hexadecimal, as they may hold any byte.
  package var bytes: [UInt8] {
    var bytes = Array("backup: the staging area\n\nPulsar-Machine: \(self.machineSlug)\n".utf8)
    bytes += Array("Pulsar-Branch: ".utf8) + self.branch.name + [UInt8(ascii: "\n")]
    for path in self.intentToAdd.sorted() {
      bytes += Array("Pulsar-Intent-To-Add: \(Self.hex(path)) \(path.displayed)\n".utf8)
    }
    for entry in self.unmerged.sorted() {
      let what = "\(entry.entry.mode.octal) \(entry.entry.id.hex) \(entry.stage)"
      let path = "\(Self.hex(entry.path)) \(entry.path.displayed)"
      bytes += Array("Pulsar-Unmerged: \(what) \(path)\n".utf8)
    }
    return bytes + Array("\(Self.mark)\n[skip ci]\n".utf8)
  }

  /// Whether a message is that of an index commit.
  package static func isOne(_ message: [UInt8]) -> Bool {
    message.split(separator: UInt8(ascii: "\n")).contains { $0.elementsEqual(self.mark.utf8) }
  }

  /// The paths of `git add --intent-to-add` that a message names.
  package static func intentToAdd(in message: [UInt8]) -> [GitPath] {
    let key = Array("Pulsar-Intent-To-Add: ".utf8)
    return message.split(separator: UInt8(ascii: "\n")).compactMap { line in
      guard line.starts(with: key) else { return nil }
      return self.path(line.dropFirst(key.count).prefix { $0 != UInt8(ascii: " ") })
    }
  }

  /// The versions of paths with a conflict that a message names, ascending.
  package static func unmerged(in message: [UInt8]) -> [UnmergedEntry] {
    let key = Array("Pulsar-Unmerged: ".utf8)
    return message.split(separator: UInt8(ascii: "\n")).compactMap { line in
      guard line.starts(with: key) else { return nil }
      let words = line.dropFirst(key.count).split(separator: UInt8(ascii: " "), maxSplits: 4)
      guard words.count >= 4, let mode = FileMode(octal: words[0]),
        let id = ObjectID(hex: words[1]),
        let stage = Int(String(decoding: words[2], as: UTF8.self)),
        let path = self.path(words[3])
      else { return nil }
      return UnmergedEntry(path: path, stage: stage, entry: TreeEntry(mode: mode, id: id))
    }.sorted()
  }

  static func hex(_ path: GitPath) -> String {
    path.bytes.map { byte in
      let digits = String(byte, radix: 16)
      return digits.count == 1 ? "0" + digits : digits
    }.joined()
  }

  static func path(_ hex: ArraySlice<UInt8>) -> GitPath? {
    let digits = Array(hex)
    guard !digits.isEmpty, digits.count.isMultiple(of: 2) else { return nil }
    var bytes: [UInt8] = []
    for start in stride(from: 0, to: digits.count - 1, by: 2) {
      let pair = String(decoding: digits[start...(start + 1)], as: UTF8.self)
      guard let byte = UInt8(pair, radix: 16) else { return nil }
      bytes.append(byte)
    }
    return GitPath(bytes: bytes)
  }
}
