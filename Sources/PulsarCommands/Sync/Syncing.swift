internal import PulsarCore
internal import PulsarEngine
internal import PulsarGit
internal import PulsarSystem

/// One `sync`, after the streams of other machines were fetched.
///
/// Nobody is asked anything while the repository's lock is held.
struct Syncing<Store: SnapshotStore> {
  let open: OpenRepository
  let store: Store
  var choices: ConflictChoices
  /// The machine a person named.
  let machine: String?
  let isOffline: Bool
  let forwards: Bool
  let isDryRun: Bool
  let isJSON: Bool
  /// The newest capture when a scan was begun; one that came since knows more than the scan.
  let scannedUpon: ObjectID?

  private var console: Console { self.open.session.console }
  private var now: WallTime { self.open.session.clock.wallTime() }

  func run() throws -> ExitStatus {
    let stream = try CurrentStream(self.open, self.open.worktree(), self.store)
    if stream.tip != self.scannedUpon { self.open.forgetScan() }
    let streams = try KnownStreams(in: self.store)
    self.open.remark(streams.overLimit)
    let lineage = Lineage(
      store: self.store, markTips: streams.markTips, memory: LineageFile(self.open.location))
    let foreign = streams.of(stream.branch).filter { $0.slug != self.open.machine.slug }
    try self.open.completeHistory(
      of: [stream.tip, stream.head].compactMap { $0 }.flatMap { ours in
        foreign.map { (ours, $0.tip.id, $0.machineName) }
      }, stream.branch, canAsk: !self.isOffline, failure: "nothing taken over", self.store)
    let ours = try (stream.tip ?? stream.head).map { try lineage.standpoint(of: $0) }
    let sessions = try lineage.sessions(
      self.chosen(foreign, stream.branch), ours: ours)
    guard let session = try self.choice(sessions, foreign, stream) else {
      return sessions.isEmpty ? self.nothing(stream, foreign) : .declined
    }
    var handoff = Handoff(
      open: self.open, store: self.store, lineage: lineage, session: session,
      choices: self.choices, forwards: self.forwards)
    var watched = try self.guess(ours?.tree, session)
    if self.isDryRun || !self.console.answersYes {
      let plan = try self.open.locked {
        try handoff.plan(try self.open.capture(.beforeSync))
      }
      if plan.isNothing { return self.nothing(stream, foreign) }
      watched = Set(plan.differences.map(\.path))
      if self.isDryRun { return self.report(plan, session, isDone: false) }
      guard self.decide(plan, session, &handoff.choices) else { return .failed }
      guard self.isWanted(plan, session) else {
        self.console.remark("nothing was changed")
        return .declined
      }
    }
    return try self.open.locked { try self.perform(handoff, stream, watching: watched) }
  }

  // MARK: which session

  private func chosen(_ foreign: [KnownStream], _ branch: Branch) throws -> [KnownStream] {
    guard let machine else { return foreign }
    let named = try KnownMachines(self.open, branch, self.store).find(
      machine, failure: "nothing taken over")
    guard !named.isOwn else {
      throw Refusal(
        whatFailed: "nothing taken over", why: "'\(named.name)' is this machine",
        whatToDo: "name another, or none")
    }
    return foreign.filter { $0.slug == named.stream.slug }
  }

  private func choice(
    _ sessions: [ForeignSession], _ foreign: [KnownStream], _ stream: CurrentStream
  ) throws -> ForeignSession? {
    guard sessions.count > 1 else { return sessions.first }
    self.console.remark("several machines have work on \(stream.branch.displayed) of their own:")
    for (number, session) in sessions.enumerated() {
      self.console.remark("  \(number + 1)  \(self.words(session))")
    }
    if self.console.answersYes || self.isDryRun {
      // Truly concurrent: only now does a clock decide.
      let newest = sessions.max { $0.stream.tip.time.seconds < $1.stream.tip.time.seconds }
      if let newest { self.console.remark("the newest is taken: \(newest.stream.slug)") }
      return newest
    }
    let answer = self.console.ask("Which one? (1-\(sessions.count), or none)", suggestion: "none")
    guard let number = Int(answer), sessions.indices.contains(number - 1) else {
      self.console.remark("nothing was changed")
      return nil
    }
    return sessions[number - 1]
  }

