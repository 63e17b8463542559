internal import PulsarCore

/// Finds out which finalizations a history contains, with as few walks as the order of these allows.
///
/// Times only say where to look first; ancestry decides.
struct FinalizationSearch<Store: SnapshotStore> {
  private let store: Store
  private let all: Finalizations

  /// So many rows of finalizations are looked through one after the other.
  ///
  /// More there are where their commits did not stay on any branch; then what is new in a history is
  /// listed at once.
  private static var chainsMax: Int { 16 }
  /// So many are compared with where there are more.
  private static var nearestMax: Int { 8 }

  init(_ store: Store, _ all: Finalizations) {
    self.store = store
    self.all = all
  }

  /// What a history contains.
  struct Found {
    /// The newest finalizations, none of them contained in another: indices, newest first.
    var newest: [Int] = []
    /// Those of some other commits that came up; not all where there are few finalizations.
    var others: Set<ObjectID> = []
  }

  /// What `place` contains.
  ///
  /// - Parameters:
  ///   - place: a commit that is here.
  ///   - seconds: its time.
  ///   - others: commits that are looked out for on the way.
  /// - Returns: the finalizations it contains, and which of `others` came up.
  /// - Throws: `StoreError` when history cannot be read.
  func found(
    in place: ObjectID, at seconds: Int64, lookingFor others: Set<ObjectID> = []
  ) throws(StoreError) -> Found {
    if self.all.entries.isEmpty { return Found() }
    var covered = Finalizations.Indices()
    var found: [Int] = []
    func take(_ index: Int) {
      if covered.contains(index) { return }
      found.append(index)
      covered.formUnion(self.all.contents[index])
    }
    var result = Found()
    var reached: Finalizations.Indices?
    if self.all.chains.count > Self.chainsMax {
      let near = try self.here(self.all.nearest(to: seconds, count: Self.nearestMax))
      // Whatever else the history contains, one of those nearby contains too.
      let new = try self.store.commits(
        in: place, notIn: near.map { self.all.entries[$0].result })
      for index in new.compactMap({ self.all.index(of: $0) }).sorted(by: >) { take(index) }
      result.others = others.intersection(new)
      reached = near.reduce(into: Finalizations.Indices()) {
        $0.formUnion(self.all.contents[$1])
      }
    }
    // The newest first: what it contains is not asked for.
    for chain in self.all.chains.sorted(by: { ($0.last ?? 0) > ($1.last ?? 0) }) {
      let first = Finalizations.firstIndex(chain.indices) { !covered.contains(chain[$0]) }
      let end =
        reached.map { reached in
          Finalizations.firstIndex(chain.indices) { !reached.contains(chain[$0]) }
        } ?? chain.count
      guard first < end else { continue }
      if let hit = try self.last(of: chain[first..<end], in: place, at: seconds) { take(hit) }
    }
    result.newest = self.all.maximal(of: found)
    return result
  }

  private func here(_ indices: [Int]) throws(StoreError) -> [Int] {
    let present = try self.store.present(indices.map { self.all.entries[$0].result })
    return indices.filter { present.contains(self.all.entries[$0].result) }
  }

  /// The last of a row, each of which contains the one before, that `place` contains.
  private func last(
    of row: ArraySlice<Int>, in place: ObjectID, at seconds: Int64
  ) throws(StoreError) -> Int? {
    let (start, end) = (row.startIndex, row.endIndex)
    let later = Finalizations.firstIndex(row.indices) {
      self.all.entries[row[$0]].seconds > seconds
    }
    // One that is contained, and one that is not.
    var (low, high) = (start - 1, end)
    var (step, probe) = (1, max(start, later - 1))
    while high - low > 1 {
      if try self.isContained(row[probe], in: place) { low = probe } else { high = probe }
      if low < start {
        probe = max(start, high - step)
      } else if high == end {
        probe = min(end - 1, low + step)
      } else {
        probe = (low + high) / 2
      }
      step *= 2
    }
    return low < start ? nil : row[low]
  }

  private func isContained(_ index: Int, in place: ObjectID) throws(StoreError) -> Bool {
    let result = self.all.entries[index].result
    guard try !self.store.present([result]).isEmpty else { return false }
    return try self.store.contains(result, in: place)
  }

  /// Those that contain `commit`, a result that is put in order after them.
  ///
  /// - Parameters:
  ///   - commit: one that is here.
  ///   - seconds: its time.
  ///   - isLate: whether it was not looked out for when they were put in order.
  /// - Returns: indices.
  /// - Throws: `StoreError` when history cannot be read.
  func containing(
    _ commit: ObjectID, at seconds: Int64, isLate: Bool
  ) throws(StoreError) -> Set<Int> {
    var open = Set(self.all.tops)
    if open.count > Self.chainsMax {
      if isLate {
        let here = try self.here(open.sorted()).map { self.all.entries[$0].result }
        if try self.store.commits(in: commit, notIn: here).contains(commit) { return [] }
      } else {
        // Others have been found to contain it, and so come after it, when they were put in order.
        open = Set(self.all.chains.prefix(Self.chainsMax).compactMap(\.last))
        open.formUnion(self.all.nearest(to: seconds, count: Self.nearestMax))
      }
    }
    var found: Set<Int> = []
    var asked: Set<Int> = []
    while let next = open.popFirst() {
      guard asked.insert(next).inserted,
        try !self.store.present([self.all.entries[next].result]).isEmpty,
        try self.store.contains(commit, in: self.all.entries[next].result)
      else { continue }
      found.insert(next)
      open.formUnion(self.all.entries[next].earlier)
    }
    if found.isEmpty { return [] }
    for index in self.all.entries.indices
    where self.all.entries[index].earlier.contains(where: found.contains) {
      found.insert(index)
    }
    return found
  }
}
