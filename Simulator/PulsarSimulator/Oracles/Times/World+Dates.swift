internal import PulsarCore
internal import PulsarEngine
internal import PulsarGit

/// S29: no capture is dated before what it goes on from.
extension World {
  /// Judges a capture that was just made.
  ///
  /// A session that was taken over may be of a machine whose clock is years ahead; its date is not taken
  /// over with it.
  func judgeDate(of capture: CommitRecord, on node: SimulatedNode) {
    guard CaptureTrailers(message: capture.message) != nil else { return }
    self.count("S29")
    for parent in capture.parents {
      // The history of a shallow clone ends somewhere.
      guard let record = try? node.withStore({ try $0.commit(parent) }) else { continue }
      let slug = CaptureTrailers(message: record.message)?.machineSlug
      let isOthers = slug.map { !$0.hasPrefix(node.slug) } ?? false
      if isOthers || capture.time.seconds >= record.time.seconds { continue }
      return self.fail(
        "S29", node.name,
        "the capture \(capture.id.short) is dated \(record.time.seconds - capture.time.seconds) s "
          + "before \(parent.short), which it goes on from")
    }
  }
}
