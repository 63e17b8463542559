internal import PulsarCore
internal import PulsarEngine
internal import PulsarSystem

/// The paths of a working tree that were taken over as local only; a small file of ours in its git dir.
///
/// They stay so on whatever branch the person is. Where it is lost, the previous capture tells.
struct LocalOnlyNote {
  private let file: RecordFile<LocalOnlyRecord>

  /// - Parameter gitDir: of the working tree.
  init(at gitDir: GitPath) {
    self.file = RecordFile(gitDir.appending("pulsar").appending("local-only"), limit: 1 << 24)
  }

  /// Nil where there is no note, or none that is understood.
  func read() throws(SystemError) -> Set<GitPath>? { try self.file.known()?.paths }

  /// Notes what a capture came to.
  func write(_ report: CaptureReport) throws(SystemError) {
    let paths = Set(report.localOnly.filter { $0.origin == .taken }.map(\.path))
    if try self.read() ?? [] == paths { return }
    try self.file.write(LocalOnlyRecord(paths: paths))
  }
}

/// The paths as a file holds them.
struct LocalOnlyRecord: Record, Hashable {
  static let kind = "local-only"
  static let version = 2
  let paths: Set<GitPath>

  func write(to writer: inout RecordWriter) { writer.write(self.paths) }

  static func previous(_ file: [UInt8]) -> Self? {
    PreviousFile.parts(of: file, header: "git-pulsar local-only 1").map {
      Self(paths: Set($0.map { GitPath(bytes: $0) }))
    }
  }
}

extension LocalOnlyRecord {
  init(from reader: inout RecordReader) throws(RecordError) { self.init(paths: try reader.read()) }
}
