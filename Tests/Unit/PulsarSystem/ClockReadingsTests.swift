import Testing

@testable import PulsarSystem

@Suite struct ClockReadingsTests {
  @Test(
    arguments: [
      (1, 5, 1_000_000_005), (0, 0, 0), (-1, 1, -999_999_999), (32_503_680_000, 0, Int64.max),
      (Int64.min, 0, Int64.min), (9_223_372_036, 854_775_807, Int64.max),
      (9_223_372_036, 999_999_999, Int64.max),
    ] as [(Int64, Int64, Int64)])
  func `a far year is the last moment there is`(
    seconds: Int64, nanoseconds: Int64, expected: Int64
  ) {
    #expect(
      ClockReadings.nanoseconds(seconds: seconds, nanoseconds: nanoseconds) == expected)
  }

  @Test func `the clocks go forward, and sleep is not less than no time`() {
    let first = ClockReadings.now()
    let second = ClockReadings.now()
    #expect(second.continuous >= first.continuous && second.awake >= first.awake)
    #expect(ClockReadings.continuous() >= second.continuous)
    #expect(first.awake > 0 && second.continuous >= first.awake)
  }
}
