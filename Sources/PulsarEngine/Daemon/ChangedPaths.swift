internal import PulsarCore

/// The paths of each repository that changed since its last capture.
struct ChangedPaths {
  /// With more than this, a full scan is cheaper.
  static let most = 4096

  private struct Entry {
    var waiting: Set<GitPath> = []
    /// Those that the capture under way looks at.
    var taken: Set<GitPath> = []
  }

  private var entries: [RepositoryNumber: Entry] = [:]

  /// Takes down that paths changed.
  ///
  /// - Returns: false when there are too many; they are forgotten, and a full scan is due.
  mutating func add(_ paths: Set<GitPath>, of number: RepositoryNumber) -> Bool {
    let waiting = self.entries[number, default: Entry()].waiting.union(paths)
    let areFew = waiting.count <= Self.most
    self.entries[number, default: Entry()].waiting = areFew ? waiting : []
    return areFew
  }

  /// Hands out what waits, ascending, to a capture that begins.
  mutating func take(of number: RepositoryNumber) -> [GitPath] {
    var entry = self.entries[number] ?? Entry()
    entry.taken.formUnion(entry.waiting)
    entry.waiting = []
    self.entries[number] = entry
    return entry.taken.sorted()
  }

  /// Takes note of the end of the capture that took them.
  ///
  /// After a failure they wait again.
  ///
  /// - Returns: false when a full scan is due: there are too many then, and they are forgotten.
  mutating func finish(_ end: CaptureEnd, of number: RepositoryNumber) -> Bool {
    guard var entry = self.entries[number] else { return true }
    // What was left out alone is no reason for a scan, which would leave it out again.
    var hasNews = !entry.waiting.isEmpty
    if case .captured = end.outcome {
      entry.taken = Set(end.leftOut)
    } else {
      hasNews = hasNews || !entry.taken.isEmpty
    }
    entry.waiting.formUnion(entry.taken)
    entry.taken = []
    let areFew = entry.waiting.count <= Self.most
    if !areFew { entry.waiting = [] }
    self.entries[number] = entry
    return areFew || !hasNews
  }

  mutating func forget(_ number: RepositoryNumber) { self.entries[number] = nil }
}
