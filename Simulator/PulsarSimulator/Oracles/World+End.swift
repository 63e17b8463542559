internal import PulsarCommands
internal import PulsarCore
internal import PulsarEngine
internal import PulsarGit

/// What is judged every hour, once things have come to rest, and at the end.
extension World {
  func checkAll() {
    let refs = self.remoteRefs()
    for node in self.nodes {
      self.judgePushed(node, refs)
      self.judgeLitter(of: node)
    }
    for node in self.nodes { self.noteFacts(of: node) }
    if !self.isQuiet { self.queue.add(.check, at: self.now + Self.checkInterval) }
  }

  /// Has the trace hash cover the files of a machine and its records for undo.
  private func noteFacts(of node: SimulatedNode) {
    node.sight.look(at: node.work)
    for (path, state) in node.sight.states.sorted(by: { $0.key < $1.key }) {
      // What a verb that died was about to put in place of a file has a name of chance.
      if WorktreeWriter.isUnplaced(path) { continue }
      self.trace.add(fact: "\(node.name) \(path.displayed) \(state.words) \(state.bytes.count)")
    }
    let records = (try? node.refs(StreamRefs.undoPrefix)) ?? [:]
    for (ref, id) in records.sorted(by: { $0.key < $1.key }) {
      self.trace.add(fact: "\(node.name) \(ref.displayed) \(id.hex)")
    }
  }

  /// How long after the last fault all is to be captured and pushed; nil: no sooner than at the end.
  var convergence: SimulatedTime? {
    let spans = self.scenario.expectations.compactMap { expectation -> SimulatedTime? in
      if case .converged(let span) = expectation { span } else { nil }
    }
    return spans.min().flatMap { $0 < self.scenario.quiet ? $0 : nil }
  }

  /// V1, V2: all is captured, and on the remote.
  func checkConvergence() throws {
    let refs = self.remoteRefs()
    for node in self.nodes { _ = try self.judgeConvergence(of: node, refs) }
  }

  /// - Returns: the newest capture; nil when captures wait for the person, and after a failure.
  private func judgeConvergence(
    of node: SimulatedNode, _ refs: [String: String]
  ) throws -> ObjectID? {
    if node.repository?.isBusy == true { return nil }
    guard let tip = try self.currentTip(of: node) else {
      self.fail("V1", node.name, "nothing is captured\(self.waiting(node))")
      return nil
    }
    if let path = try self.firstUncaptured(of: node) {
      self.fail(
        "V1", node.name,
        "the newest capture \(tip.short) is not what the files are: "
          + "'\(path.displayed)'\(self.waiting(node))")
    }
    if !self.isOnRemote(tip, refs) {
      if let excuse = self.excuse(of: node) {
        if !node.ledger.isExcused { self.excuses[excuse, default: 0] += 1 }
        node.ledger.isExcused = true
      } else {
        self.fail(
          "V2", node.name,
          "the newest capture \(tip.short) is not on the remote\(self.waiting(node))")
      }
    }
    return tip
  }

  /// The first path where the files are not as the newest capture has them; nil: there is none, or
  /// nobody can tell, since git sees a link where we capture files.
  func firstUncaptured(of node: SimulatedNode) throws -> GitPath? {
    if WorktreeState(of: node.work).hasNestedRepository { return nil }
    let judged = try self.gitTree(of: node)
    guard let tip = try self.currentTip(of: node) else { return judged.files.keys.min() }
    let tree = try node.withStore { try $0.commit(tip).tree }
    if tree.hex == judged.tree { return nil }
    return self.firstUnlike(try self.listing(of: tip.hex, on: node), judged.files, of: node)
  }

  /// V1 to V4, S9, S10, S15, S16: once all faults have ended and time has passed.
  func checkEnd() throws {
    let refs = self.remoteRefs()
    var tips: [Int: ObjectID] = [:]
    for node in self.nodes { tips[node.number] = try self.judgeConvergence(of: node, refs) }
    for node in self.nodes {
      guard let tip = tips[node.number] else { continue }
      if let last = node.ledger.lastCapture, self.now - last < .minutes(30) {
        self.fail("V4", node.name, "captured \((self.now - last).milliseconds / 1000) s ago")
      }
      try self.judgeStatus(of: node, tip, refs)
      try self.judgeRepository(of: node)
      self.judgeLeftovers(of: node)
      self.judgePlaces(beside: node)
    }
    if let complaint = try self.remote.check() { self.fail("S10", "origin", complaint) }
    try self.judgeExpectations()
  }

