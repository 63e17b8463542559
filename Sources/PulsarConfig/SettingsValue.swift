/// The value of one key, checked.
package enum SettingsValue: Hashable, Sendable {
  case text(String)
  case seconds(Int)
  case percent(Int)
  case bytes(Int)
  case patterns([String])
  case flag(Bool)

  /// As it is written in a file; reading it gives the same value.
  package var tomlText: String {
    switch self {
    case .text(let text): Self.quoted(text)
    case .seconds, .bytes: Self.quoted(self.plainText)
    case .percent, .flag: self.plainText
    case .patterns(let patterns): "[" + patterns.map(Self.quoted).joined(separator: ", ") + "]"
    }
  }

  /// For people: `10m`, `100MB`, `10`, `wip/pulsar`; patterns as in a file.
  package var plainText: String {
    switch self {
    case .text(let text): text
    case .seconds(let seconds): Self.durationText(seconds)
    case .percent(let percent): String(percent)
    case .bytes(let bytes): Self.sizeText(bytes)
    case .patterns: self.tomlText
    case .flag(let flag): flag ? "true" : "false"
    }
  }

  /// Reads `600`, `10m`, `10min`, `1h`, `1hr`, `1d`, `90s`, `1h30m`: seconds, or numbers with units
  /// from the largest to the smallest.
  ///
  /// - Returns: seconds, at least 0; nil when it is no duration or too large for the machine.
  package static func seconds(_ text: String) -> Int? {
    var rest = Array(text.utf8)[...]
    if rest.count <= digitsMax, let seconds = number(&rest), rest.isEmpty { return seconds }
    rest = Array(text.lowercased().utf8)[...]
    var total = 0
    var smallestUnit = Int.max
    while !rest.isEmpty {
      guard let count = number(&rest) else { return nil }
      while rest.first == UInt8(ascii: " ") { rest.removeFirst() }
      guard let unit = durationUnits[letters(&rest)], unit < smallestUnit else { return nil }
      smallestUnit = unit
      let (product, isTooLarge) = count.multipliedReportingOverflow(by: unit)
      let (sum, overflows) = total.addingReportingOverflow(product)
      if isTooLarge || overflows { return nil }
      total = sum
      while rest.first == UInt8(ascii: " ") { rest.removeFirst() }
    }
    return smallestUnit == Int.max ? nil : total
  }

  /// Reads `1000`, `100MB`, `1.5GB`, `512KB`, `10MiB`.
  ///
  /// - Returns: bytes, rounded down, at least 0; nil when it is no size or too large.
  static func bytes(_ text: String) -> Int? {
    var rest = Array(text.lowercased().utf8)[...]
    guard let whole = number(&rest) else { return nil }
    var fraction = 0
    var scale = 1
    if rest.first == UInt8(ascii: ".") {
      rest.removeFirst()
      let digits = rest.prefix { isDigit($0) }
      guard digits.count <= 3, let read = number(&rest) else { return nil }
      fraction = read
      for _ in digits { scale *= 10 }
    }
    while rest.first == UInt8(ascii: " ") { rest.removeFirst() }
    guard let unit = sizeUnits[letters(&rest)], rest.isEmpty else { return nil }
    let (product, isTooLarge) = whole.multipliedReportingOverflow(by: unit)
    let (sum, overflows) = product.addingReportingOverflow(fraction * unit / scale)
    return isTooLarge || overflows ? nil : sum
  }

  private static let digitsMax = 18

  private static let durationUnits: [String: Int] = [
    "s": 1, "sec": 1, "secs": 1, "second": 1, "seconds": 1,
    "m": 60, "min": 60, "mins": 60, "minute": 60, "minutes": 60,
    "h": 3600, "hr": 3600, "hrs": 3600, "hour": 3600, "hours": 3600,
    "d": 86400, "day": 86400, "days": 86400,
  ]

  private static let sizeUnits: [String: Int] = [
    "": 1, "b": 1,
    "k": 1000, "kb": 1000, "kib": 1 << 10,
    "m": 1_000_000, "mb": 1_000_000, "mib": 1 << 20,
    "g": 1_000_000_000, "gb": 1_000_000_000, "gib": 1 << 30,
    "t": 1_000_000_000_000, "tb": 1_000_000_000_000, "tib": 1 << 40,
  ]

  /// The leading digits, taken off `rest`; nil when there are none, or too many.
  private static func number(_ rest: inout ArraySlice<UInt8>) -> Int? {
    let digits = rest.prefix { isDigit($0) }
    guard !digits.isEmpty, digits.count <= digitsMax else { return nil }
    rest = rest.dropFirst(digits.count)
    return digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
  }

  /// The leading letters, taken off `rest`.
  private static func letters(_ rest: inout ArraySlice<UInt8>) -> String {
    let letters = rest.prefix { $0 >= UInt8(ascii: "a") && $0 <= UInt8(ascii: "z") }
    rest = rest.dropFirst(letters.count)
    return String(decoding: letters, as: UTF8.self)
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
  }

  private static func durationText(_ seconds: Int) -> String {
    var rest = seconds
    var text = ""
    for (unit, name) in [(86400, "d"), (3600, "h"), (60, "m"), (1, "s")] where rest >= unit {
      text += "\(rest / unit)\(name)"
      rest %= unit
    }
    return text.isEmpty ? "0s" : text
  }

  private static func sizeText(_ bytes: Int) -> String {
    for (unit, name) in [
      (1_000_000_000_000, "TB"), (1_000_000_000, "GB"), (1_000_000, "MB"), (1000, "KB"),
    ] where bytes >= unit && bytes % unit == 0 {
      return "\(bytes / unit)\(name)"
    }
    return "\(bytes)B"
  }

  /// A TOML basic string.
  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case _
      where scalar.properties.generalCategory == .control
        || scalar.properties.generalCategory == .format:
        let digits = String(scalar.value, radix: 16, uppercase: true)
        quoted += "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
