internal import PulsarCore
internal import PulsarSystem

/// For each registered path, the oldest commit of the repository that was registered there: another
/// repository at the same path is then not taken for it.
struct KnownRoots {
  private let path: GitPath
  private var record = RootsRecord()

  init(stateFolder: GitPath) {
    self.path = stateFolder.appending("roots")
    // A file that cannot be read knows nothing; what is found from now on is written down anew.
    let known = try? RecordFile<RootsRecord>(self.path, limit: 16 << 20).known()
    if let known { self.record = known }
  }

  subscript(path: GitPath) -> String? { self.record.roots[path]?.hex }

  /// Takes note of a root, or forgets it.
  ///
  /// - Throws: when it cannot be written down; it holds in this process all the same.
  mutating func set(_ root: String?, for path: GitPath) throws(SystemError) {
    let root = root.flatMap { ObjectID(hex: $0) }
    if self.record.roots[path] == root { return }
    self.record.roots[path] = root
    try AtomicFile.replace(self.path, with: self.record.file)
  }
}

/// Roots by the registered path.
struct RootsRecord: Record, Hashable {
  static let kind = "roots"
  static let version = 2

  var roots: [GitPath: ObjectID] = [:]

  func write(to writer: inout RecordWriter) { writer.write(self.roots) }

  /// Lines of a root, a blank and a path, without a header; what is no such line says nothing.
  static func previous(_ file: [UInt8]) -> Self? {
    var record = Self()
    for line in file.split(separator: PreviousFile.newline) {
      guard let parts = PreviousFile.fields(of: line, 2, separator: UInt8(ascii: " ")),
        let id = ObjectID(hex: parts[0])
      else { continue }
      record.roots[GitPath(bytes: parts[1])] = id
    }
    return record.roots.isEmpty ? nil : record
  }
}

extension RootsRecord {
  init(from reader: inout RecordReader) throws(RecordError) { self.init(roots: try reader.read()) }
}
