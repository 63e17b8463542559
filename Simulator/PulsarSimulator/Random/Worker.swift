/// Spells out what a person does at one node.
struct Worker {
  let node: String
  let nodes: [String]
  let swarm: Swarm
  let chance: Chance
  /// How many texts were made; each is another one.
  private var texts = 0

  init(node: String, nodes: [String], swarm: Swarm, chance: Chance) {
    self.node = node
    self.nodes = nodes
    self.swarm = swarm
    self.chance = chance
  }

  private var files: [String] {
    self.swarm.isUnlike ? Universe.files + Universe.unlike : Universe.files
  }
  /// Those that are written through their name.
  private var written: [String] { self.files.filter { $0 != Universe.link } }

  /// What is done in a while, by time.
  mutating func events(in stint: Stint) -> [ScenarioEvent] {
    let chance = self.chance.of("stint \(stint.from.milliseconds)")
    var events: [ScenarioEvent] = []
    var now = stint.from
    if stint.isArrival, self.swarm.isOn(.sync), chance.isTrue(percent: 60, "take over") {
      events.append(self.event(at: now, .pulsar(["sync", "--yes"])))
    }
    let kinds = self.swarm.work.map { ($0.element, $0.weight * $0.element.rate) }
    var number = 0
    while true {
      now = now + chance.span(from: .seconds(20), to: .seconds(400), "pause", number)
      guard now < stint.to else { return events }
      let kind = chance.pick(weighted: kinds, "kind", number)
      let work = chance.of("work \(number)")
      events += self.before(kind, work).map { self.event(at: now - .seconds(5), $0) }
      events.append(self.event(at: now, self.act(kind, work)))
      events += self.after(kind, work, at: now)
      number += 1
    }
  }

  /// git takes little into a tree with changes: most people commit them first.
  private mutating func before(_ kind: WorkKind, _ chance: Chance) -> [Act] {
    guard kind.wayBack != nil, chance.isTrue(percent: 70, "commit first") else { return [] }
    return [.git(["add", "-A"]), .git(["commit", "-qm", self.name()])]
  }

  /// What stopped half-way is taken back or gone on with, often after a verb of ours was tried; what
  /// moved files is undone now and then.
  private mutating func after(_ kind: WorkKind, _ chance: Chance, at now: SimulatedTime)
    -> [ScenarioEvent]
  {
    let later = now + chance.span(from: .minutes(1), to: .minutes(30), "way back")
    var events: [ScenarioEvent] = []
    if let wayBack = kind.wayBack {
      if chance.isTrue(percent: 30, "meanwhile") {
        let verb = chance.pick([["now"], ["sync", "--yes"]], "verb meanwhile")
        let between = SimulatedTime.seconds((now + later).milliseconds / 2000)
        events.append(self.event(at: between, .pulsar(verb)))
      }
      events.append(self.event(at: later, .git(wayBack)))
    }
    switch kind {
    case .stageHalf:
      events.append(contentsOf: self.half(chance, at: now))
    case .pause: events.append(self.event(at: later, .pulsar(["resume"])))
    case .many: events.append(contentsOf: self.many(chance, at: now))
    default: break
    }
    if self.swarm.isOn(.undo),
      [.sync, .finalize, .restore, .restoreOld, .finalizeKept].contains(kind)
    {
      for number in 0..<2 where chance.isTrue(percent: 25, "changed one's mind", number) {
        events.append(self.event(at: later + .minutes(Int64(number)), .pulsar(["undo", "--yes"])))
      }
    }
    return events
  }

  /// More files than a daemon keeps the names of, or all of them gone again.
  private mutating func many(_ chance: Chance, at now: SimulatedTime) -> [ScenarioEvent] {
    if chance.isTrue(percent: 30, "gone") {
      return [self.event(at: now, .delete(path: Universe.many))]
    }
    let name = self.name()
    return (0..<40 + chance.below(80, "how many")).map { number in
      self.event(at: now, .write(path: "\(Universe.many)/\(number)", text: name + "\n"))
    }
  }

  /// What was staged is edited further.
  private mutating func half(_ chance: Chance, at now: SimulatedTime) -> [ScenarioEvent] {
    let file = chance.pick(self.written, "file")
    let text = self.text(of: file, chance)
    return [self.event(at: now + .seconds(10), .append(path: file, text: text))]
  }

  /// What a person does last: nothing of git's is left half-way, for then captures would wait.
  func tidied(at time: SimulatedTime) -> [ScenarioEvent] {
    WorkKind.allCases.filter { self.swarm.isOn($0) }.compactMap { $0.wayBack }.map {
      self.event(at: time, .git($0))
    } + (self.swarm.isOn(.pause) ? [self.event(at: time, .pulsar(["resume"]))] : [])
  }

  private func event(at time: SimulatedTime, _ act: Act) -> ScenarioEvent {
    ScenarioEvent(at: time, actor: self.node, act: act)
  }

