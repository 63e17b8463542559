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
    return try self.newest(found.map(\.standpoint)).map { found[$0] }
  }

  /// Which of several sides hold work that no other has.
  ///
  /// Of those with the same work it is the one that goes on from the others, as there the person was
  /// last, or else the first. One that gave way makes no other give way, so that not all do where each
  /// has nothing that the next lacks.
  ///
  /// - Returns: their indices, ascending; none only when there are no sides.
  package func newest(_ sides: [Standpoint]) throws(StoreError) -> [Int] {
    var followers = [Int](repeating: 0, count: sides.count)
    for index in sides.indices {
      let core = sides[index].core
      for other in sides.indices where sides[other].core != core {
        if try self.bases(core, sides[other].lineage).contains(core) { followers[index] += 1 }
      }
    }
    var left = sides.indices.sorted { (followers[$0], $0) > (followers[$1], $1) }
    for index in left {
      for other in left where other != index {
        let relation = try self.relation(sides[index], sides[other])
        if relation == .ahead || relation == .same {
          left.removeAll { $0 == index }
          break
        }
      }
    }
    return left.sorted()
  }
}
