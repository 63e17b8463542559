/// What one file of ours holds.
///
/// A file is a line `git-pulsar <kind> <version>`, the fields in the order in which `write(to:)` writes
/// them, and 8 bytes of FNV-1a over all before, the highest first. A value has exactly one file, and
/// anything else is no file of it.
package protocol Record: RecordValue {
  /// What the file is, in words.
  static var kind: String { get }
  /// Changes whenever the fields do.
  static var version: Int { get }

  /// Reads a file as the version before wrote it.
  ///
  /// - Returns: nil for anything else.
  static func previous(_ file: [UInt8]) -> Self?
}

/// Why bytes are no file of a record.
package enum RecordError: Error, Hashable, Sendable {
  /// It is cut short, changed, or something else altogether.
  case damaged
  /// A newer git-pulsar wrote it.
  case unknownVersion(Int)

  /// For people, to stand behind the name of the file.
  package var fault: String {
    switch self {
    case .damaged: "is damaged, or of a version not known here"
    case .unknownVersion(let version): "is of version \(version), which is not known here"
    }
  }
}

extension Record {
  package static func previous(_ file: [UInt8]) -> Self? { nil }

  private static var name: [UInt8] { Array("git-pulsar \(self.kind) ".utf8) }

  package var file: [UInt8] {
    var writer = RecordWriter(Self.name + Array("\(Self.version)\n".utf8))
    self.write(to: &writer)
    return writer.sealed
  }

  /// Reads a file of this version, or of the one before.
  package init(file: [UInt8]) throws(RecordError) {
    let version = Self.statedVersion(file)
    if version == Self.version {
      var reader = try RecordReader(sealed: file)
      try self.init(from: &reader)
      try reader.end()
    } else if let previous = Self.previous(file) {
      self = previous
    } else if let version, version > Self.version {
      throw .unknownVersion(version)
    } else {
      throw .damaged
    }
  }

  /// The version that the first line says; nil when it says none.
  private static func statedVersion(_ file: [UInt8]) -> Int? {
    guard file.starts(with: self.name) else { return nil }
    let rest = file.dropFirst(self.name.count).prefix(20)
    guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
    return Int(String(decoding: rest[..<end], as: UTF8.self))
  }
}
