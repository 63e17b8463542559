/// Reads the fields of a record in the order in which they were written.
///
/// Takes nothing that a writer would have written in another way.
package struct RecordReader {
  private let file: [UInt8]
  private var position: Int
  /// Where the checksum begins.
  private let limit: Int

  /// - Throws: `RecordError.damaged` when the checksum is another.
  init(sealed bytes: [UInt8]) throws(RecordError) {
    let limit = bytes.count - 8
    guard limit >= 0, let header = bytes.firstIndex(of: UInt8(ascii: "\n")), header < limit,
      bytes[limit...].reduce(0 as UInt64, { $0 << 8 | UInt64($1) }) == FNV1a(bytes[..<limit]).value
    else { throw .damaged }
    self.file = bytes
    self.position = header + 1
    self.limit = limit
  }

  package mutating func read<Value: RecordValue>(
    _ type: Value.Type = Value.self
  ) throws(RecordError) -> Value {
    try Value(from: &self)
  }

  package mutating func count() throws(RecordError) -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while true {
      let byte = try self.byte()
      let part = UInt64(byte & 0x7F)
      // Ten bytes at most, the last of which is not in vain.
      if shift > 63 || shift == 63 && part > 1 || shift > 0 && byte == 0 { throw .damaged }
      value |= part << shift
      if byte & 0x80 == 0 { return value }
      shift += 7
    }
  }

  package mutating func number() throws(RecordError) -> Int64 {
    let value = try self.count()
    return Int64(bitPattern: value >> 1) ^ -Int64(value & 1)
  }

  /// Each element takes one byte at least, so that no number asks for more memory than the file has.
  package mutating func elements() throws(RecordError) -> Int {
    let count = try self.count()
    guard count <= UInt64(self.limit - self.position) else { throw .damaged }
    return Int(count)
  }

  package mutating func bytes() throws(RecordError) -> ArraySlice<UInt8> {
    let count = try self.elements()
    self.position += count
    return self.file[(self.position - count)..<self.position]
  }

  mutating func byte() throws(RecordError) -> UInt8 {
    guard self.position < self.limit else { throw .damaged }
    self.position += 1
    return self.file[self.position - 1]
  }

  /// - Throws: `RecordError.damaged` when not all is read.
  func end() throws(RecordError) { if self.position != self.limit { throw .damaged } }
}
