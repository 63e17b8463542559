internal import PulsarCore
internal import PulsarEngine
internal import PulsarSystem

/// What the daemon says of each repository, for `status`: a small file in the state folder.
///
/// It holds only while the daemon does, which its lock tells.
struct StandingBoard {
  private let file: RecordFile<Content>

  init(stateFolder: GitPath) {
    self.file = RecordFile(stateFolder.appending("daemon.state"), limit: 4 << 20)
  }

  struct Content: Hashable {
    /// When it was written, by the continuous clock.
    let now: MonotonicTime
    /// The same moment on the wall clock.
    let wall: WallTime
    let entries: [Entry]

    /// Words as of the moment it was written.
    var words: StandingWords { StandingWords(now: self.now, wall: self.wall) }
  }

  /// What is said of one repository.
  struct Entry: Hashable {
    let repository: GitPath
    /// Why it is not there; nil when it is.
    let absence: Absence?
    /// Nil until it was looked at.
    let standing: Standing?
    /// Why its files are not watched; nil when they are.
    let unwatched: UnwatchedReason?
  }

  /// - Throws: when it cannot be written; then `status` knows less.
  func write(_ content: Content) throws(SystemError) {
    try AtomicFile.replace(self.file.path, with: content.file, isDurable: false)
  }

  /// - Returns: nil when nothing is there, or nothing that is understood, which is the same to `status`.
  func read() -> Content? { try? self.file.known() }
}

extension StandingBoard.Content: Record {
  static let kind = "daemon state"
  static let version = 2

  func write(to writer: inout RecordWriter) { writer.write(self.now, self.wall, self.entries) }

  init(from reader: inout RecordReader) throws(RecordError) {
    self.init(now: try reader.read(), wall: try reader.read(), entries: try reader.read())
  }
}

extension StandingBoard.Entry: RecordValue {
  func write(to writer: inout RecordWriter) {
    writer.write(self.repository, self.absence, self.standing, self.unwatched)
  }

  init(from reader: inout RecordReader) throws(RecordError) {
    self.init(
      repository: try reader.read(), absence: try reader.read(), standing: try reader.read(),
      unwatched: try reader.read())
  }
}
