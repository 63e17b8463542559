internal import PulsarConfig
internal import PulsarCore
internal import PulsarEngine
internal import PulsarGit
internal import PulsarSystem

/// Captures changed paths of one repository within the daemon, in milliseconds.
///
/// Keeps what it read of the settings: make a new one when they may have changed.
final class DirectCapture {
  /// Nothing else happens in the daemon meanwhile: what takes longer than a moment is a worker's.
  private static let pathsMax = 1000
  private static let bytesMax = 16 << 20

  private let session: Session
  private let path: GitPath
  private let known: KnownRepository
  private var cascade: SettingsCascade?

  init(_ session: Session, _ path: GitPath) {
    self.session = session
    self.path = path
    self.known = KnownRepository(session.git.with(in: path))
  }

  /// - Parameters:
  ///   - reason: of the capture.
  ///   - paths: known to have changed; nothing else is looked at.
  /// - Returns: nil when it is not as simple as that; then a worker does it, and says what is wrong.
  func run(_ reason: CaptureReason, _ paths: [GitPath]) -> CaptureEnd? {
    guard Self.isQuick(paths, in: self.path) else { return nil }
    do {
      let repository = try self.known.current()
      let cascade = self.cascade ?? self.session.settings(for: repository)
      self.cascade = cascade
      // The machine is read each time: a push, by another process, may have changed its slug.
      let open = try OpenRepository(self.session, repository, cascade)
      // Whoever captures there, or tidies up, is not waited for here.
      if GarbageCollection(of: open.location).isRunning { return nil }
      let report = try open.lockedIfFree { try open.capture(reason, knownPaths: paths) }
      return report.map {
        CaptureEnd(.captured(isNew: open.hasNews($0)), leftOut: $0.skipped.map(\.path))
      }
    } catch {
      return nil
    }
  }

  /// Whether so much can be read and written in a moment.
  ///
  /// - Parameters:
  ///   - paths: what changed; a folder is as good as empty.
  ///   - folder: the working tree.
  /// - Returns: by number and size of the files alone.
  static func isQuick(_ paths: [GitPath], in folder: GitPath) -> Bool {
    if paths.count > Self.pathsMax { return false }
    var bytes = 0
    return paths.allSatisfy { path in
      bytes += folder.appending(path).fileSize
      return bytes <= Self.bytesMax
    }
  }
}
