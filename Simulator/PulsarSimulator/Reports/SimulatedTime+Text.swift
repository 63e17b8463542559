extension SimulatedTime {
  /// The time since the start as reports write it, to the second: `+5h33m08s`, `+4m00s`, `+9s`.
  var offsetText: String {
    let seconds = self.milliseconds.magnitude / 1000
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60)
    let sign = self.milliseconds < 0 ? "-" : "+"
    if hours == 0 && minutes == 0 { return "\(sign)\(seconds)s" }
    let second = String(seconds % 60).padded(onTheLeftTo: 2, with: "0") + "s"
    guard hours > 0 else { return "\(sign)\(minutes)m\(second)" }
    return "\(sign)\(hours)h" + String(minutes).padded(onTheLeftTo: 2, with: "0") + "m" + second
  }

  /// A span in hours and less, as pictures write it; units that are zero are left out: `2h48m`, `90ms`, `0s`.
  var spanText: String {
    let total = self.milliseconds.magnitude
    let parts: [(UInt64, String)] = [
      (total / 3_600_000, "h"), (total / 60_000 % 60, "m"), (total / 1000 % 60, "s"),
      (total % 1000, "ms"),
    ]
    let text = parts.filter { $0.0 > 0 }.map { "\($0.0)\($0.1)" }.joined()
    return (self.milliseconds < 0 ? "-" : "") + (text.isEmpty ? "0s" : text)
  }
}

extension TraceRecord {
  /// The record on one line: `+5h33m08s desk pushed 4c1e`.
  package var line: String {
    let words = [self.at.offsetText, self.actor, self.kind.rawValue, self.detail]
    return words.filter { !$0.isEmpty }.joined(separator: " ").onOneLine
  }
}
