internal import PulsarEngine

/// What is to happen, by time, and in the order it was put down.
struct EventQueue {
  enum Item {
    case act(ScenarioEvent)
    /// A daemon's deadline may have come.
    case deadline(node: Int)
    /// A push or a look of the radar comes to its end, unless the daemon died since.
    case push(node: Int, life: Int)
    case radar(node: Int, life: Int)
    /// A capture that waited for a lock may begin, unless the daemon died since.
    case capture(node: Int, life: Int, CaptureTask, began: SimulatedTime)
    case daemonReturns(node: Int)
    case faultEnds(number: Int)
    case wakes(node: Int)
    case check
    case quiet
    /// All is to be captured and pushed by now.
    case convergence
    case end
  }

  private var heap: [(at: SimulatedTime, order: Int, item: Item)] = []
  private var count = 0

  mutating func add(_ item: Item, at time: SimulatedTime) {
    self.heap.append((time, self.count, item))
    self.count += 1
    var index = self.heap.count - 1
    while index > 0, self.isBefore(index, (index - 1) / 2) {
      self.heap.swapAt(index, (index - 1) / 2)
      index = (index - 1) / 2
    }
  }

  mutating func next() -> (at: SimulatedTime, item: Item)? {
    guard let first = self.heap.first else { return nil }
    let last = self.heap.removeLast()
    if !self.heap.isEmpty {
      self.heap[0] = last
      var index = 0
      while true {
        let children = [2 * index + 1, 2 * index + 2].filter { $0 < self.heap.count }
        guard let least = children.min(by: { self.isBefore($0, $1) }), self.isBefore(least, index)
        else { break }
        self.heap.swapAt(index, least)
        index = least
      }
    }
    return (first.at, first.item)
  }

  private func isBefore(_ one: Int, _ other: Int) -> Bool {
    let (one, other) = (self.heap[one], self.heap[other])
    return (one.at, one.order) < (other.at, other.order)
  }
}
