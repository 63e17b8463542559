import Testing

@testable import PulsarSimulator

@Suite struct ReportTextTests {
  @Test(
    arguments: [
      (0, "+0s"), (9_999, "+9s"), (60_000, "+1m00s"), (3_600_000, "+1h00m00s"),
      (19_988_000, "+5h33m08s"), (360_000_000, "+100h00m00s"), (-61_000, "-1m01s"),
    ] as [(Int64, String)])
  func `a time since the start is written to the second`(milliseconds: Int64, expected: String) {
    #expect(SimulatedTime(milliseconds: milliseconds).offsetText == expected)
  }

  @Test(
    arguments: [
      (0, "0s"), (90, "90ms"), (61_000, "1m1s"), (10_080_000, "2h48m"), (-3_600_000, "-1h"),
      (90_000_000, "25h"),
    ] as [(Int64, String)])
  func `a span is written in its units`(milliseconds: Int64, expected: String) {
    #expect(SimulatedTime(milliseconds: milliseconds).spanText == expected)
  }

  @Test(
    arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (-1_234_567, "-1,234,567")]
      as [(Int, String)])
  func `numbers have commas between thousands`(number: Int, expected: String) {
    #expect(number.withCommas == expected)
  }

  @Test(
    arguments: [(0, "0.00"), (5, "0.05"), (1234, "12.34"), (-250, "-2.50")] as [(Int64, String)])
  func `hundredths have two decimals`(number: Int64, expected: String) {
    #expect(number.hundredthsText == expected)
  }

  @Test(
    arguments: [
      ("", [""]), ("one two", ["one", "two"]), ("a bc d", ["a bc", "d"]),
      ("abcdefghij", ["abcd", "efgh", "ij"]), ("a abcdef", ["a", "abcd", "ef"]),
    ] as [(String, [String])])
  func `text is broken between words, and words that are too long anywhere`(
    text: String, expected: [String]
  ) {
    #expect(text.wrapped(to: 4) == expected)
  }

  @Test(arguments: [("abcd", "abcd"), ("abcde", "abc…")])
  func `what is cut says so`(text: String, expected: String) {
    #expect(text.cut(to: 4) == expected)
  }

  @Test func `times at the ends of an axis are within it`() {
    let axis = TimeAxis(end: .hours(3), width: 90)
    #expect(axis.column(of: .zero) == 0)
    #expect(axis.column(of: .hours(1)) == 30)
    #expect(axis.column(of: .hours(3)) == 89)
    #expect(axis.column(of: .hours(9)) == 89)
    #expect(axis.place(of: .hours(3)) == 90)
    #expect(TimeAxis(end: .zero, width: 90).column(of: .zero) == 0)
  }

  @Test func `ticks are round times with room between them`() {
    let axis = TimeAxis(end: .hours(3), width: 90)
    #expect(
      axis.ticks(room: 15).map(axis.label) == ["0h", "30m", "1h", "1h30m", "2h", "2h30m", "3h"])
    #expect(axis.ticks(room: 16).map(axis.label) == ["0h", "1h", "2h", "3h"])
    let minute = TimeAxis(end: .minutes(1), width: 90)
    #expect(minute.ticks(room: 10).map(minute.label) == ["0m", "15s", "30s", "45s", "1m"])
    let years = TimeAxis(end: .hours(24 * 730), width: 90)
    #expect(years.ticks(room: 10).count <= 10 && years.ticks(room: 10).count >= 5)
  }
}
