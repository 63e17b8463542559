internal import PulsarCore
internal import PulsarEngine
internal import PulsarGit
internal import PulsarSystem

/// Captures that go by git alone, which says nothing of some of what other machines made.
extension World {
  private static let reversions: [PlantedBug] = [
    .dropsIgnoredThere, .revertsSparseDeletions, .revertsModes, .revertsSubmodules,
    .revertsLineEnds,
  ]

  /// Makes another capture upon the newest, with git's own entries where the planted bug has them.
  func plantReversion(of node: SimulatedNode) throws {
    guard let bug = Self.reversions.first(where: self.plants.contains),
      let tip = try self.currentTip(of: node),
      let ref = try node.refs(node.streamPrefix).first(where: { $0.value == tip })?.key
    else { return }
    let captured = try self.listing(of: tip.hex, on: node)
    let said = try self.gitTree(of: node).files
    var changes: [CommandWord] = []
    for path in Set(captured.keys).union(said.keys).sorted() {
      let (held, told) = (captured[path] ?? .none, said[path] ?? .none)
      guard held != told, self.kind(held, told) == bug else { continue }
      let name = CommandWord(bytes: path.bytes)
      switch told {
      case .none: changes += ["--force-remove", name]
      case .some(let mode, let id):
        changes += ["--add", "--cacheinfo", CommandWord(mode), CommandWord(id), name]
      }
    }
    if changes.isEmpty { return }
    try self.remake(tip, of: node, at: ref, changes)
  }

  /// What mistake it would be to hold what git tells.
  private func kind(
    _ held: VersionLedger.Entry, _ told: VersionLedger.Entry
  ) -> PlantedBug? {
    switch (held, told) {
    case (.some("160000", _), _), (_, .some("160000", _)): .revertsSubmodules
    case (.some, .none): .dropsIgnoredThere
    case (.none, .some): .revertsSparseDeletions
    case (.some(let one, _), .some(let other, _)) where one != other: .revertsModes
    case (.some, .some): .revertsLineEnds
    case (.none, .none): nil
    }
  }

  private func remake(
    _ tip: ObjectID, of node: SimulatedNode, at ref: RefName, _ changes: [CommandWord]
  ) throws {
    let record = try node.withStore { try $0.commit(tip) }
    var environment = node.environment
    let index = node.folder.appending("plant-index")
    environment.variables.append(.init(name: Array("GIT_INDEX_FILE".utf8), value: index.bytes))
    func git(_ words: [CommandWord]) throws -> String {
      let result = try World.run("git", words, in: node.work, environment)
      guard result.succeeded else { throw WorldError("the plant's git: \(result.complaint)") }
      return String(decoding: result.output, as: UTF8.self).filter { !$0.isNewline }
    }
    // For the contents.
    _ = try git(["read-tree", "HEAD"])
    _ = try git(["add", "-A"])
    _ = try git(["read-tree", CommandWord(tip.hex)])
    _ = try git(["update-index"] + changes)
    let tree = try git(["write-tree"])
    let made = try git(
      ["commit-tree", CommandWord(tree)]
        + ([tip] + record.parents.dropFirst()).flatMap { ["-p", CommandWord($0.hex)] }
        + ["-m", CommandWord(bytes: record.message)])
    _ = try git(["update-ref", CommandWord(ref.displayed), CommandWord(made)])
  }
}
