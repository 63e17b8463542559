/// How reports set text: in columns, on one line, at most so wide.
extension String {
  /// Puts padding before a text that is too short.
  func padded(onTheLeftTo width: Int, with padding: Character = " ") -> String {
    String(repeating: padding, count: max(0, width - self.count)) + self
  }

  /// Puts spaces after a text that is too short.
  func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - self.count))
  }

  /// The text as one word: hyphens for spaces.
  var hyphenated: String { String(self.map { $0 == " " ? "-" : $0 }) }

  /// Cuts what is too long, and says so with an ellipsis.
  func cut(to width: Int) -> String {
    self.count <= width ? self : String(self.prefix(max(0, width - 1))) + "…"
  }

  /// The text with line ends and other control characters spelled out.
  var onOneLine: String {
    var text = ""
    for scalar in self.unicodeScalars {
      switch scalar {
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case _ where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value):
        text += "\\u{" + String(scalar.value, radix: 16) + "}"
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text
  }

  /// Breaks a text between words.
  ///
  /// - Parameter width: characters a line may have; a longer word is cut in pieces.
  /// - Returns: at least one line.
  func wrapped(to width: Int) -> [String] {
    let width = max(1, width)
    var lines: [String] = []
    var line = ""
    for word in self.split(separator: " ") {
      if !line.isEmpty && line.count + 1 + word.count <= width {
        line += " " + word
        continue
      }
      if !line.isEmpty { lines.append(line) }
      var rest = word
      while rest.count > width {
        lines.append(String(rest.prefix(width)))
        rest = rest.dropFirst(width)
      }
      line = String(rest)
    }
    if !line.isEmpty || lines.isEmpty { lines.append(line) }
    return lines
  }
}

extension BinaryInteger {
  /// The number with commas between thousands: `1,847`.
  var withCommas: String {
    let digits = String(self.magnitude)
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0 && (digits.count - index).isMultiple(of: 3) { text += "," }
      text.append(digit)
    }
    return self < 0 ? "-" + text : text
  }
}

extension Int64 {
  /// Hundredths as a number with two decimals: 1234 is `12.34`.
  var hundredthsText: String {
    let hundredths = String(self.magnitude % 100).padded(onTheLeftTo: 2, with: "0")
    return (self < 0 ? "-" : "") + "\(self.magnitude / 100).\(hundredths)"
  }
}
