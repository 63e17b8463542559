package import PulsarCore

/// Where this machine stands on a branch.
package struct OwnStandpoint: Hashable, Sendable {
  package let branch: Branch
  /// The newest capture; nil when there is none yet.
  package let capture: ObjectID?
  /// HEAD's commit, where the branch is checked out; the newest capture may not hold it yet.
  package let head: ObjectID?

  package init(branch: Branch, capture: ObjectID?, head: ObjectID?) {
    self.branch = branch
    self.capture = capture
    self.head = head
  }
}

/// Finds out which other machines have work that this one lacks: by ancestry, from what is here.
package struct DriftSearch<Store: SnapshotStore> {
  private let store: Store
  private let streams: KnownStreams
  private let lineage: Lineage<Store>
  private let ownSlug: String
  /// The newest capture of this machine on each branch, by the order of refs where there are several.
  private let captures: [Branch: ObjectID]
  /// The slugs of each name.
  private let slugs: [String: Set<String>]

  /// - Parameters:
  ///   - store: reads history, and writes the commits that stand for others (see `Lineage`).
  ///   - streams: of all machines.
  ///   - ownSlug: this machine in refs.
  ///   - memory: what `Lineage` found out before.
  package init(
    _ store: Store, _ streams: KnownStreams, ownSlug: String,
    memory: (any LineageMemory)? = nil
  ) {
    self.store = store
    self.streams = streams
    self.lineage = Lineage(store: store, markTips: streams.markTips, memory: memory)
    self.ownSlug = ownSlug
    let own = streams.all.filter { $0.slug == ownSlug }
    self.captures = Dictionary(own.map { ($0.branch, $0.tip.id) }) { _, last in last }
    var slugs = [Machine.name(inSlug: ownSlug): Set([ownSlug])]
    for stream in streams.all { slugs[stream.machineName, default: []].insert(stream.slug) }
    self.slugs = slugs
  }

  /// The sessions of other machines on a branch that hold work this machine lacks.
  ///
  /// One that another of them contains is left out, and so is a stream that cannot be read.
  ///
  /// - Returns: by slug, ascending.
  package func drift(from own: OwnStandpoint) throws(StoreError) -> [Drift] {
    var sides: [Standpoint] = []
    for commit in [own.capture, own.head].compactMap({ $0 }) {
      sides.append(try self.lineage.standpoint(of: commit))
    }
    var found: [(stream: KnownStream, side: Standpoint, kind: Drift.Kind)] = []
    for stream in self.streams.of(own.branch) where stream.slug != self.ownSlug {
      do throws(StoreError) {
        let theirs = try self.lineage.standpoint(of: stream)
        if let kind = try self.kind(of: theirs, from: sides) {
          found.append((stream, theirs, kind))
        }
      } catch .objectMissing {
        continue
      }
    }
    found = newestOnes(of: found) { $0.stream }
    return try self.lineage.newest(found.map(\.side)).map { index in
      let (stream, _, kind) = found[index]
      return Drift(
        kind: kind, slug: stream.slug, machine: self.name(of: stream), branch: own.branch,
        tip: stream.tip.id, time: stream.tip.time)
    }
  }

  /// Whether a side of ours says nothing of theirs, and another does.
  ///
  /// An empty tree is no work beside a history it has nothing in common with, such as a HEAD whose first
  /// commit was amended; where it goes on from another side of ours, all files were deleted.
  private func isBesideThePoint(
    _ ours: Standpoint, _ theirs: Standpoint, among sides: [Standpoint]
  ) throws(StoreError) -> Bool {
    guard try self.lineage.bases(ours.lineage, theirs.lineage).isEmpty else { return false }
    for other in sides where try !self.lineage.bases(other.lineage, theirs.lineage).isEmpty {
      return try self.store.compare(nil, theirs.tree, countingLinesUpTo: 0).isEmpty
    }
    return false
  }

  /// Nil when a side of ours has all of theirs.
  private func kind(
    of theirs: Standpoint, from sides: [Standpoint]
  ) throws(StoreError) -> Drift.Kind? {
    var kind = Drift.Kind.ahead
    for ours in sides {
      switch try self.lineage.relation(ours, theirs) {
      case .same, .behind:
        if try !self.isBesideThePoint(ours, theirs, among: sides) { return nil }
      case .ahead: continue
      case .diverged: kind = .diverged
      }
    }
    return kind
  }

  /// The machine's name; its slug where another machine has the same.
  private func name(of stream: KnownStream) -> String {
    let name = stream.machineName
    return (self.slugs[name]?.count ?? 1) > 1 ? stream.slug : name
  }

  /// The other branches on which another machine has work that this one lacks, by name, ascending.
  package func driftElsewhere(than branch: Branch) throws(StoreError) -> [ElsewhereDrift] {
    var branches = Set(self.streams.all.filter { $0.slug != self.ownSlug }.map(\.branch))
    branches.remove(branch)
    var found: [ElsewhereDrift] = []
    for other in branches.sorted(by: { $0.name.lexicographicallyPrecedes($1.name) }) {
      // A commit that is checked out nowhere is no branch.
      if other.name.starts(with: "detached/".utf8) { continue }
      let own = try self.own(other)
      if try !self.drift(from: own).isEmpty {
        found.append(ElsewhereDrift(branch: other, capture: own.capture))
      }
    }
    return found
  }

  /// Where this machine stands on a branch that is not checked out.
  package func own(_ branch: Branch) throws(StoreError) -> OwnStandpoint {
    let head = try self.store.resolve(RefName(bytes: Array("refs/heads/".utf8) + branch.name))
    return OwnStandpoint(branch: branch, capture: self.capture(of: branch), head: head)
  }

  /// The newest capture of this machine on a branch, by the order of refs where there are several.
  package func capture(of branch: Branch) -> ObjectID? {
    self.captures[branch]
  }
}

/// A branch that is not checked out, on which another machine has work that this one lacks.
package struct ElsewhereDrift: Hashable, Sendable {
  package let branch: Branch
  /// Our newest capture when this was found out; it holds only as long as that is the newest.
  package let capture: ObjectID?

  package init(branch: Branch, capture: ObjectID?) {
    self.branch = branch
    self.capture = capture
  }
}
