internal import PulsarCore
internal import PulsarEngine
internal import PulsarGit
internal import PulsarSystem

/// One `finalize`, after the streams of other machines and the target were fetched.
///
/// Nobody is asked anything, and no editor is open, while the repository's lock is held.
struct Finalizing<Store: SnapshotStore> {
  let open: OpenRepository
  let store: Store
  let target: FinalizeTarget
  let news: StreamNews
  /// The message of the commit; nil to ask for one.
  let message: String?
  let commits: Bool
  /// Whether conflicts are written into the files.
  let marks: Bool
  let isDryRun: Bool
  let isJSON: Bool

  private var console: Console { self.open.session.console }
  private var words: FinalizeWords {
    FinalizeWords(console: self.console, now: self.open.session.clock.wallTime())
  }
  private var note: FinalizingNote { FinalizingNote(at: self.open.location.gitDir) }
  private var squashMessage: GitPath { self.open.location.gitDir.appending("SQUASH_MSG") }

  func run() throws -> ExitStatus {
    let plan = try self.preview()
    if plan.isNothing { return self.report(plan, "nothing", .done) }
    if !self.isJSON { self.words.show(plan, isOffline: self.news == .offline) }
    for path in plan.localOnly.prefix(20) {
      self.console.remark("'\(path.displayed)' is changed for this machine only and is left out")
    }
    if plan.localOnly.count > 20 {
      self.console.remark("… and \(plan.localOnly.count - 20) more")
    }
    if plan.hasConflicts {
      if !self.isJSON { self.words.explain(plan) }
      guard self.marks, !self.isDryRun else {
        if !self.isJSON && !self.isDryRun { self.words.adviseOnConflicts() }
        return self.report(plan, "conflict", .failed)
      }
    }
    if self.isDryRun { return self.report(plan, "planned", .done) }
    guard self.console.confirm(self.words.question(plan)) else {
      self.console.remark("nothing was changed")
      return self.report(plan, "declined", .declined)
    }
    return try self.perform(plan)
  }

  // MARK: what would be done

  private func preview() throws -> FinalizePlan {
    self.console.progress("looking at the streams …")
    defer { self.console.endProgress() }
    return try self.open.locked {
      let report = try self.open.capture(.beforeFinalize)
      // Of what is only looked at, nothing is kept.
      let objects = try TemporaryObjects(for: self.open.location)
      guard self.isDryRun else { return try self.plan(report) }
      return try FinalizePlanner(
        open: self.open,
        store: GitProgramSnapshotStore(self.open.repository, objectVariables: objects.variables),
        merging: self.open.repository.merging(objects: objects), target: self.target,
        git: self.open.repository.git.with(objects.variables)
      ).plan(report)
    }
  }

  private func plan(_ report: CaptureReport) throws -> FinalizePlan {
    try FinalizePlanner(
      open: self.open, store: self.store, merging: self.open.repository.merging(),
      target: self.target, git: self.open.repository.git
    ).plan(report)
  }

  // MARK: the result, staged

  private func perform(_ previewed: FinalizePlan) throws -> ExitStatus {
    var plan = previewed
    let outcome = try self.open.locked {
      try self.stage(&plan)
    }
    switch outcome {
    case .declined: return self.report(plan, "declined", .declined)
    case .failed: return self.report(plan, "failed", .failed)
    case .done: break
    }
    if plan.isNothing { return self.report(plan, "nothing", .done) }
    if plan.hasConflicts && !self.marks {
      // It was clean when it was shown.
      if !self.isJSON {
        self.words.explain(plan)
        self.words.adviseOnConflicts()
      }
      return self.report(plan, "conflict", .failed)
    }
    for difference in plan.differences {
      if let words = difference.submoduleWords { self.console.remark(words) }
    }
    if plan.isContained {
      self.pushMarks()
      return self.report(plan, "contained", .done)
    }
    let text = self.message ?? FinalizeWords.message(plan)
    try AtomicFile.replace(
      self.squashMessage, with: Array((text + "\n").utf8), mode: 0o644, isDurable: false)
    if plan.hasConflicts { return self.report(plan, "marked", .failed) }
    guard self.commits else { return self.report(plan, "staged", .done) }
    return try self.commit(plan)
  }

  /// Checks the target out with the result staged; under the lock.
  private func stage(_ plan: inout FinalizePlan) throws -> PutBack<Store>.Outcome {
    let putBack = PutBack(
      open: self.open, store: self.store,
      stream: try CurrentStream(self.open, self.open.worktree(), self.store), verb: .finalize,
      reason: .beforeFinalize)
    var current = plan
    let outcome = try putBack.run(watching: Set(plan.differences.map(\.path))) { report in
      if report.commit != current.capture { current = try self.plan(report) }
      guard !current.isNothing, self.marks || !current.hasConflicts else { return PutBackWish() }
      let wish = try self.wish(current, report)
      try self.open.unmergedNote.add(
        self.store.marked(current.disagreements.map(\.conflict), in: current.tree))
      if current.isContained {
        try self.note.remove()
      } else {
        try self.note.write(
          FinalizingNote.Content(
            branch: current.branch, target: self.target.branch, start: self.target.commit,
            tree: current.tree, hasConflicts: current.hasConflicts, captures: current.consumed))
      }
      return wish
    }
    plan = current
    guard case .done = outcome else {
      try self.note.remove()
      return outcome
    }
    if current.isContained {
      // The commit is there already; what went into it must not come back when it is taken away.
      try self.log.add(
        FinalizationMark(
          branch: current.branch, target: self.target.branch, result: self.target.commit,
          machineSlug: self.open.machine.slug),
        captures: current.consumed, signature: self.open.repository.signature,
        time: self.open.session.clock.wallTime())
    }
    return outcome
  }

