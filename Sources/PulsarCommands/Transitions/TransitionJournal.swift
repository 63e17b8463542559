internal import PulsarCore
internal import PulsarEngine
internal import PulsarSystem

/// A transition under way: written before the first file is touched, removed after the last.
///
/// One small file in the git dir of a working tree. Where it is left over, the process died between, and
/// whoever takes the lock next finishes the work.
struct TransitionJournal {
  private let record: RecordFile<Entry>

  /// - Parameter gitDir: of the working tree.
  init(at gitDir: GitPath) {
    self.record = RecordFile(gitDir.appending("pulsar").appending("journal"), limit: 1 << 16)
  }

  struct Entry: Hashable {
    /// The undo record, which holds both states.
    var record: RefName
    var id: ObjectID
    /// Whether the state before is to be reached again.
    var isBackwards: Bool
    /// Whether all files are done, and HEAD and the staging area come next.
    var isAtPlaces = false
    /// What the next capture is to record once it is done.
    var handover: Handover?
  }

  /// The file, written anew in each phase.
  var file: GitPath { self.record.path }
  var exists: Bool { (try? self.record.read()) != nil }

  /// - Throws: a refusal when the file cannot be understood.
  func read() throws -> Entry? {
    try self.record.content(
      orRefuse: "nothing done",
      "use the version of git-pulsar that wrote it; it tells of work that stopped half-way")
  }

  func write(_ entry: Entry) throws(SystemError) { try self.record.write(entry) }
  func remove() throws(SystemError) { try self.record.remove() }
}

extension TransitionJournal.Entry: Record {
  static let kind = "journal"
  static let version = 2

  func write(to writer: inout RecordWriter) {
    writer.write(self.record, self.id, self.isBackwards, self.isAtPlaces, self.handover)
  }

  init(from reader: inout RecordReader) throws(RecordError) {
    self.init(
      record: try reader.read(), id: try reader.read(), isBackwards: try reader.read(),
      isAtPlaces: try reader.read(), handover: try reader.read())
  }

  static func previous(_ file: [UInt8]) -> Self? {
    guard let parts = PreviousFile.parts(of: file, header: "git-pulsar journal 1"),
      parts.count == 3 || parts.count == 6, let id = ObjectID(hex: parts[1])
    else { return nil }
    let phase = PreviousFile.text(parts[2])
    return Self(
      record: RefName(bytes: Array(parts[0])), id: id, isBackwards: phase.hasPrefix("back"),
      isAtPlaces: phase.hasSuffix("places"),
      handover: parts.count == 6 ? Handover(previous: parts[3...]) : nil)
  }
}

extension RecordFile {
  /// What the file holds, without which nothing can be done; nil when there is none.
  func content(orRefuse whatFailed: String, _ whatToDo: String) throws -> Content? {
    switch try self.read() {
    case nil: return nil
    case .success(let content): return content
    case .failure(let error):
      throw Refusal(
        whatFailed: whatFailed, why: "'\(self.path.displayed)' \(error.fault)",
        whatToDo: whatToDo)
    }
  }
}
