/// Names, arguments and contents as git and the system see them: bytes in no particular encoding.
struct Bytes: Hashable, Comparable, Sendable, ExpressibleByStringInterpolation {
  var array: [UInt8]

  init(_ array: some Sequence<UInt8>) { self.array = Array(array) }
  init(_ text: String) { self.array = Array(text.utf8) }
  init(stringLiteral text: String) { self.array = Array(text.utf8) }

  static func < (left: Bytes, right: Bytes) -> Bool {
    left.array.lexicographicallyPrecedes(right.array)
  }

  static func + (left: Bytes, right: Bytes) -> Bytes { Bytes(left.array + right.array) }

  /// `right` below the folder `left`.
  static func / (left: Bytes, right: Bytes) -> Bytes {
    left.array.isEmpty ? right : Bytes(left.array + [UInt8(ascii: "/")] + right.array)
  }

  /// For the C functions that take a path.
  var cString: [CChar] { self.array.map { CChar(bitPattern: $0) } + [0] }

  /// Everything before the last slash; empty when there is none.
  var parent: Bytes {
    guard let slash = self.array.lastIndex(of: UInt8(ascii: "/")) else { return "" }
    return Bytes(self.array[..<slash])
  }

  /// Without the newline that ends the output of a command.
  var line: Bytes { self.array.last == UInt8(ascii: "\n") ? Bytes(self.array.dropLast()) : self }

  var lines: [Bytes] { self.array.split(separator: UInt8(ascii: "\n")).map { Bytes($0) } }

  func starts(with prefix: Bytes) -> Bool { self.array.starts(with: prefix.array) }

  func contains(_ text: String) -> Bool { self.text.contains(text) }
}

extension Bytes: CustomStringConvertible, CustomDebugStringConvertible {
  /// Repaired where it is not UTF-8; for messages, not for names.
  var text: String { String(decoding: self.array, as: UTF8.self) }
  var description: String { self.text }
  /// As one of several arguments of a test, in its report.
  var debugDescription: String {
    let most = 60
    let start = String(decoding: self.array.prefix(most), as: UTF8.self).debugDescription
    return self.array.count > most ? "\(start)… (\(self.array.count) bytes)" : start
  }
}
