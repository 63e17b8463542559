internal import PulsarEngine

/// Content of a known size that is read and handed on piece by piece.
enum BlobPieces {
  /// Reads to the end.
  ///
  /// - Parameters:
  ///   - size: the bytes there should be.
  ///   - read: fills the buffer, returns the bytes it put there; 0 is the end.
  ///   - write: gets each piece; none that goes beyond `size`.
  /// - Returns: whether the content had `size` bytes.
  /// - Throws: what `read` and `write` throw.
  static func pass(
    _ size: Int, from read: (UnsafeMutableRawBufferPointer) throws(StoreError) -> Int,
    to write: (UnsafeRawBufferPointer) throws(StoreError) -> Void
  ) throws(StoreError) -> Bool {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
    defer { buffer.deallocate() }
    var total = 0
    while true {
      let count = try read(buffer)
      if count == 0 { return total == size }
      total += count
      if total > size { return false }
      try write(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }
  }
}
