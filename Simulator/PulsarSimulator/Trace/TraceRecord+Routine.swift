extension TraceRecord {
  /// Whether nothing came of it: a look that found nothing new, a push with nothing to push.
  ///
  /// Such records come every few minutes, and are neither drawn nor listed.
  var isRoutine: Bool {
    switch self.kind {
    case .looked: self.detail == "nothing new"
    case .pushed: self.detail == "nothing"
    default: false
    }
  }

  /// Whether it changed nothing: such records are drawn, and are not among the last events before a
  /// failure.
  var isAside: Bool {
    switch self.kind {
    case .marked, .skipped: true
    case .captured: self.detail.hasSuffix(" same")
    default: false
    }
  }
}
