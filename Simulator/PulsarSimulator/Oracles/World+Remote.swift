internal import PulsarCommands
internal import PulsarCore
internal import PulsarEngine
internal import PulsarGit

/// S2, S4, S6: what is on the remote.
extension World {
  func remoteRefs() -> [String: String] { self.remote.refs() }

  func judgePush(_ outcome: PushOutcome?, of node: SimulatedNode, before: [String: String]) {
    let after = self.remoteRefs()
    self.judgeRemote(before, after, by: node)
    if outcome == .pushed || outcome == .nothingToPush { node.ledger.pace.notePushed() }
    switch outcome {
    case nil: break
    case .failed(let trouble):
      node.ledger.troubles = node.ledger.trouble == trouble ? node.ledger.troubles + 1 : 1
      node.ledger.trouble = trouble
      node.ledger.pace.pushFailed = self.now
      let words = [Self.words(trouble)] + (node.fileTrouble.map { [$0] } ?? [])
      self.record(node.name, .pushFailed, words.joined(separator: " "))
    case .noRemote: self.record(node.name, .pushFailed, "no remote")
    case .nothingToPush: self.record(node.name, .pushed, "nothing")
    case .pushed:
      let isLost = self.faults.isActive { $0 == .losesAnswers }
      node.ledger.trouble = nil
      self.record(node.name, .pushed, isLost ? "done \(TraceWords.foundArrived)" : "done")
      node.ledger.pushes += 1
    }
    self.noteConfirmed(of: node)
    self.judgePushed(node, after)
  }

  /// What a push has noted counts, whoever made it, and also where it died or failed afterwards.
  ///
  /// A note that goes back confirms nothing: the radar has it pushed again.
  func noteConfirmed(of node: SimulatedNode) {
    do {
      let confirmed = try node.refs("\(StreamRefs.pushedPrefix)\(node.slug)")
      for (ref, id) in confirmed where node.ledger.confirmed[ref] != id {
        let isBack = node.ledger.confirmed[ref].flatMap { old in
          try? node.withStore { try $0.contains(id, in: old) }
        }
        if isBack != true { node.ledger.pushed[ref] = id }
      }
      node.ledger.confirmed = confirmed
    } catch {
      self.fail("S4", node.name, "what was pushed cannot be read: \(error)")
    }
  }

  private static func words(_ trouble: PushTrouble) -> String {
    switch trouble {
    case .refused: "\(TraceWords.refused) \(trouble.keyword)"
    case .movedByOthers: TraceWords.moved
    case .unreachable: TraceWords.unreachable
    default: trouble.keyword
    }
  }

  /// Only our own refs move, and only on.
  func judgeRemote(
    _ before: [String: String], _ after: [String: String], by node: SimulatedNode
  ) {
    let own = "refs/heads/wip/pulsar/\(node.slug)"
    for name in Set(before.keys).union(after.keys).sorted() where before[name] != after[name] {
      if !name.hasPrefix("refs/heads/wip/pulsar/") {
        self.fail("S2", node.name, "'\(name)' moved on the remote, which is nobody's of ours")
      } else if !name.hasPrefix(own) {
        self.fail("S6", node.name, "a push moved '\(name)' on the remote, which is not its own")
      } else if let old = before[name] {
        let contains = after[name].flatMap { try? self.remote.contains(old, in: $0) } ?? false
        // What an earlier clone of the machine left in the place is kept under a name of its own.
        let isParked = after.contains { $0.key.hasPrefix("\(own)-") && $0.value == old }
        if !contains && !isParked {
          self.fail("S6", node.name, "a push took \(old.prefix(12)) off '\(name)'")
        }
      }
    }
  }

  /// What the person was told is pushed is there.
  func judgePushed(_ node: SimulatedNode, _ refs: [String: String]) {
    let own = "refs/heads/wip/pulsar/\(node.slug)"
    let tips = refs.filter { $0.key.hasPrefix(own) }.map(\.value).sorted()
    for (ref, id) in node.ledger.pushed.sorted(by: { $0.key < $1.key }) {
      let isThere = tips.contains { (try? self.remote.contains(id.hex, in: $0)) ?? false }
      if !isThere {
        self.fail("S4", node.name, "\(id.short) of '\(ref.displayed)' is not on the remote")
      }
    }
  }
}
