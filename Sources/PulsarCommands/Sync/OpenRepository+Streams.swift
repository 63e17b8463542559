internal import PulsarCore
internal import PulsarEngine
internal import PulsarSystem

/// Whether what other machines captured was brought here.
enum StreamNews {
  case fetched
  /// The remote could not be asked; said already.
  case offline
  /// There is no remote; said already.
  case noRemote
}

extension OpenRepository {
  /// Names streams that are left out for what they are.
  func remark(_ overLimit: [OverLimit]) {
    for over in overLimit.prefix(10) {
      self.session.console.remark("left out '\(nameForDisplay(over.ref.bytes))': \(over.why)")
    }
    if overLimit.count > 10 {
      self.session.console.remark("… and \(overLimit.count - 10) more are left out")
    }
  }

  /// Brings the streams of other machines here, as far as that can be had; what is here already counts
  /// in any case.
  func freshStreams() throws -> StreamNews {
    self.session.console.progress("asking \(self.settings.remoteName) …")
    defer { self.session.console.endProgress() }
    do {
      let report = try self.fetchStreams()
      for sentence in report.sentences { self.session.console.remark("git-pulsar: \(sentence)") }
      return .fetched
    } catch let error as RemoteError {
      if InterruptFlag.isRaised { throw error }
      self.session.console.remark(
        "'\(self.settings.remoteName)' was not asked: \(error.why); going on with what is here")
      if case .notConfigured = error { return .noRemote }
      return .offline
    }
  }
}
