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
}
