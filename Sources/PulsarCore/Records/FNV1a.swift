/// The hash FNV-1a of 64 bits: tells whether bytes changed by accident, the same in every process and
/// version.
///
/// It protects against nobody who means harm.
///
/// Source: the FNV non-cryptographic hash algorithm, RFC 9923.
package struct FNV1a: Hashable, Sendable {
  package private(set) var value: UInt64

  /// - Parameter seed: a hash to go on from; 0 for none.
  package init(seed: UInt64 = 0) { self.value = seed ^ 0xcbf2_9ce4_8422_2325 }

  package init(_ bytes: some Sequence<UInt8>) {
    self.init()
    // Without a copy where the bytes lie in one piece, as in an array.
    let isDone: Void? = bytes.withContiguousStorageIfAvailable { for byte in $0 { self.add(byte) } }
    if isDone == nil { for byte in bytes { self.add(byte) } }
  }

  private mutating func add(_ byte: UInt8) { self.add(word: UInt64(byte)) }

  /// Adds 64 bits at once, which is another hash than that of their bytes.
  package mutating func add(word: UInt64) { self.value = (self.value ^ word) &* 0x100_0000_01b3 }

  /// 16 hexadecimal digits.
  package var digits: String {
    let digits = String(self.value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
