import PulsarCore
import PulsarEngine

/// A clock that stands where it is put.
final class FakeTime: TimeSource {
  var now: WallTime

  init(_ seconds: Int64) { self.now = WallTime(seconds: seconds) }

  func wallTime() -> WallTime { self.now }
}
