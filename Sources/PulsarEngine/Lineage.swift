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
  private let store: Store
  private let markTips: [ObjectID]
  private var marks: [Mark]?
  private var known: [ObjectID: ObjectID] = [:]
  private var cores: [ObjectID: ObjectID] = [:]
  /// What stands for captures of streams that went on from elsewhere.
  private var continuations: [ObjectID: ObjectID] = [:]
  private var finalizations: [Finalization]?
  /// What is being looked at; a mark that names its own result's descendants leads back to it.
  private var underWay: Set<ObjectID> = []
  /// Nobody takes back so many sessions; what others wrote is not to exhaust the stack.
  private static var deepest: Int { 300 }

  /// A commit on a target, and what stands for it with all that went into it.
  private struct Finalization {
    let result: ObjectID
    let stand: ObjectID
  }

  /// A finalization mark, and the captures it names.
  package struct Mark: Hashable, Sendable {
    package let id: ObjectID
    package let message: FinalizationMark
    package let captures: [ObjectID]
  }

  /// - Parameters:
  ///   - store: reads history, and writes the commits that stand for others.
  ///   - markTips: the newest finalization mark of each machine.
  package init(store: Store, markTips: [ObjectID]) {
    self.store = store
    self.markTips = markTips
  }

  /// The commit that stands for `tip`, a capture or any other commit.
  package func commit(of tip: ObjectID) throws(StoreError) -> ObjectID {
    if let known = self.known[tip] { return known }
    let record = try self.store.commit(tip)
    let core = try self.core(of: tip)
    let stand: ObjectID
    if let last = try self.allFinalizations().first(where: { $0.result == tip }) {
      stand = last.stand
    } else {
      // A stream goes on when its branch is reset; what is finalized is so in the branch.
      let finalized = try self.finalized(in: try self.knownHead(of: record) ?? core)
      stand = finalized.isEmpty ? core : try self.write(record, [core] + finalized.map(\.stand))
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

  /// The newest results that `place` contains, none of them contained in another.
  private func finalized(in place: ObjectID) throws(StoreError) -> [Finalization] {
    var found: [Finalization] = []
    for finalization in try self.allFinalizations().reversed() {
      var isNewest = true
      for newer in found where isNewest {
        isNewest = try !self.contains(finalization.result, in: newer.result)
      }
      if isNewest, try self.contains(finalization.result, in: place) { found.append(finalization) }
    }
    return found
  }

  /// Those of all marks, each after what it contains.
  private func allFinalizations() throws(StoreError) -> [Finalization] {
    if let finalizations { return finalizations }
    var captures: [ObjectID: [ObjectID]] = [:]
    var results: [CommitRecord] = []
    for mark in try self.allMarks() {
      let result = mark.message.result
      if captures[result] == nil {
        guard let record = try self.commitIfHere(result) else { continue }
        results.append(record)
      }
      let known = captures[result] ?? []
      captures[result] = known
      for capture in mark.captures where try self.commitIfHere(capture) != nil {
        // What a capture holds may be less than its history: that of a session that was taken back.
        let stand = try self.core(of: capture)
        if captures[result]?.contains(stand) == false { captures[result]?.append(stand) }
      }
    }
    // Times put most in order; ancestry decides.
    results.sort { ($0.time.seconds, $0.id.hex) < ($1.time.seconds, $1.id.hex) }
    var ordered: [CommitRecord] = []
    for record in results {
      var position = ordered.count
      while position > 0, try self.store.contains(record.id, in: ordered[position - 1].id) {
        position -= 1
      }
      ordered.insert(record, at: position)
    }
    var all: [Finalization] = []
    var newest: [Finalization] = []
    for record in ordered {
      var parents = [record.id] + (captures[record.id] ?? []).sorted()
      var others: [Finalization] = []
      for earlier in newest {
        if try self.store.contains(earlier.result, in: record.id) {
          parents.append(earlier.stand)
        } else {
          others.append(earlier)
        }
      }
      let stand = Finalization(result: record.id, stand: try self.write(record, parents))
      all.append(stand)
      newest = others + [stand]
    }
    self.finalizations = all
    return all
  }

  /// The best common ancestors of two lineages.
  ///
  /// What stands for a result says nothing beside a descendant of that result, and is left out then.
  package func bases(_ one: ObjectID, _ other: ObjectID) throws(StoreError) -> [ObjectID] {
    let bases = try self.store.mergeBases(one, other)
    if bases.count < 2 { return bases }
    var kept: [ObjectID] = []
    for base in bases {
      var isNeeded = true
      if let result = try self.allFinalizations().first(where: { $0.stand == base })?.result {
        for rival in bases where rival != base && isNeeded {
          isNeeded = try !self.store.contains(result, in: rival)
        }
      }
      if isNeeded { kept.append(base) }
    }
    return kept
  }

  private func commitIfHere(_ id: ObjectID) throws(StoreError) -> CommitRecord? {
    do throws(StoreError) {
      return try self.store.commit(id)
    } catch .objectMissing {
      return nil
    }
  }

  /// The marks of all machines, newest first in each.
  package func allMarks() throws(StoreError) -> [Mark] {
    if let marks { return marks }
    var found: [Mark] = []
    var seen: Set<ObjectID> = []
    for tip in self.markTips {
      var next: ObjectID? = tip
      while let id = next, seen.insert(id).inserted {
        next = nil
        let record: CommitRecord
        do throws(StoreError) {
          record = try self.store.commit(id)
        } catch .objectMissing {
          // Its captures count as not finalized, which loses nothing.
          break
        }
        guard let message = FinalizationMark(message: record.message) else { break }
        var captures = record.parents.filter { $0 != message.result }
        if let first = captures.first, let commit = try self.commitIfHere(first),
          FinalizationMark(message: commit.message) != nil
        {
          next = first
          captures.removeFirst()
        }
        found.append(Mark(id: id, message: message, captures: captures))
      }
    }
    self.marks = found
    return found
  }

  /// Whether an object that may not be here at all is in a history.
  private func contains(_ ancestor: ObjectID, in base: ObjectID) throws(StoreError) -> Bool {
    guard try self.commitIfHere(ancestor) != nil else { return false }
    return try self.store.contains(ancestor, in: base)
  }

  /// Follows a stream down to where its work went on from something else than its history, and from
  /// there up again, with a commit that stands for each capture: whoever took one of them over has what
  /// those before it hold, and lacks what came after.
  private func continued(_ tip: CommitRecord) throws(StoreError) -> ObjectID {
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
        guard let previous = capture.parents.first else { return tip.id }
        stretch.append(try self.store.commit(previous))
      case nil: return tip.id
      }
    }
    guard var work else { return tip.id }
    for capture in stretch.reversed() {
      work = try self.write(capture, [work] + self.others(of: capture))
      self.continuations[capture.id] = work
    }
    return work
  }

  /// What went into a capture besides the one before it: HEAD's commit, and the work of sessions.
  private func others(of capture: CommitRecord) throws(StoreError) -> [ObjectID] {
    var others: [ObjectID] = []
    for parent in capture.parents.dropFirst() {
      let message = try self.store.commit(parent).message
      if IndexMessage.isOne(message) { continue }
      let isCapture = CaptureTrailers(message: message) != nil
      let other = isCapture ? try self.core(of: parent) : parent
      if !others.contains(other) { others.append(other) }
    }
    return others
  }

  /// The same commit each time, so that nothing piles up.
  private func write(_ record: CommitRecord, _ parents: [ObjectID]) throws(StoreError) -> ObjectID {
    try self.store.writeCommit(
      NewCommit(
        tree: record.tree, parents: parents, signature: Signature(name: nil, email: nil),
        time: WallTime(seconds: record.time.seconds),
        message: Array("git-pulsar: the work of \(record.id.hex)\n".utf8)))
  }
}

