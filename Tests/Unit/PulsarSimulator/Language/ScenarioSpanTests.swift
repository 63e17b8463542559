import Testing

@testable import PulsarSimulator

@Suite struct ScenarioSpanTests {
  @Test(arguments: [
    ("0s", 0), ("0ms", 0), ("500ms", 500), ("90s", 90_000), ("90m", 5_400_000),
    ("1h30m", 5_400_000), ("2d3h", 183_600_000), ("1d2h3m4s5ms", 93_784_005), ("007s", 7000),
    ("36500d", 3_153_600_000_000),
  ])
  func `a span is whole numbers with units, the largest first`(text: String, count: Int64) {
    #expect(SimulatedTime(span: text) == SimulatedTime(milliseconds: count))
  }

  @Test(arguments: [
    "", "0", "5", "m", "1x", "1m1h", "1h1h", "1h30", "-5m", "+5m", "1.5h", "1 h", "1H", "١٠m",
    "36501d", "36500d1ms", "9223372036854775807ms", "9223372036854775807d",
    "99999999999999999999s", "1ms1s", "1h\u{301}",
  ])
  func `anything else is none`(text: String) {
    #expect(SimulatedTime(span: text) == nil)
  }

  @Test(arguments: [
    (0, "0s"), (1, "1ms"), (5_400_000, "1h30m"), (183_600_000, "2d3h"),
    (93_784_005, "1d2h3m4s5ms"), (-1000, "-1s"), (Int64.min, "-106751991167d7h12m55s808ms"),
  ])
  func `a span is printed without units that are zero`(count: Int64, text: String) {
    #expect(SimulatedTime(milliseconds: count).span == text)
  }
}
