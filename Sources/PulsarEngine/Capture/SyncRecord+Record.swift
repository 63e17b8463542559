package import PulsarCore

extension SyncRecord: Record {
  package static let kind = "synced"
  package static let version = 2

  /// The branch captured last, then the branches by their names in refs.
  package func write(to writer: inout RecordWriter) {
    let branches = self.branches.map { (RefName(bytes: $0), $1) }
    writer.write(self.last, Dictionary(uniqueKeysWithValues: branches))
  }

  package init(from reader: inout RecordReader) throws(RecordError) {
    let last = try reader.read([UInt8]?.self)
    let branches = try reader.read([RefName: SyncedEntries].self).map { ($0.bytes, $1) }
    self.init(branches: Dictionary(uniqueKeysWithValues: branches), last: last)
  }

  /// `L` with the branch captured last, `B` a branch, `E` an entry of it, and a checksum.
  package static func previous(_ file: [UInt8]) -> Self? {
    guard var parts = PreviousFile.parts(of: file, header: "git-pulsar synced 1"),
      let sum = parts.popLast(),
      UInt64(PreviousFile.text(sum), radix: 16) == FNV1a(file.dropLast(sum.count)).value
    else { return nil }
    var branches: [[UInt8]: SyncedEntries] = [:]
    var last: [UInt8]?
    var current: [UInt8] = []
    for part in parts {
      switch part.first {
      case UInt8(ascii: "L"): last = Array(part.dropFirst(2))
      case UInt8(ascii: "B"):
        guard let fields = PreviousFile.fields(of: part, 3) else { return nil }
        current = Array(fields[2])
        branches[current] = SyncedEntries(head: ObjectID(hex: fields[1]))
      case UInt8(ascii: "E"):
        guard let fields = PreviousFile.fields(of: part, 5), let seen = Self.seen(fields[2]),
          branches[current] != nil
        else { return nil }
        branches[current]?.entries[GitPath(bytes: fields[4])] = SyncedEntry(
          brought: Self.entry(fields[1]), seen: seen, indexed: Self.entry(fields[3]))
      default: return nil
      }
    }
    return Self(branches: branches, last: last)
  }

  private static func entry(_ words: ArraySlice<UInt8>) -> TreeEntry? {
    let words = words.split(separator: UInt8(ascii: " "))
    guard words.count == 2, let mode = FileMode(octal: words[0]), let id = ObjectID(hex: words[1])
    else { return nil }
    return TreeEntry(mode: mode, id: id)
  }

  private static func seen(_ words: ArraySlice<UInt8>) -> SyncedEntry.Seen? {
    switch PreviousFile.text(words) {
    case "absent": .absent
    case "not-checked-out": .notCheckedOut
    case "deleted": .deleted
    default: self.entry(words).map { .entry($0) }
    }
  }
}

extension SyncedEntries: RecordValue {
  package func write(to writer: inout RecordWriter) { writer.write(self.head, self.entries) }

  package init(from reader: inout RecordReader) throws(RecordError) {
    self.init(head: try reader.read(), entries: try reader.read())
  }
}

extension SyncedEntry: RecordValue {
  package func write(to writer: inout RecordWriter) {
    writer.write(self.brought, self.seen, self.indexed)
  }

  package init(from reader: inout RecordReader) throws(RecordError) {
    self.init(brought: try reader.read(), seen: try reader.read(), indexed: try reader.read())
  }
}

extension SyncedEntry.Seen: RecordValue {
  package func write(to writer: inout RecordWriter) {
    switch self {
    case .entry(let entry): writer.write("entry", entry)
    case .absent: writer.write("absent")
    case .notCheckedOut: writer.write("not-checked-out")
    case .deleted: writer.write("deleted")
    }
  }

  package init(from reader: inout RecordReader) throws(RecordError) {
    switch try reader.read(String.self) {
    case "entry": self = .entry(try reader.read())
    case "absent": self = .absent
    case "not-checked-out": self = .notCheckedOut
    case "deleted": self = .deleted
    default: throw .damaged
    }
  }
}
