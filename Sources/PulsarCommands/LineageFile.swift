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

  init(commonDir: GitPath) {
    self.path = commonDir.appending("pulsar").appending("lineage")
  }

  convenience init(_ location: RepositoryLocation) { self.init(commonDir: location.commonDir) }

  func load() -> [UInt8]? { try? AtomicFile.read(self.path, limit: Self.limit) }

  func save(_ bytes: [UInt8]) {
    do {
      try AtomicFile.makeFolder(self.path.parent)
      try AtomicFile.replace(self.path, with: bytes, isDurable: false)
    } catch {
      // It is found out again next time.
      return
    }
  }
}
