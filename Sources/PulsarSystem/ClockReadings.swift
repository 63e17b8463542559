#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The three clocks of the system, each in nanoseconds.
package struct ClockReadings: Hashable, Sendable {
  /// Since some moment in the past, time asleep included; for deadlines.
  package let continuous: Int64
  /// The same without the time asleep.
  package let awake: Int64
  /// Since 1970; may be set at any time.
  package let wall: Int64

  package init(continuous: Int64, awake: Int64, wall: Int64) {
    self.continuous = continuous
    self.awake = awake
    self.wall = wall
  }

  package static func now() -> ClockReadings {
    ClockReadings(
      continuous: Self.continuous(), awake: Self.read(Self.awakeClock),
      wall: Self.read(CLOCK_REALTIME))
  }

  /// The continuous clock alone.
  ///
  /// Source: clock_gettime(2): CLOCK_BOOTTIME; on Darwin CLOCK_MONOTONIC_RAW counts sleep.
  package static func continuous() -> Int64 { Self.read(Self.continuousClock) }

  #if canImport(Darwin)
    private static let continuousClock = CLOCK_MONOTONIC_RAW
    private static let awakeClock = CLOCK_UPTIME_RAW
  #else
    private static let continuousClock = CLOCK_BOOTTIME
    private static let awakeClock = CLOCK_MONOTONIC
  #endif

  private static func read(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    let failure = clock_gettime(clock, &time)
    precondition(failure == 0, "clock_gettime(\(clock)) failed: \(errno)")
    return Self.nanoseconds(seconds: Int64(time.tv_sec), nanoseconds: Int64(time.tv_nsec))
  }

  /// The nearest that fits, for a wall clock that somebody set to the year 3000.
  static func nanoseconds(seconds: Int64, nanoseconds: Int64) -> Int64 {
    let whole = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    let sum = whole.partialValue.addingReportingOverflow(nanoseconds)
    if whole.overflow || sum.overflow { return seconds < 0 ? .min : .max }
    return sum.partialValue
  }
}
