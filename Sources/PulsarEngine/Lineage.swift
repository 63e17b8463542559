package import PulsarCore

/// Whose work a capture holds: what questions of ancestry are asked about.
///
/// Usually that is the capture itself. Where a `sync` was taken back, the stream's history says more than
/// the work holds; where work was finalized, a commit on the target holds captures that its history
/// does not name. Then a commit that no ref points to stands for the capture.
///
/// The commits of all marks form a history of their own: for each result a commit with its tree, whose
/// parents are the result, the captures that went into it, and the same for the results before it. So
/// the best common ancestor of two lineages that hold a result has the tree of that result, not those of
/// the captures, which it may have merged in another way than a machine would.
package final class Lineage<Store: SnapshotStore> {
  let store: Store
  private let markTips: [ObjectID]
  private let memory: (any LineageMemory)?
  private var marks: [Mark]?
  private var known: [ObjectID: ObjectID] = [:]
  private var cores: [ObjectID: ObjectID] = [:]
  /// What stands for captures of streams that went on from elsewhere.
  private var continuations: [ObjectID: ObjectID] = [:]
  /// What was found out, as it is kept; nil before it is asked for.
  private var record: LineageRecord?
  /// Which finalizations a history contains.
  private var newestIn: [ObjectID: [Int]] = [:]
  /// Commits that were asked for and are not here, while finalizations are put in order.
  private var absent: Set<ObjectID>?
  /// What is being looked at; a mark that names its own result's descendants leads back to it.
  private var underWay: Set<ObjectID> = []
  /// Nobody takes back so many sessions; what others wrote is not to exhaust the stack.
  private static var deepest: Int { 300 }
  /// More new marks than this at once have all put in order anew.
  private static var newAtOnce: Int { 64 }
  /// So many captures are looked at again each time; of more it is kept what they came to.
  private static var longStretch: Int { 16 }

  /// A finalization mark, and the captures it names.
  package struct Mark: Hashable, Sendable {
    package let id: ObjectID
    package let message: FinalizationMark
    package let captures: [ObjectID]
  }

  /// - Parameters:
  ///   - store: reads history, and writes the commits that stand for others.
  ///   - markTips: the newest finalization mark of each machine.
  ///   - memory: where what was found out is kept, so that what was finalized long ago costs nothing.
  package init(store: Store, markTips: [ObjectID], memory: (any LineageMemory)? = nil) {
    self.store = store
    self.markTips = markTips
    self.memory = memory
  }

  /// The commit that stands for `tip`, a capture or any other commit.
  package func commit(of tip: ObjectID) throws(StoreError) -> ObjectID {
    if let known = self.known[tip] { return known }
    let record = try self.store.commit(tip)
    let core = try self.core(of: tip)
    let all = try self.finalizations()
    let stand: ObjectID
    if let index = all.index(of: tip), let known = all.entries[index].stand {
      stand = known
    } else {
      // A stream goes on when its branch is reset; what is finalized is so in the branch.
      let finalized = try self.newest(in: try self.knownHead(of: record) ?? core, all)
        .compactMap { all.entries[$0].stand }
      stand = finalized.isEmpty ? core : try self.write(record, [core] + finalized)
    }
    self.known[tip] = stand
    return stand
  }

  /// The same without what was finalized: the same commit whatever marks there are.
  package func core(of tip: ObjectID) throws(StoreError) -> ObjectID {
    if let known = self.cores[tip] { return known }
    var core = try self.work(of: tip)
    // A stream that went on from elsewhere may not have HEAD in what it went on from.
    if core != tip {
      let record = try self.store.commit(tip)
      if let head = try self.knownHead(of: record), try !self.contains(head, in: core) {
        core = try self.write(record, [core, head])
      }
    }
    self.cores[tip] = core
    return core
  }

  /// The commit itself, or what stands for it where a session was taken back.
  private func work(of tip: ObjectID) throws(StoreError) -> ObjectID {
    guard self.underWay.count < Self.deepest, self.underWay.insert(tip).inserted else {
      return tip
    }
    defer { self.underWay.remove(tip) }
    let record = try self.store.commit(tip)
    guard CaptureTrailers(message: record.message)?.continuing != nil else { return tip }
    return try self.continued(record)
  }

  /// HEAD's commit as a capture tells it; nil also when that is not here.
  private func knownHead(of record: CommitRecord) throws(StoreError) -> ObjectID? {
    guard let head = CaptureTrailers(message: record.message)?.head else { return nil }
    return try self.commitIfHere(head)?.id
  }

  /// The best common ancestors of two lineages.
  ///
  /// What stands for a result says nothing beside a descendant of that result, and is left out then.
  package func bases(_ one: ObjectID, _ other: ObjectID) throws(StoreError) -> [ObjectID] {
    let bases = try self.store.mergeBases(one, other)
    if bases.count < 2 { return bases }
    var kept: [ObjectID] = []
    let all = try self.finalizations()
    for base in bases {
      var isNeeded = true
      if let result = all.index(standing: base).map({ all.entries[$0].result }) {
        for rival in bases where rival != base && isNeeded {
          isNeeded = try !self.store.contains(result, in: rival)
        }
      }
      if isNeeded { kept.append(base) }
    }
    return kept
  }

  // MARK: finalizations

  /// The newest that `place` contains, newest first.
  private func newest(in place: ObjectID, _ all: Finalizations) throws(StoreError) -> [Int] {
    if all.entries.isEmpty { return [] }
    if let known = self.newestIn[place] { return known }
    let found = try FinalizationSearch(self.store, all).found(
      in: place, at: self.store.commit(place).time.seconds
    ).newest
    self.newestIn[place] = found
    return found
  }

  /// Those of all marks; only what is not known yet is looked at.
  private func finalizations() throws(StoreError) -> Finalizations {
    let known = try self.remembered()
    if Set(known.tips) == Set(self.markTips) { return known.finalizations }
    self.absent = Set(known.absent)
    defer { self.absent = nil }
    var (marks, reached) = try self.marks(until: Set(known.tips))
    var all = known.finalizations
    if !known.tips.isEmpty, reached != Set(known.tips) || marks.count > Self.newAtOnce {
      // A machine has other marks now than it had, or there is so much to do that all may be done anew.
      all = Finalizations()
      self.absent = []
      (marks, _) = try self.marks(until: [])
    }
    var news: [ObjectID: Finalizations.Entry] = [:]
    let commits = try self.store.commits(marks.flatMap { [$0.message.result] + $0.captures })
    for mark in marks {
      let result = mark.message.result
      guard let record = commits[result] else {
        self.absent?.insert(result)
        continue
      }
      var captures: Set<ObjectID> = []
      for capture in mark.captures {
        if commits[capture] != nil {
          // What a capture holds may be less than its history: that of a session that was taken back.
          captures.insert(try self.core(of: capture))
        } else {
          self.absent?.insert(capture)
        }
      }
      if let index = all.index(of: result) {
        captures.formUnion(all.entries[index].captures)
        all.setCaptures(captures.sorted(), of: index)
        for later in index..<all.entries.count { all.setStand(nil, of: later) }
      } else {
        captures.formUnion(news[result]?.captures ?? [])
        news[result] = Finalizations.Entry(
          result: result, tree: record.tree, seconds: record.time.seconds,
          captures: captures.sorted())
      }
    }
    try self.add(news, to: all)
    try self.writeStands(of: all, besides: Set(all.entries.compactMap(\.stand)))
    var record = self.record ?? known
    record.tips = self.markTips.sorted()
    record.absent = self.absent?.sorted() ?? []
    record.finalizations = all
    self.remember(record)
    return all
  }

  /// Adds some where they belong: each before those that contain it.
  private func add(
    _ news: [ObjectID: Finalizations.Entry], to all: Finalizations
  ) throws(StoreError) {
    let isLate = !all.entries.isEmpty
    var waiting = Set(news.keys)
    // Times put most in order; ancestry decides.
    var open = news.values.sorted { ($1.seconds, $1.result.hex) < ($0.seconds, $0.result.hex) }
    while let entry = open.last {
      guard waiting.remove(entry.result) != nil else {
        open.removeLast()
        continue
      }
      let search = FinalizationSearch(self.store, all)
      let found = try search.found(in: entry.result, at: entry.seconds, lookingFor: waiting)
      if !found.others.isEmpty {
        waiting.insert(entry.result)
        open += found.others.sorted().compactMap { news[$0] }
        continue
      }
      let above = try search.containing(entry.result, at: entry.seconds, isLate: isLate)
      if above.isEmpty {
        self.append(entry, found.newest, to: all)
        continue
      }
      for moved in [entry] + all.remove(above) {
        let found = try FinalizationSearch(self.store, all).found(
          in: moved.result, at: moved.seconds)
        self.append(moved, found.newest, to: all)
      }
    }
  }

  private func append(
    _ entry: Finalizations.Entry, _ earlier: [Int], to all: Finalizations
  ) {
    var placed = entry
    placed.stand = nil
    placed.earlier = earlier.sorted()
    all.append(placed)
  }

  /// Writes what stands for each finalization, besides what is here.
  private func writeStands(
    of all: Finalizations, besides present: Set<ObjectID>
  ) throws(StoreError) {
    let missing = all.entries.indices.filter { index in
      all.entries[index].stand.map { !present.contains($0) } ?? true
    }
    if missing.isEmpty { return }
    let places = Dictionary(uniqueKeysWithValues: zip(missing, missing.indices))
    let entries = all.entries
    let stands = try self.store.writePassing(count: missing.count) { place, ids in
      let entry = entries[missing[place]]
      let earlier = entry.earlier.compactMap { places[$0].map { ids[$0] } ?? entries[$0].stand }
      return Self.commit(
        entry.result, entry.tree, WallTime(seconds: entry.seconds),
        [entry.result] + entry.captures + earlier)
    }
    for (index, stand) in zip(missing, stands) { all.setStand(stand, of: index) }
  }

  /// What was found out before, as far as it still holds.
  private func remembered() throws(StoreError) -> LineageRecord {
    if let record { return record }
    var record = self.memory?.load() ?? LineageRecord()
    if try !self.store.present(record.absent).isEmpty {
      let continuations = record.continuations
      record = LineageRecord()
      record.continuations = continuations
    }
    let stands = record.finalizations.entries.compactMap(\.stand)
    try self.writeStands(of: record.finalizations, besides: self.store.present(stands))
    let continued = Set(record.continuations.map(\.stand))
    if try self.store.present(continued.sorted()).count < continued.count {
      record.continuations = []
    }
    for one in record.continuations { self.continuations[one.capture] = one.stand }
    self.record = record
    return record
  }

  private func remember(_ record: LineageRecord) {
    self.record = record
    self.memory?.save(record)
  }

  private func commitIfHere(_ id: ObjectID) throws(StoreError) -> CommitRecord? {
    do throws(StoreError) {
      return try self.store.commit(id)
    } catch .objectMissing {
      self.absent?.insert(id)
      return nil
    }
  }

  /// The marks of all machines, newest first in each.
  package func allMarks() throws(StoreError) -> [Mark] {
    if let marks { return marks }
    let found = try self.marks(until: []).marks
    self.marks = found
    return found
  }

  /// The marks of all machines up to some that are known, newest first in each.
  ///
  /// - Returns: also the known ones that were come to.
  private func marks(
    until known: Set<ObjectID>
  ) throws(StoreError) -> (marks: [Mark], reached: Set<ObjectID>) {
    var found: [Mark] = []
    var seen: Set<ObjectID> = []
    var reached: Set<ObjectID> = []
    for tip in self.markTips {
      var left = ForeignLimits.marks
      let chain = try self.store.chain(from: tip) { record in
        left -= 1
        if known.contains(record.id) { reached.insert(record.id) }
        return left >= 0 && !known.contains(record.id)
          && FinalizationMark(message: record.message) != nil
          && seen.insert(record.id).inserted
      }
      if chain.isEmpty { _ = try self.commitIfHere(tip) }
      let ids = Set(chain.map(\.id))
      for record in chain {
        guard let message = FinalizationMark(message: record.message) else { continue }
        var captures = record.parents.filter { $0 != message.result }
        // Where the one before is not here, its captures count as not finalized, which loses nothing.
        if let first = captures.first {
          var isMark = ids.contains(first) || known.contains(first)
          if !isMark { isMark = try self.isMark(first) }
          if isMark { captures.removeFirst() }
        }
        found.append(
          Mark(
            id: record.id, message: message,
            captures: Array(captures.prefix(ForeignLimits.capturesOfMark))))
      }
    }
    return (found, reached)
  }

  private func isMark(_ id: ObjectID) throws(StoreError) -> Bool {
    try self.commitIfHere(id).map { FinalizationMark(message: $0.message) != nil } ?? false
  }

  /// Whether an object that may not be here at all is in a history.
  func contains(_ ancestor: ObjectID, in base: ObjectID) throws(StoreError) -> Bool {
    guard try self.commitIfHere(ancestor) != nil else { return false }
    return try self.store.contains(ancestor, in: base)
  }

  // MARK: sessions taken back

  /// Follows a stream down to where its work went on from something else than its history, and from
  /// there up again, with a commit that stands for each capture: whoever took one of them over has what
  /// those before it hold, and lacks what came after.
  private func continued(_ tip: CommitRecord) throws(StoreError) -> ObjectID {
    _ = try self.remembered()
    var stretch = [tip]
    var work: ObjectID?
    while let capture = stretch.last, work == nil {
      work = self.continuations[capture.id]
      if work != nil {
        stretch.removeLast()
        break
      }
      switch CaptureTrailers(message: capture.message)?.continuing {
      case .commit(let id): work = try self.work(of: id)
      case .earlier:
        guard let previous = capture.parents.first, stretch.count < ForeignLimits.captures else {
          return tip.id
        }
        stretch.append(try self.store.commit(previous))
      case nil: return tip.id
      }
    }
    guard var work else { return tip.id }
    let captures = Array(stretch.reversed())
    var others: [[ObjectID]] = []
    for capture in captures { others.append(try self.others(of: capture)) }
    let start = work
    let stands = try self.store.writePassing(count: captures.count) { place, ids in
      let capture = captures[place]
      return Self.commit(
        capture.id, capture.tree, capture.time, [ids.last ?? start] + others[place])
    }
    for (capture, stand) in zip(captures, stands) { self.continuations[capture.id] = stand }
    work = stands.last ?? start
    // Deeper down less is followed.
    if stretch.count >= Self.longStretch, self.underWay.count == 1, var record = self.record {
      record.continuations.append(.init(capture: tip.id, stand: work))
      self.remember(record)
    }
    return work
  }

  /// What went into a capture besides the one before it: HEAD's commit, and the work of sessions.
  private func others(of capture: CommitRecord) throws(StoreError) -> [ObjectID] {
    var others: [ObjectID] = []
    for parent in capture.parents.prefix(ForeignLimits.parents).dropFirst() {
      let message = try self.store.commit(parent).message
      if IndexMessage.isOne(message) { continue }
      let isCapture = CaptureTrailers(message: message) != nil
      let other = isCapture ? try self.core(of: parent) : parent
      if !others.contains(other) { others.append(other) }
    }
    return others
  }

  private func write(_ record: CommitRecord, _ parents: [ObjectID]) throws(StoreError) -> ObjectID {
    try self.store.writePassing(Self.commit(record.id, record.tree, record.time, parents))
  }

  /// The same commit each time, so that nothing piles up.
  private static func commit(
    _ id: ObjectID, _ tree: ObjectID, _ time: WallTime, _ parents: [ObjectID]
  ) -> NewCommit {
    NewCommit(
      tree: tree, parents: parents, signature: Signature(name: nil, email: nil),
      time: WallTime(seconds: time.seconds),
      message: Array("git-pulsar: the work of \(id.hex)\n".utf8))
  }
}
