import PulsarCore

/// `2026-11-20T16:04:05Z info capture.made repo=/home/u/app cause="no space left"`
///
/// Values with anything but plain text are in double quotes, with the escapes of JSON.
extension LogEvent {
  /// Longer values are cut, so that no line is without bounds.
  static let valueScalarsMax = 4000

  /// The line without its newline, which is nowhere inside either.
  ///
  /// Credentials in URLs are left out.
  package var line: String {
    var line = "\(self.time.iso8601) \(self.level.rawValue) \(Self.word(self.name))"
    for field in self.fields {
      line += " \(Self.word(field.name))=\(Self.quoted(Self.kept(field.value)))"
    }
    return line
  }

  /// Reads a line back; nil when it is not one of ours, such as one that a full disk cut short.
  package init?(line: some Collection<UInt8>) {
    let text = String(decoding: line, as: UTF8.self)
    let words = text.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false)
    guard words.count >= 3, let time = Self.time(words[0]),
      let level = Level(rawValue: String(words[1])),
      !words[2].isEmpty, Self.word(String(words[2])) == words[2]
    else { return nil }
    self.init(time: time, level: level, name: String(words[2]))
    guard words.count == 4 else { return }
    var rest = words[3].unicodeScalars
    while !rest.isEmpty {
      guard let field = Self.takeField(&rest) else { return nil }
      self.fields.append(field)
      guard rest.isEmpty || rest.removeFirst() == " " else { return nil }
    }
  }

  /// Names of events and fields: letters, digits, `.`, `_`, `-`; anything else becomes `_`.
  private static func word(_ name: String) -> String {
    let kept = String(
      String.UnicodeScalarView(name.unicodeScalars.map { Self.isWordScalar($0) ? $0 : "_" }))
    return kept.isEmpty ? "_" : kept
  }

  private static func isWordScalar(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9", ".", "_", "-": true
    default: false
    }
  }

  /// A value as a line keeps it: without the credentials of URLs, and not without bounds.
  package static func kept(_ value: String) -> String {
    let scalars = withoutCredentials(value).unicodeScalars
    let head = scalars.prefix(Self.valueScalarsMax)
    return String(head) + (head.endIndex < scalars.endIndex ? "…" : "")
  }

  private static func quoted(_ value: String) -> String {
    let scalars = Array(value.unicodeScalars)
    let isPlain =
      !scalars.isEmpty
      && scalars.allSatisfy {
        $0.value > 0x20 && $0.value < 0x7F && !"\"\\=".unicodeScalars.contains($0)
      }
    var text = String.UnicodeScalarView()
    if isPlain {
      text.append(contentsOf: scalars)
      return String(text)
    }
    text.append("\"")
    for scalar in scalars {
      switch scalar {
      case "\"", "\\":
        text.append("\\")
        text.append(scalar)
      case "\n": text.append(contentsOf: "\\n".unicodeScalars)
      case "\t": text.append(contentsOf: "\\t".unicodeScalars)
      case "\r": text.append(contentsOf: "\\r".unicodeScalars)
      case _ where needsEscape(scalar):
        let digits = String(scalar.value, radix: 16)
        let zeros = String(repeating: "0", count: 4 - digits.count)
        text.append(contentsOf: "\\u\(zeros)\(digits)".unicodeScalars)
      default: text.append(scalar)
      }
    }
    text.append("\"")
    return String(text)
  }

  private static func takeField(_ rest: inout Substring.UnicodeScalarView) -> Field? {
    guard let equals = rest.firstIndex(of: "="), equals > rest.startIndex,
      rest[..<equals].allSatisfy(Self.isWordScalar)
    else { return nil }
    let name = String(rest[..<equals])
    rest = rest[rest.index(after: equals)...]
    guard rest.first == "\"" else {
      let end = rest.firstIndex(of: " ") ?? rest.endIndex
      guard end > rest.startIndex else { return nil }
      let value = String(rest[..<end])
      rest = rest[end...]
      return Field(name, value)
    }
    rest.removeFirst()
    var value = String.UnicodeScalarView()
    while let scalar = rest.popFirst() {
      if scalar == "\"" { return Field(name, String(value)) }
      guard scalar == "\\" else {
        value.append(scalar)
        continue
      }
      guard let unescaped = Self.takeEscaped(&rest) else { return nil }
      value.append(unescaped)
    }
    return nil
  }

  private static func takeEscaped(_ rest: inout Substring.UnicodeScalarView) -> Unicode.Scalar? {
    switch rest.popFirst() {
    case "n": return "\n"
    case "t": return "\t"
    case "r": return "\r"
    case "\"": return "\""
    case "\\": return "\\"
    case "u":
      let digits = String(rest.prefix(4))
      guard digits.count == 4, let value = UInt32(digits, radix: 16) else { return nil }
      rest = rest.dropFirst(4)
      return Unicode.Scalar(value)
    default: return nil
    }
  }

  /// `YYYY-MM-DDThh:mm:ssZ`, as `WallTime.iso8601` writes it.
  private static func time(_ text: Substring) -> WallTime? {
    let bytes = Array(text.utf8)
    guard bytes.count == 20 else { return nil }
    func number(_ range: Range<Int>) -> Int64? {
      Int64(String(decoding: bytes[range], as: UTF8.self))
    }
    guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10),
      let hour = number(11..<13), let minute = number(14..<16), let second = number(17..<19)
    else { return nil }
    // Days since 1970-01-01, in years that begin in March.
    let shiftedYear = month <= 2 ? year - 1 : year
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let days =
      shiftedYear * 365 + shiftedYear / 4 - shiftedYear / 100 + shiftedYear / 400 + dayOfYear
      - 719_468
    let time = WallTime(seconds: days * 86400 + hour * 3600 + minute * 60 + second)
    // Whatever does not come out as it went in, such as month 13, is no time.
    return time.iso8601 == text ? time : nil
  }
}
