internal import PulsarCore
internal import PulsarEngine
internal import PulsarGit

/// What a machine had when a `sync` began that may take over any session: afterwards it must have taken
/// the newest, the one that contains all the others.
struct SessionsBefore {
  private let world: World
  private let node: SimulatedNode
  /// The newest capture.
  private let tip: ObjectID

  /// - Returns: nil for another verb, and where nobody can say what it should have done.
  init?(_ words: [String], of node: SimulatedNode, in world: World) {
    guard words.first == "sync", words.dropFirst().allSatisfy({ $0.hasPrefix("--") }),
      !words.contains("--dry-run"), let tip = try? world.currentTip(of: node)
    else { return nil }
    self.world = world
    self.node = node
    self.tip = tip
  }

  /// Judges what the verb did.
  ///
  /// Where somebody has undone something on the branch, ancestry alone does not say whose work contains whose; where
  /// several machines have work of their own, none is the newest.
  ///
  /// - Parameter status: with which it ended; only 0 says that all is here.
  func judge(_ status: Int32) {
    guard status == 0, self.node.fileTrouble == nil,
      !self.world.lineage.isUndone(on: self.node.branchOfHead)
    else {
      return
    }
    self.world.count("V5")
    do {
      guard let (ref, missed) = try self.missed() else { return }
      let name = StreamRefs.parts(ofStream: ref).map { Machine.name(inSlug: $0.slug) } ?? ""
      self.world.fail(
        "V5", self.node.name,
        "a sync left \(missed.short) of \(name), which contains all that others have")
    } catch {
      self.world.fail("V5", self.node.name, "what a sync took over cannot be read: \(error)")
    }
  }

  /// The one session that contains all others, if it is not part of our stream now and has files that
  /// we had not.
  private func missed() throws -> (RefName, ObjectID)? {
    guard let now = try self.world.currentTip(of: self.node) else { return nil }
    let streams = try self.node.refs(StreamRefs.streamPrefix)
    let own = try self.node.refs(self.node.streamPrefix)
    let leaves = Set(
      own.filter { $0.value == now }.compactMap { StreamRefs.parts(ofStream: $0.key)?.leaf })
    return try self.node.withStore { store in
      let marks = streams.filter {
        StreamRefs.parts(ofStream: $0.key)?.leaf == FinalizationMark.leaf
      }
      let others = try streams.sorted { $0.key < $1.key }.filter { ref, tip in
        guard own[ref] == nil, let leaf = StreamRefs.parts(ofStream: ref)?.leaf else {
          return false
        }
        return try leaves.contains(leaf) && !store.contains(tip, in: self.tip)
      }
      let newest = try others.filter { session in
        try !others.contains { other in
          try other.value != session.value && store.contains(session.value, in: other.value)
        }
      }
      guard let session = newest.first, newest.allSatisfy({ $0.value == session.value }),
        try !store.contains(session.value, in: now)
      else { return nil }
      let capture = try store.commit(session.value)
      let tree = capture.tree
      if try Self.isKnown(session.value, to: marks.values + [now], store) { return nil }
      var work = [try Self.lastChange(of: session.value, store)]
      // Of files that are as HEAD has them, the commit is all there is, and may have come along on
      // another branch.
      if let head = CaptureTrailers(message: capture.message)?.head,
        try store.commit(head).tree == tree
      {
        work.append(head)
      }
      // A mark goes on from the captures that were finalized.
      if try marks.values.contains(where: { mark in
        try work.contains { try store.contains($0, in: mark) }
      }) {
        return nil
      }
      let known = try [self.tip, now].map { try store.commit($0).tree }
      if known.contains(tree) { return nil }
      // As it was where both parted, or where it was finalized.
      for other in [self.tip] + marks.values {
        let bases = try store.mergeBases(other, session.value)
        if try bases.contains(where: { try store.commit($0).tree == tree }) { return nil }
      }
      return (session.key, session.value)
    }
  }

  /// Whether a session has nothing that some commits do not contain: it is part of one, or it is
  /// another's that was taken over as it was, and what else it goes on from has nothing either.
  private static func isKnown(
    _ session: ObjectID, to commits: [ObjectID], _ store: LibGit2SnapshotStore
  ) throws -> Bool {
    var open = [session]
    var seen: Set<ObjectID> = []
    while let next = open.popLast() {
      if !seen.insert(next).inserted { continue }
      if try commits.contains(where: { try store.contains(next, in: $0) }) { continue }
      let capture = try store.commit(next)
      guard try capture.parents.contains(where: { try store.commit($0).tree == capture.tree })
      else { return false }
      open += capture.parents
    }
    return true
  }

  /// The capture that first had the files of one, before those without a change.
  private static func lastChange(
    of capture: ObjectID, _ store: LibGit2SnapshotStore
  ) throws -> ObjectID {
    var found = try store.commit(capture)
    while let parent = found.parents.first {
      let before = try store.commit(parent)
      if before.tree != found.tree { break }
      found = before
    }
    return found.id
  }
}