/// How the work of two machines lies to each other.
package enum Relation: String, Hashable, Sendable {
  /// Neither has work that the other lacks.
  case same
  /// They have work that we lack.
  case ahead
  /// We have work that they lack.
  case behind
  /// Both have.
  case diverged
}

/// A capture or commit as one side of a comparison.
package struct Standpoint: Hashable, Sendable {
  /// What stands for it in questions of ancestry.
  package let lineage: ObjectID
  /// The same without what was finalized elsewhere; whoever contains it has all of the work.
  package let core: ObjectID
  package let tree: ObjectID
  /// HEAD's commit then, where it is known.
  package let head: ObjectID?

  package init(lineage: ObjectID, core: ObjectID? = nil, tree: ObjectID, head: ObjectID?) {
    self.lineage = lineage
    self.core = core ?? lineage
    self.tree = tree
    self.head = head
  }
}

extension Lineage {
  /// That of a capture, or of a commit of the person's own.
  ///
  /// A capture of the original's looks like a commit: see `standpoint(of stream:)`.
  package func standpoint(of tip: ObjectID) throws(StoreError) -> Standpoint {
    let record = try self.store.commit(tip)
    return Standpoint(
      lineage: try self.commit(of: tip), core: try self.core(of: tip), tree: record.tree,
      head: try self.head(of: record))
  }

