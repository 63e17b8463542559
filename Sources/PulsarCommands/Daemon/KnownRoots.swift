internal import PulsarCore
internal import PulsarSystem

/// For each registered path, the oldest commit of the repository that was registered there: another
/// repository at the same path is then not taken for it.
struct KnownRoots {
  private static let limit = 16 << 20
  private let path: GitPath
  private var roots: [GitPath: String] = [:]

  init(stateFolder: GitPath) {
    self.path = stateFolder.appending("roots")
    // A file that cannot be read knows nothing; what is found from now on is written down anew.
    guard let bytes = try? AtomicFile.read(self.path, limit: Self.limit) else { return }
    for line in bytes.split(separator: 10) {
      let parts = line.split(separator: UInt8(ascii: " "), maxSplits: 1)
      guard parts.count == 2, let id = ObjectID(hex: Array(parts[0])) else { continue }
      self.roots[GitPath(bytes: Array(parts[1]))] = id.hex
    }
  }

  subscript(path: GitPath) -> String? { self.roots[path] }

  /// Takes note of a root, or forgets it.
  ///
  /// - Throws: when it cannot be written down; it holds in this process all the same.
  mutating func set(_ root: String?, for path: GitPath) throws(SystemError) {
    if self.roots[path] == root { return }
    self.roots[path] = root
    let lines = self.roots.sorted { $0.key < $1.key }.map {
      Array("\($0.value) ".utf8) + $0.key.bytes
    }
    try AtomicFile.replace(self.path, with: Array(lines.map { $0 + [10] }.joined()), mode: 0o600)
  }
}
