internal import PulsarCore
internal import PulsarEngine
internal import PulsarSystem

/// What syncs brought into a working tree: a small file of ours in its git dir.
struct SyncRecordFile {
  private let file: RecordFile<SyncRecord>

  /// - Parameter gitDir: of the working tree.
  init(at gitDir: GitPath) {
    self.file = RecordFile(gitDir.appending("pulsar").appending("synced"), limit: 256 << 20)
  }

  /// The record; nil when there is none that can be understood, so that what was synced is not known.
  func read() -> SyncRecord? { try? self.file.known() }

  /// - Throws: `SystemError` with the old record in place.
  func write(_ record: SyncRecord) throws(SystemError) { try self.file.write(record) }
}
