internal import PulsarCommands
internal import PulsarCore
internal import PulsarEngine
internal import PulsarGit

/// V3: drift is told where there is drift, and only there.
extension World {
  /// Another machine's session as `status` tells it.
  private struct Told: Hashable {
    var relation = ""
    var slug = ""
    var commit = ""
  }

  /// Compares what `status --json` said with what there is, from the newest capture and the remote's
  /// refs.
  func judgeDrift(
    of node: SimulatedNode, _ said: String, _ tip: ObjectID, _ refs: [String: String]
  ) throws {
    let told = Self.told(said)
    guard let expected = try self.drift(of: node, tip, refs) else {
      return try self.judgeAlarms(told, of: node, tip)
    }
    let branch = node.branchOfHead
    if self.lineage.hasPart(branch) {
      try self.judgeAlarms(told, of: node, tip)
      if self.lineage.hasPart(node.number, on: branch) { return }
      return self.judgeDrift(ofOthers: expected.all, told, node)
    }
    self.count("V3")
    try self.judgeDrift(expected.newest, told, of: node)
  }

  /// What is told of machines that took no part in an undo or a finalize of others is so; who has all of
  /// their work may be told in their place.
  private func judgeDrift(ofOthers all: [Told], _ told: [Told], _ node: SimulatedNode) {
    for session in told {
      guard let other = self.nodes.first(where: { $0.slug == session.slug }),
        !self.lineage.hasPart(other.number, on: node.branchOfHead)
      else { continue }
      self.count("V3")
      if all.contains(session) { continue }
      self.fail(
        "V3", node.name, "status tells that \(session.slug) is \(session.relation), and it is not")
    }
  }

  private func judgeDrift(_ expected: [Told], _ told: [Told], of node: SimulatedNode) throws {
    for session in told where !expected.contains(session) {
      let other = expected.first { $0.slug == session.slug }
      self.fail(
        "V3", node.name,
        "status tells that \(session.slug) is \(session.relation), and it is "
          + (other.map { "\($0.relation) with \($0.commit.prefix(12))" } ?? "not"))
    }
    for session in expected where !told.contains(session) {
      self.fail("V3", node.name, "\(session.slug) is \(session.relation), and status is silent")
    }
    for session in expected {
      self.judgeTold(session.relation, session.slug, session.commit, of: node)
    }
  }

  /// Of whoever's captures are part of ours, nothing may be told; but what somebody took back is part no
  /// more of their work, nor of that of whoever took theirs over.
  private func judgeAlarms(
    _ told: [Told], of node: SimulatedNode, _ tip: ObjectID
  ) throws {
    if self.lineage.isUndone(on: node.branchOfHead) { return }
    for other in self.nodes where other !== node && told.contains(where: { $0.slug == other.slug })
    {
      guard let theirs = try self.currentTip(of: other),
        let isPart = try? node.withStore({ try $0.contains(theirs, in: tip) }), isPart
      else { continue }
      self.fail("V3", node.name, "status tells of work of \(other.name) that is part of its own")
    }
  }

  // MARK: what there is to tell

  /// The work that one machine has on a branch.
  private struct Work {
    let commit: CommitRecord
    /// HEAD's commit then.
    let head: ObjectID?
  }

  /// What others have on the branch that HEAD is on, by ancestry and by the files.
  ///
  /// - Returns: all of them, and the newest; nil where that is not known: streams that were made anew or not pushed, a detached HEAD.
  private func drift(
    of node: SimulatedNode, _ tip: ObjectID, _ refs: [String: String]
  ) throws -> (all: [Told], newest: [Told])? {
    guard let branch = node.branchOfHead?.split(separator: "/", maxSplits: 2).last,
      node.branchOfHead?.hasPrefix("refs/heads/") == true
    else { return nil }
    var theirs: [(slug: String, tip: String)] = []
    for (ref, id) in refs.sorted(by: { $0.key < $1.key }) {
      let words = ref.split(separator: "/", maxSplits: 5)
      guard words.count == 6, words[2] == "wip", words[3] == "pulsar" else { continue }
      guard self.nodes.contains(where: { $0.slug == words[4] }) else { return nil }
      let leaves = [
        branch, Substring(decoding: StreamRefs.flattened(Array(branch.utf8)), as: UTF8.self),
      ]
      guard words[4] != node.slug, leaves.contains(words[5]) else { continue }
      if theirs.contains(where: { $0.slug == words[4] }) { return nil }
      theirs.append((String(words[4]), id))
    }
    // What waits to be pushed, nobody else can know of.
    if try self.nodes.contains(where: { try self.waitsToPush($0, refs) }) { return nil }
    return try node.withStore { store in
      let head = try store.resolve(RefName(bytes: Array("refs/heads/\(branch)".utf8)))
      let ours = try [tip, head].compactMap { try $0.map { try Self.work($0, store) } }
      var found: [(told: Told, work: Work)] = []
      for (slug, id) in theirs {
        guard let id = ObjectID(hex: Array(id.utf8)), let work = try? Self.work(id, store) else {
          self.fail("V3", node.name, "has not what \(slug) has on the remote")
          continue
        }
        guard let relation = try Self.relation(of: work, to: ours, store) else { continue }
        found.append((Told(relation: relation, slug: slug, commit: work.commit.id.hex), work))
      }
      let newest = try Self.newest(found.map(\.work), store).map { found[$0].told }
      return (found.map(\.told), newest)
    }
  }

