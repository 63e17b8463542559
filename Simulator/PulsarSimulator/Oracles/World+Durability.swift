internal import CSimulator
internal import PulsarCore
internal import PulsarEngine
internal import PulsarGit

/// S12: what is told as durable outlives a loss of power.
extension World {
  /// Judges a machine that has just lost power, if it has: each capture that was acknowledged is in its
  /// stream, and whole.
  func judgeAfterPowerCut(_ node: SimulatedNode) {
    guard node.hasLostPower else { return }
    node.hasLostPower = false
    node.starts += 1
    // Refs that nobody was told of may be gone, or anything.
    node.ledger.refs = nil
    node.ledger.hasDied = true
    node.ledger.hadFileTrouble = true
    // What was told is noted beside the captures, and is not worth a sync: a person is told again.
    node.news.told = []
    node.news.hasLost = true
    node.folder.with { csimulator_power_forget($0) }
    for (ref, told) in node.ledger.tips.sorted(by: { $0.key < $1.key }) {
      // Under a slug of its own since, if it was taken over by a fork.
      let names = [ref, node.carried(ref)].map(\.displayed)
      let name = names.first { name in
        (try? node.git(["rev-parse", "--verify", "-q", "\(name)^{commit}"]))?.succeeded ?? false
      }
      guard let name else {
        self.fail("S12", node.name, "'\(names[0])', told as durable at \(told.short), is gone")
        continue
      }
      let isPart = try? node.git(["merge-base", "--is-ancestor", told.hex, name]).succeeded
      if isPart != true {
        self.fail("S12", node.name, "\(told.short), told as durable, is not in '\(name)'")
      }
      if let walk = try? node.git(["rev-list", "--objects", name]), !walk.succeeded {
        self.fail("S12", node.name, "what '\(name)' holds is not whole: \(walk.complaint)")
      }
    }
  }
}
