internal import PulsarCore
internal import PulsarEngine
internal import PulsarGit

/// What `finalize` would make of the streams of a branch.
struct FinalizePlan {
  /// A stream with work that the target lacks and no other stream contains.
  struct Party {
    let stream: KnownStream
    /// What the machine is called here; its slug where several have that name.
    let name: String
    /// Since the state that the target and the stream have in common.
    let changes: [PathChange]
    /// Paths that it is part of a conflict about.
    var conflicts = 0

    var lines: LineCounts {
      let counted = self.changes.compactMap(\.lines)
      return LineCounts(
        added: counted.reduce(0) { $0 + $1.added }, removed: counted.reduce(0) { $0 + $1.removed })
    }
  }

  /// A path that several have changed in ways that do not go together.
  struct Disagreement {
    let conflict: MergeConflict
    /// Machines, and the target branch.
    let names: [String]
  }

  let branch: Branch
  let target: FinalizeTarget
  /// The capture of this working tree that went into it.
  let capture: ObjectID
  /// In the order they are merged.
  let parties: [Party]
  let disagreements: [Disagreement]
  /// After a conflict: the parties that come after the one that did not fit in.
  let left: [Party]
  /// The result, with conflict markers where there are conflicts.
  let tree: ObjectID
  /// Captures whose work the result holds.
  let consumed: [ObjectID]
  /// Between the working tree and the result.
  let differences: [TreeListing.Difference]
  /// Paths whose content here is local only: they stay as they are in the working tree, and the result
  /// has what it would have without them.
  let localOnly: [GitPath]
  /// Whether the target holds all of it already, so that there is nothing to commit.
  let isContained: Bool

  /// No stream has anything for the target.
  var isNothing: Bool { self.parties.isEmpty }
  var hasConflicts: Bool { !self.disagreements.isEmpty }
}

/// Works out what finalizing comes to, for a working tree just captured.
struct FinalizePlanner<Store: SnapshotStore> {
  let open: OpenRepository
  let store: Store
  let merging: any Merging
  let target: FinalizeTarget
  /// git that reads what `store` writes.
  let git: GitProgram

  private struct Candidate {
    let stream: KnownStream
    let lineage: ObjectID
    let base: ObjectID?
    /// Without what is local only.
    let tree: ObjectID
  }

  func plan(_ report: CaptureReport) throws -> FinalizePlan {
    try self.refuseUnmerged(
      self.store.unmerged(self.open.unmergedNote.read(), in: report.tree), of: nil)
    let known = try KnownStreams(in: self.store)
    for ref in known.damaged {
      self.open.session.console.remark(
        "'\(ref.displayed)' cannot be read and is left out; 'git fsck' tells more")
    }
    self.open.remark(known.overLimit)
    let lineage = Lineage(
      store: self.store, markTips: known.markTips, memory: LineageFile(self.open.location))
    let start = try lineage.commit(of: self.target.commit)
    let startTree = try self.store.commit(self.target.commit).tree
    let all = known.of(report.branch)
    let own = all.filter { $0.ref == report.refs.stream }
    let streams = own + all.filter { $0.ref != report.refs.stream }

    var candidates: [Candidate] = []
    var consumed: [ObjectID] = []
    for stream in streams {
      let stand = try lineage.commit(of: stream.tip.id)
      let bases = try lineage.bases(start, stand)
      if bases.contains(stand) { continue }
      let base = try bases.first.map { try self.store.commit($0).tree }
      let tree = try self.published(stream, base: base, streams, lineage)
      if bases.count == 1, base == tree {
        // No work, but what is done upon it later must not count from before.
        consumed.append(stream.tip.id)
        continue
      }
      candidates.append(Candidate(stream: stream, lineage: stand, base: base, tree: tree))
    }
    // Of two with the same work the first stays.
    let containment = try Containment(in: candidates.indices.reversed()) { one, other in
      try self.isContained(candidates[one], in: candidates[other], lineage)
    }
    let sessions = containment.apart.map { candidates[$0] }

    let names = Self.names(streams)
    for session in sessions {
      try self.refuseUnmerged(
        session.stream.trailers?.unmerged ?? [],
        of: names[session.stream.slug] ?? session.stream.slug)
    }
    var parties = try sessions.map { session in
      FinalizePlan.Party(
        stream: session.stream, name: names[session.stream.slug] ?? session.stream.slug,
        changes: try self.store.compare(
          session.base, session.tree, countingLinesUpTo: 1000))
    }
    let fold = OctopusMerge(
      store: self.store, merging: self.merging, signature: Signature(name: nil, email: nil),
      time: report.time)
    let outcome = try fold.fold(
      zip(sessions, parties).map { (commit: try self.merged($0, report), label: $1.name) },
      onto: (commit: start, label: self.target.branch.displayed))
    let disagreements = outcome.disagreements.map { found in
      for case .stream(let index) in found.parties { parties[index].conflicts += 1 }
      return FinalizePlan.Disagreement(
        conflict: found.conflict,
        names: found.parties.map { party in
          switch party {
          case .target: self.target.branch.displayed
          case .stream(let index): parties[index].name
          }
        })
    }
    let merged = (outcome.stoppedAt ?? parties.count - 1) + 1
    // One contained in what was left out counts with that, later.
    let held = Set(containment.apart[..<merged])
    for (index, candidate) in candidates.enumerated()
    where held.contains(containment.holder(of: index)) {
      consumed.append(candidate.stream.tip.id)
    }

    let tree = try self.withoutNested(outcome.tree, report, startTree)
    let differences = try TreeListing(self.git).differences(report.tree, tree)
    func isLocalOnly(_ path: GitPath) -> Bool {
      report.localOnly.contains { path.isWithin($0.path) }
    }
    return FinalizePlan(
      branch: report.branch, target: self.target, capture: report.commit, parties: parties,
      disagreements: disagreements, left: Array(parties[merged...]), tree: tree,
      consumed: consumed,
      differences: differences.filter { difference in
        !isLocalOnly(difference.path)
          && !report.nestedRepositories.contains { difference.path.isWithin($0) }
      },
      localOnly: differences.map(\.path).filter { path in
        isLocalOnly(path) && !report.nestedRepositories.contains { path.isWithin($0) }
      },
      isContained: outcome.isClean && tree == startTree)
  }

