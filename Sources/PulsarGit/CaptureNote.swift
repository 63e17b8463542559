package import PulsarCore
package import PulsarEngine

/// The newest capture of a working tree and what it left out.
///
/// A small file of ours, so that `list` and `status` need not walk anything. A cache: the refs
/// decide.
package struct CaptureNote: Sendable {
  package let stream: RefName
  package let pushed: RefName
  package let commit: ObjectID
  package let branch: Branch
  package let time: WallTime
  /// HEAD's commit then, which the stream contains; nil while there was none.
  package let head: ObjectID?
  package let skipped: [SkippedPath]

  package init(_ report: CaptureReport) {
    self.stream = report.refs.stream
    self.pushed = report.refs.pushed
    self.commit = report.commit
    self.branch = report.branch
    self.time = report.time
    self.head = report.head
    self.skipped = report.skipped
  }

  /// The same of another capture, made in the place of this one without some paths.
  package func following(_ commit: ObjectID, skipping skipped: [SkippedPath]) -> CaptureNote {
    CaptureNote(self, commit, skipped)
  }

  private init(_ other: CaptureNote, _ commit: ObjectID, _ skipped: [SkippedPath]) {
    self.stream = other.stream
    self.pushed = other.pushed
    self.commit = commit
    self.branch = other.branch
    self.time = other.time
    self.head = other.head
    let paths = Set(skipped.map(\.path))
    self.skipped = (other.skipped.filter { !paths.contains($0.path) } + skipped).sorted {
      $0.path < $1.path
    }
  }

  /// For the next capture.
  package var knownCapture: KnownCapture {
    KnownCapture(capture: self.commit, head: self.head)
  }

  /// Reads the note; nil when there is none, or none that can be read.
  ///
  /// - Parameter gitDir: of the working tree.
  package init?(at gitDir: GitPath) {
    guard let bytes = HeadFile.bytes(of: Self.path(gitDir)), let note = try? Self(file: bytes)
    else { return nil }
    self = note
  }

  /// Writes the note.
  ///
  /// One that cannot be written stops nothing: the refs say the same.
  package func save(at gitDir: GitPath) {
    Scratch.replace(Self.path(gitDir), with: self.file)
  }

  private static func path(_ gitDir: GitPath) -> GitPath {
    gitDir.appending("pulsar").appending("capture-note")
  }
}

extension CaptureNote: Record {
  package static let kind = "capture"
  package static let version = 3

  package func write(to writer: inout RecordWriter) {
    writer.write(
      self.stream, self.pushed, self.commit, self.branch, self.time.seconds, self.head,
      self.skipped)
  }

  package init(from reader: inout RecordReader) throws(RecordError) {
    self.stream = try reader.read()
    self.pushed = try reader.read()
    self.commit = try reader.read()
    self.branch = try reader.read()
    self.time = WallTime(seconds: try reader.read())
    self.head = try reader.read()
    self.skipped = try reader.read()
  }

  package static func previous(_ file: [UInt8]) -> Self? { Self(previous: file) }

  private init?(previous file: [UInt8]) {
    guard let parts = PreviousFile.parts(of: file, header: "git-pulsar capture 2"),
      parts.count >= 6, let commit = ObjectID(hex: parts[2]),
      let seconds = Int64(PreviousFile.text(parts[4]))
    else { return nil }
    self.stream = RefName(bytes: Array(parts[0]))
    self.pushed = RefName(bytes: Array(parts[1]))
    self.commit = commit
    self.branch = Branch(name: Array(parts[3]))
    self.time = WallTime(seconds: seconds)
    self.head = ObjectID(hex: parts[5])
    self.skipped = parts.dropFirst(6).compactMap(Self.previousPath)
  }

  private static func previousPath(_ part: ArraySlice<UInt8>) -> SkippedPath? {
    guard let fields = PreviousFile.fields(of: part, 3) else { return nil }
    let detail = PreviousFile.text(fields[1])
    let reason: SkippedPath.Reason
    switch PreviousFile.text(fields[0]) {
    case "too-large": reason = .tooLarge(ByteCount(Int(detail) ?? 0))
    case "unreadable": reason = .unreadable(detail)
    case "kept-changing": reason = .keptChanging
    case "not-a-file": reason = .notAFile
    case "filter-failed": reason = .filterFailed(detail)
    case "refused-name": reason = .refusedName
    case "not-written": reason = .notWritten
    case "refused-by-remote": reason = .refusedByRemote(detail)
    default: return nil
    }
    return SkippedPath(path: GitPath(bytes: fields[2]), reason: reason)
  }
}
