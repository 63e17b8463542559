/// A path whose content, and what lies below it, is for one's own machines alone: captured, restored and
/// handed over, but never finalized.
///
/// Such is a file that is changed and that git was told not to look at, by `git update-index
/// --skip-worktree` or `--assume-unchanged`, and the folder of another repository that is no submodule,
/// whose files git commits nowhere but there.
package struct LocalOnlyPath: Hashable, Comparable, Sendable {
  package enum Origin: String, Hashable, Sendable {
    /// git hides the file in the clone that captured it.
    case hidden
    /// It is the folder of another repository in the working tree that captured it.
    case nested
    /// A session that was taken over said so, and the file was neither reset nor staged since.
    case taken
  }

  package let path: GitPath
  package let origin: Origin

  package init(path: GitPath, origin: Origin) {
    self.path = path
    self.origin = origin
  }

  package static func < (left: LocalOnlyPath, right: LocalOnlyPath) -> Bool {
    left.path < right.path
  }

  private static let key = "Pulsar-Local"

  /// A line of a capture's message: `Pulsar-Local: <origin> <path in hexadecimal> <path shown>`.
  var line: [UInt8] {
    let words = "\(self.origin.rawValue) \(IndexMessage.hex(self.path)) \(self.path.displayed)"
    return Array("\(Self.key): \(words)\n".utf8)
  }

  /// Those that a message names, ascending, each path once; of an origin that is not known here, as
  /// taken over.
  static func all(in message: [UInt8]) -> [LocalOnlyPath] {
    let key = Array("\(self.key): ".utf8)
    var found: [GitPath: Origin] = [:]
    for line in message.split(separator: UInt8(ascii: "\n")) where line.starts(with: key) {
      let words = line.dropFirst(key.count).split(separator: UInt8(ascii: " "), maxSplits: 2)
      guard words.count >= 2, let path = IndexMessage.path(words[1]) else { continue }
      found[path] = Origin(rawValue: String(decoding: words[0], as: UTF8.self)) ?? .taken
    }
    return found.map { LocalOnlyPath(path: $0.key, origin: $0.value) }.sorted()
  }
}
