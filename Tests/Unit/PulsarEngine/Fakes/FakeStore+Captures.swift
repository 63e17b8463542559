import PulsarCore
import PulsarEngine

extension FakeStore {
  /// A capture of a machine's; nothing is moved to it.
  func capture(
    _ files: [String: String], of slug: String = "lap--1", on branch: String = "main",
    after parents: [ObjectID], head: ObjectID? = nil, continuing: Continuation? = nil,
    seconds: Int64 = 1000
  ) -> ObjectID {
    let message = CaptureMessage(
      changes: [], machineSlug: slug, branch: Branch(branch), reason: .change, skippedCount: 0,
      head: head, continuing: continuing)
    return self.commit(
      files, parents: parents, message: String(decoding: message.bytes, as: UTF8.self),
      seconds: seconds)
  }

  /// A finalization mark.
  func mark(
    after previous: ObjectID? = nil, consuming captures: [ObjectID], result: ObjectID
  ) -> ObjectID {
    let message = FinalizationMark(
      branch: Branch("main"), target: Branch("main"), result: result, machineSlug: "lap--1")
    return self.commit(
      [:], parents: [previous].compactMap { $0 } + captures + [result],
      message: String(decoding: message.bytes, as: UTF8.self))
  }

  func setStream(_ slug: String, _ leaf: String = "main", to id: ObjectID?) {
    self.set(RefName("refs/pulsar/streams/\(slug)/\(leaf)"), to: id)
  }

  func stream(_ slug: String, _ leaf: String = "main") -> ObjectID? {
    self.heads[RefName("refs/pulsar/streams/\(slug)/\(leaf)")]
  }

  /// Whether `ancestor` is in the history of `commit`, marks and all that stands for others included.
  func has(_ ancestor: ObjectID, in commit: ObjectID) throws -> Bool {
    try self.contains(ancestor, in: commit)
  }
}
