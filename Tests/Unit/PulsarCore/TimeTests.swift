import PulsarCore
import Testing

@Suite struct TimeTests {
  @Test(
    arguments: [
      (0, 0, "1970-01-01 00:00:00 +0000", "1970-01-01T00:00:00Z"),
      (0, 60, "1970-01-01 01:00:00 +0100", "1970-01-01T00:00:00Z"),
      (0, -90, "1969-12-31 22:30:00 -0130", "1970-01-01T00:00:00Z"),
      (-1, 0, "1969-12-31 23:59:59 +0000", "1969-12-31T23:59:59Z"),
      (-86400, 0, "1969-12-31 00:00:00 +0000", "1969-12-31T00:00:00Z"),
      (-86401, 0, "1969-12-30 23:59:59 +0000", "1969-12-30T23:59:59Z"),
      (951_782_400, 0, "2000-02-29 00:00:00 +0000", "2000-02-29T00:00:00Z"),
      (951_868_800, 0, "2000-03-01 00:00:00 +0000", "2000-03-01T00:00:00Z"),
      (1_709_164_799, 0, "2024-02-28 23:59:59 +0000", "2024-02-28T23:59:59Z"),
      (1_709_164_800, 0, "2024-02-29 00:00:00 +0000", "2024-02-29T00:00:00Z"),
      (1_735_689_599, 0, "2024-12-31 23:59:59 +0000", "2024-12-31T23:59:59Z"),
      (4_107_542_400, 0, "2100-03-01 00:00:00 +0000", "2100-03-01T00:00:00Z"),
      (4_107_542_399, 0, "2100-02-28 23:59:59 +0000", "2100-02-28T23:59:59Z"),
      (-2_203_891_200, 0, "1900-03-01 00:00:00 +0000", "1900-03-01T00:00:00Z"),
      (-2_203_891_201, 0, "1900-02-28 23:59:59 +0000", "1900-02-28T23:59:59Z"),
      (-62_135_596_800, 0, "0001-01-01 00:00:00 +0000", "0001-01-01T00:00:00Z"),
      (1_795_190_645, 345, "2026-11-20 21:49:05 +0545", "2026-11-20T16:04:05Z"),
      (1_795_190_645, 840, "2026-11-21 06:04:05 +1400", "2026-11-20T16:04:05Z"),
      (1_795_190_645, -720, "2026-11-20 04:04:05 -1200", "2026-11-20T16:04:05Z"),
    ] as [(Int64, Int32, String, String)])
  func `shows the date where the person is, and in UTC`(
    seconds: Int64, offset: Int32, local: String, utc: String
  ) {
    let time = WallTime(seconds: seconds, utcOffsetMinutes: offset)
    #expect(time.displayed == local)
    #expect(time.iso8601 == utc)
  }

  /// Walks day by day with the rules everybody knows.
  @Test func `agrees with a calendar counted day by day from 1600 to 2400`() {
    var (year, month, day) = (1600, 1, 1)
    let start: Int64 = -135_140
    func two(_ number: Int) -> String { (number < 10 ? "0" : "") + String(number) }
    for offset in 0..<292_194 as Range<Int64> {
      let expected = "\(year)-\(two(month))-\(two(day))T12:00:00Z"
      let shown = WallTime(seconds: (start + offset) * 86400 + 43200).iso8601
      if shown != expected {
        Issue.record("\(expected) is shown as \(shown)")
        return
      }
      let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
      let length = month == 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
      day += 1
      if day > length { (day, month) = (1, month + 1) }
      if month > 12 { (month, year) = (1, year + 1) }
    }
    #expect(year == 2400)
  }

  @Test(
    arguments: [
      (0, "just now"), (9, "just now"), (10, "10 s ago"), (119, "119 s ago"), (120, "2 min ago"),
      (7199, "119 min ago"), (7200, "2 h ago"), (172_799, "47 h ago"), (172_800, "2 days ago"),
      (-60, "just now"), (-61, "in the future"),
    ] as [(Int64, String)])
  func `says how long ago it was`(age: Int64, words: String) {
    let then = WallTime(seconds: 1_000_000, utcOffsetMinutes: 120)
    #expect(then.displayed(before: WallTime(seconds: 1_000_000 + age)) == words)
  }

  @Test func `is ordered by the moment, wherever it was read`() {
    #expect(
      WallTime(seconds: 1, utcOffsetMinutes: 600) < WallTime(seconds: 2, utcOffsetMinutes: -600))
  }

  @Test(arguments: [
    (0, "0 B"), (1, "1 B"), (999, "999 B"), (1000, "1 kB"), (1500, "1.5 kB"), (9990, "9.9 kB"),
    (10_500, "10 kB"), (999_999, "999 kB"), (1_000_000, "1 MB"), (100_000_000, "100 MB"),
    (2_300_000_000, "2.3 GB"), (5_000_000_000_000, "5 TB"), (5_000_000_000_000_000, "5000 TB"),
  ])
  func `shows a number of bytes in powers of a thousand`(bytes: Int, shown: String) {
    #expect(ByteCount(bytes).displayed == shown)
  }
}