  /// Those that no other of them has all of: what most others go on from gives way first, and of two
  /// that nobody goes on from the second.
  private static func newest(_ all: [Work], _ store: LibGit2SnapshotStore) throws -> [Int] {
    let followers = try all.map { one in
      try all.filter { other in
        try other.commit.id != one.commit.id && store.contains(one.commit.id, in: other.commit.id)
      }.count
    }
    var left = all.indices.sorted { (followers[$0], $0) > (followers[$1], $1) }
    for index in left {
      let isPart = try left.contains { other in
        try other != index && !self.hasWork(all[index], besides: all[other], store)
      }
      if isPart { left.removeAll { $0 == index } }
    }
    return left.sorted()
  }

  /// Whether somebody has captures that the remote has not, for a reason that counts: pushes that back
  /// off, or a merge or the like under way.
  private func waitsToPush(_ node: SimulatedNode, _ refs: [String: String]) throws -> Bool {
    if node.ledger.isExcused { return true }
    guard node.repository?.isBusy == true else { return false }
    return try node.refs(node.streamPrefix).values.contains { !self.isOnRemote($0, refs) }
  }

  private static func work(_ id: ObjectID, _ store: LibGit2SnapshotStore) throws -> Work {
    let commit = try store.commit(id)
    let trailers = CaptureTrailers(message: commit.message)
    return Work(commit: commit, head: trailers == nil ? id : trailers?.head)
  }

  /// Nil when a side of ours has all of theirs.
  private static func relation(
    of theirs: Work, to ours: [Work], _ store: LibGit2SnapshotStore
  ) throws -> String? {
    var relation = Drift.Kind.ahead
    for side in ours {
      if try !self.hasWork(theirs, besides: side, store) { return nil }
      if try self.hasWork(side, besides: theirs, store) { relation = .diverged }
    }
    return relation.rawValue
  }

  /// Whether one has commits of HEAD's or files that another has not: files that are the same, or as
  /// they were where both parted, are no work.
  private static func hasWork(
    _ one: Work, besides other: Work, _ store: LibGit2SnapshotStore
  ) throws -> Bool {
    if try store.contains(one.commit.id, in: other.commit.id) { return false }
    if one.commit.tree != other.commit.tree {
      let bases = try store.mergeBases(one.commit.id, other.commit.id)
      guard bases.count == 1, try store.commit(bases[0]).tree == one.commit.tree else {
        return true
      }
    }
    guard let head = one.head else { return false }
    return try !store.contains(head, in: other.commit.id)
  }

  // MARK: what is told

  private static func told(_ said: String) -> [Told] {
    guard let start = said.firstRange(of: "\"drift\" : [") else { return [] }
    let rest = said[start.upperBound...]
    let list = rest[..<(rest.firstIndex(of: "]") ?? rest.endIndex)]
    return list.split(separator: "}").compactMap { entry -> Told? in
      func value(_ key: String) -> String? {
        guard let found = entry.firstRange(of: "\"\(key)\" : \"") else { return nil }
        return String(entry[found.upperBound...].prefix { $0 != "\"" })
      }
      guard let relation = value("relation"), let slug = value("slug"), let commit = value("commit")
      else { return nil }
      return Told(relation: relation, slug: slug, commit: commit)
    }
  }
}
