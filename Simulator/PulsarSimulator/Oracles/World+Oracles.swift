internal import CSimulator
internal import PulsarCommands
internal import PulsarCore
internal import PulsarEngine
internal import PulsarGit
internal import PulsarSystem

/// The invariants (S…) and what must come true in time (V…), judged by git and by a ledger outside of
/// the system.
extension World {
  // MARK: S1, S2: nothing of the user's changes

  /// Performs an effect of a daemon's, with as much disk as the machine has.
  func watched(_ verb: String, on node: SimulatedNode, _ body: () -> Void) {
    node.baseline = Baseline(node)
    self.limited(node, body)
    self.judge(verb, node)
    node.baseline = nil
  }

  func judge(_ verb: String, _ node: SimulatedNode) {
    guard let baseline = node.baseline else { return }
    if let name = UserState(gitDir: node.gitDir).firstDifference(to: baseline.git) {
      self.fail("S1", node.name, "a \(verb) changed '\(name.displayed)' in the git folder")
    }
    if let path = WorktreeState(of: node.work).changes(since: baseline.files).min() {
      self.fail("S1", node.name, "a \(verb) changed the file '\(path.displayed)'")
    }
  }

  /// On a full disk, nothing can be written.
  func limited<Value>(_ node: SimulatedNode, _ body: () -> Value) -> Value {
    guard self.faults.isActive({ $0 == .diskFull(node: node.number) }) else { return body() }
    _ = csimulator_fill_disk(1)
    defer { _ = csimulator_fill_disk(0) }
    return body()
  }

  // MARK: S3, S5: what is captured

  func judgeCapture(
    _ end: CaptureEnd, _ task: CaptureTask, of node: SimulatedNode, isDisturbed: Bool
  ) {
    switch end.outcome {
    case .busy: return self.record(node.name, .captureFailed, TraceWords.underWay)
    case .failed(let trouble):
      let isFull = self.faults.isActive { $0 == .diskFull(node: node.number) }
      let words = trouble == .lasting ? "lasting" : "passing"
      return self.record(
        node.name, .captureFailed, isFull ? "\(TraceWords.diskFull) \(words)" : words)
    case .captured(let isNew):
      do {
        try self.judgeStreams(of: node)
        guard let tip = try self.currentTip(of: node) else {
          // HEAD may be elsewhere since.
          if !isDisturbed { self.fail("S8", node.name, "captured, and there is no stream") }
          return
        }
        var words = [tip.short, task.reason.rawValue, task.paths == nil ? "everything" : "paths"]
        if !isNew { words.append("same") }
        let record = try node.withStore { try $0.commit(tip) }
        let isStaged = try node.withStore { try $0.indexCommit(of: record) } != nil
        if isStaged { words.append(TraceWords.staged) }
        let previous = record.parents.first.flatMap { try? node.withStore { $0 }.commit($0) }
        if previous.flatMap({ CaptureTrailers(message: $0.message) }) == nil {
          words.append(TraceWords.first)
        }
        self.record(node.name, .captured, words.joined(separator: " "))
        node.ledger.captures += 1
        node.ledger.lastCapture = self.now
        if end.leftOut.isEmpty, !isDisturbed { try self.judgeContent(of: node, tip) }
      } catch {
        self.fail("S3", node.name, "what was captured cannot be read: \(error)")
      }
    }
  }

  /// The newest capture of the branch that HEAD is on.
  func currentTip(of node: SimulatedNode) throws -> ObjectID? {
    let head = String(
      decoding: Files.read(node.gitDir.appending("HEAD")) ?? [], as: UTF8.self)
    let branch: Branch
    if head.hasPrefix("ref: refs/heads/") {
      branch = Branch(name: Array(head.dropFirst("ref: refs/heads/".count).utf8.dropLast()))
    } else if let id = ObjectID(hex: head.filter { !$0.isNewline }) {
      branch = Branch(detachedAt: id)
    } else {
      return nil
    }
    let prefix = node.streamPrefix
    let leaves = [branch.name, StreamRefs.flattened(branch.name)]
    let tips = try node.refs(prefix).filter { ref, _ in
      StreamRefs.parts(ofStream: ref).map { leaves.contains($0.leaf) } ?? false
    }
    return tips.max { $0.key < $1.key }?.value
  }

  /// Streams only grow.
  private func judgeStreams(of node: SimulatedNode) throws {
    let tips = try node.refs(node.streamPrefix)
    for (ref, old) in node.ledger.tips.sorted(by: { $0.key < $1.key }) {
      guard let new = tips[ref] ?? tips[node.carried(ref)] else {
        self.fail("S5", node.name, "the stream '\(ref.displayed)' is gone")
        continue
      }
      if new != old, try !node.withStore({ try $0.contains(old, in: new) }) {
        self.fail("S5", node.name, "\(new.short) does not go on from \(old.short)")
      }
    }
    node.ledger.tips = tips
  }

