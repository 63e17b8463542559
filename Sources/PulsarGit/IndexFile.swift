/// git's index, read as far as it tells whether git hides any of its files.
///
/// Source: gitformat-index(5).
enum IndexFile {
  private static let headerSize = 12
  /// Of the fields before the id: times, device, inode, mode, owner and size.
  private static let statSize = 40
  private static let assumedUnchanged: UInt16 = 0x8000
  private static let isExtended: UInt16 = 0x4000
  private static let nameLengthMax: UInt16 = 0x0FFF
  private static let leftOut: UInt16 = 0x4000

  /// Whether any entry is assumed unchanged, or left out of the working tree.
  ///
  /// - Parameters:
  ///   - bytes: the file.
  ///   - idSize: bytes of an object id.
  /// - Returns: nil when only git can tell: another part of the index is elsewhere, folders stand for
  ///   their files, or the format is not known.
  static func hidesFiles(_ bytes: [UInt8], idSize: Int) -> Bool? {
    bytes.withUnsafeBytes { bytes -> Bool? in
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
      var hides = false
      for _ in 0..<count {
        let start = offset
        offset += Self.statSize + idSize
        guard let first = flags(offset) else { return nil }
        offset += 2
        if first & Self.assumedUnchanged != 0 { hides = true }
        if first & Self.isExtended != 0 {
          guard let second = flags(offset) else { return nil }
          if second & Self.leftOut != 0 { hides = true }
          offset += 2
        }
        if version == 4 {
          // How much of the name before goes, in groups of seven bits; then what comes in its place.
          while offset < bytes.count, bytes[offset] & 0x80 != 0 { offset += 1 }
          guard let end = endOfName(offset + 1) else { return nil }
          offset = end + 1
          continue
        }
        let length = first & Self.nameLengthMax
        guard
          let end = length < Self.nameLengthMax ? offset + Int(length) : endOfName(offset)
        else { return nil }
        // One to eight null bytes, up to a multiple of eight.
        offset = start + ((end - start) / 8 + 1) * 8
      }
      // Extensions, then the checksum.
      while offset + 8 <= bytes.count - idSize {
        guard let size = number(offset + 4) else { return nil }
        let name = bytes[offset..<(offset + 4)]
        if name.elementsEqual("link".utf8) || name.elementsEqual("sdir".utf8) { return nil }
        offset += 8 + size
      }
      return offset == bytes.count - idSize ? hides : nil
    }
  }
}
