package import PulsarCore

/// A file of ours that holds one record.
package struct RecordFile<Content: Record>: Sendable {
  package let path: GitPath
  private let limit: Int

  /// - Parameters:
  ///   - path: of the file.
  ///   - limit: bytes; a larger file is not ours.
  package init(_ path: GitPath, limit: Int = 1 << 20) {
    self.path = path
    self.limit = limit
  }

  /// What the file holds; nil when there is none.
  ///
  /// - Throws: `SystemError` when it cannot be read.
  package func read() throws(SystemError) -> Result<Content, RecordError>? {
    guard let bytes = try AtomicFile.read(self.path, limit: self.limit) else { return nil }
    return Result { () throws(RecordError) in try Content(file: bytes) }
  }

  /// The same for what can be done without: nil also when the file is damaged or of another version.
  package func known() throws(SystemError) -> Content? {
    try self.read().flatMap { try? $0.get() }
  }

  /// - Throws: `SystemError` with the old file in place.
  package func write(_ content: Content, isDurable: Bool = true) throws(SystemError) {
    try AtomicFile.makeFolder(self.path.parent)
    try AtomicFile.replace(self.path, with: content.file, isDurable: isDurable)
  }

  package func remove() throws(SystemError) { _ = try AtomicFile.remove(self.path) }
}
