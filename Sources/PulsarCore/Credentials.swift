/// `text` with the user part of each URL replaced by `***` where it may hold a secret: always, but for
/// a bare user name before the host of anything other than http(s), as in `ssh://git@host`.
package func withoutCredentials(_ text: String) -> String {
  let marker = Array("://".unicodeScalars)
  let ends = "/?#".unicodeScalars
  var rest = Array(text.unicodeScalars)[...]
  var cleaned = String.UnicodeScalarView()
  while let scalar = rest.first {
    guard rest.starts(with: marker) else {
      cleaned.append(scalar)
      rest = rest.dropFirst()
      continue
    }
    let isWeb = ["http", "https"].contains(scheme(before: cleaned))
    cleaned.append(contentsOf: marker)
    rest = rest.dropFirst(marker.count)
    let authority = rest.prefix {
      !ends.contains($0) && !$0.properties.isWhitespace && $0.value >= 0x20
    }
    guard let at = authority.lastIndex(of: "@") else { continue }
    if isWeb || authority[..<at].contains(":") {
      cleaned.append(contentsOf: "***".unicodeScalars)
      rest = rest[at...]
    }
  }
  return String(cleaned)
}

private func scheme(before cleaned: String.UnicodeScalarView) -> String {
  let letters = cleaned.suffix(6).reversed().prefix { $0.properties.isAlphabetic }
  return String(String.UnicodeScalarView(letters.reversed())).lowercased()
}
