internal import PulsarCore
internal import PulsarEngine
internal import PulsarGit
internal import PulsarSystem

/// The file in which `Lineage` keeps what it found out, one a repository.
///
/// Lost or damaged, it is made anew.
final class LineageFile: LineageMemory {
  private let file: RecordFile<LineageRecord>
  /// Of a history that is cut off, nothing is kept: it may become whole.
  private let isCut: Bool

  init(commonDir: GitPath) {
    self.isCut = CutHistory(commonDir: commonDir).isCut
    self.file = RecordFile(commonDir.appending("pulsar").appending("lineage"), limit: 1 << 26)
  }

  convenience init(_ location: RepositoryLocation) { self.init(commonDir: location.commonDir) }

  func load() -> LineageRecord? { self.isCut ? nil : try? self.file.known() }

  func save(_ record: LineageRecord) {
    // It is found out again next time.
    if !self.isCut { try? self.file.write(record, isDurable: false) }
  }
}
