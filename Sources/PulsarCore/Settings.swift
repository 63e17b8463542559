/// What a person may tune, after all layers are merged (`DESIGN.md` §5).
package struct Settings: Hashable, Sendable {
  package var backupBranch = "wip/pulsar"
  package var remoteName = "origin"
  package var preset: Preset?
  package var commitIntervalSeconds = 600
  package var pushIntervalSeconds = 3600
  package var minBatteryPercent = 10
  package var ecoModePercent = 20
  package var largeFileThreshold = ByteCount(100_000_000)
  package var largeFileAction = LargeFileAction.skip
  package var maxLogSize = ByteCount(5_000_000)
  /// Patterns in the syntax of `.gitignore`, for captures only, in the order of the layers.
  package var ignore: [String] = []
  package var managesGitignore = false

  package init() {}

  /// Named pairs of intervals; an explicit interval beats them.
  package enum Preset: String, CaseIterable, Hashable, Sendable {
    case paranoid, aggressive, balanced, lazy

    package var commitIntervalSeconds: Int {
      switch self {
      case .paranoid: 300
      case .aggressive: 600
      case .balanced: 900
      case .lazy: 3600
      }
    }

    package var pushIntervalSeconds: Int {
      switch self {
      case .paranoid: 300
      case .aggressive: 600
      case .balanced: 3600
      case .lazy: 14400
      }
    }
  }

  /// What a file over the limit does to a capture.
  package enum LargeFileAction: String, CaseIterable, Hashable, Sendable {
    /// The file stays at its last captured state and is named; the rest is captured.
    case skip
    /// Nothing is captured.
    case abort
  }
}
