/// Which paths git refuses in an index, and so in a tree that is checked out.
///
/// Source: git's `verify_path`, `is_ntfs_dotgit`, `is_hfs_dotgit` and their like for `.gitmodules`
/// (`read-cache.c`, `path.c`, `utf8.c`).
package struct RefusedNames: Hashable, Sendable {
  /// `core.protectNTFS`: also what Windows takes for such a name; on everywhere unless it is set.
  package var protectsNTFS: Bool
  /// `core.protectHFS`: also what macOS takes for such a name; on there unless it is set.
  package var protectsHFS: Bool

  package init(protectsNTFS: Bool = true, protectsHFS: Bool = false) {
    self.protectsNTFS = protectsNTFS
    self.protectsHFS = protectsHFS
  }

  /// - Parameters:
  ///   - path: relative to the top of the working tree.
  ///   - isLink: a link may not be called `.gitmodules` either.
  /// - Returns: whether git refuses it.
  package func refuses(_ path: GitPath, isLink: Bool = false) -> Bool {
    if path.isRoot || path.isAbsolute || path.bytes.last == UInt8(ascii: "/") { return true }
    let components = path.bytes.split(
      separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    return components.contains { name in
      if name.isEmpty || name.elementsEqual([0x2E]) || name.elementsEqual([0x2E, 0x2E]) {
        return true
      }
      if Self.isSame(name, ".git") || (isLink && Self.isSame(name, ".gitmodules")) { return true }
      return (self.protectsNTFS && Self.isRefusedOnNTFS(name, isLink: isLink))
        || (self.protectsHFS && Self.isRefusedOnHFS(name, isLink: isLink))
    }
  }

  // MARK: Windows

  /// A backslash begins another name there.
  private static func isRefusedOnNTFS(_ name: ArraySlice<UInt8>, isLink: Bool) -> Bool {
    var rest = name
    while true {
      if self.isNTFSGitFolder(rest) || (isLink && self.isNTFSModulesFile(rest)) { return true }
      guard let slash = rest.firstIndex(of: UInt8(ascii: "\\")) else { return false }
      rest = rest[(slash + 1)...]
    }
  }

  private static func isNTFSGitFolder(_ name: ArraySlice<UInt8>) -> Bool {
    for alias in [".git", "git~1"] where self.hasPrefix(name, alias) {
      let end = self.afterDotsAndSpaces(name.dropFirst(alias.utf8.count))
      if end == nil || end == UInt8(ascii: ":") || end == UInt8(ascii: "\\") { return true }
    }
    return false
  }

  /// `.gitmodules`, `gitmod~1` to `gitmod~4`, or one of the names that Windows makes up when those are
  /// taken, as `gi7eba~1`.
  private static func isNTFSModulesFile(_ name: ArraySlice<UInt8>) -> Bool {
    func ends(_ rest: ArraySlice<UInt8>) -> Bool {
      let end = self.afterDotsAndSpaces(rest)
      return end == nil || end == UInt8(ascii: ":")
    }
    if self.hasPrefix(name, ".gitmodules") { return ends(name.dropFirst(11)) }
    let bytes = Array(name)
    if self.hasPrefix(name, "gitmod~"), bytes.count >= 8, (0x31...0x34).contains(bytes[7]) {
      return ends(name.dropFirst(8))
    }
    guard bytes.count >= 8 else { return false }
    let short = Array("gi7eba".utf8)
    guard let tilde = bytes[..<8].firstIndex(of: UInt8(ascii: "~")), tilde < 7,
      bytes[..<tilde].map(self.lowercased).elementsEqual(short[..<tilde]),
      (0x31...0x39).contains(bytes[tilde + 1]),
      bytes[(tilde + 1)..<8].allSatisfy({ (0x30...0x39).contains($0) })
    else { return false }
    return ends(name.dropFirst(8))
  }

  /// The first byte that counts at the end of a name; nil when there is none.
  private static func afterDotsAndSpaces(_ rest: ArraySlice<UInt8>) -> UInt8? {
    rest.first { $0 != UInt8(ascii: ".") && $0 != UInt8(ascii: " ") }
  }

  // MARK: macOS

  private static func isRefusedOnHFS(_ name: ArraySlice<UInt8>, isLink: Bool) -> Bool {
    // Invisible characters do not count there.
    let seen = Array(
      String(decoding: name, as: UTF8.self).unicodeScalars.filter { !self.isIgnoredOnHFS($0) }
        .map { String($0) }.joined().utf8)
    return self.isSame(seen[...], ".git") || (isLink && self.isSame(seen[...], ".gitmodules"))
  }

  private static func isIgnoredOnHFS(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x200C...0x200F, 0x202A...0x202E, 0x206A...0x206F, 0xFEFF: true
    default: false
    }
  }

  // MARK: letters

  private static func isSame(_ name: ArraySlice<UInt8>, _ text: String) -> Bool {
    name.count == text.utf8.count && self.hasPrefix(name, text)
  }

  private static func hasPrefix(_ name: ArraySlice<UInt8>, _ text: String) -> Bool {
    name.prefix(text.utf8.count).map(self.lowercased).elementsEqual(text.utf8)
  }

  private static func lowercased(_ byte: UInt8) -> UInt8 {
    byte >= 0x41 && byte <= 0x5A ? byte + 0x20 : byte
  }
}
