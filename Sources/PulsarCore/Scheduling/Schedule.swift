/// What the settings of a repository come to for its schedule.
package struct Schedule: Hashable, Sendable {
  /// Zero for a capture of every settled change.
  package let commitInterval: Duration
  /// How long after its first change even a busy tree is captured.
  package let captureWithin: Duration
  package let pushInterval: Duration
  /// On battery below this, nothing is done.
  package let minBatteryPercent: Int
  /// On battery below this, nothing is sent.
  package let ecoModePercent: Int
  /// False when there is no remote.
  package let pushes: Bool
  /// How often the remote is asked what other machines have; nil for never.
  package let radarInterval: Duration?

  package static let usualRadarInterval = Duration.seconds(15 * 60)
  /// With busy files, beyond the interval.
  static let leastPatience = Duration.seconds(10)
  /// Intervals are cut to this, so that no sum of times overflows.
  static let longestInterval = Duration.seconds(10_000_000_000)

  /// Negative intervals count as zero.
  ///
  /// - Parameters:
  ///   - settings: those of the repository, all layers merged.
  ///   - hasRemote: whether there is somewhere to push to, and to ask.
  ///   - radarInterval: how often to ask; nil for never.
  package init(
    _ settings: Settings, hasRemote: Bool, radarInterval: Duration? = Self.usualRadarInterval
  ) {
    func cut(_ seconds: Int) -> Duration {
      min(.seconds(max(0, seconds)), Self.longestInterval)
    }
    self.commitInterval = cut(settings.commitIntervalSeconds)
    self.captureWithin = self.commitInterval + max(self.commitInterval / 4, Self.leastPatience)
    self.pushInterval = cut(settings.pushIntervalSeconds)
    self.minBatteryPercent = settings.minBatteryPercent
    self.ecoModePercent = settings.ecoModePercent
    self.pushes = hasRemote
    self.radarInterval =
      hasRemote ? radarInterval.map { min(max($0, .seconds(60)), Self.longestInterval) } : nil
  }
}
