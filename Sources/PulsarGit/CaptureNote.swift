package import PulsarCore
package import PulsarEngine

/// The newest capture of a working tree and what it left out.
///
/// A small file of ours, so that `list` and `status` need not walk anything. A cache: the refs
/// decide.
package struct CaptureNote: Sendable {
  private static let header = "git-pulsar capture 2"

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
    guard let bytes = HeadFile.bytes(of: Self.path(gitDir)) else { return nil }
    let records = bytes.split(separator: 0, omittingEmptySubsequences: false).map { Array($0) }
    guard records.count >= 7, records[0].elementsEqual(Self.header.utf8),
      let commit = ObjectID(hex: records[3]),
      let seconds = Int64(String(decoding: records[5], as: UTF8.self))
    else { return nil }
    self.stream = RefName(bytes: records[1])
    self.pushed = RefName(bytes: records[2])
    self.commit = commit
    self.branch = Branch(name: records[4])
    self.time = WallTime(seconds: seconds)
    self.head = ObjectID(hex: records[6])
    self.skipped = records.dropFirst(7).compactMap(Self.skippedPath)
  }

  /// Writes the note.
  ///
  /// One that cannot be written stops nothing: the refs say the same.
  package func save(at gitDir: GitPath) {
    var records: [[UInt8]] = [
      Array(Self.header.utf8), self.stream.bytes, self.pushed.bytes, Array(self.commit.hex.utf8),
      self.branch.name, Array(String(self.time.seconds).utf8), Array((self.head?.hex ?? "").utf8),
    ]
    for item in self.skipped {
      let reason = "\(item.reason.keyword)\n\(Self.detail(item.reason))\n"
      records.append(Array(reason.utf8) + item.path.bytes)
    }
    Scratch.replace(Self.path(gitDir), with: Array(records.joined(separator: [0])))
  }

  private static func path(_ gitDir: GitPath) -> GitPath {
    gitDir.appending("pulsar").appending("capture-note")
  }

  private static func skippedPath(_ record: [UInt8]) -> SkippedPath? {
    let fields = record.split(separator: 10, maxSplits: 2, omittingEmptySubsequences: false)
    guard fields.count == 3 else { return nil }
    let detail = String(decoding: fields[1], as: UTF8.self)
    let reason: SkippedPath.Reason
    switch String(decoding: fields[0], as: UTF8.self) {
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
    return SkippedPath(path: GitPath(bytes: Array(fields[2])), reason: reason)
  }

  private static func detail(_ reason: SkippedPath.Reason) -> String {
    switch reason {
    case .tooLarge(let size): String(size.bytes)
    case .unreadable(let words), .filterFailed(let words), .refusedByRemote(let words):
      words.filter { !$0.isNewline && $0 != "\0" }
    case .keptChanging, .notAFile, .refusedName, .notWritten: ""
    }
  }
}
