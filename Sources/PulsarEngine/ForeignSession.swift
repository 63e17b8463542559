internal import PulsarCore

/// Another machine's stream with work that ours lacks.
package struct ForeignSession: Hashable, Sendable {
  package let stream: KnownStream
  package let standpoint: Standpoint
  /// `.ahead`, or `.diverged` where we have work that it lacks.
  package let relation: Relation
}

extension Lineage {
  /// The sessions of a branch that hold work which `ours` lacks, by slug; what another of them
  /// contains is left out.
  ///
  /// Of those with the same work one stays, see `newest`.
  ///
  /// - Parameters:
  ///   - streams: of other machines, on one branch.
  ///   - ours: nil while there is neither a commit nor a capture here.
  /// - Returns: none when there is nothing to take over.
  /// - Throws: `StoreError` when a commit cannot be read.
  package func sessions(
    _ streams: [KnownStream], ours: Standpoint?
  ) throws(StoreError) -> [ForeignSession] {
    var found: [ForeignSession] = []
    for stream in streams {
      let theirs = try self.standpoint(of: stream)
      var relation = Relation.ahead
      if let ours { relation = try self.relation(ours, theirs) }
      guard relation == .ahead || relation == .diverged else { continue }
      found.append(ForeignSession(stream: stream, standpoint: theirs, relation: relation))
    }
    found = newestOnes(of: found) { $0.stream }
    return try self.newest(found.map(\.standpoint)).map { found[$0] }
  }
}

/// As many as are compared with each other, in the same order: the newest by the clocks of those who made
/// them.
func newestOnes<Element>(
  of all: [Element], _ stream: (Element) -> KnownStream
) -> [Element] {
  if all.count <= ForeignLimits.sessions { return all }
  let order = all.indices.sorted {
    (stream(all[$1]).tip.time.seconds, $0) < (stream(all[$0]).tip.time.seconds, $1)
  }
  return order.prefix(ForeignLimits.sessions).sorted().map { all[$0] }
}
