/// A path as git sees it: bytes, `/` between components, no NUL.
///
/// Paths inside a repository are relative to the top of its working tree and never empty, except
/// `GitPath.root`. Paths of the machine start with `/`. Nothing is ever assumed about the encoding.
package struct GitPath: Hashable, Comparable, Sendable {
  package var bytes: [UInt8]

  /// The top of the working tree; empty.
  package static let root = GitPath(bytes: [])

  package init(bytes: [UInt8]) { self.bytes = bytes }
  package init(bytes: ArraySlice<UInt8>) { self.bytes = Array(bytes) }
  package init(_ text: String) { self.bytes = Array(text.utf8) }

  /// Bytewise order, the order of git's index.
  package static func < (left: GitPath, right: GitPath) -> Bool {
    left.bytes.lexicographicallyPrecedes(right.bytes)
  }

  package var isRoot: Bool { self.bytes.isEmpty }
  package var isAbsolute: Bool { self.bytes.first == UInt8(ascii: "/") }

  /// The names between the slashes, outermost first; empty for the root.
  package var components: [ArraySlice<UInt8>] {
    self.bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: true)
  }

  /// Everything before the last slash; the root for a path of one component.
  package var parent: GitPath {
    guard let slash = self.bytes.lastIndex(of: UInt8(ascii: "/")) else { return .root }
    if slash == 0 && self.bytes.count > 1 { return GitPath("/") }
    return GitPath(bytes: self.bytes[..<slash])
  }

  /// The name after the last slash.
  package var name: ArraySlice<UInt8> {
    guard let slash = self.bytes.lastIndex(of: UInt8(ascii: "/")) else { return self.bytes[...] }
    return self.bytes[(slash + 1)...]
  }

  /// This path with `name`, one or more components, below it.
  package func appending(_ name: some Collection<UInt8>) -> GitPath {
    if self.bytes.isEmpty { return GitPath(bytes: Array(name)) }
    var joined = self.bytes
    joined.reserveCapacity(joined.count + 1 + name.count)
    if joined.last != UInt8(ascii: "/") { joined.append(UInt8(ascii: "/")) }
    joined.append(contentsOf: name)
    return GitPath(bytes: joined)
  }

  package func appending(_ name: String) -> GitPath { self.appending(Array(name.utf8)) }
  package func appending(_ path: GitPath) -> GitPath {
    path.isRoot ? self : self.appending(path.bytes)
  }

  /// Whether `self` is `folder` or lies below it.
  package func isWithin(_ folder: GitPath) -> Bool {
    if folder.isRoot { return true }
    guard self.bytes.starts(with: folder.bytes) else { return false }
    return self.bytes.count == folder.bytes.count || folder.bytes.last == UInt8(ascii: "/")
      || self.bytes[folder.bytes.count] == UInt8(ascii: "/")
  }

  /// The rest of this path below `folder`, or nil when it does not lie there.
  package func relative(to folder: GitPath) -> GitPath? {
    guard self.isWithin(folder) else { return nil }
    var rest = self.bytes.dropFirst(folder.bytes.count)
    while rest.first == UInt8(ascii: "/") { rest = rest.dropFirst() }
    return GitPath(bytes: rest)
  }

  /// Whether git refuses this path wherever settings say nothing else, for a file: an empty, `.` or `..`
  /// component, or one that is `.git` here or on Windows, in any case.
  package var isRefusedByGit: Bool { RefusedNames().refuses(self) }

  /// The path for people: as it is when it is plain text, else in double quotes with C escapes,
  /// as git prints it with `core.quotePath=false`.
  package var displayed: String { escapedForDisplay(self.bytes) }
}

/// Bytes for people: valid UTF-8 without control characters, quotes or backslashes as it is; anything
/// else in double quotes, with `\n`, `\t`, `\"`, `\\` and octal escapes.
package func escapedForDisplay(_ bytes: some Collection<UInt8>) -> String {
  let text = String(decoding: bytes, as: UTF8.self)
  let isPlain =
    text.utf8.elementsEqual(bytes)
    && text.unicodeScalars.allSatisfy { !needsEscape($0) && $0 != "\"" && $0 != "\\" }
  if isPlain { return text }
  var quoted = "\""
  var rest = Array(bytes)[...]
  while let byte = rest.first {
    switch byte {
    case UInt8(ascii: "\n"): quoted += "\\n"
    case UInt8(ascii: "\t"): quoted += "\\t"
    case UInt8(ascii: "\r"): quoted += "\\r"
    case UInt8(ascii: "\""): quoted += "\\\""
    case UInt8(ascii: "\\"): quoted += "\\\\"
    case 0x20..<0x7F: quoted.unicodeScalars.append(Unicode.Scalar(byte))
    default:
      if let (scalar, length) = leadingScalar(rest), !needsEscape(scalar) {
        quoted.unicodeScalars.append(scalar)
        rest = rest.dropFirst(length)
        continue
      }
      let octal = String(byte, radix: 8)
      quoted += "\\" + String(repeating: "0", count: 3 - octal.count) + octal
    }
    rest = rest.dropFirst()
  }
  return quoted + "\""
}

/// Control characters, and those that break lines, or reorder or hide text on a terminal; all of at
/// most four hexadecimal digits.
package func needsEscape(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.value {
  case 0..<0x20, 0x7F..<0xA0, 0x200B...0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: true
  default: false
  }
}

private func leadingScalar(_ bytes: ArraySlice<UInt8>) -> (Unicode.Scalar, Int)? {
  var decoder = UTF8()
  var iterator = bytes.prefix(4).makeIterator()
  guard case .scalarValue(let scalar) = decoder.decode(&iterator) else { return nil }
  return (scalar, UTF8.width(scalar))
}
