internal import PulsarCore
internal import PulsarEngine

/// Whose work counts otherwise than its history has it, by branch: something of it was taken back or
/// finalized.
///
/// Machines that took no part, and other branches, are judged by their histories as before.
struct OtherLineage {
  /// Numbers of machines, by the ref of the branch.
  private(set) var parted: [String: Set<Int>] = [:]
  /// Branches on which something was taken back.
  private(set) var undone: Set<String> = []

  /// A detached HEAD is a branch of its own, whatever commit it is at.
  static func name(of branch: String?) -> String { branch ?? "HEAD" }

  func hasPart(_ branch: String?) -> Bool { self.parted[Self.name(of: branch)] != nil }

  func hasPart(_ machine: Int, on branch: String?) -> Bool {
    self.parted[Self.name(of: branch)]?.contains(machine) ?? false
  }

  func isUndone(on branch: String?) -> Bool { self.undone.contains(Self.name(of: branch)) }

  mutating func add(_ machines: Set<Int>, on branch: String, isUndone: Bool = false) {
    self.parted[branch, default: []].formUnion(machines)
    if isUndone { self.undone.insert(branch) }
  }

  /// Notes that a branch has from now on what another had.
  mutating func carry(from branch: String, to other: String) {
    guard branch != other, let machines = self.parted[branch] else { return }
    self.add(machines, on: other, isUndone: self.undone.contains(branch))
  }
}

extension World {
  /// Notes that a verb took something back, or finalized it, on the branches that it had to do with.
  ///
  /// - Parameters:
  ///   - words: the verb.
  ///   - said: what it told; nil when it died.
  ///   - node: whose.
  ///   - before: what was there.
  ///   - isUndone: whether it took something back.
  func noteOtherLineage(
    _ words: [String], _ said: String?, of node: SimulatedNode, before: Baseline, isUndone: Bool
  ) {
    var branches = Set([before.branch, node.branchOfHead].map(OtherLineage.name))
    branches.formUnion(node.ledger.halfWay ?? [])
    if let index = words.firstIndex(of: "--into"), index + 1 < words.count {
      branches.insert("refs/heads/\(words[index + 1])")
    }
    // Below a table with a line for each machine; else whoever has work there, as far as it is known here.
    let lines = said?.split(separator: "\n").drop { !$0.hasPrefix("machine ") } ?? []
    for branch in branches {
      let leaf = Array(branch.dropFirst("refs/heads/".count).utf8)
      let leaves = [leaf, StreamRefs.flattened(leaf)]
      let others = self.nodes.filter { other in
        if !isUndone, !lines.isEmpty { return lines.contains { $0.hasPrefix("\(other.name) ") } }
        return before.refs.keys.contains { ref in
          other.isOwnStream(ref)
            && (leaf.isEmpty
              || StreamRefs.parts(ofStream: ref).map { leaves.contains($0.leaf) } == true)
        }
      }
      self.lineage.add(Set(others.map(\.number) + [node.number]), on: branch, isUndone: isUndone)
    }
  }

  /// Notes where a person's git takes work from one branch to another.
  func noteLineage(_ words: [String], of node: SimulatedNode, from old: String?) {
    guard !self.lineage.parted.isEmpty, let verb = words.first else { return }
    let new = OtherLineage.name(of: node.branchOfHead)
    var sources = self.lineage.parted.keys.filter { branch in
      words.contains { branch == $0 || branch == "refs/heads/\($0)" }
    }
    if words.contains("-c") || words.contains("-C") || words.contains("--detach") || verb == "stash"
    {
      sources.append(OtherLineage.name(of: old))
    }
    if verb == "stash" { sources += Array(self.lineage.parted.keys) }
    for source in sources.sorted() { self.lineage.carry(from: source, to: new) }
  }

  /// Notes that a session was taken over where some count otherwise.
  func noteLineage(ofSyncOn node: SimulatedNode) {
    guard self.lineage.hasPart(node.branchOfHead) else { return }
    self.lineage.add([node.number], on: OtherLineage.name(of: node.branchOfHead))
  }
}
