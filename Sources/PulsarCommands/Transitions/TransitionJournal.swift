internal import PulsarCore
internal import PulsarEngine
internal import PulsarSystem

/// A transition under way: written before the first file is touched, removed after the last.
///
/// One small file in the git dir of a working tree. Where it is left over, the process died between, and
/// whoever takes the lock next finishes the work.
struct TransitionJournal {
  private static let header = "git-pulsar journal 1"
  private let path: GitPath

  /// - Parameter gitDir: of the working tree.
  init(at gitDir: GitPath) {
    self.path = gitDir.appending("pulsar").appending("journal")
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

    fileprivate var phase: String {
      (self.isBackwards ? "back" : "forward") + (self.isAtPlaces ? " places" : "")
    }
  }

  /// The file, written anew in each phase.
  var file: GitPath { self.path }
  var exists: Bool { (try? AtomicFile.read(self.path, limit: 1 << 16)) != nil }

  /// - Throws: a refusal when the file cannot be understood.
  func read() throws -> Entry? {
    guard let bytes = try AtomicFile.read(self.path, limit: 1 << 16) else { return nil }
    let fields = bytes.split(separator: 0, omittingEmptySubsequences: false).map { Array($0) }
    guard fields.count == 4 || fields.count == 7, fields[0].elementsEqual(Self.header.utf8),
      let id = ObjectID(hex: fields[2])
    else {
      throw Refusal(
        whatFailed: "nothing done", why: "'\(self.path.displayed)' is of a version not known here",
        whatToDo:
          "use the version of git-pulsar that wrote it; it tells of work that stopped half-way")
    }
    let phase = String(decoding: fields[3], as: UTF8.self)
    return Entry(
      record: RefName(bytes: fields[1]), id: id, isBackwards: phase.hasPrefix("back"),
      isAtPlaces: phase.hasSuffix("places"),
      handover: fields.count == 7 ? Handover(fields: fields[4...]) : nil)
  }

  func write(_ entry: Entry) throws(SystemError) {
    var fields: [[UInt8]] = [
      Array(Self.header.utf8), entry.record.bytes, Array(entry.id.hex.utf8),
      Array(entry.phase.utf8),
    ]
    if let handover = entry.handover { fields += handover.fields }
    try AtomicFile.makeFolder(self.path.parent)
    try AtomicFile.replace(self.path, with: Array(fields.joined(separator: [0])))
  }

  func remove() throws(SystemError) { _ = try AtomicFile.remove(self.path) }
}
