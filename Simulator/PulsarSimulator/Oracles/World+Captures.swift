internal import PulsarCommands
internal import PulsarCore
internal import PulsarEngine
internal import PulsarGit

/// S3, S5, S8, S11: what a capture was acknowledged with.
extension World {
  func judgeCapture(
    _ end: CaptureEnd, _ task: CaptureTask, of node: SimulatedNode, isDisturbed: Bool
  ) {
    self.judgePace(of: end, task, node)
    switch end.outcome {
    case .busy: return self.record(node.name, .captureFailed, TraceWords.underWay)
    case .failed(let trouble):
      let words = trouble == .lasting ? "lasting" : "passing"
      if !isDisturbed { self.judgeRevival("a capture", of: node) }
      return self.record(
        node.name, .captureFailed, node.fileTrouble.map { "\($0) \(words)" } ?? words)
    case .captured(let isNew):
      node.ledger.hasDied = false
      node.leftOut = end.leftOut
      if Files.status(node.gitDir.appending("packed-refs.lock")) != nil, !isDisturbed {
        self.fail("S10", node.name, "'packed-refs.lock' is left, and a capture did not remove it")
      }
      do {
        try self.judgeStreams(of: node)
        guard let tip = try self.currentTip(of: node) else {
          // HEAD may be elsewhere since.
          if !isDisturbed { self.fail("S8", node.name, "captured, and there is no stream") }
          return
        }
        var words = [tip.short, task.reason.rawValue, task.paths == nil ? "everything" : "paths"]
        if !isNew { words.append("same") }
        let record = try node.withStore { try $0.commit(tip) }
        self.judgeWriter(of: record, on: node)
        if isNew { self.judgeDate(of: record, on: node) }
        let isStaged = try node.withStore { try $0.indexCommit(of: record) } != nil
        if isStaged { words.append(TraceWords.staged) }
        let previous = record.parents.first.flatMap { try? node.withStore { $0 }.commit($0) }
        if previous.flatMap({ CaptureTrailers(message: $0.message) }) == nil {
          words.append(TraceWords.first)
        }
        self.record(node.name, .captured, words.joined(separator: " "))
        node.ledger.captures += 1
        node.ledger.lastCapture = self.now
        if isDisturbed { return self.versions.note(node.versions, of: tip) }
        if end.leftOut.isEmpty {
          try self.judgeContent(of: node, tip)
        } else {
          let entries = try self.listing(of: tip.hex, on: node)
          try self.judgeVersions(in: tip, entries, node.versions, of: node, git: nil)
          try self.judgeNamed(entries, of: node, but: end.leftOut)
          try self.judgeIgnored(of: node, tip, but: Set(end.leftOut))
        }
      } catch {
        self.fail("S3", node.name, "what was captured cannot be read: \(error)")
      }
    }
  }

  /// The newest capture of the branch that HEAD is on.
  func currentTip(of node: SimulatedNode) throws -> ObjectID? {
    let head = String(
      decoding: Files.read(node.gitDir.appending("HEAD")) ?? [], as: UTF8.self)
    let branch: Branch
    if head.hasPrefix("ref: refs/heads/") {
      branch = Branch(name: Array(head.dropFirst("ref: refs/heads/".count).utf8.dropLast()))
    } else if let id = ObjectID(hex: head.filter { !$0.isNewline }) {
      branch = Branch(detachedAt: id)
    } else {
      return nil
    }
    let prefix = node.streamPrefix
    let leaves = [branch.name, StreamRefs.flattened(branch.name)]
    let tips = try node.refs(prefix).filter { ref, _ in
      StreamRefs.parts(ofStream: ref).map { leaves.contains($0.leaf) } ?? false
    }
    return tips.max { $0.key < $1.key }?.value
  }

  /// Streams only grow.
  func judgeStreams(of node: SimulatedNode) throws {
    let tips = try node.refs(node.streamPrefix)
    for (ref, old) in node.ledger.tips.sorted(by: { $0.key < $1.key }) {
      guard let new = tips[ref] ?? tips[node.carried(ref)] else {
        self.fail("S5", node.name, "the stream '\(ref.displayed)' is gone")
        continue
      }
      if new != old, try !node.withStore({ try $0.contains(old, in: new) }) {
        self.fail("S5", node.name, "\(new.short) does not go on from \(old.short)")
      }
    }
    node.ledger.tips = tips
  }
}