  /// Conflict markers are nobody's work: they are to be resolved first, on the machine that has them or
  /// here after a `sync`.
  private func refuseUnmerged(_ unmerged: [MarkedPath], of machine: String?) throws {
    guard let first = unmerged.first else { return }
    let more = unmerged.count > 1 ? " and \(unmerged.count - 1) more" : ""
    let files = "'\(first.path.displayed)'\(more)"
    guard let machine else {
      throw Refusal(
        whatFailed: "nothing finalized", why: "conflict markers in \(files) are not resolved",
        whatToDo: "resolve them, then run 'git pulsar finalize' again")
    }
    throw Refusal(
      whatFailed: "nothing finalized",
      why: "\(nameForDisplay(machine.utf8)) has conflict markers in \(files) that are not resolved",
      whatToDo: "resolve them there, or here after 'git pulsar sync'")
  }

  /// Whether a stream has no work that another lacks.
  private func isContained(
    _ one: Candidate, in other: Candidate, _ lineage: Lineage<Store>
  ) throws -> Bool {
    let bases = try lineage.bases(one.lineage, other.lineage)
    if bases.contains(one.lineage) { return true }
    guard bases.count == 1 else { return false }
    return try self.store.commit(bases[0]).tree == one.tree
  }

  /// The tree of a stream without what its machine keeps to itself: such paths are as in the base, or as
  /// a session has them that the stream contains.
  private func published(
    _ stream: KnownStream, base: ObjectID?, _ all: [KnownStream], _ lineage: Lineage<Store>
  ) throws -> ObjectID {
    let local = (stream.trailers?.localOnly ?? []).map(\.path)
    if local.isEmpty { return stream.tip.tree }
    let trees = [base, stream.tip.tree].compactMap { $0 }
    let changes = try self.store.compare(base, stream.tip.tree, countingLinesUpTo: 0)
    let files = try local.filter { path in
      try !trees.contains { try self.store.entry(at: path, in: $0)?.mode == .tree }
    }
    let paths = Set(files).union(
      changes.map(\.path).filter { path in local.contains { path.isWithin($0) } })
    let contained = try all.filter { other in
      try other.ref != stream.ref && self.store.contains(other.tip.id, in: stream.tip.id)
    }
    return try self.store.writeTree(
      base: stream.tip.tree,
      changes: paths.sorted().map { path in
        let before = try base.flatMap { try self.store.entry(at: path, in: $0) }
        for other in contained
        where other.trailers?.localOnly.contains(where: { path.isWithin($0.path) }) != true {
          let entry = try self.store.entry(at: path, in: other.tip.tree)
          if entry != before { return TreeChange(path: path, entry: entry) }
        }
        return TreeChange(path: path, entry: before)
      })
  }

  /// The commit that is merged for a session: one upon it where some of it is local only.
  private func merged(_ session: Candidate, _ report: CaptureReport) throws -> ObjectID {
    if session.tree == session.stream.tip.tree { return session.lineage }
    return try self.store.writeCommit(
      NewCommit(
        tree: session.tree, parents: [session.lineage],
        signature: Signature(name: nil, email: nil), time: report.time,
        message: Array("without what is local only\n".utf8)))
  }

  /// Repositories inside this working tree are captured as files; they are nobody's to commit here, nor
  /// are our own files, which earlier versions captured.
  private func withoutNested(
    _ tree: ObjectID, _ report: CaptureReport, _ start: ObjectID
  ) throws -> ObjectID {
    let nested = report.nestedRepositories + self.open.ownFolders
    if nested.isEmpty { return tree }
    let changes = try TreeListing(self.git).differences(start, tree).filter { difference in
      nested.contains { difference.path.isWithin($0) }
    }
    return try self.store.writeTree(
      base: tree, changes: changes.map { TreeChange(path: $0.path, entry: $0.old) })
  }

  /// Names of machines by slug, each of one machine only.
  private static func names(_ streams: [KnownStream]) -> [String: String] {
    var slugs: [String: Set<String>] = [:]
    for stream in streams { slugs[stream.machineName, default: []].insert(stream.slug) }
    var names: [String: String] = [:]
    for (name, slugs) in slugs {
      for slug in slugs { names[slug] = slugs.count == 1 ? name : slug }
    }
    return names
  }
}