  /// That of the newest capture of a stream, whoever made it.
  package func standpoint(of stream: KnownStream) throws(StoreError) -> Standpoint {
    Standpoint(
      lineage: try self.commit(of: stream.tip.id), core: try self.core(of: stream.tip.id),
      tree: stream.tip.tree,
      head: stream.trailers == nil ? nil : try self.head(of: stream.tip))
  }

  /// HEAD's commit when a capture was made; a commit that is none stands for itself.
  ///
  /// Captures that do not tell contain it: it is the newest commit of theirs that is no capture.
  package func head(of record: CommitRecord) throws(StoreError) -> ObjectID? {
    var capture = record
    while let trailers = CaptureTrailers(message: capture.message) {
      if let head = trailers.head { return head }
      for parent in capture.parents.dropFirst() {
        let message = try self.store.commit(parent).message
        if CaptureTrailers(message: message) == nil && !IndexMessage.isOne(message) {
          return parent
        }
      }
      guard let previous = capture.parents.first else { return nil }
      capture = try self.store.commit(previous)
    }
    return capture.id
  }

  /// How `theirs` lies to `ours`; decided by ancestry, no clock is asked.
  package func relation(
    _ ours: Standpoint, _ theirs: Standpoint
  ) throws(StoreError) -> Relation {
    let bases = try self.bases(ours.lineage, theirs.lineage)
    let oursHasWork = try self.hasWork(ours, bases, besides: theirs)
    let theirsHasWork = try self.hasWork(theirs, bases, besides: ours)
    switch (oursHasWork, theirsHasWork) {
    case (false, false): return .same
    case (false, true): return .ahead
    case (true, false): return .behind
    case (true, true): return .diverged
    }
  }

  /// Which of several sides hold work that no other has.
  ///
  /// Of those with the same work it is the one that goes on from the others, as there the person was
  /// last, or else the first.
  ///
  /// - Returns: their indices, ascending; none only when there are no sides.
  package func newest(_ sides: [Standpoint]) throws(StoreError) -> [Int] {
    var followers = [Int](repeating: 0, count: sides.count)
    for index in sides.indices {
      let core = sides[index].core
      for other in sides.indices where sides[other].core != core {
        if try self.contains(core, in: sides[other].lineage) { followers[index] += 1 }
      }
    }
    let order = sides.indices.sorted { (followers[$0], $0) > (followers[$1], $1) }
    return try Containment(in: order) { (one, other) throws(StoreError) in
      let relation = try self.relation(sides[one], sides[other])
      return relation == .ahead || relation == .same
    }.apart
  }

  /// Whether a side has files or commits that the other has not.
  private func hasWork(
    _ side: Standpoint, _ bases: [ObjectID], besides other: Standpoint
  ) throws(StoreError) -> Bool {
    if bases.contains(side.lineage) { return false }
    if try self.contains(side.core, in: other.lineage) { return false }
    // Where there is no commit and no file, nothing was begun; beside a commit, all files were deleted.
    if bases.isEmpty, side.head == nil,
      try self.store.compare(nil, side.tree, countingLinesUpTo: 0).isEmpty
    {
      return false
    }
    // The same files, however each side came by them.
    if side.tree != other.tree, try !self.isUnchanged(side, since: bases) {
      // What was finalized besides brings captures that are no part of the work.
      guard side.core != side.lineage,
        try self.isUnchanged(side, since: self.bases(side.core, other.lineage))
      else { return true }
    }
    guard let head = side.head else { return false }
    return try !self.contains(head, in: other.lineage)
  }

  /// Whether the files are as they were where both parted.
  private func isUnchanged(
    _ side: Standpoint, since bases: [ObjectID]
  ) throws(StoreError) -> Bool {
    guard bases.count == 1 else { return false }
    return try self.store.commit(bases[0]).tree == side.tree
  }
}
