/// A vector image as it is written, element by element; its bytes depend on nothing but its input.
///
/// Source: SVG 1.1.
struct VectorImage: Sendable {
  /// The elements so far, one a line.
  private(set) var body = ""

  /// A length in hundredths of a pixel.
  struct Length: Hashable, Comparable, Sendable {
    var hundredths: Int64

    static func pixels(_ count: Int64) -> Self { Self(hundredths: count * 100) }
    static func < (one: Self, other: Self) -> Bool { one.hundredths < other.hundredths }
    static func + (one: Self, other: Self) -> Self {
      Self(hundredths: one.hundredths + other.hundredths)
    }
    static func - (one: Self, other: Self) -> Self {
      Self(hundredths: one.hundredths - other.hundredths)
    }
    static prefix func - (one: Self) -> Self { Self(hundredths: -one.hundredths) }

    /// Without decimals when it is whole, else with two.
    var text: String {
      self.hundredths.isMultiple(of: 100)
        ? String(self.hundredths / 100) : self.hundredths.hundredthsText
    }
  }

  enum Value {
    case text(String)
    case length(Length)

    static func pixels(_ count: Int64) -> Self { .length(.pixels(count)) }

    fileprivate var written: String {
      switch self {
      case .text(let text): VectorImage.escaped(text)
      case .length(let length): length.text
      }
    }
  }

  /// Adds an element.
  ///
  /// - Parameters:
  ///   - name: such as `circle`.
  ///   - attributes: in the order in which they are written.
  ///   - title: what a pointer over it shows; empty: nothing.
  ///   - text: what stands between its tags.
  mutating func add(
    _ name: String, _ attributes: [(String, Value)], title: String = "", text: String = ""
  ) {
    var element = "<" + name
    for (key, value) in attributes { element += " \(key)=\"\(value.written)\"" }
    let inner = title.isEmpty ? "" : "<title>\(Self.escaped(title))</title>"
    let content = inner + Self.escaped(text)
    self.body += element + (content.isEmpty ? "/>\n" : ">\(content)</\(name)>\n")
  }

  /// The whole file.
  ///
  /// - Parameters:
  ///   - width: in pixels.
  ///   - height: in pixels.
  /// - Returns: XML in UTF-8, with a line end at its end.
  func file(width: Int64, height: Int64) -> String {
    """
    <svg xmlns="http://www.w3.org/2000/svg" width="\(width)" height="\(height)" \
    viewBox="0 0 \(width) \(height)" font-family="Helvetica,Arial,DejaVu Sans,sans-serif">
    <rect width="\(width)" height="\(height)" fill="#fbfaf7"/>
    \(self.body)</svg>

    """
  }

  /// A text as XML may hold it; what no XML file may hold is spelled out.
  static func escaped(_ text: String) -> String {
    var escaped = ""
    for scalar in text.onOneLine.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "\u{FFFE}", "\u{FFFF}": escaped += "\u{FFFD}"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}
