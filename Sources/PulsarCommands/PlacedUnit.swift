internal import PulsarCore
internal import PulsarSystem

/// A file of the service manager: what is there, and what is to be there.
struct PlacedUnit {
  enum Change: String { case written, unchanged, removed, left }

  let name: String
  let path: GitPath
  /// What lies there now.
  let old: [UInt8]?
  /// What is to lie there; nil: nothing.
  let new: UnitFile?

  /// Far more than any of ours.
  private static let sizeMax = 1 << 20

  init(_ name: String, in folder: GitPath, wanting new: UnitFile?) throws(SystemError) {
    self.name = name
    self.path = folder.appending(name)
    self.old = try AtomicFile.read(self.path, limit: Self.sizeMax)
    self.new = new
  }

  var owner: UnitFile.Owner? { self.old.map(UnitFile.owner) }

  /// Whether somebody's own words would be lost.
  var isTheirs: Bool {
    guard let owner else { return false }
    return owner != .us && self.change != .left && self.change != .unchanged
  }

  /// What is to be done; nil where nothing is and nothing is to be.
  var change: Change? {
    switch (self.old, self.new) {
    case (nil, nil): nil
    case (let old, let new?): old == new.bytes ? .unchanged : .written
    // A file that never was ours stays.
    case (_?, nil): self.owner == .somebodyElse ? .left : .removed
    }
  }

  /// Brings it about.
  func perform() throws(SystemError) {
    switch self.change {
    case .written:
      try AtomicFile.makeFolder(self.path.parent)
      // As readable as the person's other service files; there is no secret in it.
      if let new { try AtomicFile.replace(self.path, with: new.bytes, mode: 0o644) }
    case .removed: _ = try AtomicFile.remove(self.path)
    case .unchanged, .left, nil: break
    }
  }
}

/// One file in the report of `install-service` and `uninstall-service`.
struct PlacedUnitReport: Encodable {
  let path: PathReport
  /// `written`, `unchanged`, `removed`, `left`.
  let change: String
  /// With `--dry-run`: what would be written.
  let content: String?

  init(_ unit: PlacedUnit, showsContent: Bool) {
    self.path = PathReport(unit.path)
    self.change = unit.change?.rawValue ?? "left"
    self.content =
      showsContent ? unit.new.map { String(decoding: $0.bytes, as: UTF8.self) } : nil
  }
}
