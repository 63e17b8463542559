internal import PulsarCore
internal import PulsarEngine

/// Locks that other processes hold, and files that are saved without end.
extension World {
  /// Another process takes a lock, and lets it go later.
  func hold(_ lock: HeldLock, for span: SimulatedTime, on node: SimulatedNode) {
    let isHeld = self.faults.isActive { $0 == .lock(lock, node: node.number) }
    let isTaken = lock == .index && Files.status(node.indexLock) != nil
    if isHeld || isTaken { return self.record(node.name, .skipped, "the lock is held already") }
    if lock == .captures { node.lockedUntil = self.now + span }
    self.begin(.lock(lock, node: node.number), for: span)
  }

  /// Until when our lock is held; nil: it is free.
  func lockEnd(of node: SimulatedNode) -> SimulatedTime? {
    let isHeld = self.faults.isActive { $0 == .lock(.captures, node: node.number) }
    return isHeld ? node.lockedUntil : nil
  }

  /// Makes git's lock as the faults have it.
  func setLocks(of node: SimulatedNode) {
    let isHeld = self.faults.isActive { $0 == .lock(.index, node: node.number) }
    if isHeld && !node.holdsIndexLock { try? Files.write([], to: node.indexLock) }
    if !isHeld && node.holdsIndexLock { Files.remove(node.indexLock) }
    node.holdsIndexLock = isHeld
  }

  /// A worker that waited for our lock looks at everything: what it was told of may be old.
  func endWait(of task: CaptureTask, on number: Int, life: Int, began: SimulatedTime) {
    let node = self.nodes[number]
    guard node.life == life else { return }
    if let until = node.asleepUntil ?? self.lockEnd(of: node) {
      return self.queue.add(.capture(node: number, life: life, task, began: began), at: until)
    }
    let all = CaptureTask(
      number: task.number, reason: task.reason, paths: nil,
      isAtLowPriority: task.isAtLowPriority)
    let end = self.capture(all, on: number)
    guard node.life == life else { return }
    // The daemon counts its interval from when it had the capture begun.
    if node.ledger.pace.captured == self.now { node.ledger.pace.captured = began }
    self.feed(number) { $0.finish(end, of: World.one) }
  }

  /// Adds a text to a file, and again after a second.
  func save(
    _ path: String, _ text: String, for span: SimulatedTime, on node: SimulatedNode
  ) {
    do throws(WorldError) {
      try self.put(text, at: path, of: node, adding: true)
    } catch {
      return self.record(node.name, .skipped, "save \(path)")
    }
    if node.saving != path { self.record(node.name, .edit, "save \(path) for \(span.spanText)") }
    let touched: Set<GitPath> = [GitPath(path)]
    self.noteActs(of: node, touched: touched)
    self.observe(node, edited: touched)
    let rest = span - .seconds(1)
    node.saving = rest > .zero ? path : nil
    if rest > .zero, !self.isQuiet {
      let next = ScenarioEvent(
        at: self.now + .seconds(1), actor: node.name, act: .save(path: path, text: text, for: rest))
      self.queue.add(.act(next), at: next.at)
    }
  }
}

extension SimulatedNode {
  fileprivate var indexLock: GitPath { self.gitDir.appending("index.lock") }
}
