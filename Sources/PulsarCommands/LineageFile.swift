internal import PulsarCore
internal import PulsarEngine
internal import PulsarGit
internal import PulsarSystem

/// The file in which `Lineage` keeps what it found out, one a repository.
///
/// Lost or damaged, it is made anew.
final class LineageFile: LineageMemory {
  private static let limit = 1 << 26
  private let path: GitPath
  /// Of a history that is cut off, nothing is kept: it may become whole.
  private let isCut: Bool

  init(commonDir: GitPath) {
    self.isCut = CutHistory(commonDir: commonDir).isCut
    self.path = commonDir.appending("pulsar").appending("lineage")
  }

  convenience init(_ location: RepositoryLocation) { self.init(commonDir: location.commonDir) }

  func load() -> [UInt8]? {
    self.isCut ? nil : try? AtomicFile.read(self.path, limit: Self.limit)
  }

  func save(_ bytes: [UInt8]) {
    if self.isCut { return }
    do {
      try AtomicFile.makeFolder(self.path.parent)
      try AtomicFile.replace(self.path, with: bytes, isDurable: false)
    } catch {
      // It is found out again next time.
      return
    }
  }
}
