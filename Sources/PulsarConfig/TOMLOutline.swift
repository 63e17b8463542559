/// Where the keys of a TOML text stand, and whether the text is safe to hand to the parser.
///
/// The parser is C++ (toml++ 3.4). It says on which line a text is broken, but not on which line a
/// value stands. And it ends the process, instead of refusing, on much that is not TOML: its asserts
/// are compiled in, and fire on `[@]`, `[}]`, `2000-01-01 1` and control characters; a letter such as `é` outside of
/// strings runs into `TOML_UNREACHABLE`; keys of 100,000 parts exhaust the stack; strings with a NUL
/// come back cut short. So the shape of the text is checked here, and what it means, which
/// keys clash, which numbers fit and which escapes exist is left to the parser.
///
/// Source: <https://toml.io/en/v1.0.0>.
struct TOMLOutline {
  /// The first thing that keeps the text from the parser; nil when it may have it.
  private(set) var obstacle: (line: Int, wrong: String)?
  /// The first line of each key and table header, by its path.
  private var lines: [[String]: Int] = [:]

  /// Parts in one key, and brackets in one another.
  static let depthMax = 32

  private let bytes: [UInt8]
  private var position = 0
  private var line = 1

  /// - Parameter bytes: valid UTF-8 without control characters but tab and the ends of lines.
  init(of bytes: [UInt8]) {
    self.bytes = bytes
    self.scan()
  }

  /// The line of `path`, or of the nearest thing around it; nil when nothing is known of it.
  func line(of path: [String]) -> Int? {
    var path = path
    while !path.isEmpty {
      if let line = self.lines[path] { return line }
      path.removeLast()
    }
    return nil
  }

  // MARK: Statements

  private mutating func scan() {
    if self.bytes.starts(with: [0xEF, 0xBB, 0xBF]) { self.position = 3 }
    var table: [String] = []
    while self.obstacle == nil {
      self.skipBlankLines()
      guard let byte = self.peek(), self.obstacle == nil else { return }
      if byte == UInt8(ascii: "[") {
        table = self.header()
      } else {
        self.keyAndValue(in: table, depth: 0)
      }
      self.endOfStatement()
    }
  }

  private mutating func header() -> [String] {
    let line = self.line
    self.advance()
    let isArray = self.peek() == UInt8(ascii: "[")
    if isArray { self.advance() }
    let path = self.keyPath()
    self.note(path, line)
    for _ in 0..<(isArray ? 2 : 1) { self.expect(UInt8(ascii: "]"), "after the name of a table") }
    return path
  }

  /// - Parameters:
  ///   - table: where the key is; nil inside a list.
  ///   - depth: brackets around it.
  private mutating func keyAndValue(in table: [String]?, depth: Int) {
    let line = self.line
    let path = self.keyPath()
    let whole = table.map { $0 + path }
    if let whole { self.note(whole, line) }
    self.expect(UInt8(ascii: "="), "after a key")
    self.skipSpace()
    self.value(at: whole, depth: depth)
  }

  private mutating func endOfStatement() {
    self.skipSpace()
    switch self.peek() {
    case nil, Self.newline, Self.carriageReturn, UInt8(ascii: "#"): break
    default: self.stop("not valid TOML (there is more on the line than one statement)")
    }
  }

  /// The parts of a key, and the space around them.
  private mutating func keyPath() -> [String] {
    var parts: [String] = []
    while self.obstacle == nil {
      self.skipSpace()
      switch self.peek() {
      case UInt8(ascii: "\""), UInt8(ascii: "'"): parts.append(self.string(mayBeLong: false))
      case let byte? where Self.isBare(byte):
        let start = self.position
        while let next = self.peek(), Self.isBare(next) { self.advance() }
        parts.append(String(decoding: self.bytes[start..<self.position], as: UTF8.self))
      default: self.stop("not valid TOML (a key is missing, or its name needs quotes)")
      }
      if parts.count > Self.depthMax {
        self.stop("nested too deep (a key has more than \(Self.depthMax) parts)")
      }
      self.skipSpace()
      guard self.peek() == UInt8(ascii: ".") else { break }
      self.advance()
    }
    return parts
  }

  // MARK: Values

  private mutating func value(at path: [String]?, depth: Int) {
    if depth > Self.depthMax { self.stop("nested too deep (more than \(Self.depthMax) brackets)") }
    guard self.obstacle == nil else { return }
    switch self.peek() {
    case UInt8(ascii: "\""), UInt8(ascii: "'"): _ = self.string(mayBeLong: true)
    case UInt8(ascii: "["): self.list(depth: depth)
    case UInt8(ascii: "{"): self.inlineTable(at: path, depth: depth)
    default: self.scalar()
    }
  }

  private mutating func list(depth: Int) {
    self.advance()
    self.skipBlankLines()
    while self.obstacle == nil, self.peek() != UInt8(ascii: "]") {
      self.value(at: nil, depth: depth + 1)
      self.skipBlankLines()
      guard self.peek() == UInt8(ascii: ",") else { break }
      self.advance()
      self.skipBlankLines()
    }
    self.expect(UInt8(ascii: "]"), "at the end of a list")
  }

