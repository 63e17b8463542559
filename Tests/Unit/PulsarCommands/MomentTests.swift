import Foundation
import PulsarCore
import Testing

@testable import PulsarCommands

@Suite struct MomentTests {
  /// 2026-11-20T16:04:05Z.
  static let now = WallTime(seconds: 1_795_190_645)

  @Test(arguments: [
    ("90s", 90), ("10m", 600), ("2h", 7200), ("3d", 259_200), ("1w", 604_800),
  ])
  func `a number with a unit lies so long ago`(text: String, seconds: Int64) {
    #expect(Moment.seconds(text, now: Self.now) == Self.now.seconds - seconds)
  }

  @Test(arguments: [
    ("2026-11-20T16:04:05Z", 0), ("2026-11-20T17:04:05+01:00", 0),
    ("2026-11-20 17:04:05 +0100", 0), ("2026-11-20t16:04:05.75z", 0),
    ("2026-11-20T10:34:05-05:30", 0), ("2026-11-20T16:04Z", 54),
  ])
  func `a time with a zone is that very moment`(text: String, later: Int64) {
    #expect(Moment.seconds(text, now: Self.now) == Self.now.seconds + later)
  }

  @Test func `a day means its end`() throws {
    let day = try #require(Moment.seconds("2026-11-20", now: Self.now))
    let second = try #require(Moment.seconds("2026-11-20 23:59:59", now: Self.now))
    #expect(day == second)
    let next = try #require(Moment.seconds("2026-11-21 00:00:00", now: Self.now))
    #expect(next - day == 1)
  }

  @Test(arguments: [
    ("2026-11-20", "2026-11-20 00:00:00"), ("2026-11-20 12:07", "2026-11-20 12:07:00"),
    ("2026-11-20 12:07:08", "2026-11-20 12:07:08"), ("yesterday", "2026-11-19 00:00:00"),
  ])
  func `as a beginning, a day and a minute mean their first second`(text: String, moment: String) {
    let found = Moment.seconds(text, now: Self.now, .first)
    #expect(found != nil && found == Moment.seconds(moment, now: Self.now))
  }

  @Test(arguments: [
    "", "soon", "10", "m", "-3d", "2026-13-01", "2026-02-30", "2026-11-20 24:00", "2026-11-20 12",
    "2026-11-20T12:00:00+1", "2026-11-20 12:00 or so", "1234567890123d",
  ])
  func `anything else is no time`(text: String) {
    #expect(Moment.seconds(text, now: Self.now) == nil)
  }
}
