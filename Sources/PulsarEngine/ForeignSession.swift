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
    var newest: [ForeignSession] = []
    for (index, session) in found.enumerated() {
      var isContained = false
      for (other, rival) in found.enumerated() where other != index && !isContained {
        switch try self.relation(session.standpoint, rival.standpoint) {
        case .ahead: isContained = true
        case .same: isContained = other < index
        case .behind, .diverged: break
        }
      }
      if !isContained { newest.append(session) }
    }
    return newest
  }
}
