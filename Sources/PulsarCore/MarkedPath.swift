/// A file into which a verb of ours wrote conflict markers: an unmerged state until they are gone.
///
/// It is told by the very lines that were written. A file that has such lines of its own, as a text
/// about merges has, is not taken for one.
package struct MarkedPath: Hashable, Sendable {
  /// More are not recorded in one capture.
  package static let recordedMax = 500

  package let path: GitPath
  /// The lines that begin and end conflicts, without their ends.
  package let markers: [Marker]

  package struct Marker: Hashable, Sendable {
    package let line: [UInt8]
    /// How often the versions that were merged have it of their own.
    package let ownCount: Int
  }

  /// Nil when no markers were written.
  ///
  /// - Parameters:
  ///   - path: of the file.
  ///   - content: with the markers.
  ///   - versions: the two that were merged; a missing one has nothing.
  package init?(path: GitPath, content: [UInt8], versions: [[UInt8]]) {
    let own = versions.map { Self.counts($0) }
    let markers = Self.counts(content).compactMap { line, count -> Marker? in
      let ownCount = own.reduce(0) { $0 + ($1[line] ?? 0) }
      return count > ownCount ? Marker(line: Array(line), ownCount: ownCount) : nil
    }
    if markers.isEmpty { return nil }
    self.path = path
    self.markers = markers.sorted { $0.line.lexicographicallyPrecedes($1.line) }
  }

  /// Whether a content has markers that we wrote.
  package func isUnmerged(_ content: [UInt8]) -> Bool {
    let counts = Self.counts(content)
    return self.markers.contains { (counts[$0.line[...]] ?? 0) > $0.ownCount }
  }

  /// Lines as git begins and ends conflicts with, and how often there are.
  private static func counts(_ content: [UInt8]) -> [ArraySlice<UInt8>: Int] {
    var counts: [ArraySlice<UInt8>: Int] = [:]
    for line in content.split(separator: UInt8(ascii: "\n")) {
      guard let first = line.first, "<>|".utf8.contains(first) else { continue }
      let rest = line.drop { $0 == first }
      let isMarker = line.count - rest.count >= 7 && (rest.isEmpty || rest.first == 0x20)
      guard isMarker else { continue }
      counts[line.last == 0x0D ? line.dropLast() : line, default: 0] += 1
    }
    return counts
  }

  // MARK: as text

  /// Words without blanks in hexadecimal, as paths and lines may hold any byte: the path, then each line
  /// with how often there may be such.
  package var text: String {
    ([Self.hex(self.path.bytes)]
      + self.markers.flatMap { [Self.hex($0.line), String($0.ownCount)] }).joined(separator: " ")
  }

  package init?(text: some Collection<UInt8>) {
    let words = text.split(separator: 0x20)
    guard words.count >= 3, words.count % 2 == 1, words.count < 1000,
      let path = Self.bytes(words[0])
    else { return nil }
    var markers: [Marker] = []
    for place in stride(from: 1, to: words.count, by: 2) {
      guard let line = Self.bytes(words[place]),
        let count = Int(String(decoding: words[place + 1], as: UTF8.self))
      else { return nil }
      markers.append(Marker(line: line, ownCount: count))
    }
    self.path = GitPath(bytes: path)
    self.markers = markers
  }

  private static func hex(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  private static func bytes(_ hex: some Collection<UInt8>) -> [UInt8]? {
    let digits = Array(hex)
    guard !digits.isEmpty, digits.count.isMultiple(of: 2) else { return nil }
    var bytes: [UInt8] = []
    for start in stride(from: 0, to: digits.count, by: 2) {
      let pair = String(decoding: digits[start...(start + 1)], as: UTF8.self)
      guard let byte = UInt8(pair, radix: 16) else { return nil }
      bytes.append(byte)
    }
    return bytes
  }
}

extension MarkedPath: RecordValue {
  package init(from reader: inout RecordReader) throws(RecordError) {
    self.path = try reader.read()
    self.markers = try reader.read()
  }
  package func write(to writer: inout RecordWriter) { writer.write(self.path, self.markers) }
}

extension MarkedPath.Marker: RecordValue {
  package init(from reader: inout RecordReader) throws(RecordError) {
    self.init(line: try reader.read(), ownCount: try reader.read())
  }
  package func write(to writer: inout RecordWriter) { writer.write(self.line, self.ownCount) }
}
