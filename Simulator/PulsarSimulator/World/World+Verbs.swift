internal import PulsarCommands
internal import PulsarCore
internal import PulsarEngine
internal import PulsarGit

/// Verbs of ours that a person runs.
extension World {
  static let handoffs = ["sync", "undo", "finalize", "restore"]

  func runVerb(_ words: [String], on node: SimulatedNode) {
    node.underWay = "'\(words.joined(separator: " "))'"
    defer { node.underWay = nil }
    let isHandoff = words.first.map { Self.handoffs.contains($0) } ?? false
    if isHandoff || words.first == "now" { node.waits.verbPushed = self.now }
    let before = Baseline(node)
    let remote = self.remoteRefs()
    let sessions = SessionsBefore(words, of: node, in: self)
    let work =
      isHandoff || node.ledger.halfWay != nil ? WorkBefore(of: node, in: self) : nil
    let old = try? self.currentTip(of: node)
    let files = FilesBefore(words, of: node, in: self)
    let place = isHandoff && node.isThere ? PersonalState(of: node) : nil
    let hadOtherLineage = self.lineage.hasPart(before.branch)
    self.plantBeforeVerb(words, node)
    guard let outcome = self.outcome(of: words, on: node) else {
      let place = node.deathPlace ?? ""
      if node.hasLostPower {
        self.kill(node.number, "at \(place)")
        self.judgeAfterPowerCut(node)
      }
      let captures = self.recordCaptures(of: node, since: old)
      self.record(
        node.name, isHandoff ? .handoff : .verb,
        "\(words.joined(separator: " ")) \(TraceWords.died) \(place)")
      self.judgeVerb(words, nil, of: node, before: before, remote: remote)
      work?.judge("a \(words[0]) that died")
      files.judge(nil, captures)
      return self.observe(node)
    }
    self.plantInVerb(words, outcome, node)
    let said = String(decoding: outcome.output + outcome.errors, as: UTF8.self)
    let captures = self.recordCaptures(of: node, since: old)
    let found =
      Self.situations(words, said) + (self.isMerge(said, of: node) ? [TraceWords.merged] : [])
    let text = words + ["exit:\(outcome.status)"] + found
    self.record(node.name, isHandoff ? .handoff : .verb, text.joined(separator: " "))
    self.judgeVerb(words, outcome, of: node, before: before, remote: remote)
    sessions?.judge(outcome.status)
    work?.judge("a \(words[0])")
    files.judge(said, captures)
    self.judgeOutcome(
      words, said, of: node, before: (before, place, files.sight), captures,
      hadOtherLineage: hadOtherLineage)
    self.observe(node)
    self.heedPoke(of: node)
  }

  /// Judges what a verb that changes files made of them.
  private func judgeOutcome(
    _ words: [String], _ said: String, of node: SimulatedNode,
    before: (all: Baseline, personal: PersonalState?, sight: Sight),
    _ captures: [(id: ObjectID, reason: CaptureReason)], hadOtherLineage: Bool
  ) {
    guard let personal = before.personal, self.failure == nil, node.ledger.halfWay == nil,
      node.fileTrouble == nil
    else { return }
    do {
      if words.first == "restore" {
        try self.judgeRestore(said, of: node, before: before.sight)
      }
      if words.first == "finalize" {
        try self.judgeFinalize(
          said, of: node, before: before.all, captures, hadOtherLineage: hadOtherLineage)
      }
      try self.judgeForeignText(words, of: node, before: before.sight)
      self.noteChange(by: words, said, of: node, before: personal)
    } catch {
      self.fail("S9", node.name, "what a \(words[0]) made cannot be read: \(error)")
    }
  }

  /// Runs a verb, in a process of its own where it may die.
  ///
  /// - Returns: nil when it died; its files are then as it left them.
  private func outcome(of words: [String], on node: SimulatedNode) -> Host.Outcome? {
    let verb = words.first ?? ""
    node.deathPlace = nil
    let dies = node.fileBarriers.contains {
      $0.act.isDeath && $0.point.effect.rawValue == verb
    }
    return self.limited(node, in: verb) {
      Silence.keep {
        guard dies else { return self.host(node).run(words) }
        return self.forked { self.host(node).run(words).bytes }.map { Host.Outcome(bytes: $0) }
      }
    }
  }

  /// A verb has the daemon look where it changed what that should know.
  private func heedPoke(of node: SimulatedNode) {
    guard Files.status(node.poke) != nil else { return }
    Files.remove(node.poke)
    guard node.isRunning, let repository = node.repository, let place = repository.look() else {
      return
    }
    node.schedule = place.schedule
    // Whoever changes something wants it tried at once.
    node.ledger.pace.forgetFailures()
    node.waits.captures.succeed()
    node.waits.pushes.succeed()
    if place.facts.hasUnpushedCapture { node.waits.noteUnpushed(at: self.now) }
    self.feed(node.number) { loop in
      if place.facts.hasUnpushedCapture { loop.handle(.unpushed(World.one)) }
      loop.handle(.scheduleChanged(World.one, self.planted(place.schedule)))
      loop.handle(place.facts.isPaused ? .paused(World.one) : .resumed(World.one))
    }
  }