  /// The tree that git would commit of the working tree as it is.
  private func gitTree(of node: SimulatedNode) throws -> (tree: String, blobs: [ObjectID]) {
    let index = node.folder.appending("judge-index")
    if let bytes = Files.read(node.gitDir.appending("index")) {
      try Files.write(bytes, to: index)
      try Files.copyTime(of: node.gitDir.appending("index"), to: index)
    } else {
      Files.remove(index)
    }
    var environment = node.environment
    environment.variables.append(
      .init(name: Array("GIT_INDEX_FILE".utf8), value: index.bytes))
    // Objects of the judge's own go where nobody takes them for captures.
    let objects = node.folder.appending("judge-objects")
    try Files.make(folder: objects)
    environment.variables.append(
      .init(name: Array("GIT_OBJECT_DIRECTORY".utf8), value: objects.bytes))
    environment.variables.append(
      .init(
        name: Array("GIT_ALTERNATE_OBJECT_DIRECTORIES".utf8),
        value: node.gitDir.appending("objects").bytes))
    for words in [["add", "-A"], ["write-tree"]] {
      let result = try World.run("git", words, in: node.work, environment)
      guard result.succeeded else { throw WorldError("the judge's git: \(result.complaint)") }
      if words == ["write-tree"] {
        let tree = String(decoding: result.output, as: UTF8.self).filter { !$0.isNewline }
        let listing = try World.run(
          "git", ["ls-tree", "-r", "-z", tree], in: node.work, environment)
        let blobs = listing.output.split(separator: 0).compactMap { line -> ObjectID? in
          let words = line.split(separator: 32, maxSplits: 2)
          guard words.count == 3, let tab = words[2].firstIndex(of: 9) else { return nil }
          return ObjectID(hex: words[2][..<tab])
        }
        return (tree, blobs)
      }
    }
    preconditionFailure("write-tree is the last")
  }

  private func judgeContent(of node: SimulatedNode, _ tip: ObjectID) throws {
    // git sees a link where we capture files: nobody can judge that.
    if WorktreeState(of: node.work).hasNestedRepository { return }
    let judged = try self.gitTree(of: node)
    let captured = try node.withStore { try $0.commit(tip).tree }
    if captured.hex != judged.tree {
      self.fail(
        "S3", node.name,
        "\(tip.short) holds the tree \(captured.short), and git says \(judged.tree.prefix(12))")
    }
    node.ledger.blobs.formUnion(judged.blobs)
  }

  // MARK: S4, S6: what is on the remote

  func remoteRefs() -> [String: String] { (try? self.remote.refs()) ?? [:] }

  func judgePush(_ outcome: PushOutcome?, of node: SimulatedNode, before: [String: String]) {
    let after = self.remoteRefs()
    self.judgeRemote(before, after, by: node)
    switch outcome {
    case nil: return
    case .failed(let trouble):
      node.ledger.troubles = node.ledger.trouble == trouble ? node.ledger.troubles + 1 : 1
      node.ledger.trouble = trouble
      return self.record(node.name, .pushFailed, Self.words(trouble))
    case .noRemote: return self.record(node.name, .pushFailed, "no remote")
    case .nothingToPush: return self.record(node.name, .pushed, "nothing")
    case .pushed:
      let isLost = self.faults.isActive { $0 == .losesAnswers }
      node.ledger.trouble = nil
      self.record(node.name, .pushed, isLost ? "done \(TraceWords.foundArrived)" : "done")
      node.ledger.pushes += 1
    }
    do {
      let confirmed = try node.refs("\(StreamRefs.pushedPrefix)\(node.slug)")
      for (ref, id) in confirmed where node.ledger.confirmed[ref] != id {
        node.ledger.pushed[ref] = id
      }
      node.ledger.confirmed = confirmed
    } catch {
      self.fail("S4", node.name, "what was pushed cannot be read: \(error)")
    }
    self.judgePushed(node, after)
  }

  private static func words(_ trouble: PushTrouble) -> String {
    switch trouble {
    case .refused: "\(TraceWords.refused) \(trouble.keyword)"
    case .movedByOthers: TraceWords.moved
    case .unreachable: TraceWords.unreachable
    default: trouble.keyword
    }
  }

  /// Only our own refs move, and only on.
  func judgeRemote(
    _ before: [String: String], _ after: [String: String], by node: SimulatedNode
  ) {
    let own = "refs/heads/wip/pulsar/\(node.slug)"
    for name in Set(before.keys).union(after.keys).sorted() where before[name] != after[name] {
      if !name.hasPrefix(own) {
        self.fail("S6", node.name, "a push moved '\(name)' on the remote, which is not its own")
      } else if let old = before[name] {
        let contains = after[name].flatMap { try? self.remote.contains(old, in: $0) } ?? false
        if !contains { self.fail("S6", node.name, "a push took \(old.prefix(12)) off '\(name)'") }
      }
    }
  }

