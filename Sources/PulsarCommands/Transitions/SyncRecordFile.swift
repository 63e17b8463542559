internal import PulsarCore
internal import PulsarEngine
internal import PulsarSystem

/// What syncs brought into a working tree: a small file of ours in its git dir.
struct SyncRecordFile {
  /// Larger files are not ours.
  private static let bytesMax = 256 << 20
  private let path: GitPath

  /// - Parameter gitDir: of the working tree.
  init(at gitDir: GitPath) {
    self.path = gitDir.appending("pulsar").appending("synced")
  }

  /// The record; nil when there is none that can be understood, so that what was synced is not known.
  func read() -> SyncRecord? {
    guard let bytes = try? AtomicFile.read(self.path, limit: Self.bytesMax) else { return nil }
    return SyncRecord(bytes: bytes)
  }

  /// - Throws: `SystemError` with the old record in place.
  func write(_ record: SyncRecord) throws(SystemError) {
    try AtomicFile.makeFolder(self.path.parent)
    try AtomicFile.replace(self.path, with: record.bytes)
  }
}

extension SyncRecord {
  private static let header = Array("git-pulsar synced 1".utf8)
  private static let newline = UInt8(ascii: "\n")

  /// Parts ended by NUL: the header, `L` with the branch captured last, `B` a branch, `E` an entry of it,
  /// and a check sum over all before.
  fileprivate var bytes: [UInt8] {
    var parts = [Self.header]
    if let last { parts.append(Array("L\n".utf8) + last) }
    for (branch, synced) in self.branches.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
      parts.append(Array("B\n\(synced.head?.hex ?? "-")\n".utf8) + branch)
      for (path, entry) in synced.entries.sorted(by: { $0.key < $1.key }) {
        let words = [Self.words(entry.brought), Self.words(entry.seen), Self.words(entry.indexed)]
        parts.append(Array("E\n\(words.joined(separator: "\n"))\n".utf8) + path.bytes)
      }
    }
    let body: [UInt8] = Array((parts + [[]]).joined(separator: [0]))
    return body + Array(String(Self.sum(body[...]), radix: 16).utf8)
  }

  fileprivate init?(bytes: [UInt8]) {
    guard let end = bytes.lastIndex(of: 0),
      UInt64(String(decoding: bytes[(end + 1)...], as: UTF8.self), radix: 16)
        == Self.sum(bytes[...end])
    else { return nil }
    let parts = bytes[..<end].split(separator: 0, omittingEmptySubsequences: false)
    guard parts.first?.elementsEqual(Self.header) == true else { return nil }
    var branches: [[UInt8]: SyncedEntries] = [:]
    var last: [UInt8]?
    var current: [UInt8] = []
    for part in parts.dropFirst() {
      switch part.first {
      case UInt8(ascii: "L"): last = Array(part.dropFirst(2))
      case UInt8(ascii: "B"):
        let fields = Self.fields(part, 3)
        guard fields.count == 3 else { return nil }
        current = Array(fields[2])
        branches[current] = SyncedEntries(head: ObjectID(hex: fields[1]))
      case UInt8(ascii: "E"):
        let fields = Self.fields(part, 5)
        guard fields.count == 5, let seen = Self.seen(fields[2]), branches[current] != nil else {
          return nil
        }
        branches[current]?.entries[GitPath(bytes: fields[4])] = SyncedEntry(
          brought: Self.entry(fields[1]), seen: seen, indexed: Self.entry(fields[3]))
      default: return nil
      }
    }
    self.init(branches: branches, last: last)
  }

  private static func fields(_ part: ArraySlice<UInt8>, _ count: Int) -> [ArraySlice<UInt8>] {
    part.split(separator: self.newline, maxSplits: count - 1, omittingEmptySubsequences: false)
  }

  private static func words(_ entry: TreeEntry?) -> String {
    entry.map { "\($0.mode.octal) \($0.id.hex)" } ?? "-"
  }

  private static func words(_ seen: SyncedEntry.Seen) -> String {
    switch seen {
    case .entry(let entry): self.words(entry)
    case .absent: "absent"
    case .notCheckedOut: "not-checked-out"
    case .deleted: "deleted"
    }
  }

  private static func entry(_ words: ArraySlice<UInt8>) -> TreeEntry? {
    let words = words.split(separator: UInt8(ascii: " "))
    guard words.count == 2, let mode = FileMode(octal: words[0]), let id = ObjectID(hex: words[1])
    else { return nil }
    return TreeEntry(mode: mode, id: id)
  }

  private static func seen(_ words: ArraySlice<UInt8>) -> SyncedEntry.Seen? {
    switch String(decoding: words, as: UTF8.self) {
    case "absent": .absent
    case "not-checked-out": .notCheckedOut
    case "deleted": .deleted
    default: self.entry(words).map { .entry($0) }
    }
  }

  private static func sum(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
  }
}
