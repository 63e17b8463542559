/// A moment on the wall clock, for what people read.
///
/// Never used for deadlines.
package struct WallTime: Hashable, Comparable, Sendable {
  /// Since 1970-01-01T00:00:00Z, without leap seconds; negative before.
  package var seconds: Int64
  /// What the clock is ahead of UTC where the person is.
  package var utcOffsetMinutes: Int32

  package init(seconds: Int64, utcOffsetMinutes: Int32 = 0) {
    self.seconds = seconds
    self.utcOffsetMinutes = utcOffsetMinutes
  }

  package static func < (left: WallTime, right: WallTime) -> Bool { left.seconds < right.seconds }

  /// `2026-11-20 17:04:05 +0100`.
  package var displayed: String {
    let offset = Int64(self.utcOffsetMinutes)
    let (date, secondOfDay) = Self.civil(self.seconds + offset * 60)
    let clock = [secondOfDay / 3600, secondOfDay / 60 % 60, secondOfDay % 60]
      .map { padded($0, 2) }.joined(separator: ":")
    let sign = offset < 0 ? "-" : "+"
    let zone = padded(abs(offset) / 60, 2) + padded(abs(offset) % 60, 2)
    return
      "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2)) \(clock) \(sign)\(zone)"
  }

  /// `2026-11-20T16:04:05Z`, RFC 3339 in UTC.
  package var iso8601: String {
    let (date, second) = Self.civil(self.seconds)
    return "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2))T"
      + "\(padded(second / 3600, 2)):\(padded(second / 60 % 60, 2)):\(padded(second % 60, 2))Z"
  }

  /// How long `self` lies before `now`: `just now`, `5 min ago`, `3 days ago`, or `in the future`.
  package func displayed(before now: WallTime) -> String {
    let age = now.seconds - self.seconds
    switch age {
    case ..<(-60): return "in the future"
    case ..<10: return "just now"
    case ..<120: return "\(age) s ago"
    case ..<7200: return "\(age / 60) min ago"
    case ..<172_800: return "\(age / 3600) h ago"
    default: return "\(age / 86400) days ago"
    }
  }

  /// Proleptic Gregorian date and second of the day.
  private static func civil(_ seconds: Int64) -> ((year: Int64, month: Int64, day: Int64), Int64) {
    var days = seconds / 86400
    var rest = seconds % 86400
    if rest < 0 {
      rest += 86400
      days -= 1
    }
    // Days since 0000-03-01, in eras of 400 years.
    days += 719_468
    let era = (days >= 0 ? days : days - 146_096) / 146_097
    let dayOfEra = days - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * shifted + 2) / 5 + 1
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    return ((yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day), rest)
  }
}

private func padded(_ value: Int64, _ width: Int) -> String {
  let digits = String(value)
  return String(repeating: "0", count: max(0, width - digits.count)) + digits
}

/// A number of bytes.
package struct ByteCount: Hashable, Comparable, Sendable {
  package let bytes: Int

  package init(_ bytes: Int) { self.bytes = bytes }
  package static func < (left: ByteCount, right: ByteCount) -> Bool { left.bytes < right.bytes }

  /// `1.5 MB`, in powers of 1,000, one decimal below ten.
  package var displayed: String {
    let units = ["B", "kB", "MB", "GB", "TB"]
    var tenths = self.bytes * 10
    var unit = 0
    while tenths >= 10_000 && unit < units.count - 1 {
      tenths /= 1000
      unit += 1
    }
    if unit == 0 || tenths >= 100 || tenths % 10 == 0 { return "\(tenths / 10) \(units[unit])" }
    return "\(tenths / 10).\(tenths % 10) \(units[unit])"
  }
}
