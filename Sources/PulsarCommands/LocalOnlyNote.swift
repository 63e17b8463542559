internal import PulsarCore
internal import PulsarEngine
internal import PulsarSystem

/// The paths of a working tree that were taken over as local only; a small file of ours in its git dir.
///
/// They stay so on whatever branch the person is. Where it is lost, the previous capture tells.
struct LocalOnlyNote {
  private static let header = "git-pulsar local-only 1"
  private let path: GitPath

  /// - Parameter gitDir: of the working tree.
  init(at gitDir: GitPath) {
    self.path = gitDir.appending("pulsar").appending("local-only")
  }

  /// Nil where there is no note, or none that is understood.
  func read() throws(SystemError) -> Set<GitPath>? {
    guard let bytes = try AtomicFile.read(self.path, limit: 1 << 24) else { return nil }
    let records = bytes.split(separator: 0).map { Array($0) }
    guard records.first?.elementsEqual(Self.header.utf8) == true else { return nil }
    return Set(records.dropFirst().map { GitPath(bytes: $0) })
  }

  /// Notes what a capture came to.
  func write(_ report: CaptureReport) throws(SystemError) {
    let paths = Set(report.localOnly.filter { $0.origin == .taken }.map(\.path))
    let known = try self.read()
    if known ?? [] == paths { return }
    let records = [Array(Self.header.utf8)] + paths.sorted().map(\.bytes)
    try AtomicFile.makeFolder(self.path.parent)
    try AtomicFile.replace(self.path, with: Array(records.joined(separator: [0])))
  }
}