  private mutating func act(_ kind: WorkKind, _ chance: Chance) -> Act {
    let file = chance.pick(self.written, "file")
    let branch = chance.pick(Universe.branches, "branch")
    switch kind {
    case .write where file == Universe.big:
      let bytes = (1 << 20) + chance.below(1000, "bytes")
      return .fill(path: file, bytes: bytes, text: self.text(of: file, chance))
    case .write: return .write(path: file, text: self.text(of: file, chance))
    case .append: return .append(path: file, text: self.text(of: file, chance))
    case .delete: return .delete(path: chance.pick(self.files, "deleted"))
    case .move:
      let from = chance.pick(self.files, "moved")
      return .move(from: from, to: chance.pick(self.written.filter { $0 != from }, "moved to"))
    case .link: return .link(path: Universe.link, target: chance.pick(Universe.targets, "target"))
    case .executable:
      let path = chance.pick([file, Universe.program, Universe.program], "program")
      return .executable(path: path, chance.isTrue(percent: 60, "on"))
    case .add: return .git(chance.pick([["add", "-A"], ["add", "--", file]], "what"))
    case .commit: return .git(["commit", "-am", self.name()])
    case .amend:
      return .git(
        ["commit", "--amend"] + chance.pick([["--no-edit"], ["-am", self.name()]], "how"))
    case .newBranch:
      let made = Universe.branches.filter { $0 != Universe.firstBranch }
      return .git(["switch", "-c", chance.pick(made, "made")])
    case .switchBranch: return .git(["switch", branch])
    case .stash: return .git(chance.pick([["stash"], ["stash", "-u"]], "what"))
    case .stashPop: return .git(["stash", "pop"])
    case .merge: return .git(["merge", "--no-edit", branch])
    case .rebase: return .git(["rebase", branch])
    case .resetBack: return .git(["reset", "--hard", "HEAD~1"])
    case .cherryPick: return .git(["cherry-pick", branch])
    case .collectGarbage: return .git(chance.pick([["gc"], ["gc", "--prune=now"]], "how"))
    case .clean: return .git(["clean", "-fd"])
    case .tag: return .git(["tag", self.name()])
    case .now: return .pulsar(["now"])
    case .sync: return .pulsar(["sync", "--yes"] + self.side(chance))
    case .undo: return .pulsar(["undo", "--yes"])
    case .finalize:
      let target = chance.pick(
        [[], [], ["--into", Universe.firstBranch], ["--into", branch]], "onto")
      return .pulsar(["finalize", "--yes", "-m", self.name()] + target)
    case .restore: return .pulsar(["restore", "--yes"] + self.origin(chance) + [file])
    case .status: return .pulsar(["status"])
    case .prune: return .pulsar(["prune"])
    case .promise: return .git(["add", "-N", "--", file])
    case .stageHalf: return .git(["add", "--", file])
    case .pause: return .pulsar(["pause"])
    case .resume: return .pulsar(["resume"])
    case .pruneAll:
      let days = chance.pick([[], ["--days", "1"], ["--days", "30"]], "days")
      return .pulsar(["prune", "--yes"] + days)
    case .restoreOld:
      let age = chance.pick(["10m", "1h", "2h"], "when")
      return .pulsar(["restore", "--yes", "--at", age, file])
    case .ignore: return .pulsar(["ignore", chance.pick(["b", "*.tmp", "/far/"], "pattern")])
    case .report:
      return .pulsar(
        chance.pick(Self.reports + [["diff", "--machine", self.other(chance)]], "what"))
    case .nowOnly:
      return .pulsar(["now"] + chance.pick([["--force"], ["--no-push"], ["--here"]], "how"))
    case .saves:
      let span = chance.span(from: .seconds(10), to: .minutes(3), "for how long")
      return .save(path: file, text: self.text(of: file, chance), for: span)
    case .many: return .write(path: "\(Universe.many)/0", text: self.name() + "\n")
    case .finalizeKept:
      return .pulsar(
        ["finalize", "--yes", "-m", self.name()]
          + chance.pick([["--markers"], ["--no-commit"], ["--dry-run"], ["--json"]], "how"))
    case .syncFor:
      let how = chance.pick(
        [["--no-ff"], ["--dry-run"], ["--json"]]
          + ["--theirs-in", "--ours-in", "--markers-in"].map { [$0, file] }, "how")
      return .pulsar(["sync", "--yes"] + how)
    }
  }

  /// Which side wins where both have work; mostly nobody says.
  private func side(_ chance: Chance) -> [String] {
    chance.pick([[], [], [], ["--theirs"], ["--ours"], ["--markers"]], "side")
  }

  /// Verbs that change nothing.
  private static let reports = [
    ["diff"], ["history"], ["history", "--all", "--limit", "3"], ["history", "--json"], ["list"],
    ["list", "--json"], ["status", "--json"], ["log"], ["log", "-n", "3", "--json"],
    ["log", "--since", "1h"], ["prune", "--dry-run"], ["now", "--json"], ["config", "--list"],
    ["config", "--list", "--json"],
  ]

  private func other(_ chance: Chance) -> String {
    chance.pick(self.nodes.filter { $0 != self.node }, "other")
  }

  /// Whose capture; mostly one's own.
  private func origin(_ chance: Chance) -> [String] {
    let others = self.nodes.filter { $0 != self.node }
    guard !others.isEmpty, chance.isTrue(percent: 30, "from another") else { return [] }
    return ["--from", chance.pick(others, "whose")]
  }

  /// A text of its own, which tells the oracle which version it sees.
  private mutating func text(of file: String, _ chance: Chance) -> String {
    let name = self.name()
    switch file {
    case Universe.rules: return chance.pick(Universe.hidden, "rules") + "# " + name + "\n"
    case Universe.crlf: return "\(name)\r\nline\r\n"
    case Universe.binary: return "\u{0}\u{1}\(name)\r\n"
    case Universe.empty: return ""
    default: return name + "\n"
    }
  }

  private mutating func name() -> String {
    self.texts += 1
    return "\(self.node)-\(self.texts)"
  }
}
