import PulsarSystem
import Testing

@Suite struct SleepDetectorTests {
  private static let second: Int64 = 1_000_000_000
  private static let start = ClockReadings(
    continuous: 5_000 * second, awake: 4_000 * second, wall: 1_700_000_000 * second)

  /// What passed since the readings before, in milliseconds.
  struct Step: Sendable {
    var awake: Int64
    var asleep: Int64 = 0
    var set: Int64 = 0
    let expected: SleepDetector.Observation?
  }

  private static func check(_ steps: [Step]) {
    var readings = Self.start
    var detector = SleepDetector(readings)
    for (index, step) in steps.enumerated() {
      let millisecond: Int64 = 1_000_000
      readings = ClockReadings(
        continuous: readings.continuous + (step.awake + step.asleep) * millisecond,
        awake: readings.awake + step.awake * millisecond,
        wall: readings.wall + (step.awake + step.asleep + step.set) * millisecond)
      #expect(detector.observe(readings) == step.expected, "step \(index)")
    }
  }

  @Test func `says nothing while time just passes`() {
    Self.check([
      Step(awake: 0, expected: nil), Step(awake: 1, expected: nil),
      Step(awake: 86_400_000, expected: nil),
    ])
  }

  @Test func `tells each sleep once, with its length`() {
    Self.check([
      Step(awake: 500, asleep: 3_600_000, expected: .woke(after: .seconds(3600))),
      Step(awake: 500, expected: nil),
      Step(awake: 500, asleep: 1000, expected: .woke(after: .seconds(1))),
      Step(awake: 500, asleep: 999, expected: nil),
    ])
  }

  @Test func `adds up naps that are too short to be told`() {
    Self.check([
      Step(awake: 10, asleep: 600, expected: nil),
      Step(awake: 10, asleep: 600, expected: .woke(after: .milliseconds(1200))),
    ])
  }

  @Test func `tells a wall clock that was set, in both directions`() {
    Self.check([
      Step(awake: 10, set: 7_200_000, expected: .wallStepped(by: .seconds(7200))),
      Step(awake: 10, expected: nil),
      Step(awake: 10, set: -86_400_000, expected: .wallStepped(by: .seconds(-86400))),
      Step(awake: 10, expected: nil),
      Step(awake: 10, set: 1900, expected: nil),
    ])
  }

  @Test func `takes a clock that a time server pulls right for what it is`() {
    // 500 parts in a million, over a minute, four hours, a day.
    Self.check([
      Step(awake: 60_000, set: 30, expected: nil),
      Step(awake: 14_400_000, set: 7200, expected: nil),
      Step(awake: 86_400_000, set: -43_200, expected: nil),
    ])
  }

  @Test func `tells both when the clock was set while the machine slept`() {
    Self.check([
      Step(
        awake: 10, asleep: 60_000, set: 7_200_000, expected: .woke(after: .seconds(60))),
      Step(awake: 10, expected: .wallStepped(by: .seconds(7200))),
      Step(awake: 10, expected: nil),
    ])
  }

  @Test func `survives clocks that make no sense`() {
    let odd: [Int64] = [.min, -1, 0, 1, .max]
    for continuous in odd {
      for awake in odd {
        for wall in odd {
          var detector = SleepDetector(Self.start)
          let reading = ClockReadings(continuous: continuous, awake: awake, wall: wall)
          _ = detector.observe(reading)
          _ = detector.observe(Self.start)
          #expect(detector.observe(Self.start) == nil || detector.observe(Self.start) == nil)
        }
      }
    }
  }
}
