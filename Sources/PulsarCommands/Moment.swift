internal import Foundation
internal import PulsarCore

/// A moment as people write it.
enum Moment {
  static let forms =
    "2026-11-20, 2026-11-20 17:04, 2026-11-20T17:04:05Z, 10m, 2h, 3d or yesterday"

  /// Which second of a day or a minute is meant.
  enum Edge { case first, last }

  /// The first or last second that a text means; nil when it is no time.
  ///
  /// A day alone means the whole of it; a minute too. Without a zone, the local one holds.
  static func seconds(_ text: String, now: WallTime, _ edge: Edge = .last) -> Int64? {
    let trimmed = text.trimmingCharacters(in: .whitespaces)
    if trimmed.lowercased() == "now" { return now.seconds }
    if trimmed.lowercased() == "yesterday" {
      var local = Self.local(now.seconds)
      local.tm_mday -= 1
      return Self.day(local, edge)
    }
    return Self.ago(trimmed, now) ?? Self.date(trimmed, edge)
  }

  private static func ago(_ text: String, _ now: WallTime) -> Int64? {
    let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604_800]
    guard let last = text.last, let unit = units[last], text.count <= 10,
      text.dropLast().allSatisfy({ $0.isASCII && $0.isNumber }), let count = Int64(text.dropLast())
    else { return nil }
    return now.seconds - count * unit
  }

  private static func date(_ text: String, _ edge: Edge) -> Int64? {
    var rest = text[...]
    func number(_ digits: Int) -> Int32? {
      let part = rest.prefix(digits)
      guard part.count == digits, part.allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
      rest = rest.dropFirst(digits)
      return Int32(part)
    }
    func skip(_ characters: String) -> Bool {
      guard let first = rest.first, characters.contains(first) else { return false }
      rest = rest.dropFirst()
      return true
    }
    guard let year = number(4), skip("-"), let month = number(2), skip("-"), let day = number(2)
    else { return nil }
    var broken = tm()
    broken.tm_year = year - 1900
    broken.tm_mon = month - 1
    broken.tm_mday = day
    guard Self.exists(broken) else { return nil }
    if rest.isEmpty { return Self.day(broken, edge) }
    guard skip("T t"), let hour = number(2), skip(":"), let minute = number(2), hour < 24,
      minute < 60
    else { return nil }
    broken.tm_hour = hour
    broken.tm_min = minute
    broken.tm_sec = edge == .last ? 59 : 0
    if skip(":") {
      guard let second = number(2), second <= 60 else { return nil }
      broken.tm_sec = min(second, 59)
      if skip(".") { rest = rest.drop { $0.isASCII && $0.isNumber } }
    }
    _ = skip(" ")
    if rest.isEmpty {
      broken.tm_isdst = -1
      return Int64(mktime(&broken))
    }
    var offset: Int64 = 0
    if !skip("Zz") {
      let isBehind = rest.first == "-"
      guard skip("+-"), let hours = number(2) else { return nil }
      _ = skip(":")
      guard let minutes = number(2) else { return nil }
      offset = Int64(hours * 3600 + minutes * 60) * (isBehind ? -1 : 1)
    }
    guard rest.isEmpty else { return nil }
    return Int64(timegm(&broken)) - offset
  }

  /// Whether the calendar has such a day.
  private static func exists(_ day: tm) -> Bool {
    var copy = day
    _ = timegm(&copy)
    return copy.tm_mday == day.tm_mday && copy.tm_mon == day.tm_mon
  }

  private static func local(_ seconds: Int64) -> tm {
    var time = time_t(seconds)
    var broken = tm()
    localtime_r(&time, &broken)
    return broken
  }

  private static func day(_ day: tm, _ edge: Edge) -> Int64 {
    var moment = day
    moment.tm_hour = edge == .last ? 23 : 0
    moment.tm_min = edge == .last ? 59 : 0
    moment.tm_sec = edge == .last ? 59 : 0
    moment.tm_isdst = -1
    return Int64(mktime(&moment))
  }
}
