/// Faults that hold for a time.
struct FaultBoard {
  enum Kind: Hashable {
    case cut(node: Int)
    case disk(DiskFault, node: Int)
    case lock(HeldLock, node: Int)
    case down, refuses, losesAnswers
    case slow(by: SimulatedTime)
  }

  private(set) var kinds: [Kind] = []
  private(set) var active: [Int] = []

  /// - Returns: the number of the fault.
  mutating func begin(_ kind: Kind) -> Int {
    self.kinds.append(kind)
    self.active.append(self.kinds.count - 1)
    return self.kinds.count - 1
  }

  /// - Returns: the fault; nil when it has ended already.
  mutating func end(_ number: Int) -> Kind? {
    guard let index = self.active.firstIndex(of: number) else { return nil }
    self.active.remove(at: index)
    return self.kinds[number]
  }

  /// How often each came, by name.
  var counts: [String: Int] {
    self.kinds.reduce(into: [:]) { counts, kind in counts[kind.name, default: 0] += 1 }
  }

  func isActive(_ matches: (Kind) -> Bool) -> Bool {
    self.active.contains { matches(self.kinds[$0]) }
  }

  /// How much longer every answer of the remote takes.
  var delay: SimulatedTime {
    self.active.reduce(.zero) { sum, number in
      if case .slow(let by) = self.kinds[number] { max(sum, by) } else { sum }
    }
  }
}

extension FaultBoard.Kind {
  var name: String {
    switch self {
    case .cut: ActKind.cut.rawValue
    case .disk(let fault, _): ActKind(.disk(fault, for: .zero)).rawValue
    case .lock(let lock, _): ActKind(.lock(lock, for: .zero)).rawValue
    case .down: ActKind.down.rawValue
    case .refuses: ActKind.refuse.rawValue
    case .losesAnswers: ActKind.loseAnswers.rawValue
    case .slow: ActKind.slow.rawValue
    }
  }
}
