internal import PulsarCore
internal import PulsarEngine
internal import PulsarGit

/// What a handoff would make of the working tree, the staging area and HEAD.
struct HandoffPlan {
  /// How each path differs between the working tree and what it is to be.
  let differences: [TreeListing.Difference]
  /// The tree that they make of the captured one; nil where there is nothing to do.
  let target: ObjectID?
  /// Conflicts that nobody has decided yet; nothing may be done while there are any.
  let undecided: [MergeConflict]
  /// Paths that get conflict markers.
  let marked: [GitPath]
  /// Files with conflict markers once all is done: those, and what the session has not resolved.
  let unmerged: [MarkedPath]
  /// HEAD and the staging area, where they change.
  let places: UndoMessage.Places?
  /// Whether what the other machine had staged is staged here too.
  let isStagedAlong: Bool
  /// Why the branch is not fast-forwarded, where it might have been.
  let notForwarded: String?
  /// Whether the session is part of our work already.
  let isNothing: Bool

  static let nothing = HandoffPlan(
    differences: [], target: nil, undecided: [], marked: [], unmerged: [], places: nil,
    isStagedAlong: false,
    notForwarded: nil, isNothing: true)
}

/// What a person decided about conflicts.
struct ConflictChoices {
  enum Side: String {
    case theirs, ours, markers
  }

  /// For every path without a choice of its own; nil leaves them undecided.
  var general: Side?
  var ofPath: [GitPath: Side] = [:]

  func side(of conflict: MergeConflict) -> Side? {
    self.ofPath[conflict.path] ?? self.ofPath[conflict.original] ?? self.general
  }
}

/// Works out what a handoff of one session comes to, for a working tree just captured.
struct Handoff<Store: SnapshotStore> {
  let open: OpenRepository
  let store: Store
  let lineage: Lineage<Store>
  let session: ForeignSession
  var choices: ConflictChoices
  let forwards: Bool

  private var theirs: Standpoint { self.session.standpoint }

  func plan(_ report: CaptureReport) throws -> HandoffPlan {
    let ours = try self.lineage.standpoint(of: report.commit)
    let relation = try self.lineage.relation(ours, self.theirs)
    var target = self.theirs.tree
    var undecided: [MergeConflict] = []
    var marked: [GitPath] = []
    var unmerged = CaptureTrailers(message: self.session.stream.tip.message)?.unmerged ?? []
    switch relation {
    case .same, .behind: return .nothing
    case .ahead: break
    case .diverged:
      let outcome = try self.open.repository.merging().merge(
        ours.lineage, self.theirs.lineage,
        labels: MergeLabels(ours: self.open.machine.name, theirs: self.session.stream.machineName))
      undecided = outcome.conflicts.filter { self.choices.side(of: $0) == nil }
      marked = outcome.conflicts.filter { self.choices.side(of: $0) == .markers }.map(\.path)
      target = try self.store.writeTree(
        base: outcome.tree, changes: self.decided(outcome.conflicts))
      unmerged += try self.store.marked(
        outcome.conflicts.filter { marked.contains($0.path) }, in: target)
    }
    unmerged = try self.store.unmerged(unmerged, in: target)
    let differences = try self.open.treeDifferences.find(report.tree, target)
    var forward = try self.forward(report)
    let places = try self.places(report, &forward)
    return HandoffPlan(
      differences: differences, target: target, undecided: undecided, marked: marked,
      unmerged: unmerged,
      places: places.places,
      isStagedAlong: places.isStagedAlong, notForwarded: forward.hindrance, isNothing: false)
  }

  /// The entries a person chose, in the place of the merge's own.
  ///
  /// Of two kinds of things the merge moves one or both aside: the one that is chosen has the path again.
  private func decided(_ conflicts: [MergeConflict]) -> [TreeChange] {
    var changes: [GitPath: TreeEntry?] = [:]
    for conflict in conflicts {
      guard let side = self.choices.side(of: conflict), side != .markers else { continue }
      let chosen = side == .theirs ? conflict.theirs : conflict.ours
      guard conflict.kind == .type else {
        changes.updateValue(chosen, forKey: conflict.path)
        continue
      }
      if conflict.path != conflict.original { changes.updateValue(nil, forKey: conflict.path) }
      let known = changes[conflict.original] ?? nil
      changes.updateValue(chosen ?? known, forKey: conflict.original)
    }
    return changes.map { TreeChange(path: $0.key, entry: $0.value) }
  }

  // MARK: HEAD

  private struct Forward {
    let old: Head
    var new: Head
    var hindrance: String?
    var moves: Bool { self.old != self.new }
  }

  /// Where HEAD is to be: the session's commit, where it is ahead of ours.
  private func forward(_ report: CaptureReport) throws -> Forward {
    let head = try self.open.worktree().head()
    var forward = Forward(old: head, new: head)
    guard let commit = self.theirs.head, commit != head.commit else { return forward }
    if case .detached = head { return forward }
    // What another machine says may not be here.
    guard (try? self.store.commit(commit)) != nil else { return forward }
    if let own = head.commit, try !self.store.contains(own, in: commit) { return forward }
    guard self.forwards else {
      forward.hindrance = "you said --no-ff"
      return forward
    }
    forward.new = .branch(head.branch, commit)
    return forward
  }

  // MARK: the staging area

  private func places(
    _ report: CaptureReport, _ forward: inout Forward
  ) throws -> (places: UndoMessage.Places?, isStagedAlong: Bool) {
    let mine = try self.store.indexCommit(of: self.store.commit(report.commit))
    let foreign = try self.store.indexCommit(of: self.session.stream.tip)
    // What is staged there is staged upon their HEAD.
    let follows =
      mine == nil && foreign != nil && foreign?.parents.first == forward.new.commit
    guard forward.moves || follows else { return (nil, false) }
    guard let before = try self.open.indexCommit(at: forward.old, self.store) else {
      forward.new = forward.old
      forward.hindrance = "there are conflicts in the staging area"
      return (nil, false)
    }
    var after: ObjectID
    if follows, let foreign {
      after = foreign.id
    } else if mine == nil, let commit = forward.new.commit {
      let content = UserIndex.Content(tree: try self.store.commit(commit).tree, intentToAdd: [])
      after = try self.open.indexCommit(content, at: forward.new, self.store)
    } else if let merged = try self.stagedUpon(forward, before) {
      after = merged
    } else {
      forward.new = forward.old
      forward.hindrance = "what you have staged does not go with it"
      return (nil, false)
    }
    return (
      UndoMessage.Places(
        before: UndoMessage.Place(head: forward.old, index: before),
        after: UndoMessage.Place(head: forward.new, index: after)), follows
    )
  }

  /// What is staged here, upon the commit the branch moves to; nil where the two do not go together.
  private func stagedUpon(_ forward: Forward, _ index: ObjectID) throws -> ObjectID? {
    guard let commit = forward.new.commit else { return nil }
    let merged = try self.open.repository.merging().merge(index, commit)
    guard merged.isClean else { return nil }
    let kept = IndexMessage.intentToAdd(in: try self.store.commit(index).message)
    return try self.open.indexCommit(
      UserIndex.Content(tree: merged.tree, intentToAdd: kept), at: forward.new, self.store)
  }
}