  /// S15, V3: what `status` says is so.
  private func judgeStatus(
    of node: SimulatedNode, _ tip: ObjectID, _ refs: [String: String]
  ) throws {
    let outcome = self.host(node).run(["status", "--json"])
    let said = String(decoding: outcome.output, as: UTF8.self)
    let isPushed = self.isOnRemote(tip, refs)
    if outcome.status != 0 || !said.contains("\"commit\" : \"\(tip.hex)\"") {
      self.fail("S15", node.name, "status does not know the newest capture \(tip.short)")
    }
    if isPushed != said.contains("\"unpushed\" : 0\n") {
      self.fail(
        "S15", node.name, "\(tip.short) is \(isPushed ? "" : "not ")pushed, and status denies it")
    }
    try self.judgeDrift(of: node, said, tip, refs)
  }

  /// What a daemon waits for, as it shows it.
  func waiting(_ node: SimulatedNode) -> String {
    guard node.isRunning else { return "; no daemon runs" }
    guard let standing = node.standing else { return "; the daemon shows nothing" }
    func at(_ time: MonotonicTime) -> String { node.clock.time(of: time).offsetText }
    let captures =
      switch standing.captures {
      case .captured: "nothing"
      case .waiting(_, let until): "quiet files, until \(at(until))"
      case .inLine: "other repositories"
      case .underWay: "a capture under way"
      case .paused: "a resume"
      case .missing: "the repository, which it does not see"
      case .busy: "the end of an operation of git's"
      case .suspended: "a battery that is charged"
      case .delayedByLoad(let until): "a machine that is less busy, until \(at(until))"
      case .backingOff(let until, let trouble): "another try at \(at(until)) (\(trouble))"
      }
    let pushes =
      switch standing.pushes {
      case .off: "no remote"
      case .pushed: "nothing"
      case .waiting(let until): "its time, \(at(until))"
      case .underWay: "a push under way"
      case .held: "captures"
      case .suspended: "a battery that is charged"
      case .deferred(let until): "mains, until \(at(until))"
      case .backingOff(let until, let trouble):
        "another try at \(at(until)) (\(trouble.keyword))"
      }
    return "; the daemon waits for \(captures) to capture, and for \(pushes) to push"
  }

  /// Why a push need not have been made yet; there are no other reasons.
  private func excuse(of node: SimulatedNode) -> String? {
    // Refused twice and more, it waits for a person longer than a run is quiet.
    if case .backingOff(_, let trouble)? = node.standing?.pushes, trouble.isLasting,
      node.ledger.troubles > 1
    {
      return "backs off: \(trouble.keyword)"
    }
    return nil
  }

  private func judgeRepository(of node: SimulatedNode) throws {
    // git's own repack leaves commits in its commit-graph that it has dropped.
    let check = try node.git([
      "-c", "core.commitGraph=false", "fsck", "--full", "--no-dangling",
    ])
    let missing = String(decoding: check.output + check.errors, as: UTF8.self)
      // git itself knows the empty tree without having it.
      .split(separator: "\n").filter { $0 != "missing tree \(Self.emptyTree)" }
    // Of what its remote has, git lets go in a partial clone, and calls that a broken link.
    let isWhole =
      try !check.succeeded && node.has(.partial)
      && node.git(["rev-list", "--objects", "--quiet", "--all"]).succeeded
    if !check.succeeded, !isWhole, !missing.isEmpty {
      let lines = missing.prefix(3).joined(separator: ", ")
      self.fail("S10", node.name, "git fsck: \(lines)")
    }
    if let lock = self.lock(below: node.gitDir, .root) {
      self.fail("S10", node.name, "'\(lock.displayed)' was left behind")
    }
    self.judgeHeld(node.ledger.blobs, by: node) {
      "the captured content \($0) is reachable no more"
    }
  }

  private static let emptyTree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"

  private func lock(below folder: GitPath, _ name: GitPath) -> GitPath? {
    for child in Files.names(in: folder.appending(name)) {
      let path = name.appending(child)
      if path.displayed == "objects" { continue }
      if Files.isFolder(folder.appending(path)) {
        if let lock = self.lock(below: folder, path) { return lock }
      } else if child.suffix(5).elementsEqual(".lock".utf8), !path.displayed.hasPrefix("pulsar/") {
        return path
      }
    }
    return nil
  }

  /// S16: no repository that lies beside a clone got captures; only the configured remote does.
  private func judgePlaces(beside node: SimulatedNode) {
    for name in Files.names(in: node.folder) {
      let place = node.folder.appending(name)
      guard place != node.wire, place != node.work else { continue }
      if Files.isFolder(place.appending("refs/heads/wip")) {
        self.fail(
          "S16", node.name, "captures were pushed to '\(escapedForDisplay(name))' beside the clone")
      }
    }
  }
}
