/// Looks for planted bugs: for each, seeds from 1 on until something breaks.
package struct PlantedBugSearch: Hashable, Sendable {
  /// How many seeds are tried for each.
  package let most: Int
  package private(set) var hunts: [Hunt]

  /// One planted bug, and how far the search for it came.
  package struct Hunt: Hashable, Sendable {
    package let bug: PlantedBug
    /// Seeds that were run.
    package fileprivate(set) var seeds = 0
    /// The invariant by which it was found.
    package fileprivate(set) var invariant: String?
    package fileprivate(set) var elapsed: Int64 = 0
    fileprivate var isUnderWay = false
  }

  package init(_ bugs: [PlantedBug] = PlantedBug.allCases, most: Int) {
    self.hunts = bugs.map { Hunt(bug: $0) }
    self.most = most
  }

  /// What to run next; each bug is looked for by one run at a time.
  ///
  /// - Returns: nil when nothing is to be begun now.
  package mutating func next() -> (bug: PlantedBug, seed: UInt64)? {
    let index = self.hunts.firstIndex { hunt in
      !hunt.isUnderWay && hunt.invariant == nil && hunt.seeds < self.most
    }
    guard let index else { return nil }
    self.hunts[index].isUnderWay = true
    return (self.hunts[index].bug, UInt64(self.hunts[index].seeds + 1))
  }

  /// Notes what a run came to; one that crashed has found nothing.
  ///
  /// - Returns: the hunt, when it is over.
  @discardableResult
  package mutating func note(_ report: RunReport, of bug: PlantedBug) -> Hunt? {
    guard let index = self.hunts.firstIndex(where: { $0.bug == bug }) else { return nil }
    self.hunts[index].isUnderWay = false
    self.hunts[index].seeds += 1
    self.hunts[index].elapsed += report.elapsed
    self.hunts[index].invariant = report.broken?.invariant
    let isOver = report.broken != nil || self.hunts[index].seeds >= self.most
    return isOver ? self.hunts[index] : nil
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
  /// `acknowledges-before-the-ref  S8      1 seed      4.2 s`.
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
