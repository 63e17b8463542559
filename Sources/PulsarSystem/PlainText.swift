/// `text` on one line: each control character, and each that reorders or hides text, is a space.
///
/// - Parameters:
///   - text: anything.
///   - lengthMax: characters as Unicode scalars; what is cut ends in `…`.
/// - Returns: a text that goes to people through other programs.
func plainText(_ text: String, lengthMax: Int) -> String {
  var plain = String.UnicodeScalarView()
  for scalar in text.unicodeScalars {
    if plain.count == lengthMax {
      plain.removeLast()
      plain.append("…")
      break
    }
    plain.append(isHidden(scalar) ? " " : scalar)
  }
  return String(plain)
}

private func isHidden(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.value {
  case 0..<0x20, 0x7F..<0xA0, 0x200B...0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: true
  default: false
  }
}