  /// Records what a verb captured, oldest first.
  private func recordCaptures(
    of node: SimulatedNode, since old: ObjectID??
  ) -> [(id: ObjectID, reason: CaptureReason)] {
    guard case .some(let old) = old, var next = try? self.currentTip(of: node) else { return [] }
    var found: [(id: ObjectID, reason: CaptureReason)] = []
    // A verb makes two captures at most; HEAD may have gone to another branch.
    while next != old, found.count < 4, let record = try? node.withStore({ try $0.commit(next) }),
      let reason = CaptureTrailers(message: record.message)?.reason,
      let parent = record.parents.first
    {
      found.append((next, reason))
      next = parent
    }
    if !found.isEmpty, let interval = node.schedule?.radarInterval {
      // The daemon learns of it when it looks at the remote, at the latest.
      let look = SimulatedTime(interval).milliseconds * 5 / 4
      node.waits.noteUnpushed(at: self.now + SimulatedTime(milliseconds: look))
    }
    for (id, reason) in found.reversed() {
      if let capture = try? node.withStore({ try $0.commit(id) }) {
        self.judgeDate(of: capture, on: node)
      }
      self.record(node.name, .captured, "\(id.short) \(reason.rawValue)")
    }
    return found.reversed()
  }

  /// Whether what was taken over is neither their files nor ours alone.
  private func isMerge(_ said: String, of node: SimulatedNode) -> Bool {
    guard let line = said.split(separator: "\n").first(where: { $0.hasPrefix("took over ") }),
      let name = line.split(separator: " ").drop(while: { $0 != "capture" }).dropFirst().first,
      let tip = try? self.currentTip(of: node),
      let record = try? node.withStore({ try $0.commit(tip) }), let ours = record.parents.first,
      let theirs = record.parents.first(where: { $0.hex.hasPrefix(name) })
    else { return false }
    let trees = [ours, theirs].map { id in try? node.withStore { try $0.commit(id).tree } }
    return !trees.contains(record.tree)
  }

  /// What a verb told, in the words that situations are found by.
  private static func situations(_ words: [String], _ said: String) -> [String] {
    let table: [(String, String)] = [
      ("took over ", TraceWords.took), ("fast-forwarded to", TraceWords.fastForward),
      ("conflict: ", TraceWords.conflict), ("conflict in ", TraceWords.conflict),
      ("conflicts in ", TraceWords.conflict), ("conflict markers in", TraceWords.markers),
      ("already up to date", TraceWords.nothing), ("no other machine has", TraceWords.nothing),
      ("nothing to undo", TraceWords.nothing), ("nothing to finalize", TraceWords.nothing),
      ("holds all of it already", TraceWords.nothing),
      ("was not asked", TraceWords.unreachable), (" is under way", TraceWords.underWay),
      ("undone: the sync", TraceWords.tookBack("sync")),
      ("undone: the restore", TraceWords.tookBack("restore")),
      ("undone: the finalize", TraceWords.tookBack("finalize")),
      ("undone: the undo", TraceWords.tookBack("undo")),
    ]
    var found = table.filter { said.contains($0.0) }.map(\.1)
    let lines = said.split(separator: "\n")
    if words.first == "restore", words.contains("--from"),
      lines.contains(where: { $0.hasPrefix("restored ") })
    {
      found.append(TraceWords.fromAnother)
    }
    // `finalized: topic is on main as 0123abc`, below a table with a line for each machine.
    if let done = lines.first(where: { Self.tellsOfFinalize(String($0)) })?.split(separator: " "),
      done.count > 4
    {
      if done[1] != done[4] { found.append(TraceWords.onto) }
      let table = lines.drop { !$0.hasPrefix("machine ") }.dropFirst()
      found.append(TraceWords.machines(table.prefix { $0.contains(" +") }.count))
    }
    return found
  }
}

extension Host.Outcome {
  /// For another process.
  fileprivate var bytes: [UInt8] {
    let head = [UInt32(bitPattern: self.status), UInt32(self.output.count)]
    return head.flatMap { number in (0..<4).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) } }
      + self.output + self.errors
  }

  /// The reverse.
  fileprivate init(bytes: [UInt8]) {
    let head = [0, 4].map { start in
      (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[start + $1]) << ($1 * 8) }
    }
    let end = 8 + Int(head[1])
    self.init(
      status: Int32(bitPattern: head[0]), output: Array(bytes[8..<end]),
      errors: Array(bytes[end...]))
  }
}