  private func words(_ session: ForeignSession) -> String {
    let tip = session.stream.tip
    let age = tip.time.displayed(before: self.now)
    return "\(session.stream.slug), capture \(tip.id.short) (\(age))"
  }

  private func nothing(_ stream: CurrentStream, _ foreign: [KnownStream]) -> ExitStatus {
    if self.isJSON {
      self.console.json(SyncReport(state: self.isOffline ? "offline" : "same"))
      return self.isOffline ? .failed : .done
    }
    let branch = stream.branch.displayed
    let known = self.isOffline ? " that was fetched before" : ""
    self.console.say(
      foreign.isEmpty
        ? "no other machine has captures of \(branch)\(known)"
        : "already up to date: no other machine has work on \(branch)\(known) that is not here")
    // What was asked for was not done: to look.
    return self.isOffline ? .failed : .done
  }

  /// Paths that are likely to change; what is not among them costs a second look.
  private func guess(_ tree: ObjectID?, _ session: ForeignSession) throws -> Set<GitPath> {
    guard let tree else { return [] }
    let differences = try self.open.treeDifferences.find(tree, session.standpoint.tree)
    return Set(differences.map(\.path))
  }

  // MARK: questions

  /// Asks what to do about each conflict.
  ///
  /// - Returns: false when one is left undecided; then it is said what there is to choose from.
  private func decide(
    _ plan: HandoffPlan, _ session: ForeignSession, _ choices: inout ConflictChoices
  ) -> Bool {
    if plan.undecided.isEmpty { return true }
    self.tell(plan.undecided, session)
    for conflict in plan.undecided {
      let answer = self.console.choose(
        "'\(conflict.path.displayed)' (\(conflict.kind.rawValue)):",
        ["theirs", "ours", "markers", "cancel"], safe: "cancel", yes: "cancel")
      guard let side = ConflictChoices.Side(rawValue: answer) else {
        self.explainChoices()
        return false
      }
      choices.ofPath[conflict.path] = side
    }
    return true
  }

  /// Names the paths and both versions.
  private func tell(_ conflicts: [MergeConflict], _ session: ForeignSession) {
    self.console.remark(
      "conflict: this machine and \(session.stream.machineName) have both changed these:")
    for conflict in conflicts.prefix(20) {
      let ours = conflict.ours?.id.short ?? "deleted"
      let theirs = conflict.theirs?.id.short ?? "deleted"
      self.console.remark(
        "  \(conflict.path.displayed)  (\(conflict.kind.rawValue); ours \(ours), theirs \(theirs))")
    }
    if conflicts.count > 20 { self.console.remark("  … and \(conflicts.count - 20) more") }
  }

  private func explainChoices() {
    self.console.remark(
      "nothing was changed; choose with --theirs, --ours or --markers, or for single paths with "
        + "--theirs-in, --ours-in, --markers-in")
  }

  private func isWanted(_ plan: HandoffPlan, _ session: ForeignSession) -> Bool {
    let count = plan.differences.count
    let files = count == 1 ? "1 file changes" : "\(count) files change"
    return self.console.confirm("Take over \(self.words(session))? \(files) here.")
  }

  // MARK: the handoff

  private func perform(
    _ handoff: Handoff<Store>, _ stream: CurrentStream, watching watched: Set<GitPath>
  ) throws -> ExitStatus {
    let putBack = PutBack(
      open: self.open, store: self.store, stream: stream, verb: .sync, reason: .beforeSync)
    var plan = HandoffPlan.nothing
    let outcome = try putBack.run(watching: watched) { report in
      plan = try handoff.plan(report)
      guard plan.undecided.isEmpty, !plan.isNothing else { return PutBackWish() }
      // Noted before the first file is touched: it counts for what is in the files.
      try self.open.unmergedNote.add(plan.unmerged)
      var wish = PutBackWish()
      var expected: [GitPath: TreeEntry?] = [:]
      for difference in plan.differences {
        wish.entries.updateValue(difference.new, forKey: difference.path)
        expected.updateValue(difference.old, forKey: difference.path)
      }
      wish.expected = expected
      wish.tree = plan.target
      wish.question = { "'\($0.displayed)' is not captured here, and in the session" }
      wish.places = plan.places
      wish.gained = [handoff.session.stream.tip.id]
      // A stream from which a session was taken back holds less than its history, and so does ours then.
      let holdsLess = handoff.session.standpoint.core != handoff.session.stream.tip.id
      wish.handover = Handover(
        stream: report.refs.stream, sessions: wish.gained,
        continuing: holdsLess ? report.commit : nil)
      return wish
    }
    if !plan.undecided.isEmpty {
      self.tell(plan.undecided, handoff.session)
      self.explainChoices()
      return .failed
    }
    switch outcome {
    case .declined: return .declined
    case .failed: return .failed
    case .done:
      if plan.isNothing { return self.nothing(stream, [handoff.session.stream]) }
      self.open.captureAfterwards(.afterSync, put: plan.places == nil ? plan.differences : nil)
      self.open.note(
        "sync",
        [
          ("machine", handoff.session.stream.slug),
          ("session", handoff.session.stream.tip.id.hex),
          ("files", String(plan.differences.count)),
        ])
      return self.report(plan, handoff.session, isDone: true)
    }
  }

