/// A moment on the continuous clock, which counts sleep and knows no steps; for deadlines only.
package struct MonotonicTime: Hashable, Comparable, Sendable {
  /// Since an origin that means nothing.
  private let sinceOrigin: Duration

  private init(sinceOrigin: Duration) { self.sinceOrigin = sinceOrigin }

  /// - Parameter nanoseconds: what the continuous clock shows.
  package init(nanoseconds: Int64) { self.sinceOrigin = .nanoseconds(nanoseconds) }

  /// As the continuous clock shows it; the nearest that fits.
  package var nanoseconds: Int64 {
    let (seconds, attoseconds) = self.sinceOrigin.components
    let whole = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    let sum = whole.partialValue.addingReportingOverflow(attoseconds / 1_000_000_000)
    if whole.overflow || sum.overflow { return seconds < 0 ? .min : .max }
    return sum.partialValue
  }

  package static func < (left: MonotonicTime, right: MonotonicTime) -> Bool {
    left.sinceOrigin < right.sinceOrigin
  }

  package static func + (time: MonotonicTime, duration: Duration) -> MonotonicTime {
    MonotonicTime(sinceOrigin: time.sinceOrigin + duration)
  }

  package static func - (time: MonotonicTime, duration: Duration) -> MonotonicTime {
    MonotonicTime(sinceOrigin: time.sinceOrigin - duration)
  }

  package static func - (left: MonotonicTime, right: MonotonicTime) -> Duration {
    left.sinceOrigin - right.sinceOrigin
  }
}
