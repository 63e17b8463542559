package import PulsarCore

/// Folds the streams of several machines onto a target, one after the other.
///
/// Each step merges one stream into a commit that nothing points to and that has the target and all
/// streams before it as ancestors: so each step's base counts what the streams have already taken over
/// from each other.
package struct OctopusMerge {
  /// Somebody whose work goes into the fold.
  package enum Party: Hashable, Comparable, Sendable {
    case target
    /// By its place among the streams, from 0.
    case stream(Int)
  }

  /// A path that the fold could not decide, and who disagrees about it.
  package struct Disagreement: Hashable, Sendable {
    package let conflict: MergeConflict
    /// Two or more, ascending.
    package let parties: [Party]

    package init(conflict: MergeConflict, parties: [Party]) {
      self.conflict = conflict
      self.parties = parties
    }
  }

  /// What the fold came to.
  package struct Outcome: Hashable, Sendable {
    /// Of all streams; after a conflict, of those up to the one that did not fit, with conflict markers.
    package let tree: ObjectID
    /// The commit that nothing points to, with that tree; after a conflict, the one before the stream
    /// that did not fit.
    package let commit: ObjectID
    /// The stream that did not fit in; nil when all did.
    package let stoppedAt: Int?
    /// By path, ascending; empty when all fitted in.
    package let disagreements: [Disagreement]

    package var isClean: Bool { self.stoppedAt == nil }
  }

  private let store: any SnapshotStore
  private let merging: any Merging
  private let signature: Signature
  private let time: WallTime

  /// - Parameters:
  ///   - store: where the commits in between are written to; `merging` reads them from there.
  ///   - merging: merges two commits.
  ///   - signature: of the commits in between.
  ///   - time: of the commits in between.
  package init(
    store: any SnapshotStore, merging: any Merging, signature: Signature, time: WallTime
  ) {
    self.store = store
    self.merging = merging
    self.signature = signature
    self.time = time
  }

  /// Folds `streams` onto `target`, in order, up to the first conflict.
  ///
  /// - Parameters:
  ///   - streams: lineage commits, and what each is called beside conflict markers.
  ///   - target: the commit they are folded onto, and what it is called.
  ///   - contained: commits whose work the target has already, without their being its ancestors.
  /// - Returns: the tree; with conflicts, who disagrees about what.
  /// - Throws: `MergeError` when there is no answer; only objects that nothing points to were written.
  package func fold(
    _ streams: [(commit: ObjectID, label: String)], onto target: (commit: ObjectID, label: String),
    containing contained: [ObjectID] = []
  ) throws(MergeError) -> Outcome {
    let start = try self.start(target.commit, contained)
    var current = start
    for (index, stream) in streams.enumerated() {
      let labels = MergeLabels(ours: target.label, theirs: stream.label)
      let merged = try self.merging.merge(current.commit, stream.commit, labels: labels)
      if !merged.isClean {
        let parties = try self.parties(
          to: merged.conflicts, streams.map(\.commit), stoppedAt: index, start: start,
          labels: labels)
        return Outcome(
          tree: merged.tree, commit: current.commit, stoppedAt: index,
          disagreements: zip(merged.conflicts, parties).map { conflict, parties in
            Disagreement(conflict: conflict, parties: parties.sorted())
          })
      }
      current = (try self.commit(merged.tree, [current.commit, stream.commit]), merged.tree)
    }
    return Outcome(tree: current.tree, commit: current.commit, stoppedAt: nil, disagreements: [])
  }

  /// The target, with what its work contains as ancestors too.
  private func start(
    _ target: ObjectID, _ contained: [ObjectID]
  ) throws(MergeError) -> (commit: ObjectID, tree: ObjectID) {
    let tree = try self.tree(of: target)
    if contained.isEmpty { return (target, tree) }
    return (try self.commit(tree, [target] + contained), tree)
  }

  // MARK: who disagrees

  /// Who disagrees about each of `conflicts`, in order.
  ///
  /// Each other stream is tried alone with the one that did not fit. Where only several together make
  /// the conflict, everyone is named who was in it and has another version than the base.
  private func parties(
    to conflicts: [MergeConflict], _ streams: [ObjectID], stoppedAt index: Int,
    start: (commit: ObjectID, tree: ObjectID), labels: MergeLabels
  ) throws(MergeError) -> [Set<Party>] {
    let withTarget = try self.paths(start.commit, streams[index], labels)
    var parties = conflicts.map { conflict -> Set<Party> in
      withTarget.contains(conflict.path) ? [.target, .stream(index)] : [.stream(index)]
    }
    for (other, stream) in streams.enumerated() where other != index {
      let merged = try self.merging.merge(start.commit, stream, labels: labels)
      guard merged.isClean else { continue }
      let both = try self.commit(merged.tree, [start.commit, stream])
      let found = try self.paths(both, streams[index], labels)
      for (place, conflict) in conflicts.enumerated() where found.contains(conflict.path) {
        // If the target disagrees too, this stream may only have the target's version.
        let own = try self.entry(at: conflict.path, in: merged.tree)
        let targets = try self.entry(at: conflict.path, in: start.tree)
        if own != targets || !withTarget.contains(conflict.path) {
          parties[place].insert(.stream(other))
        }
      }
    }
    for (place, conflict) in conflicts.enumerated() where parties[place].count == 1 {
      if try self.entry(at: conflict.path, in: start.tree) != conflict.base {
        parties[place].insert(.target)
      }
      for (other, stream) in streams[..<index].enumerated() {
        let version = try self.entry(at: conflict.path, in: self.tree(of: stream))
        if version != conflict.base { parties[place].insert(.stream(other)) }
      }
      if parties[place].count == 1 { parties[place].insert(.target) }
    }
    return parties
  }

  /// The paths that two commits disagree about.
  private func paths(
    _ ours: ObjectID, _ theirs: ObjectID, _ labels: MergeLabels
  ) throws(MergeError) -> Set<GitPath> {
    Set(try self.merging.merge(ours, theirs, labels: labels).conflicts.map(\.path))
  }

  // MARK: the store

  private func tree(of commit: ObjectID) throws(MergeError) -> ObjectID {
    do {
      return try self.store.commit(commit).tree
    } catch {
      throw .store(error)
    }
  }

  private func entry(at path: GitPath, in tree: ObjectID) throws(MergeError) -> TreeEntry? {
    do {
      return try self.store.entry(at: path, in: tree)
    } catch {
      throw .store(error)
    }
  }

  private func commit(_ tree: ObjectID, _ parents: [ObjectID]) throws(MergeError) -> ObjectID {
    do {
      return try self.store.writeCommit(
        NewCommit(
          tree: tree, parents: parents, signature: self.signature, time: self.time,
          message: Array("pulsar: a merge in progress\n".utf8)))
    } catch {
      throw .store(error)
    }
  }
}