  private mutating func inlineTable(at path: [String]?, depth: Int) {
    self.advance()
    self.skipSpace()
    if self.peek() != UInt8(ascii: "}") {
      while self.obstacle == nil {
        self.keyAndValue(in: path, depth: depth + 1)
        self.skipSpace()
        guard self.peek() == UInt8(ascii: ",") else { break }
        self.advance()
      }
    }
    self.expect(UInt8(ascii: "}"), "at the end of a table in braces")
  }

  /// A number, a date or a word.
  private mutating func scalar() {
    let start = self.position
    while let byte = self.peek(), Self.isScalar(byte) { self.advance() }
    // The space of `1979-05-27 07:32:00`.
    if self.peek() == Self.space, let next = self.peek(1), Self.isDigit(next),
      self.position - start == 10
    {
      self.advance()
      while let byte = self.peek(), Self.isScalar(byte) { self.advance() }
    }
    if !TOMLScalar.isWellFormed(self.bytes[start..<self.position]) {
      self.stop("not valid TOML (a value is missing or malformed, or needs quotes)")
    }
  }

  /// A string of any of the four kinds.
  ///
  /// - Returns: its content, with escapes of one letter resolved.
  private mutating func string(mayBeLong: Bool) -> String {
    guard let quote = self.peek() else { return "" }
    let isLiteral = quote == UInt8(ascii: "'")
    let isLong = self.peek(1) == quote && self.peek(2) == quote
    if isLong && !mayBeLong {
      self.stop("not valid TOML (a key goes over several lines)")
      return ""
    }
    for _ in 0..<(isLong ? 3 : 1) { self.advance() }
    var content: [UInt8] = []
    while self.obstacle == nil {
      guard let byte = self.peek(), isLong || byte != Self.newline else {
        self.stop("not valid TOML (a string does not end)")
        break
      }
      if byte == quote {
        // One or two quotes belong to a long string, also right before the three that end it.
        let run =
          isLong ? self.bytes[self.position...].prefix(5).prefix { $0 == quote }.count : 3
        for _ in 0..<(isLong ? run : 1) { self.advance() }
        if run >= 3 { break }
        continue
      }
      if byte == UInt8(ascii: "\\") && !isLiteral {
        self.refuseEscapedNUL()
        self.advance()
        if let next = self.peek(), next != Self.newline {
          content.append(Self.escapes[next] ?? next)
          self.advance()
        }
        continue
      }
      content.append(byte)
      self.advance()
    }
    return String(decoding: content, as: UTF8.self)
  }

  /// At a backslash: `\u0000`, `\U00000000` and `\x00` stand for NUL.
  private mutating func refuseEscapedNUL() {
    let escape = self.bytes[self.position...].dropFirst().prefix(9)
    for (letter, digits) in [("u", 4), ("U", 8), ("x", 2)]
    where escape.starts(with: (letter + String(repeating: "0", count: digits)).utf8) {
      self.stop("no plain text (a string holds a NUL character)")
    }
  }

  // MARK: Bytes

  private mutating func skipBlankLines() {
    while let byte = self.peek(), self.obstacle == nil {
      switch byte {
      case Self.space, Self.tab, Self.newline: self.advance()
      case Self.carriageReturn:
        self.advance()
        if self.peek() != Self.newline {
          self.stop("not valid TOML (a carriage return without a line feed)")
        }
      case UInt8(ascii: "#"):
        while let next = self.peek(), next != Self.newline { self.advance() }
      default: return
      }
    }
  }

  private mutating func skipSpace() {
    while let byte = self.peek(), byte == Self.space || byte == Self.tab { self.advance() }
  }

  private mutating func expect(_ byte: UInt8, _ place: String) {
    guard self.peek() == byte else {
      let missing = Character(Unicode.Scalar(byte))
      self.stop("not valid TOML (\"\(missing)\" is missing \(place))")
      return
    }
    self.advance()
  }

  private mutating func note(_ path: [String], _ line: Int) {
    if self.lines[path] == nil { self.lines[path] = line }
  }

  private mutating func stop(_ wrong: String) {
    if self.obstacle == nil { self.obstacle = (self.line, wrong) }
  }

  private func peek(_ ahead: Int = 0) -> UInt8? {
    let index = self.position + ahead
    return index < self.bytes.count ? self.bytes[index] : nil
  }

  private mutating func advance() {
    guard let byte = self.peek() else { return }
    if byte == Self.newline { self.line += 1 }
    self.position += 1
  }

  private static let space = UInt8(ascii: " ")
  private static let tab = UInt8(ascii: "\t")
  private static let newline = UInt8(ascii: "\n")
  private static let carriageReturn = UInt8(ascii: "\r")

  private static let escapes: [UInt8: UInt8] = [
    UInt8(ascii: "b"): 0x08, UInt8(ascii: "t"): 0x09, UInt8(ascii: "n"): 0x0A,
    UInt8(ascii: "f"): 0x0C, UInt8(ascii: "r"): 0x0D,
  ]

  private static func isDigit(_ byte: UInt8) -> Bool {
    byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
  }

  private static func isBare(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "_"), UInt8(ascii: "-"):
      true
    default: Self.isDigit(byte)
    }
  }

  private static func isScalar(_ byte: UInt8) -> Bool {
    Self.isBare(byte) || byte == UInt8(ascii: "+") || byte == UInt8(ascii: ".")
      || byte == UInt8(ascii: ":")
  }
}
