/// Notices from the clocks that the machine slept, or that its wall clock was set.
///
/// Fed at every wake-up of the loop; needs no wake-up of its own.
package struct SleepDetector: Hashable, Sendable {
  package enum Observation: Hashable, Sendable {
    /// The machine slept for that long.
    case woke(after: Duration)
    /// The wall clock was set, ahead or (negative) back.
    case wallStepped(by: Duration)
  }

  /// Less is not worth a word: no clock is read at the same instant as the other.
  package static let sleepMin = Duration.seconds(1)
  package static let stepMin = Duration.seconds(2)
  /// How fast time servers let a wall clock drift to the right time, at the most: 1 in 1,000.
  ///
  /// Source: adjtimex(2) bounds the rate to 500 parts in a million.
  private static let slewDivisor: Int64 = 1000

  /// As of the last observation; small sleeps add up.
  private var asleep: Int64
  /// What the wall clock is ahead of the continuous one, and when that was so.
  private var wallAhead: Int64
  private var wallSince: Int64

  package init(_ first: ClockReadings) {
    self.asleep = saturatingDifference(first.continuous, first.awake)
    self.wallAhead = saturatingDifference(first.wall, first.continuous)
    self.wallSince = first.continuous
  }

  /// What happened since the readings before; of a sleep and a step at once the step comes with the
  /// next call.
  package mutating func observe(_ now: ClockReadings) -> Observation? {
    let asleep = saturatingDifference(now.continuous, now.awake)
    let slept = Duration.nanoseconds(saturatingDifference(asleep, self.asleep))
    let hasSlept = slept >= Self.sleepMin
    if hasSlept { self.asleep = asleep }

    let ahead = saturatingDifference(now.wall, now.continuous)
    let step = Duration.nanoseconds(saturatingDifference(ahead, self.wallAhead))
    let elapsed = max(0, saturatingDifference(now.continuous, self.wallSince))
    let allowed = Self.stepMin + .nanoseconds(elapsed / Self.slewDivisor)
    let hasStepped = step >= allowed || step <= .zero - allowed
    if !(hasSlept && hasStepped) {
      self.wallAhead = ahead
      self.wallSince = now.continuous
    }
    if hasSlept { return .woke(after: slept) }
    return hasStepped ? .wallStepped(by: step) : nil
  }
}

private func saturatingDifference(_ left: Int64, _ right: Int64) -> Int64 {
  let difference = left.subtractingReportingOverflow(right)
  if difference.overflow { return left < right ? .min : .max }
  return difference.partialValue
}
