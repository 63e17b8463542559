internal import PulsarCommands
internal import PulsarCore
internal import PulsarEngine

/// The planted bugs, each where the world meets the system.
extension World {
  /// What a capture does besides, or in its place.
  func planted(
    _ capture: @autoclosure () -> CaptureEnd, _ task: CaptureTask, of node: SimulatedNode
  ) -> CaptureEnd {
    if self.plants.contains(.staysDownAfterACrash), node.ledger.hasDied {
      return CaptureEnd(.failed(.passing))
    }
    if self.plants.contains(.acknowledgesBeforeTheRef), node.ledger.captures % 3 == 2 {
      return CaptureEnd(.captured(isNew: true))
    }
    let end = capture()
    guard case .captured(isNew: true) = end.outcome else { return end }
    if self.plants.contains(.stagesInTheUsersIndex) { _ = try? node.git(["add", "-A"]) }
    if self.plants.contains(.removesAFile), node.ledger.captures % 5 == 4 {
      Files.remove(node.work.appending("a"))
    }
    if self.plants.contains(.forgetsTheLastCapture), node.ledger.captures > 3 {
      self.moveStream(of: node) { tip in "\(tip)^" }
    }
    if self.plants.contains(.prunesByTheWallClock),
      node.clock.wallSeconds - SimulatedClock.start > 30 * 86400
    {
      self.moveStream(of: node) { _ in nil }
    }
    self.plantInCapture(of: node)
    self.plantAfterKnownPaths(task, of: node)
    try? self.plantReversion(of: node)
    return end
  }

  /// Moves the newest stream to another commit, or away.
  private func moveStream(of node: SimulatedNode, _ target: (String) -> String?) {
    guard let refs = try? node.refs("\(StreamRefs.streamPrefix)\(node.slug)"),
      let (ref, tip) = refs.max(by: { $0.key < $1.key })
    else { return }
    if let name = target(tip.hex) {
      _ = try? node.git(["update-ref", ref.displayed, name])
    } else {
      _ = try? node.git(["update-ref", "-d", ref.displayed])
    }
  }

  /// A push that is not made, or made wrongly; nil to make it as it is.
  func planted(_ node: SimulatedNode) -> PushOutcome? {
    if self.plants.contains(.acknowledgesPushUnseen), node.ledger.pushes % 3 == 2 {
      for (ref, tip) in (try? node.refs("\(StreamRefs.streamPrefix)\(node.slug)")) ?? [:] {
        let leaf = ref.dropping(prefix: StreamRefs.streamPrefix) ?? []
        let pushed = StreamRefs.pushedPrefix + String(decoding: leaf, as: UTF8.self)
        _ = try? node.git(["update-ref", pushed, tip.hex])
      }
      return .pushed
    }
    if self.plants.contains(.pushesElsewhere) {
      let place = node.folder.appending("elsewhere.git").displayed
      _ = try? node.git(["init", "-q", "--bare", place])
      let refs = "+\(StreamRefs.streamPrefix)*:refs/heads/wip/pulsar/*"
      _ = try? node.git(["push", "-q", place, refs])
    }
    if self.plants.contains(.overwritesOthers), let tip = try? self.currentTip(of: node) {
      let own = "refs/heads/wip/pulsar/\(node.slug)"
      let others = self.remoteRefs().keys.filter {
        $0.hasPrefix("refs/heads/wip/pulsar/") && !$0.hasPrefix(own)
      }
      if let other = others.min(), Files.status(node.wire) != nil {
        // The objects first, which a push of our own brings along.
        let outcome = node.repository?.push()
        try? self.remote.force(other, to: tip.hex)
        return outcome
      }
    }
    return nil
  }

  /// What the radar tells, and whether the remote lacks a capture.
  func planted(
    _ look: () -> (outcome: RadarOutcome, isUnpushed: Bool)?, of node: SimulatedNode
  ) -> (outcome: RadarOutcome, isUnpushed: Bool)? {
    if self.plants.contains(.hidesDrift) { return (.nothingNew, false) }
    guard let look = look() else { return nil }
    if self.plants.contains(.tellsNewsTwice) {
      if case .news(let news) = look.outcome {
        node.plantedNews = news
      } else if look.outcome == .nothingNew, !node.plantedNews.isEmpty {
        return (.news(node.plantedNews), look.isUnpushed)
      }
    }
    if self.plants.contains(.tellsNoNews), case .news = look.outcome {
      return (.nothingNew, look.isUnpushed)
    }
    guard self.plants.contains(.takesItselfForAnother), case .nothingNew = look.outcome,
      let tip = try? self.currentTip(of: node)
    else { return look }
    let drift = Drift(
      kind: .ahead, slug: node.slug, machine: node.name, branch: Branch(Self.branch), tip: tip,
      time: WallTime(seconds: node.clock.wallSeconds))
    return (.news([drift]), look.isUnpushed)
  }

  /// What a watch tells, or fails to.
  func planted(_ changed: Set<GitPath>, _ files: WorktreeState) -> Set<GitPath> {
    guard self.plants.contains(.missesDeletions) else { return changed }
    return changed.filter { files.stamps[$0] != nil }
  }

  /// What a daemon that died left behind.
  func plantInDeath(of node: SimulatedNode) {
    guard self.plants.contains(.leavesALock) else { return }
    try? Files.write([], to: node.gitDir.appending("index.lock"))
  }
}
