package import PulsarCore

/// The streams whose large files the remote lacks, as they were pushed where git-lfs was not installed.
///
/// A small file of ours in the common folder; one that cannot be read or written stops no push.
package struct PointersOnly {
  /// Captures after `base`, up to the one that is pushed; nil for all from the first on.
  package struct Stretch: Hashable, Sendable {
    package let base: ObjectID?
  }

  private static let header = "git-pulsar pointers only 1"
  private let path: GitPath
  private var stretches: [RefName: Stretch] = [:]

  /// - Parameter commonDir: of the repository.
  package init(at commonDir: GitPath) {
    self.path = commonDir.appending("pulsar").appending("pointers-only")
    guard let bytes = HeadFile.bytes(of: self.path) else { return }
    let records = bytes.split(separator: 0, omittingEmptySubsequences: false)
    guard let header = records.first, header.elementsEqual(Self.header.utf8) else { return }
    for record in records.dropFirst() {
      let fields = record.split(separator: 10, maxSplits: 1, omittingEmptySubsequences: false)
      guard fields.count == 2 else { continue }
      self.stretches[RefName(bytes: Array(fields[1]))] = Stretch(base: ObjectID(hex: fields[0]))
    }
  }

  /// A stream as it is called on the remote; nil when all its files are there.
  package subscript(ref: RefName) -> Stretch? {
    get { self.stretches[ref] }
    set { self.stretches[ref] = newValue }
  }

  func save() {
    var records = [Array(Self.header.utf8)]
    for (ref, stretch) in self.stretches.sorted(by: { $0.key < $1.key }) {
      records.append(Array("\(stretch.base?.hex ?? "")\n".utf8) + ref.bytes)
    }
    Scratch.replace(self.path, with: Array(records.joined(separator: [0])))
  }

  /// For people.
  package static let sentence =
    "pointers only: the remote lacks large files that captures point to, as git-lfs is not installed; install it, and the next push sends them"
}
