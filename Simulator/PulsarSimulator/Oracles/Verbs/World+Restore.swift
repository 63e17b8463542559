internal import PulsarCore
internal import PulsarEngine
internal import PulsarGit

/// S26: what a restore made of the files.
extension World {
  /// Every file that it told of is as the capture has it, and every other as it was.
  func judgeRestore(_ said: String, of node: SimulatedNode, before: Sight) throws {
    var restored: Set<GitPath> = []
    for line in said.split(separator: "\n") where line.hasPrefix("restored ") {
      guard let range = line.firstRange(of: " from capture ") else { continue }
      let path = GitPath(String(line[line.index(line.startIndex, offsetBy: 9)..<range.lowerBound]))
      let capture = String(line[range.upperBound...].prefix { $0.isHexDigit })
      restored.insert(path)
      try self.judgeRestored(path, from: capture, of: node)
    }
    guard !restored.isEmpty, !said.contains("more"), !said.contains("what was restored after")
    else { return }
    self.count("S26")
    let others = before.differences(to: node.sight).filter { path in
      // A folder gives way to a file, and the reverse.
      !restored.contains { $0.isWithin(path) || path.isWithin($0) }
    }
    if let path = others.first {
      self.fail("S26", node.name, "a restore of other files changed '\(path.displayed)'")
    }
  }

  private func judgeRestored(
    _ path: GitPath, from capture: String, of node: SimulatedNode
  ) throws {
    guard let entry = try self.listing(of: capture, on: node)[path] else { return }
    let present = node.sight.state(of: path)
    if self.isFiltered(path) {
      if try present.bytes == self.state(of: entry, on: node).bytes, present.bytes != [] {
        self.fail("S26", node.name, "'\(path.displayed)' was restored without its filter")
      }
      return
    }
    let wanted = try self.state(of: entry, on: node)
    if wanted == .repository || wanted.seen(by: node) == present.seen(by: node) { return }
    self.fail(
      "S26", node.name,
      "'\(path.displayed)' is \(present.words), and in \(capture) it is \(wanted.words)")
  }
}

extension FileState {
  /// What it holds.
  var bytes: [UInt8] {
    switch self {
    case .file(let bytes, _), .link(let bytes): bytes
    case .absent, .repository: []
    }
  }
}