  // MARK: words

  private func report(
    _ plan: HandoffPlan, _ session: ForeignSession, isDone: Bool
  ) -> ExitStatus {
    let status: ExitStatus = plan.undecided.isEmpty ? .done : .failed
    if self.isJSON {
      self.console.json(SyncReport(plan, session, isDone: isDone))
      return status
    }
    let verb = isDone ? self.console.green("took over") : "would take over"
    self.console.say("\(verb) \(self.words(session))")
    for difference in plan.differences.prefix(20) {
      let what =
        difference.old == nil ? "added" : difference.new == nil ? "deleted" : "modified"
      self.console.say("  \(what) \(difference.path.displayed)")
    }
    if plan.differences.count > 20 {
      self.console.say("  … and \(plan.differences.count - 20) more")
    }
    for difference in plan.differences {
      if let words = difference.submoduleWords { self.console.say("  \(words)") }
    }
    for path in plan.marked {
      self.console.say("\(self.console.yellow("conflict markers")) in \(path.displayed)")
    }
    let inherited = plan.unmerged.map(\.path).filter { !plan.marked.contains($0) }
    for path in inherited.prefix(20) {
      self.console.say(
        "\(self.console.yellow("conflict markers")) in \(path.displayed), which \(session.stream.machineName) has not resolved"
      )
    }
    if inherited.count > 20 { self.console.say("  … and \(inherited.count - 20) more") }
    if let places = plan.places, places.before.head != places.after.head,
      let commit = places.after.head.commit
    {
      let branch = places.after.head.branch.displayed
      self.console.say("\(branch) \(isDone ? "is" : "would be") fast-forwarded to \(commit.short)")
    }
    if let why = plan.notForwarded {
      self.console.say("the branch stays where it is: \(why)")
    }
    if plan.isStagedAlong {
      self.console.say("what was staged there \(isDone ? "is" : "would be") staged here")
    }
    if !plan.undecided.isEmpty {
      self.tell(plan.undecided, session)
      self.explainChoices()
    } else if isDone {
      self.console.say("undo with 'git pulsar undo'")
    }
    return status
  }
}

/// What `sync --json` reports.
private struct SyncReport: Encodable {
  var state: String
  var machine: String?
  var capture: String?
  var time: String?
  var changed: [PathReport] = []
  var conflicts: [PathReport] = []
  var marked: [PathReport] = []
  /// Files with conflict markers that nobody has resolved, those of the session among them.
  var unmerged: [PathReport] = []
  var fastForwardedTo: String?
  var isStagedAlong = false

  init(state: String) { self.state = state }

  init(_ plan: HandoffPlan, _ session: ForeignSession, isDone: Bool) {
    self.state =
      plan.undecided.isEmpty ? (isDone ? "taken-over" : "would-take-over") : "conflict"
    self.machine = session.stream.slug
    self.capture = session.stream.tip.id.hex
    self.time = session.stream.tip.time.iso8601
    self.changed = plan.differences.map { PathReport($0.path) }
    self.conflicts = plan.undecided.map { PathReport($0.path) }
    self.marked = plan.marked.map { PathReport($0) }
    self.unmerged = plan.unmerged.map { PathReport($0.path) }
    if let places = plan.places, places.before.head != places.after.head {
      self.fastForwardedTo = places.after.head.commit?.hex
    }
    self.isStagedAlong = plan.isStagedAlong
  }
}
