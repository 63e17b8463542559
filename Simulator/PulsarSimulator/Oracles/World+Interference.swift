internal import PulsarCommands
internal import PulsarCore
internal import PulsarEngine
internal import PulsarGit

/// S1, S2, S7, S13: what an effect of ours may change, and what not.
extension World {
  /// Performs an effect of a daemon's, with as much disk as the machine has.
  func watched(_ verb: String, on node: SimulatedNode, _ body: () -> Void) {
    let before = Baseline(node)
    let work = node.ledger.halfWay == nil ? nil : WorkBefore(of: node, in: self)
    self.judgeRest(of: node, before.refs)
    node.baseline = before
    self.limited(node, in: verb, body)
    self.judge(verb, node)
    node.baseline = nil
    if let work {
      work.judge("a \(verb) after a verb that died")
      self.noteActs(of: node)
    }
  }

  /// Judges an effect that may change refs of ours only, against the baseline; `days` is how old a
  /// record must be to be dropped.
  func judge(_ verb: String, _ node: SimulatedNode, days: Int = 30) {
    guard let baseline = node.baseline else { return }
    // What a verb left half-way is finished or taken back.
    if node.ledger.halfWay != nil {
      self.judgeForeignRefs(verb, node, baseline)
      self.judgeOurRefs(verb, node, baseline.refs, days: days)
      return self.noteFinished(node)
    }
    if let name = UserState(gitDir: node.gitDir).firstDifference(to: baseline.git) {
      let isRef = name.displayed.hasPrefix("refs/") || name.displayed == "packed-refs"
      self.fail(
        isRef ? "S2" : "S1", node.name, "a \(verb) changed '\(name.displayed)' in the git folder")
    }
    if let path = WorktreeState(of: node.work).changes(since: baseline.files).min() {
      self.fail("S1", node.name, "a \(verb) changed the file '\(path.displayed)'")
    }
    self.judgeOurRefs(verb, node, baseline.refs, days: days)
  }

  /// Notes when nothing is left any more of a verb that died.
  func noteFinished(_ node: SimulatedNode) {
    guard node.ledger.halfWay != nil, !node.isHalfWay else { return }
    node.ledger.halfWay = nil
    self.tell(.halfWayFinished)
  }

  /// A handoff moves the branch that HEAD is on, or was; no other ref of the person's.
  func judgeForeignRefs(_ verb: String, _ node: SimulatedNode, _ before: Baseline) {
    guard node.isThere, let after = try? node.refs("refs/") else { return }
    let branches = [before.branch, node.branchOfHead].compactMap { $0 }
    let allowed = Set(branches).union(node.ledger.halfWay ?? [])
    for (ref, old, new) in Self.differences(before.refs, after) where old != new {
      let name = ref.displayed
      if name.hasPrefix("refs/pulsar/") || allowed.contains(name) { continue }
      self.fail("S2", node.name, "a \(verb) moved '\(name)'")
    }
  }

  // MARK: refs of ours

  /// Between two effects of a machine, nobody moves its streams.
  func judgeRest(of node: SimulatedNode, _ refs: [RefName: ObjectID]) {
    guard node.isThere, let last = node.ledger.refs else { return }
    for (ref, old, new) in Self.differences(last, refs) where old != new {
      guard node.isOwnStream(ref) else { continue }
      self.fail(
        "S13", node.name, "'\(ref.displayed)' moved while nothing of this machine was at work")
    }
  }

  /// What an effect did to refs below `refs/pulsar/`.
  func judgeOurRefs(
    _ verb: String, _ node: SimulatedNode, _ before: [RefName: ObjectID], days: Int
  ) {
    guard node.isThere, let after = try? node.refs("refs/pulsar/") else { return }
    let old = before.filter { $0.key.displayed.hasPrefix("refs/pulsar/") }
    for (ref, old, new) in Self.differences(old, after) where old != new {
      if verb == "tidy" || verb == "prune" {
        self.judgeRetention(verb, node, ref, old, new, days: days)
      }
      if let new { self.judgeWriter(verb, node, ref, new) }
    }
    node.ledger.refs = after
    for (ref, tip) in after where node.isOwnStream(ref) { node.ledger.made.insert(tip) }
  }

