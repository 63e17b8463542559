package import PulsarCore
import PulsarEngine

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The system's wall clock, with the offset of the zone the person is in, and its continuous clock;
/// or another machine's.
package struct LocalClock: TimeSource, ContinuousTimeSource, Sendable {
  private let other: (@Sendable () -> (wall: WallTime, continuous: MonotonicTime))?

  /// - Parameter readings: of the machine whose clock it is; nil for this one's.
  package init(
    _ readings: (@Sendable () -> (wall: WallTime, continuous: MonotonicTime))? = nil
  ) {
    self.other = readings
  }

  package func continuousTime() -> MonotonicTime {
    self.other?().continuous ?? MonotonicTime(nanoseconds: ClockReadings.continuous())
  }

  package func wallTime() -> WallTime {
    if let other { return other().wall }
    var now = timespec()
    let failure = clock_gettime(CLOCK_REALTIME, &now)
    precondition(failure == 0, "clock_gettime(CLOCK_REALTIME) failed: \(errno)")
    let seconds = Int64(now.tv_sec)
    return WallTime(seconds: seconds, utcOffsetMinutes: Self.utcOffsetMinutes(at: seconds))
  }

  /// What the local clock is, or was, ahead of UTC at that moment.
  ///
  /// Source: localtime_r(3), which does not notice a changed zone by itself; tzset(3) does.
  package static func utcOffsetMinutes(at seconds: Int64) -> Int32 {
    tzset()
    var time = time_t(seconds)
    var local = tm()
    guard localtime_r(&time, &local) != nil else { return 0 }
    return Int32(local.tm_gmtoff / 60)
  }
}
