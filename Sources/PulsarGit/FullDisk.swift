#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// What the system says when there is no room: on the disk, in the person's share of it, or within the
/// limit on the size of one file.
///
/// Source: strerror(3) for ENOSPC, EDQUOT and EFBIG.
enum FullDisk {
  private static let words = [
    "No space left on device", "Out of diskspace", "quota exceeded", "File too large",
  ]

  static let numbers = [ENOSPC, EDQUOT, EFBIG]

  static func isTold(in words: String) -> Bool { self.words.contains { words.contains($0) } }
}
