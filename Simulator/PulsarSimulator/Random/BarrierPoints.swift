/// The places between two effects where a scenario has something happen.
package enum BarrierPoints {
  /// Amid a capture, first to last.
  package static let capture =
    Self.beforeCommit + Self.beforeRef + Self.beforeConfirmed + ["capture.after-confirmed"]
  /// Amid a push, first to last.
  package static let push = Self.beforePush + Self.beforeNote + ["push.after-push-confirmed"]
  package static let all = Self.capture + Self.push

  static let beforeCommit = ["capture.after-scan", "capture.after-files", "capture.after-tree"]
  static let beforeRef = ["capture.after-commit", "capture.after-objects-durable"]
  static let beforeConfirmed = ["capture.after-ref", "capture.after-ref-durable"]
  static let beforePush = ["push.before-push"]
  /// The remote may have it; we have not noted that yet.
  static let beforeNote = ["push.after-push"]

  /// The one place where a point becomes part of an act.
  static func act(_ point: String, _ act: BarrierAct) -> Act { .on(point: point, act) }
}
