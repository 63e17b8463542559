internal import PulsarCommands
internal import PulsarCore
internal import PulsarEngine
internal import PulsarGit

/// S18, S19: that a capture has everything.
extension World {
  /// S18: right after a capture of known paths, one of everything finds nothing new, and leaves out the
  /// same.
  ///
  /// It is made in a process of its own, so that the daemon learns nothing from it.
  func judgeKnownPaths(_ end: CaptureEnd, _ task: CaptureTask, of node: SimulatedNode) {
    guard task.paths != nil, case .captured = end.outcome, self.failure == nil,
      let repository = node.repository, self.diskFault(of: node) == nil
    else { return }
    let all = CaptureTask(
      number: task.number, reason: task.reason, paths: nil,
      isAtLowPriority: task.isAtLowPriority)
    let cache = Files.read(node.statCache)
    let before = try? self.currentTip(of: node)
    let bytes = self.forked {
      let found = repository.capture(all)
      let isSame = found.outcome == .captured(isNew: false)
      return [isSame ? 1 : 2] + found.leftOut.sorted().flatMap { $0.bytes + [0] }
    }
    if let cache, Files.read(node.statCache) != cache {
      try? Files.write(cache, to: node.statCache)
    }
    guard let bytes else { return }
    self.count("S18")
    if bytes[0] != 1, let tip = try? self.currentTip(of: node), tip != before ?? nil {
      return self.fail("S18", node.name, self.difference(to: tip, of: node))
    }
    let left = bytes.dropFirst().split(separator: 0).map { GitPath(bytes: Array($0)) }
    if bytes[0] == 1, left != end.leftOut.sorted() {
      let names = Set(left).symmetricDifference(end.leftOut).sorted().map(\.displayed)
      self.fail(
        "S18", node.name,
        "a capture of known paths and one of everything disagree on what is left out: \(names)")
    }
  }

  /// What a full scan found that the capture before it has not.
  private func difference(to tip: ObjectID, of node: SimulatedNode) -> String {
    let words = ["diff-tree", "-r", "--name-status", "\(tip.hex)^", tip.hex]
    let changes = (try? node.git(words)).map { String(decoding: $0.output, as: UTF8.self) } ?? ""
    let first = changes.split(separator: "\n").first.map { $0.split(separator: "\t") } ?? []
    let what = first.isEmpty ? "the same files, and others staged" : first.joined(separator: " ")
    return "a full scan right after a capture of known paths found more: \(what)"
  }

  /// S19: of what lies on disk, whatever is in no capture is ignored, or was named.
  func judgeNamed(
    _ entries: [GitPath: VersionLedger.Entry], of node: SimulatedNode, but left: [GitPath]
  ) throws {
    if node.has(.sparse) || node.has(.nested) { return }
    self.count("S19")
    let missing = node.sight.states.filter { path, state in
      entries[path] == nil && state != .repository && !WorktreeWriter.isUnplaced(path)
        && !left.contains { path.isWithin($0) }
    }.map(\.key).sorted()
    if missing.isEmpty { return }
    let ignored = try node.git(
      self.rules(of: node) + ["-c", "core.quotePath=false", "check-ignore", "--no-index", "--"]
        + missing.map(\.displayed))
    let known = Set(ignored.output.split(separator: 10).map { GitPath(bytes: Array($0)) })
    if let path = missing.first(where: { !known.contains($0) }) {
      self.fail(
        "S19", node.name,
        "'\(path.displayed)' is on disk, in no capture, and nobody was told")
    }
  }
}
