internal import PulsarCore
internal import PulsarSystem
internal import Synchronization

/// The clocks of one machine: the continuous one is the world's, the wall clock may be set.
final class SimulatedClock: Sendable {
  /// 2025-06-02 08:00 UTC, a Monday.
  static let start: Int64 = 1_748_851_200

  private let state = Mutex<(now: SimulatedTime, offset: SimulatedTime)>((.zero, .zero))
  /// Whether the continuous clock is the wall clock, which it must not be.
  private let isConfused: Bool

  init(isConfused: Bool) { self.isConfused = isConfused }

  var now: SimulatedTime {
    get { self.state.withLock { $0.now } }
    set { self.state.withLock { $0.now = newValue } }
  }

  /// Sets the wall clock forward, or back.
  func step(by span: SimulatedTime) {
    self.state.withLock { $0.offset = $0.offset + span }
  }

  var wallSeconds: Int64 {
    self.state.withLock { Self.start + ($0.now + $0.offset).milliseconds / 1000 }
  }

  var local: LocalClock {
    LocalClock {
      (
        WallTime(seconds: self.wallSeconds),
        // No clock begins at zero.
        MonotonicTime(nanoseconds: (self.continuous.milliseconds + Self.origin) * 1_000_000)
      )
    }
  }

  private static let origin: Int64 = 1_000_000_000_000

  private var continuous: SimulatedTime {
    self.state.withLock { self.isConfused ? $0.now + $0.offset : $0.now }
  }

  /// The simulated time at which the machine's continuous clock shows `time`.
  func time(of time: MonotonicTime) -> SimulatedTime {
    // Up, so that the deadline has passed then.
    let shown = SimulatedTime(milliseconds: (time.nanoseconds + 999_999) / 1_000_000 - Self.origin)
    return shown - (self.continuous - self.now)
  }
}
