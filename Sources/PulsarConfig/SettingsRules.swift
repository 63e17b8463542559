/// What names in settings may be.
///
/// Files inside a repository are untrusted (`DESIGN.md` §3.9).
enum SettingsRules {
  /// Whether `name` can only be the name of a remote: no URL, no path, no option.
  static func isRemoteName(_ name: String) -> Bool {
    let bytes = Array(name.utf8)
    guard let first = bytes.first, bytes.count <= 200 else { return false }
    if first == UInt8(ascii: "-") || first == UInt8(ascii: ".") || first == UInt8(ascii: "/") {
      return false
    }
    return !name.contains("..") && bytes.allSatisfy(Self.isRemoteNameByte)
  }

  /// Whether `core.backup_branch` can be `prefix`: a valid start of a ref's name, and none of the
  /// places that git uses itself.
  ///
  /// - Parameters:
  ///   - prefix: as it stands in the file.
  ///   - isTrusted: false for files inside a repository, which may name no place under `refs/` but
  ///     our own.
  /// - Returns: false also for more than `SettingsKey.refPrefixBytesMax` bytes.
  ///
  /// Source: git-check-ref-format(1).
  static func isRefPrefix(_ prefix: String, isTrusted: Bool) -> Bool {
    let bytes = Array(prefix.utf8)
    guard bytes.first != UInt8(ascii: "-"), bytes.count <= SettingsKey.refPrefixBytesMax else {
      return false
    }
    guard bytes.allSatisfy(Self.isRefByte), !prefix.contains(".."), !prefix.contains("@{") else {
      return false
    }
    let parts = prefix.split(separator: "/", omittingEmptySubsequences: false)
    for part in parts
    where part.isEmpty || part.hasPrefix(".") || part.hasSuffix(".") || part.hasSuffix(".lock") {
      return false
    }
    // Also written in another case: the remote may be a folder on a system that folds it.
    let folded = parts.map { $0.lowercased() }
    if folded[0] == "head" || prefix == "@" { return false }
    guard folded[0] == "refs" else { return true }
    guard folded.count > 1, parts[0] == "refs" else { return false }
    if folded[1] == "pulsar" { return parts[1] == "pulsar" }
    if !isTrusted || Self.placesOfGit.contains(folded[1]) { return false }
    return folded[1] != "heads" || folded.count > 2
  }

  /// Whether a pattern fits into one line of a `.gitignore`.
  static func isPattern(_ pattern: String) -> Bool {
    !pattern.utf8.contains { $0 == 0 || $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
  }

  /// Under `refs/`; nothing of ours is put there.
  private static let placesOfGit = [
    "tags", "remotes", "stash", "notes", "replace", "bisect", "worktree", "rewritten", "original",
  ]

  private static func isRemoteNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
      UInt8(ascii: "/"), UInt8(ascii: "-"):
      true
    default: false
    }
  }

  private static func isRefByte(_ byte: UInt8) -> Bool {
    byte > 0x20 && byte != 0x7F && !"~^:?*[\\".utf8.contains(byte)
  }
}
