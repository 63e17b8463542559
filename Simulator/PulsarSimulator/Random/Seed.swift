/// What a run is made from: 64 bits, as a number or as the hash of a git commit.
package struct Seed: Hashable, Sendable {
  package let value: UInt64

  package init(value: UInt64) { self.value = value }

  package enum Mistake: Error, Hashable, Sendable {
    /// Neither digits nor hexadecimal digits.
    case notANumber(String)
    /// A number of more than 64 bits that is not as long as a commit hash.
    case tooLarge(String)
  }

  /// Reads a seed.
  ///
  /// 40 or 64 hexadecimal digits are a commit hash, folded to 64 bits. `0x…` is hexadecimal; digits
  /// alone are decimal; with a letter of `a…f` among them they are hexadecimal.
  ///
  /// - Throws: `Mistake`, with the text.
  package init(_ text: String) throws(Mistake) {
    let isMarked = text.hasPrefix("0x") || text.hasPrefix("0X")
    let digits = Array((isMarked ? text.dropFirst(2) : text[...]).utf8)
    guard let nibbles = Self.nibbles(digits) else { throw .notANumber(text) }
    if !isMarked, digits.count == 40 || digits.count == 64 {
      self.value = Self.folded(nibbles)
      return
    }
    let base: UInt64 = isMarked || nibbles.contains { $0 > 9 } ? 16 : 10
    var value: UInt64 = 0
    for nibble in nibbles {
      let (shifted, isShiftedOver) = value.multipliedReportingOverflow(by: base)
      let (sum, isSumOver) = shifted.addingReportingOverflow(nibble)
      guard !isShiftedOver, !isSumOver else { throw .tooLarge(text) }
      value = sum
    }
    self.value = value
  }

  /// How people see it; reads as the same seed.
  package var text: String { "0x" + String(self.value, radix: 16) }

  /// Values of the digits, at least one; nil where one is none.
  private static func nibbles(_ digits: [UInt8]) -> [UInt64]? {
    var nibbles: [UInt64] = []
    for digit in digits {
      switch digit {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): nibbles.append(UInt64(digit - UInt8(ascii: "0")))
      case UInt8(ascii: "a")...UInt8(ascii: "f"):
        nibbles.append(UInt64(digit - UInt8(ascii: "a")) + 10)
      case UInt8(ascii: "A")...UInt8(ascii: "F"):
        nibbles.append(UInt64(digit - UInt8(ascii: "A")) + 10)
      default: return nil
      }
    }
    return nibbles.isEmpty ? nil : nibbles
  }

  private static func folded(_ nibbles: [UInt64]) -> UInt64 {
    stride(from: 0, to: nibbles.count, by: 16).reduce(0) { folded, start in
      let word = nibbles[start..<min(start + 16, nibbles.count)].reduce(0) { $0 << 4 | $1 }
      return mixed(folded ^ word)
    }
  }
}
