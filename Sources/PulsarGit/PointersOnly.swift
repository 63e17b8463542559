package import PulsarCore

/// The streams whose large files the remote lacks, as they were pushed where git-lfs was not installed.
///
/// A small file of ours in the common folder; one that cannot be read or written stops no push.
package struct PointersOnly {
  /// Captures after `base`, up to the one that is pushed; nil for all from the first on.
  package struct Stretch: Hashable, Sendable {
    package let base: ObjectID?
  }

  private let path: GitPath
  private var record = PointersRecord()

  /// - Parameter commonDir: of the repository.
  package init(at commonDir: GitPath) {
    self.path = commonDir.appending("pulsar").appending("pointers-only")
    let known = HeadFile.bytes(of: self.path).flatMap { try? PointersRecord(file: $0) }
    if let known { self.record = known }
  }

  /// A stream as it is called on the remote; nil when all its files are there.
  package subscript(ref: RefName) -> Stretch? {
    get { self.record.stretches[ref] }
    set { self.record.stretches[ref] = newValue }
  }

  func save() { Scratch.replace(self.path, with: self.record.file) }

  /// For people.
  package static let sentence =
    "pointers only: the remote lacks large files that captures point to, as git-lfs is not installed; install it, and the next push sends them"
}

/// Stretches by the stream's name on the remote.
struct PointersRecord: Record, Hashable {
  static let kind = "pointers only"
  static let version = 2

  var stretches: [RefName: PointersOnly.Stretch] = [:]

  func write(to writer: inout RecordWriter) { writer.write(self.stretches) }

  static func previous(_ file: [UInt8]) -> Self? {
    guard let parts = PreviousFile.parts(of: file, header: "git-pulsar pointers only 1") else {
      return nil
    }
    var record = Self()
    for part in parts {
      guard let fields = PreviousFile.fields(of: part, 2) else { continue }
      record.stretches[RefName(bytes: Array(fields[1]))] = .init(base: ObjectID(hex: fields[0]))
    }
    return record
  }
}

extension PointersRecord {
  init(from reader: inout RecordReader) throws(RecordError) {
    self.init(stretches: try reader.read())
  }
}

extension PointersOnly.Stretch: RecordValue {
  package func write(to writer: inout RecordWriter) { writer.write(self.base) }

  package init(from reader: inout RecordReader) throws(RecordError) {
    self.init(base: try reader.read())
  }
}
