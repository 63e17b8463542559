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
  /// Of those with the same work it is the one that goes on from the others that stays, or else the first.
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
    let rivals = try found.map { session throws(StoreError) in
      try self.countOfThose(among: found, goingOnFrom: session)
    }
    var newest: [ForeignSession] = []
    for (index, session) in found.enumerated() {
      var isContained = false
      for (other, rival) in found.enumerated() where other != index && !isContained {
        switch try self.relation(session.standpoint, rival.standpoint) {
        case .ahead: isContained = true
        case .same: isContained = (rivals[other], other) < (rivals[index], index)
        case .behind, .diverged: break
        }
      }
      if !isContained { newest.append(session) }
    }
    return newest
  }

  /// Of sessions with the same work the one with the fewest goes on from the others: there the person
  /// was last.
  private func countOfThose(
    among sessions: [ForeignSession], goingOnFrom session: ForeignSession
  ) throws(StoreError) -> Int {
    let lineage = session.standpoint.lineage
    var count = 0
    for other in sessions where other.standpoint.lineage != lineage {
      if try self.bases(lineage, other.standpoint.lineage).contains(lineage) { count += 1 }
    }
    return count
  }
}
