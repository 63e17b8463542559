/// The places between two effects where a scenario has something happen.
package enum BarrierPoints {
  /// Amid a capture, first to last.
  package static let capture: [ScenarioPoint] =
    Self.beforeCommit + Self.beforeRef + Self.beforeConfirmed + [.captureAfterConfirmed]
  /// Amid a push, first to last.
  package static let push: [ScenarioPoint] =
    Self.beforePush + Self.beforeNote + [.pushAfterPushConfirmed]

  /// About how many operations on files one makes when it has a little to do.
  static func operations(of effect: FileEffect) -> Int {
    switch effect {
    case .capture: 50
    case .push, .radar: 16
    case .now, .restore: 40
    case .sync, .undo: 70
    case .finalize: 90
    }
  }

  static let beforeCommit: [ScenarioPoint] = [
    .captureAfterScan, .captureAfterFiles, .captureAfterTree,
  ]
  static let beforeRef: [ScenarioPoint] = [.captureAfterCommit, .captureAfterObjectsDurable]
  static let beforeConfirmed: [ScenarioPoint] = [.captureAfterRef, .captureAfterRefDurable]
  static let beforePush: [ScenarioPoint] = [.pushBeforePush]
  /// The remote may have it; we have not noted that yet.
  static let beforeNote: [ScenarioPoint] = [.pushAfterPush]
}
