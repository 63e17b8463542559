internal import PulsarCore

/// git's index, read as far as it tells whether git hides any of its files, and which attribute files
/// it holds.
///
/// Source: gitformat-index(5).
enum IndexFile {
  /// What was looked for.
  struct Findings {
    /// Whether any entry is assumed unchanged, or left out of the working tree.
    var hidesFiles = false
    /// Each `.gitattributes`, in every stage.
    var attributeFiles: [(path: GitPath, id: ObjectID)] = []
  }

  private static let headerSize = 12
  /// Of the fields before the id: times, device, inode, mode, owner and size.
  private static let statSize = 40
  private static let assumedUnchanged: UInt16 = 0x8000
  private static let isExtended: UInt16 = 0x4000
  private static let nameLengthMax: UInt16 = 0x0FFF
  private static let leftOut: UInt16 = 0x4000

  private static let attributeName = Array(".gitattributes".utf8)

  /// Looks through all entries.
  ///
  /// - Parameters:
  ///   - bytes: the file.
  ///   - idSize: bytes of an object id.
  /// - Returns: nil when only git can tell: another part of the index is elsewhere, folders stand for
  ///   their files, or the format is not known.
  static func findings(_ bytes: [UInt8], idSize: Int) -> Findings? {
    bytes.withUnsafeBytes { bytes -> Findings? in
      func number(_ offset: Int) -> Int? {
        guard offset + 4 <= bytes.count else { return nil }
        return Int(UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
      }
      func flags(_ offset: Int) -> UInt16? {
        guard offset + 2 <= bytes.count else { return nil }
        return UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt16.self))
      }
      func endOfName(_ offset: Int) -> Int? {
        offset < bytes.count ? bytes[offset...].firstIndex(of: 0) : nil
      }
      guard bytes.starts(with: "DIRC".utf8), let version = number(4), (2...4).contains(version),
        let count = number(8)
      else { return nil }
      var offset = Self.headerSize
      var findings = Findings()
      var name: [UInt8] = []
      for _ in 0..<count {
        let start = offset
        let id = start + Self.statSize
        offset = id + idSize
        guard let first = flags(offset) else { return nil }
        offset += 2
        if first & Self.assumedUnchanged != 0 { findings.hidesFiles = true }
        if first & Self.isExtended != 0 {
          guard let second = flags(offset) else { return nil }
          if second & Self.leftOut != 0 { findings.hidesFiles = true }
          offset += 2
        }
        if version == 4 {
          // How much of the name before goes, then what comes in its place.
          guard let (lost, rest) = Self.length(bytes, at: offset), lost <= name.count,
            let end = endOfName(rest)
          else { return nil }
          name.removeLast(lost)
          name += bytes[rest..<end]
          offset = end + 1
          name.withUnsafeBytes { note($0[...], id) }
          continue
        }
        let length = first & Self.nameLengthMax
        guard
          let end = length < Self.nameLengthMax ? offset + Int(length) : endOfName(offset),
          end <= bytes.count
        else { return nil }
        note(bytes[offset..<end], id)
        // One to eight null bytes, up to a multiple of eight.
        offset = start + ((end - start) / 8 + 1) * 8
      }
      func note(_ path: Slice<UnsafeRawBufferPointer>, _ id: Int) {
        let name = Self.attributeName
        guard path.count >= name.count, path.last == name.last,
          path.suffix(name.count).elementsEqual(name),
          path.count == name.count
            || path[path.endIndex - name.count - 1] == UInt8(ascii: "/")
        else { return }
        let found = ObjectID(bytes: Array(bytes[id..<(id + idSize)]))
        findings.attributeFiles.append((GitPath(bytes: Array(path)), found))
      }
      // Extensions, then the checksum.
      while offset + 8 <= bytes.count - idSize {
        guard let size = number(offset + 4) else { return nil }
        let name = bytes[offset..<(offset + 4)]
        if name.elementsEqual("link".utf8) || name.elementsEqual("sdir".utf8) { return nil }
        offset += 8 + size
      }
      return offset == bytes.count - idSize ? findings : nil
    }
  }

  /// A number in groups of seven bits, the highest first, each but the last with its eighth bit set and
  /// standing for one more than it says.
  ///
  /// - Returns: it, and the offset behind it; nil when it is cut short or past all bounds.
  private static func length(
    _ bytes: UnsafeRawBufferPointer, at start: Int
  ) -> (value: Int, end: Int)? {
    guard start < bytes.count else { return nil }
    var offset = start
    var value = Int(bytes[offset] & 0x7F)
    while bytes[offset] & 0x80 != 0 {
      offset += 1
      guard offset < bytes.count, value < 1 << 32 else { return nil }
      value = ((value + 1) << 7) + Int(bytes[offset] & 0x7F)
    }
    return (value, offset + 1)
  }
}
