/// The places between two effects where a scenario has something happen.
package enum BarrierPoints {
  /// Amid a capture, first to last.
  package static let capture = [
    "capture.after-scan", "capture.after-files", "capture.after-tree", Self.afterCommit,
    Self.afterObjectsDurable, Self.afterRef, "capture.after-ref-durable", Self.afterConfirmed,
  ]
  /// Amid a push, first to last.
  package static let push = ["push.before-push", Self.afterPush, Self.afterPushConfirmed]
  package static let all = Self.capture + Self.push

  static let afterCommit = "capture.after-commit"
  static let afterObjectsDurable = "capture.after-objects-durable"
  static let afterRef = "capture.after-ref"
  static let afterConfirmed = "capture.after-confirmed"
  static let afterPush = "push.after-push"
  static let afterPushConfirmed = "push.after-push-confirmed"

  static func act(_ point: String, _ act: BarrierAct) -> Act { .on(point: point, act) }
}
