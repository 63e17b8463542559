internal import PulsarCore
internal import PulsarEngine
internal import PulsarSystem

/// A handover that no capture has recorded yet; a small file of ours in the git dir of a working tree.
struct HandoverNote {
  private static let header = "git-pulsar handover 1"
  private let path: GitPath

  /// - Parameter gitDir: of the working tree.
  init(at gitDir: GitPath) {
    self.path = gitDir.appending("pulsar").appending("handover")
  }

  /// The handover; nil when there is none to record.
  ///
  /// - Throws: a refusal when the file cannot be understood: a capture without it would say less than is
  ///   so.
  func read() throws -> Handover? {
    guard let bytes = try AtomicFile.read(self.path, limit: 1 << 16) else { return nil }
    let records = bytes.split(separator: 0, omittingEmptySubsequences: false).map { Array($0) }
    guard records.count == 4, records[0].elementsEqual(Self.header.utf8) else {
      throw Refusal(
        whatFailed: "nothing captured",
        why: "'\(self.path.displayed)' is of a version not known here",
        whatToDo: "use the version of git-pulsar that wrote it, or remove it if there is none")
    }
    return Handover(fields: records[1...])
  }

  func write(_ handover: Handover) throws(SystemError) {
    let records = [Array(Self.header.utf8)] + handover.fields
    try AtomicFile.makeFolder(self.path.parent)
    try AtomicFile.replace(self.path, with: Array(records.joined(separator: [0])))
  }

  func remove() throws(SystemError) { _ = try AtomicFile.remove(self.path) }
}

extension Handover {
  /// The stream, the sessions, and what is continued; without NUL.
  var fields: [[UInt8]] {
    [
      self.stream.bytes, Array(self.sessions.map(\.hex).joined(separator: " ").utf8),
      Array((self.continuing?.hex ?? "").utf8),
    ]
  }

  /// - Parameter fields: three, as above.
  init(fields: ArraySlice<[UInt8]>) {
    let fields = Array(fields)
    self.init(
      stream: RefName(bytes: fields[0]),
      sessions: fields[1].split(separator: UInt8(ascii: " ")).compactMap { ObjectID(hex: $0) },
      continuing: ObjectID(hex: fields[2]))
  }
}
