/// Looks for planted bugs: for each, seeds from 1 on until something breaks.
package struct PlantedBugSearch: Hashable, Sendable {
  /// How many seeds are tried for each.
  package let most: Int
  package private(set) var hunts: [Hunt]

  /// One planted bug, and how far the search for it came.
  package struct Hunt: Hashable, Sendable {
    package let bug: PlantedBug
    /// Of all runs, in milliseconds.
    package fileprivate(set) var elapsed: Int64 = 0
    /// The invariant that broke with each seed, from 1 on; nil within: none did; nil: not known yet.
    fileprivate var results: [String??] = []

    package init(_ bug: PlantedBug) { self.bug = bug }
  }

  package init(_ bugs: [PlantedBug] = PlantedBug.findable, most: Int) {
    self.hunts = bugs.map { Hunt($0) }
    self.most = most
  }

  /// What to run next: a bug that nobody looks for, else the next seed of one that is looked for.
  ///
  /// - Returns: nil when nothing is to be begun any more.
  package mutating func next() -> (bug: PlantedBug, seed: UInt64)? {
    let open = self.hunts.indices.filter {
      !self.hunts[$0].hasBroken && self.hunts[$0].results.count < self.most
    }
    let index = open.first { !self.hunts[$0].isUnderWay } ?? open.first
    guard let index else { return nil }
    self.hunts[index].results.append(nil)
    return (self.hunts[index].bug, UInt64(self.hunts[index].results.count))
  }

  /// Notes what a run came to; one that crashed has found nothing.
  ///
  /// - Returns: the hunt, when it is over with this.
  @discardableResult
  package mutating func note(_ report: RunReport, of bug: PlantedBug, seed: UInt64) -> Hunt? {
    guard let index = self.hunts.firstIndex(where: { $0.bug == bug }),
      let place = Int(exactly: seed).map({ $0 - 1 }),
      self.hunts[index].results.indices.contains(place)
    else { return nil }
    let wasOver = self.hunts[index].isOver(after: self.most)
    self.hunts[index].elapsed += report.elapsed
    self.hunts[index].results[place] = .some(report.broken?.invariant)
    let isOver = self.hunts[index].isOver(after: self.most)
    return isOver && !wasOver ? self.hunts[index] : nil
  }

  /// How the hunts that are over ended.
  package var standing: RunSummary.Found {
    let over = self.hunts.filter { $0.isOver(after: self.most) }
    let missing = over.filter { $0.invariant == nil }.map(\.bug.rawValue)
    return RunSummary.Found(
      found: over.count - missing.count, of: over.count, missing: missing)
  }

  package var found: [Hunt] { self.hunts.filter { $0.invariant != nil } }

  /// The median of the seeds that those found took, the higher of two in the middle; nil: none.
  package var median: Int? {
    let counts = self.found.map(\.seeds).sorted()
    return counts.isEmpty ? nil : counts[counts.count / 2]
  }

  /// `found 12/13 within 40 seeds each, median 1`.
  package var summary: String {
    let median = self.median.map { ", median \($0)" } ?? ""
    return "found \(self.found.count)/\(self.hunts.count) within \(self.most) "
      + "\(self.most == 1 ? "seed" : "seeds") each\(median)"
  }
}

extension PlantedBugSearch.Hunt {
  /// Results of the seeds from 1 on up to the first that is not known.
  private var known: [String?] { self.results.prefix { $0 != nil }.map { $0 ?? nil } }

  private var position: Int? { self.known.firstIndex { $0 != nil } }

  /// How many seeds it took, or were tried.
  package var seeds: Int { self.position.map { $0 + 1 } ?? self.known.count }

  /// The invariant by which it was found; nil: not found so far.
  package var invariant: String? { self.position.flatMap { self.known[$0] } }

  /// Whether some seed broke, be it that an earlier one is not known yet.
  fileprivate var hasBroken: Bool { self.results.contains { ($0 ?? nil) != nil } }

  fileprivate var isUnderWay: Bool { self.results.contains { $0 == nil } }

  fileprivate func isOver(after most: Int) -> Bool {
    self.position != nil || self.known.count >= most
  }

  /// `removes-a-file               S1            1 seed      1.2 s`.
  package var line: String {
    let width = PlantedBug.allCases.map(\.rawValue.count).max() ?? 0
    let seeds = "\(self.seeds) \(self.seeds == 1 ? "seed " : "seeds")"
    let tenths = self.elapsed / 100
    return [
      self.bug.rawValue.padded(to: width), (self.invariant ?? "NOT FOUND").padded(to: 9),
      seeds.padded(onTheLeftTo: 9), "\(tenths / 10).\(tenths % 10) s".padded(onTheLeftTo: 8),
    ].joined(separator: "  ")
  }
}
