/// Takes files of ours apart as versions before `Record` wrote them: a header, then parts with one byte
/// between them.
package enum PreviousFile {
  package static let newline = UInt8(ascii: "\n")

  /// - Returns: what comes after the header; nil when the header is another.
  package static func parts(
    of file: [UInt8], header: String, separator: UInt8 = 0
  ) -> [ArraySlice<UInt8>]? {
    let parts = file.split(separator: separator, omittingEmptySubsequences: false)
    guard let first = parts.first, first.elementsEqual(header.utf8) else { return nil }
    return Array(parts.dropFirst())
  }

  /// The fields of one part; nil unless there are `count`, of which the last may hold the separator.
  package static func fields(
    of part: ArraySlice<UInt8>, _ count: Int, separator: UInt8 = Self.newline
  ) -> [ArraySlice<UInt8>]? {
    let fields = part.split(
      separator: separator, maxSplits: count - 1, omittingEmptySubsequences: false)
    return fields.count == count ? fields : nil
  }

  package static func text(_ bytes: ArraySlice<UInt8>) -> String {
    String(decoding: bytes, as: UTF8.self)
  }

  /// Ids with blanks between them; nil when one of them is none.
  package static func ids(_ words: ArraySlice<UInt8>) -> [ObjectID]? {
    let words = words.split(separator: UInt8(ascii: " "))
    let ids = words.compactMap { ObjectID(hex: $0) }
    return ids.count == words.count ? ids : nil
  }
}
