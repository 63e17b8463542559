/// The shape of TOML's values without quotes or brackets: words, numbers, dates and times.
///
/// Whether they are in range (month 13, more than 64 bits) is left to the parser.
///
/// Source: <https://toml.io/en/v1.0.0#integer> and the sections after it.
enum TOMLScalar {
  /// Longer ones are refused; no number or date needs as much.
  static let bytesMax = 100

  static func isWellFormed(_ bytes: ArraySlice<UInt8>) -> Bool {
    if bytes.count > Self.bytesMax { return false }
    var rest = bytes
    let isSigned = take(&rest) { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-") }
    if rest.elementsEqual("inf".utf8) || rest.elementsEqual("nan".utf8) { return true }
    if !isSigned {
      if rest.elementsEqual("true".utf8) || rest.elementsEqual("false".utf8) { return true }
      if Self.isWithPrefix(rest) || Self.isDateOrTime(rest) { return true }
    }
    return Self.isDecimal(rest)
  }

  /// `0xFF`, `0o17`, `0b1_0`.
  private static func isWithPrefix(_ bytes: ArraySlice<UInt8>) -> Bool {
    var rest = bytes
    guard take(&rest, where: { $0 == UInt8(ascii: "0") }), let letter = rest.popFirst() else {
      return false
    }
    let isDigit: (UInt8) -> Bool
    switch letter {
    case UInt8(ascii: "x"): isDigit = { Character(Unicode.Scalar($0)).isHexDigit }
    case UInt8(ascii: "o"): isDigit = { ("0"..."7").contains(Unicode.Scalar($0)) }
    case UInt8(ascii: "b"): isDigit = { ("0"..."1").contains(Unicode.Scalar($0)) }
    default: return false
    }
    return Self.takeGroups(&rest, isDigit) && rest.isEmpty
  }

  /// `1_000`, `1.5`, `1e6`, without its sign.
  private static func isDecimal(_ bytes: ArraySlice<UInt8>) -> Bool {
    var rest = bytes
    guard Self.takeGroups(&rest, Self.isDigit) else { return false }
    if take(&rest, where: { $0 == UInt8(ascii: ".") }) {
      guard Self.takeGroups(&rest, Self.isDigit) else { return false }
    }
    if take(&rest, where: { $0 == UInt8(ascii: "e") || $0 == UInt8(ascii: "E") }) {
      _ = take(&rest) { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-") }
      guard Self.takeGroups(&rest, Self.isDigit) else { return false }
    }
    return rest.isEmpty
  }

  /// `1979-05-27`, `07:32:00.5`, or both with `T` or a space between, and `Z` or `-07:00` after.
  private static func isDateOrTime(_ bytes: ArraySlice<UInt8>) -> Bool {
    var rest = bytes
    let isDate = Self.takeShape(&rest, "0000-00-00")
    if isDate {
      if rest.isEmpty { return true }
      guard take(&rest, where: { "Tt ".utf8.contains($0) }) else { return false }
    }
    guard Self.takeShape(&rest, "00:00:00") else { return false }
    if take(&rest, where: { $0 == UInt8(ascii: ".") }) {
      let digits = rest.prefix(while: Self.isDigit)
      if digits.isEmpty { return false }
      rest = rest.dropFirst(digits.count)
    }
    if rest.isEmpty { return true }
    guard isDate else { return false }
    if take(&rest, where: { "Zz".utf8.contains($0) }) { return rest.isEmpty }
    return (Self.takeShape(&rest, "+00:00") || Self.takeShape(&rest, "-00:00")) && rest.isEmpty
  }

  /// Takes what looks like `shape`, where `0` is any digit; nothing when it does not.
  private static func takeShape(_ rest: inout ArraySlice<UInt8>, _ shape: String) -> Bool {
    let start = rest.prefix(shape.utf8.count)
    guard start.count == shape.utf8.count,
      zip(start, shape.utf8).allSatisfy({
        $1 == UInt8(ascii: "0") ? Self.isDigit($0) : $0 == $1
      })
    else { return false }
    rest = rest.dropFirst(start.count)
    return true
  }

  /// Takes digits, with single underscores between them.
  private static func takeGroups(
    _ rest: inout ArraySlice<UInt8>, _ isDigit: (UInt8) -> Bool
  ) -> Bool {
    repeat {
      let digits = rest.prefix(while: isDigit)
      if digits.isEmpty { return false }
      rest = rest.dropFirst(digits.count)
    } while take(&rest, where: { $0 == UInt8(ascii: "_") })
    return true
  }

  private static func take(
    _ rest: inout ArraySlice<UInt8>, where isIt: (UInt8) -> Bool
  ) -> Bool {
    guard let first = rest.first, isIt(first) else { return false }
    rest = rest.dropFirst()
    return true
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
  }
}
