package import PulsarCore

/// The text of a registry: one absolute path a line, in bytes.
///
/// Blank lines, lines that are no absolute paths and duplicates stay where they are when the text is
/// rewritten. One carriage return at the end of a line belongs to the line's end; every other byte,
/// spaces too, belongs to the path.
package struct RegistryText: Hashable, Sendable {
  package let bytes: [UInt8]

  package init(bytes: [UInt8]) { self.bytes = bytes }

  /// Each once, in the order of their first lines.
  ///
  /// Not looked for on the disk.
  package var paths: [GitPath] {
    var seen: Set<GitPath> = []
    return self.lines.compactMap { Self.path(of: $0) }.filter { seen.insert($0).inserted }
  }

  /// Lines that name no absolute path, in order.
  package var malformed: [[UInt8]] {
    self.lines.map(Self.content).filter { !$0.isEmpty && !Self.isUsable($0) }.map { Array($0) }
  }

  /// This text with a line for `path` at the end.
  ///
  /// - Parameter path: one that `canHold`.
  /// - Returns: nil when there is such a line already.
  package func adding(_ path: GitPath) -> RegistryText? {
    guard !self.paths.contains(path) else { return nil }
    var grown = self.bytes
    if let last = grown.last, last != UInt8(ascii: "\n") { grown.append(UInt8(ascii: "\n")) }
    grown += path.bytes
    // A path that ends in a carriage return needs one more, which belongs to the line's end.
    if path.bytes.last == UInt8(ascii: "\r") { grown.append(UInt8(ascii: "\r")) }
    grown.append(UInt8(ascii: "\n"))
    return RegistryText(bytes: grown)
  }

  /// This text without the lines of exactly `path`; nil when there is none.
  package func removing(_ path: GitPath) -> RegistryText? {
    let lines = self.lines
    let kept = lines.filter { Self.path(of: $0) != path }
    return kept.count == lines.count ? nil : RegistryText(bytes: Array(kept.joined()))
  }

  /// Whether a line can say `path`: absolute, without line breaks and NUL.
  package static func canHold(_ path: GitPath) -> Bool {
    Self.isUsable(path.bytes[...]) && !path.bytes.contains(UInt8(ascii: "\n"))
  }

  /// The lines with their ends.
  private var lines: [ArraySlice<UInt8>] {
    var lines: [ArraySlice<UInt8>] = []
    var rest = self.bytes[...]
    while !rest.isEmpty {
      let end = rest.firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? rest.endIndex
      lines.append(rest[..<end])
      rest = rest[end...]
    }
    return lines
  }

  private static func content(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var content = line
    if content.last == UInt8(ascii: "\n") { content = content.dropLast() }
    if content.last == UInt8(ascii: "\r") { content = content.dropLast() }
    return content
  }

  private static func path(of line: ArraySlice<UInt8>) -> GitPath? {
    let content = Self.content(line)
    return Self.isUsable(content) ? GitPath(bytes: content) : nil
  }

  private static func isUsable(_ content: ArraySlice<UInt8>) -> Bool {
    content.first == UInt8(ascii: "/") && !content.contains(0)
  }
}