  /// Streams stay whole, and so does what is known of the remote; records go once they are old.
  private func judgeRetention(
    _ verb: String, _ node: SimulatedNode, _ ref: RefName, _ old: ObjectID?, _ new: ObjectID?,
    days: Int
  ) {
    let name = ref.displayed
    if name.hasPrefix(StreamRefs.streamPrefix), let old {
      let leaf = ref.dropping(prefix: StreamRefs.streamPrefix) ?? []
      let confirmed = node.ledger.refs?[
        RefName(bytes: Array(StreamRefs.pushedPrefix.utf8) + leaf)]
      let isPushed = confirmed == old || !node.isOwnStream(ref)
      self.fail(
        "S7", node.name,
        "a \(verb) took the last capture \(old.short) of '\(name)'"
          + (isPushed ? "" : ", which is not pushed"))
    }
    if name.hasPrefix(StreamRefs.pushedPrefix) {
      self.fail("S7", node.name, "a \(verb) forgot what the remote confirmed of '\(name)'")
    }
    let isRecord =
      name.hasPrefix(StreamRefs.undoPrefix) || name.hasPrefix(StreamRefs.replacedPrefix)
    if verb == "prune", isRecord, new == nil, let old,
      let made = try? node.withStore({ try $0.commit(old).time.seconds }),
      node.clock.wallSeconds - made <= Int64(days) * 86400
    {
      self.fail("S7", node.name, "'\(name)' was dropped, and is not \(days) days old")
    }
  }

  // MARK: S13: one writer a stream

  /// What comes here of another machine's stream is what that machine made.
  private func judgeWriter(
    _ verb: String, _ node: SimulatedNode, _ ref: RefName, _ tip: ObjectID
  ) {
    guard let slug = StreamRefs.parts(ofStream: ref)?.slug,
      let owner = self.nodes.first(where: { $0.slug == slug && $0 !== node }),
      !owner.ledger.made.contains(tip)
    else { return }
    // A stream may have been put back to what no effect ended with.
    let tips = owner.ledger.tips.values
    let isPart = tips.contains { newest in
      (try? owner.withStore { try $0.contains(tip, in: newest) }) ?? false
    }
    if isPart { return }
    self.fail(
      "S13", node.name,
      "a \(verb) put '\(ref.displayed)' at \(tip.short), which \(owner.name) never made")
  }

  /// Every capture on a stream of a machine says that it is that machine's.
  func judgeWriter(of capture: CommitRecord, on node: SimulatedNode) {
    guard let trailers = CaptureTrailers(message: capture.message) else { return }
    if !trailers.machineSlug.hasPrefix(node.slug) {
      self.fail(
        "S13", node.name,
        "the capture \(capture.id.short) on its stream is one of \(trailers.machineSlug)")
    }
  }

  private static func differences(
    _ one: [RefName: ObjectID], _ other: [RefName: ObjectID]
  ) -> [(ref: RefName, old: ObjectID?, new: ObjectID?)] {
    if one == other { return [] }
    return Set(one.keys).union(other.keys).sorted().map { ($0, one[$0], other[$0]) }
  }
}

extension SimulatedNode {
  /// Whether a verb died while it changed files or HEAD, and nobody has taken that up.
  var isHalfWay: Bool { Files.status(self.gitDir.appending("pulsar/journal")) != nil }

  /// Whether a ref is a stream of this machine's; a fork of one has a slug that begins alike.
  func isOwnStream(_ ref: RefName) -> Bool {
    ref.displayed.hasPrefix("\(StreamRefs.streamPrefix)\(self.slug)")
  }
}
