package import PulsarCore

/// Commits on targets that hold finalized work, each after those that its history contains.
///
/// Of any two it is known whether one contains the other: no history is walked to find out.
package final class Finalizations {
  package struct Entry: Hashable, Sendable {
    /// The commit on the target.
    package let result: ObjectID
    package let tree: ObjectID
    package let seconds: Int64
    /// What stands for the captures that went into it, ascending.
    package var captures: [ObjectID]
    /// The newest ones that it contains, none of them contained in another: indices, ascending.
    package var earlier: [Int] = []
    /// What stands for it and all that went into it; nil while that is not written.
    package var stand: ObjectID?

    package init(
      result: ObjectID, tree: ObjectID, seconds: Int64, captures: [ObjectID],
      earlier: [Int] = [], stand: ObjectID? = nil
    ) {
      self.result = result
      self.tree = tree
      self.seconds = seconds
      self.captures = captures
      self.earlier = earlier
      self.stand = stand
    }
  }

  /// A set of indices.
  struct Indices {
    private var words: [UInt64] = []

    init() {}

    func contains(_ index: Int) -> Bool {
      index / 64 < self.words.count && self.words[index / 64] >> UInt64(index % 64) & 1 == 1
    }

    mutating func insert(_ index: Int) {
      self.grow(to: index / 64 + 1)
      self.words[index / 64] |= 1 << UInt64(index % 64)
    }

    mutating func formUnion(_ other: Indices) {
      self.grow(to: other.words.count)
      for place in other.words.indices { self.words[place] |= other.words[place] }
    }

    private mutating func grow(to count: Int) {
      while self.words.count < count { self.words.append(0) }
    }
  }

  package private(set) var entries: [Entry] = []
  /// Each with all that it contains.
  private(set) var contents: [Indices] = []
  /// Rows of which each contains the one before it; every index is in one of them.
  private(set) var chains: [[Int]] = []
  /// The chain of each.
  private var chainOf: [Int] = []
  private var indices: [ObjectID: Int] = [:]
  private var standing: [ObjectID: Int] = [:]
  /// Those that no other contains.
  private(set) var tops: [Int] = []

  package init() {}

  func index(of result: ObjectID) -> Int? { self.indices[result] }
  /// The one that a commit of ours stands for.
  func index(standing id: ObjectID) -> Int? { self.standing[id] }

  /// Adds one that none of those that are there contains.
  package func append(_ entry: Entry) {
    let index = self.entries.count
    self.entries.append(entry)
    self.indices[entry.result] = index
    if let stand = entry.stand { self.standing[stand] = index }
    var content = Indices()
    for earlier in entry.earlier { content.formUnion(self.contents[earlier]) }
    content.insert(index)
    self.contents.append(content)
    self.tops.removeAll { entry.earlier.contains($0) }
    self.tops.append(index)
    if let last = entry.earlier.last(where: { self.chains[self.chainOf[$0]].last == $0 }) {
      self.chainOf.append(self.chainOf[last])
      self.chains[self.chainOf[last]].append(index)
    } else {
      self.chainOf.append(self.chains.count)
      self.chains.append([index])
    }
  }

  func setStand(_ stand: ObjectID?, of index: Int) {
    if let old = self.entries[index].stand { self.standing[old] = nil }
    self.entries[index].stand = stand
    if let stand { self.standing[stand] = index }
  }

  func setCaptures(_ captures: [ObjectID], of index: Int) {
    self.entries[index].captures = captures
  }

  /// Those that none of the others contains, newest first.
  func maximal(of found: [Int]) -> [Int] {
    found.filter { index in
      !found.contains { $0 != index && self.contents[$0].contains(index) }
    }.sorted(by: >)
  }

  /// Some whose times are the nearest to one: half of them not later, half later.
  func nearest(to seconds: Int64, count: Int) -> [Int] {
    var middle = Self.firstIndex(0..<self.entries.count) { self.entries[$0].seconds > seconds }
    middle = min(max(middle, count / 2), max(0, self.entries.count - count / 2))
    let first = max(0, middle - count / 2)
    return Array(first..<min(self.entries.count, middle + count / 2))
  }

  /// Takes some away, each with all that contain it.
  ///
  /// - Returns: what was taken away, in order.
  func remove(_ left: Set<Int>) -> [Entry] {
    let old = self.entries
    var moved: [Int: Int] = [:]
    var removed: [Entry] = []
    (self.entries, self.contents, self.chains, self.chainOf, self.tops) = ([], [], [], [], [])
    (self.indices, self.standing) = ([:], [:])
    for (index, entry) in old.enumerated() {
      if left.contains(index) {
        removed.append(entry)
      } else {
        moved[index] = self.entries.count
        var kept = entry
        kept.earlier = entry.earlier.compactMap { moved[$0] }
        self.append(kept)
      }
    }
    return removed
  }

  /// The first place from which on something holds, where it holds for all places after one.
  static func firstIndex(_ range: Range<Int>, where isAfter: (Int) -> Bool) -> Int {
    var (low, high) = (range.lowerBound, range.upperBound)
    while low < high {
      let middle = (low + high) / 2
      if isAfter(middle) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
