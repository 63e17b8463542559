/// Writes the fields of a record, one after the other.
package struct RecordWriter {
  private var bytes: [UInt8]

  init(_ header: [UInt8]) { self.bytes = header }

  package mutating func write<each Value: RecordValue>(_ values: repeat each Value) {
    repeat (each values).write(to: &self)
  }

  /// A number of things; seven bits a byte, the lowest first.
  package mutating func write(count: UInt64) {
    var rest = count
    while rest >= 0x80 {
      self.bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    self.bytes.append(UInt8(rest))
  }

  /// Small numbers of either sign take few bytes.
  package mutating func write(number: Int64) {
    self.write(count: UInt64(bitPattern: (number << 1) ^ (number >> 63)))
  }

  package mutating func write(bytes: some Collection<UInt8>) {
    self.write(count: UInt64(bytes.count))
    self.bytes.append(contentsOf: bytes)
  }

  mutating func write(byte: UInt8) { self.bytes.append(byte) }

  /// All that was written, with its checksum.
  var sealed: [UInt8] {
    let sum = FNV1a(self.bytes).value
    let shifts = stride(from: 56, through: 0, by: -8)
    return self.bytes + shifts.map { UInt8(truncatingIfNeeded: sum >> $0) }
  }
}
