/// How a word is written in a file.
enum ScenarioWord {
  private static let hexadecimal = Array("0123456789abcdef".utf8)
  private static let quote = UInt8(ascii: "\"")
  private static let backslash = UInt8(ascii: "\\")
  private static let comment = UInt8(ascii: "#")

  /// Why a line has no words.
  struct Fault: Error {
    let why: String
    let whatToDo: String
  }

  /// Whether the word needs no quotes.
  static func isPlain(_ word: String) -> Bool {
    !word.utf8.isEmpty
      && word.utf8.allSatisfy {
        $0 > 0x20 && $0 != 0x7f && $0 != Self.quote && $0 != Self.backslash && $0 != Self.comment
      }
  }

  /// The word as it is when it is plain, else in quotes.
  static func written(_ word: String) -> String {
    Self.isPlain(word) ? word : Self.quoted(word)
  }

  static func quoted(_ word: String) -> String {
    var bytes = [Self.quote]
    for byte in word.utf8 {
      switch byte {
      case UInt8(ascii: "\n"): bytes += Array("\\n".utf8)
      case UInt8(ascii: "\t"): bytes += Array("\\t".utf8)
      case Self.quote, Self.backslash: bytes += [Self.backslash, byte]
      case 0..<0x20, 0x7f:
        bytes += Array("\\x".utf8)
        bytes += [Self.hexadecimal[Int(byte >> 4)], Self.hexadecimal[Int(byte & 15)]]
      default: bytes.append(byte)
      }
    }
    bytes.append(Self.quote)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The words of a line, without its comment.
  static func words(ofLine line: ArraySlice<UInt8>) throws(Fault) -> [String] {
    var words: [String] = []
    var rest = line
    while let byte = rest.first, byte != Self.comment {
      if Self.isBlank(byte) {
        rest.removeFirst()
      } else if byte == Self.quote {
        words.append(try Self.takeQuoted(&rest))
      } else {
        words.append(try Self.takePlain(&rest))
      }
    }
    return words
  }

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
  }

  private static func takePlain(_ rest: inout ArraySlice<UInt8>) throws(Fault) -> String {
    let word = rest.prefix { !Self.isBlank($0) && $0 != Self.comment }
    rest = rest[word.endIndex...]
    guard let text = String(validating: word, as: UTF8.self), Self.isPlain(text) else {
      throw Fault(
        why: "quotes, backslashes and control characters stand in quotes only",
        whatToDo: #"write the word as "…", a quote in it as \", a backslash as \\"#)
    }
    return text
  }

  private static func takeQuoted(_ rest: inout ArraySlice<UInt8>) throws(Fault) -> String {
    var bytes: [UInt8] = []
    rest.removeFirst()
    while let byte = rest.popFirst() {
      if byte == Self.quote {
        guard rest.first.map({ Self.isBlank($0) || $0 == Self.comment }) ?? true else {
          throw Fault(
            why: "a word goes on behind its quotes",
            whatToDo: "put a blank behind the quote")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
          throw Fault(
            why: #"the bytes of \xHH are not UTF-8"#,
            whatToDo: #"write 'ü' as "ü" or "\xc3\xbc""#)
        }
        return text
      }
      bytes.append(byte == Self.backslash ? try Self.takeEscaped(&rest) : byte)
    }
    throw Fault(
      why: "a quote is not closed",
      whatToDo: #"end the word with ", a line break in it is \n"#)
  }

  private static func takeEscaped(_ rest: inout ArraySlice<UInt8>) throws(Fault) -> UInt8 {
    switch rest.popFirst() {
    case UInt8(ascii: "n"): return UInt8(ascii: "\n")
    case UInt8(ascii: "t"): return UInt8(ascii: "\t")
    case Self.quote: return Self.quote
    case Self.backslash: return Self.backslash
    case UInt8(ascii: "x"):
      if let high = Self.digit(rest.popFirst()), let low = Self.digit(rest.popFirst()) {
        return high << 4 | low
      }
    default: break
    }
    throw Fault(
      why: "an escape is unknown",
      whatToDo: #"there are \n \t \" \\ and \xHH"#)
  }

  private static func digit(_ byte: UInt8?) -> UInt8? {
    switch byte {
    case .some(let byte) where (0x30...0x39).contains(byte): byte - 0x30
    case .some(let byte) where (0x41...0x46).contains(byte): byte - 0x37
    case .some(let byte) where (0x61...0x66).contains(byte): byte - 0x57
    default: nil
    }
  }
}
