internal import CSimulator
internal import PulsarCore

/// Machines that lose power, and with it what was not synced.
extension World {
  /// Has what an effect or a verb of a machine changes noted until it is synced; what was changed before
  /// its last capture or verb is safe by now.
  func watchPower(of node: SimulatedNode, in effect: String?) {
    guard node.canLosePower else { return }
    let goesOn = [FileEffect.push, .radar].contains { $0.rawValue == effect } || effect == "tidy"
    if !goesOn { node.folder.with { csimulator_power_forget($0) } }
    let kept = self.folder.appending("attic")
    try? Files.make(folder: kept)
    node.folder.with { machine in
      kept.with { csimulator_power_watch(machine, $0, self.plants.contains(.syncsNothing) ? 1 : 0) }
    }
  }

  /// Between two effects.
  func cutPower(of node: SimulatedNode, _ loss: PowerLoss) {
    node.folder.with { csimulator_power_cut($0, loss == .everything ? 1 : 0) }
    let words = Self.words(loss)
    if node.isRunning {
      self.kill(node.number, words)
    } else {
      self.record(node.name, .crashed, words)
    }
    node.hasLostPower = true
    self.judgeAfterPowerCut(node)
  }

  static func words(_ loss: PowerLoss) -> String { "\(TraceWords.powerCut) \(loss.rawValue)" }
}

extension Act {
  /// Whether a machine loses power by it.
  var cutsPower: Bool {
    switch self {
    case .powerCut, .onFile(_, .powerCut): true
    default: false
    }
  }
}