  private var log: FinalizationLog<Store> {
    FinalizationLog(
      store: self.store, slug: self.open.machine.slug, settings: self.open.settings)
  }

  private func wish(_ plan: FinalizePlan, _ report: CaptureReport) throws -> PutBackWish {
    var wish = PutBackWish()
    var expected: [GitPath: TreeEntry?] = [:]
    for difference in plan.differences {
      wish.entries.updateValue(difference.new, forKey: difference.path)
      expected.updateValue(difference.old, forKey: difference.path)
    }
    wish.expected = expected
    wish.question = { "'\($0.displayed)' is not captured here, and in the result" }
    let head = try self.open.worktree().head()
    let branch = self.target.branch
    let present = try UserHead(self.open.repository).commit(of: branch)
    guard head.commit == report.head, head.branch == report.branch, present == self.target.local
    else {
      throw Refusal(
        whatFailed: "nothing finalized", why: "a branch was moved meanwhile",
        whatToDo: "run 'git pulsar finalize' again", status: .tryAgain)
    }
    guard let staged = try self.open.indexCommit(at: head, self.store) else {
      throw Refusal(
        whatFailed: "nothing finalized", why: "there are conflicts in the staging area",
        whatToDo: "resolve them with 'git add', then run 'git pulsar finalize' again")
    }
    let new = Head.branch(branch, self.target.commit)
    let result = try self.open.indexCommit(self.staged(plan), at: new, self.store)
    var places = UndoMessage.Places(
      before: UndoMessage.Place(head: head, index: staged),
      after: UndoMessage.Place(head: new, index: result))
    // Also where it is to stay: the commit moves it, and undo brings it back. A detached HEAD is called
    // like no branch.
    if head.branch != branch {
      places.moved = UndoMessage.MovedBranch(
        branch: branch, before: self.target.local, after: self.target.commit)
    }
    wish.places = places
    return wish
  }

  /// The result as git's index holds it: paths with a conflict in the versions that disagree.
  private func staged(_ plan: FinalizePlan) throws -> UserIndex.Content {
    let unmerged = plan.disagreements.map(\.conflict).flatMap { conflict in
      [(1, conflict.base), (2, conflict.ours), (3, conflict.theirs)].compactMap { stage, entry in
        entry.map { UnmergedEntry(path: conflict.path, stage: stage, entry: $0) }
      }
    }
    let paths = Set(unmerged.map(\.path)).sorted()
    let tree = try self.store.writeTree(
      base: plan.tree, changes: paths.map { TreeChange(path: $0, entry: nil) })
    return UserIndex.Content(tree: tree, intentToAdd: [], unmerged: unmerged.sorted())
  }

  // MARK: the commit

  /// Lets the person's git make the commit.
  private func commit(_ plan: FinalizePlan) throws -> ExitStatus {
    var arguments: [CommandWord] = ["commit"]
    if self.isJSON { arguments.append("--quiet") }
    if let message { arguments += ["-m", CommandWord(message)] }
    self.console.endProgress()
    let git = PersonsGit(
      in: self.open.location.worktree, environment: self.open.session.environmentArguments)
    let succeeded = try git.run(arguments)
    // Taking the lock takes note of the commit.
    let commit: ObjectID? = try self.open.locked {
      guard !self.note.exists,
        let tip = try UserHead(self.open.repository).commit(of: self.target.branch),
        tip != self.target.commit
      else { return nil }
      self.open.captureAfterwards(.afterFinalize)
      return tip
    }
    guard let commit else {
      if succeeded {
        self.console.remark("git-pulsar: the commit is not noted yet; the next command does it")
      }
      return self.report(plan, "staged", .partlyDone)
    }
    self.pushMarks()
    return self.report(plan, "committed", .done, commit)
  }

  /// Other machines must know of the mark before they see the commit.
  private func pushMarks() {
    guard self.news == .fetched else { return }
    do {
      try self.open.pushMarks()
    } catch {
      let why = (error as? any ExplainedError)?.explanation ?? String(describing: error)
      self.console.remark(
        "git-pulsar: other machines do not know of it yet, the next push tells them: \(why)")
    }
  }

  private func report(
    _ plan: FinalizePlan, _ state: String, _ status: ExitStatus, _ commit: ObjectID? = nil
  ) -> ExitStatus {
    if self.isJSON {
      self.console.json(FinalizeReport(plan, state, isOffline: self.news == .offline, commit))
    } else {
      self.words.tell(plan, state, commit)
    }
    return status
  }
}
