package import PulsarCore
package import PulsarEngine
internal import PulsarSystem

/// A handover that no capture has recorded yet; a small file of ours in the git dir of a working tree.
struct HandoverNote {
  private let file: RecordFile<Handover>

  /// - Parameter gitDir: of the working tree.
  init(at gitDir: GitPath) {
    self.file = RecordFile(gitDir.appending("pulsar").appending("handover"), limit: 1 << 16)
  }

  /// The handover; nil when there is none to record.
  ///
  /// - Throws: a refusal when the file cannot be understood: a capture without it would say less than is
  ///   so.
  func read() throws -> Handover? {
    try self.file.content(
      orRefuse: "nothing captured",
      "use the version of git-pulsar that wrote it, or remove it if there is none")
  }

  func write(_ handover: Handover) throws(SystemError) { try self.file.write(handover) }
  func remove() throws(SystemError) { try self.file.remove() }
}

extension Handover: Record {
  package static let kind = "handover"
  package static let version = 2

  package func write(to writer: inout RecordWriter) {
    writer.write(self.stream, self.sessions, self.continuing)
  }

  package init(from reader: inout RecordReader) throws(RecordError) {
    self.init(
      stream: try reader.read(), sessions: try reader.read(), continuing: try reader.read())
  }

  package static func previous(_ file: [UInt8]) -> Self? {
    PreviousFile.parts(of: file, header: "git-pulsar handover 1").flatMap {
      $0.count == 3 ? Self(previous: $0[...]) : nil
    }
  }

  /// - Parameter parts: three, as the version before wrote them here and in the journal.
  init(previous parts: ArraySlice<ArraySlice<UInt8>>) {
    let parts = Array(parts)
    self.init(
      stream: RefName(bytes: Array(parts[0])), sessions: PreviousFile.ids(parts[1]) ?? [],
      continuing: ObjectID(hex: parts[2]))
  }
}