  /// What the person was told is pushed is there.
  private func judgePushed(_ node: SimulatedNode, _ refs: [String: String]) {
    let own = "refs/heads/wip/pulsar/\(node.slug)"
    let tips = refs.filter { $0.key.hasPrefix(own) }.map(\.value).sorted()
    for (ref, id) in node.ledger.pushed.sorted(by: { $0.key < $1.key }) {
      let isThere = tips.contains { (try? self.remote.contains(id.hex, in: $0)) ?? false }
      if !isThere {
        self.fail("S4", node.name, "\(id.short) of '\(ref.displayed)' is not on the remote")
      }
    }
  }

  // MARK: verbs

  func judgeVerb(
    _ words: [String], of node: SimulatedNode, before: Baseline, remote: [String: String]
  ) {
    self.judgeRemote(remote, self.remoteRefs(), by: node)
    do {
      try self.judgeStreams(of: node)
    } catch {
      self.fail("S5", node.name, "the streams cannot be read: \(error)")
    }
    guard let verb = words.first,
      ["now", "status", "list", "history", "diff", "prune"].contains(verb)
    else { return }
    node.baseline = before
    self.judge(verb, node)
    node.baseline = nil
  }

  // MARK: every hour, and at the end

  func checkAll() {
    let refs = self.remoteRefs()
    for node in self.nodes { self.judgePushed(node, refs) }
    if !self.isQuiet { self.queue.add(.check, at: self.now + Self.checkInterval) }
  }

  /// V1, V2, V4, S9, S10: once all faults have ended and time has passed.
  func checkEnd() throws {
    let refs = self.remoteRefs()
    for node in self.nodes {
      if node.repository?.isBusy == true { continue }
      guard let tip = try self.currentTip(of: node) else {
        return self.fail("V1", node.name, "nothing is captured")
      }
      if !WorktreeState(of: node.work).hasNestedRepository {
        let tree = try node.withStore { try $0.commit(tip).tree }
        if try tree.hex != self.gitTree(of: node).tree {
          self.fail("V1", node.name, "the newest capture \(tip.short) is not what the files are")
        }
      }
      if !self.isOnRemote(tip, refs) {
        if let excuse = self.excuse(of: node) {
          self.excuses[excuse, default: 0] += 1
        } else {
          self.fail("V2", node.name, "the newest capture \(tip.short) is not on the remote")
        }
      }
      if let last = node.ledger.lastCapture, self.now - last < .minutes(30) {
        self.fail("V4", node.name, "captured \((self.now - last).milliseconds / 1000) s ago")
      }
      try self.judgeStatus(of: node, tip, refs)
      try self.judgeRepository(of: node)
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
    // Of whoever's captures are part of ours, nothing may be told; but what was undone is part no more.
    if node.ledger.hasUndone { return }
    let drift = said.components(between: "\"drift\" : [", and: "]")
    for other in self.nodes where other !== node && drift.contains("\"\(other.slug)\"") {
      guard let theirs = try self.currentTip(of: other),
        let isPart = try? node.withStore({ try $0.contains(theirs, in: tip) }), isPart
      else { continue }
      self.fail("V3", node.name, "status tells of work of \(other.name) that is part of its own")
    }
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
    let check = try node.git(["fsck", "--full", "--no-dangling"])
    let missing = String(decoding: check.output + check.errors, as: UTF8.self)
      // git itself knows the empty tree without having it.
      .split(separator: "\n").filter { $0 != "missing tree \(Self.emptyTree)" }
    if !check.succeeded, !missing.isEmpty {
      self.fail("S10", node.name, "git fsck: \(missing[0])")
    }
    if let lock = self.lock(below: node.gitDir, .root) {
      self.fail("S10", node.name, "'\(lock.displayed)' was left behind")
    }
    let walk = try node.git(["rev-list", "--objects", "--all"])
    let reachable = Set(
      walk.output.split(separator: 10).compactMap { ObjectID(hex: $0.prefix { $0 != 32 }) })
    if let lost = node.ledger.blobs.subtracting(reachable).min() {
      self.fail("S9", node.name, "the captured content \(lost.short) is reachable no more")
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

  private func judgeExpectations() throws {
    for expectation in self.scenario.expectations {
      switch expectation {
      case .converged: break
      case .sometimes(let sentence):
        if Mark(rawValue: sentence).map({ self.marks.count($0) == 0 }) ?? true {
          self.fail("E1", "origin", "never met: \(sentence)")
        }
      case .file(let name, let path, let text):
        guard let node = self.nodes.first(where: { $0.name == name }) else { continue }
        let bytes = Files.read(node.work.appending(path))
        if bytes != text.map({ Array($0.utf8) }) {
          let found = bytes.map { String(decoding: $0, as: UTF8.self).debugDescription }
          self.fail("E2", name, "'\(path)' holds \(found ?? "nothing: it is not there")")
        }
      }
    }
  }
}

extension String {
  /// What stands after the first of one text and before the next of another; empty where there is none.
  fileprivate func components(between start: String, and end: String) -> String {
    guard let first = self.firstRange(of: start) else { return "" }
    let rest = self[first.upperBound...]
    return String(rest[..<(rest.firstRange(of: end)?.lowerBound ?? rest.startIndex)])
  }
}
