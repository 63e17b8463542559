internal import PulsarCore
internal import PulsarSystem

/// What the daemon says of each repository, for `status`: a small file in the state folder.
///
/// It holds only while the daemon does, which its lock tells.
struct StandingBoard {
  private static let header = "git-pulsar daemon state 1"
  private static let limit = 4 << 20
  let path: GitPath

  /// What is said of one repository, for people.
  struct Entry: Hashable {
    let repository: GitPath
    let captures: String
    let pushes: String
    /// Why its files are not watched; nil when they are.
    let unwatched: String?
  }

  init(stateFolder: GitPath) { self.path = stateFolder.appending("daemon.state") }

  /// - Throws: when it cannot be written; then `status` knows less.
  func write(_ entries: [Entry]) throws(SystemError) {
    var records = [Array(Self.header.utf8)]
    for entry in entries {
      records.append(entry.repository.bytes)
      records += [entry.captures, entry.pushes, entry.unwatched ?? ""].map { Array($0.utf8) }
    }
    try AtomicFile.replace(
      self.path, with: Array(records.map { $0 + [0] }.joined()), isDurable: false)
  }

  /// - Returns: empty when nothing is there, or nothing that is understood.
  func entries() -> [Entry] {
    // A file that cannot be read is the same to `status` as none.
    guard let bytes = try? AtomicFile.read(self.path, limit: Self.limit) else { return [] }
    let records = bytes.split(separator: 0, omittingEmptySubsequences: false).dropLast()
    guard records.first?.elementsEqual(Self.header.utf8) == true else { return [] }
    let fields = records.dropFirst().map { Array($0) }
    return stride(from: 0, to: fields.count - 3, by: 4).map { start in
      let words = fields[(start + 1)...(start + 3)].map { String(decoding: $0, as: UTF8.self) }
      return Entry(
        repository: GitPath(bytes: fields[start]), captures: words[0], pushes: words[1],
        unwatched: words[2].isEmpty ? nil : words[2])
    }
  }
}
