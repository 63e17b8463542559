internal import PulsarCore
internal import PulsarGit
internal import PulsarSystem

extension OpenRepository {
  /// Removes what a loss of power may have left, once after each start of the system.
  ///
  /// Called under the lock. Where nothing was noted before, nothing of ours can have been left.
  func clearAfterStart() {
    guard let boot = self.session.boot else { return }
    let file = RecordFile<BootRecord>(
      self.location.commonDir.appending("pulsar").appending("boot"), limit: 1024)
    let now = BootRecord(boot: boot)
    let known = try? file.read()
    if case .success(now) = known { return }
    // What cannot be removed now is looked for again.
    if known != nil, !EmptyObjects.remove(from: self.location) { return }
    try? file.write(now)
  }
}

/// Since which start of the system nothing was left by a loss of power.
struct BootRecord: Record, Hashable {
  static let kind = "boot"
  static let version = 2

  /// See `BootSession`.
  let boot: [UInt8]

  func write(to writer: inout RecordWriter) { writer.write(self.boot) }

  static func previous(_ file: [UInt8]) -> Self? {
    guard file.starts(with: "1 ".utf8), let id = BootSession.id(file.dropFirst(2)),
      file.dropFirst(2 + id.count) == [PreviousFile.newline]
    else { return nil }
    return Self(boot: id)
  }
}

extension BootRecord {
  init(from reader: inout RecordReader) throws(RecordError) { self.init(boot: try reader.read()) }
}
