/// Where in a capture or a push something may happen: `on POINT …`.
///
/// The raw value is the word in a file, and stays the same when code is arranged anew.
package enum ScenarioPoint: String, CaseIterable, Hashable, Sendable {
  case captureAfterScan = "capture.after-scan"
  case captureAfterFiles = "capture.after-files"
  case captureAfterTree = "capture.after-tree"
  case captureAfterCommit = "capture.after-commit"
  case captureAfterObjectsDurable = "capture.after-objects-durable"
  case captureAfterRef = "capture.after-ref"
  case captureAfterRefDurable = "capture.after-ref-durable"
  case captureAfterConfirmed = "capture.after-confirmed"
  case pushBeforePush = "push.before-push"
  case pushAfterPush = "push.after-push"
  case pushAfterPushConfirmed = "push.after-push-confirmed"
}
