/// Spans as files have them: `500ms`, `1h30m`, `2d3h`, `0s`.
extension SimulatedTime {
  /// The longest span a file may name, a hundred years of 365 days; sums of many cannot overflow.
  static let longest = Self(milliseconds: 36_500 * 86_400_000)

  private static let units: [(name: String, milliseconds: UInt64)] = [
    ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1),
  ]

  /// Whole numbers with units, the largest first, each unit once.
  ///
  /// - Returns: nil for anything else, and for what is longer than `longest`.
  init?(span: String) {
    let bytes = Array(span.utf8)
    var position = 0
    var nextUnit = 0
    var sum: Int64 = 0
    guard !bytes.isEmpty else { return nil }
    while position < bytes.count {
      let number = bytes[position...].prefix { (0x30...0x39).contains($0) }
      let unit = bytes[number.endIndex...].prefix { !(0x30...0x39).contains($0) }
      position = unit.endIndex
      guard
        let count = Int64(String(decoding: number, as: UTF8.self)),
        let found = Self.units[nextUnit...].firstIndex(where: { Array($0.name.utf8) == Array(unit) }
        )
      else { return nil }
      nextUnit = found + 1
      let (product, tooLarge) = count.multipliedReportingOverflow(
        by: Int64(Self.units[found].milliseconds))
      guard !tooLarge, product <= Self.longest.milliseconds - sum else { return nil }
      sum += product
    }
    self.init(milliseconds: sum)
  }

  /// The span without units that are zero, the largest first: `1d2h`, and `0s` for none.
  ///
  /// A span below zero begins with `-`, which no file may have.
  package var span: String {
    var rest = self.milliseconds.magnitude
    guard rest > 0 else { return "0s" }
    var text = self.milliseconds < 0 ? "-" : ""
    for unit in Self.units where rest >= unit.milliseconds {
      text += "\(rest / unit.milliseconds)\(unit.name)"
      rest %= unit.milliseconds
    }
    return text
  }
}
