internal import PulsarCommands
internal import PulsarCore
internal import PulsarEngine
internal import PulsarGit

extension World {
  /// What an event says; one that makes no sense now is recorded as skipped.
  func perform(_ event: ScenarioEvent) throws {
    guard let node = self.nodes.first(where: { $0.name == event.actor }) else {
      return try self.performOnRemote(event.act)
    }
    if node.asleepUntil != nil {
      switch event.act {
      case .battery, .mains, .clockStep, .cut, .disk: break
      default: return self.record(node.name, .skipped, "asleep")
      }
    }
    switch event.act {
    case .write, .append, .fill, .delete, .move, .link, .executable:
      let touched = self.edit(event.act, on: node)
      self.noteActs(of: node, touched: touched)
      self.observe(node, edited: touched)
    case .save(let path, let text, let span): self.save(path, text, for: span, on: node)
    case .git(let words): try self.runGit(words, on: node)
    case .pulsar(let words):
      // It waits for the lock as long as it takes.
      if let until = self.lockEnd(of: node) { return self.queue.add(.act(event), at: until) }
      self.runVerb(words, on: node)
    case .lock(let lock, let span): self.hold(lock, for: span, on: node)
    case .daemon(.start): try self.startDaemon(node.number)
    case .daemon(.stop): self.stop(node.number)
    case .daemon(.kill): self.kill(node.number, TraceWords.kill)
    case .suspend(let span): self.suspend(node.number, for: span)
    case .battery(let percent):
      self.takePower(.battery(percent: percent), of: node)
      self.record(node.name, .power, "\(TraceWords.battery) \(percent)")
      self.feed(node.number) { $0.handle(.powerRead(.battery(percent: percent))) }
    case .mains:
      self.takePower(.mains, of: node)
      self.record(node.name, .power, TraceWords.mains)
      self.feed(node.number) { $0.handle(.powerRead(.mains)) }
    case .load(let hundredths):
      self.takeLoad(hundredths, of: node)
      self.record(node.name, .power, "load \(hundredths)")
    case .clockStep(let span):
      node.clock.step(by: span)
      node.waits.hasSetClock = true
      let way = span < .zero ? TraceWords.back : TraceWords.forward
      self.record(node.name, .clock, "\(way) \(abs(span.milliseconds) / 1000) s")
      self.feed(node.number) { $0.handle(.wallClockStepped) }
    case .disk(let fault, let span): self.begin(.disk(fault, node: node.number), for: span)
    case .cut(let span): self.begin(.cut(node: node.number), for: span)
    case .on(let point, let act): node.barriers.append((point.rawValue, act))
    case .onFile(let point, let act):
      node.fileBarriers.append(FileBarrier(point: point, act: act))
    case .powerCut(let loss): self.cutPower(of: node, loss)
    case .down, .refuse, .slow, .loseAnswers, .collectGarbage, .deleteStreams, .rewindStream,
      .pushOver, .recreate:
      self.record(node.name, .skipped, "an act of the remote")
    }
  }

  // MARK: files

  /// - Returns: what was touched; nothing when there was nothing to do it to.
  private func edit(_ act: Act, on node: SimulatedNode) -> Set<GitPath> {
    do throws(WorldError) {
      switch act {
      case .write(let path, let text): try self.put(text, at: path, of: node, adding: false)
      case .append(let path, let text): try self.put(text, at: path, of: node, adding: true)
      case .fill(let path, let bytes, let text):
        try self.put(text, at: path, of: node, adding: false, filling: bytes)
      case .delete(let path):
        let path = node.work.appending(path)
        guard Files.status(path) != nil else { throw WorldError("there is no such file") }
        Files.remove(path)
      case .move(let from, let to):
        let target = node.work.appending(to)
        if Files.isFolder(target) { throw WorldError("a folder is in the way") }
        try Files.make(folder: target.parent)
        try Files.move(node.work.appending(from), to: target)
      case _ where node.cannot(act):
        throw WorldError("there is no such thing on this disk")
      case .link(let path, let target):
        let path = node.work.appending(path)
        try Files.make(folder: path.parent)
        Files.remove(path)
        try Files.link(path, to: GitPath(target))
      case .executable(let path, let isOn):
        try Files.setMode(node.work.appending(path), isOn ? 0o755 : 0o644)
      default: preconditionFailure("not an edit")
      }
      self.record(node.name, .edit, Self.words(act))
      return Self.touched(act)
    } catch {
      self.record(node.name, .skipped, Self.words(act))
      return []
    }
  }

  private static func touched(_ act: Act) -> Set<GitPath> {
    switch act {
    case .write(let path, _), .append(let path, _), .fill(let path, _, _), .delete(let path),
      .link(let path, _), .executable(let path, _):
      [GitPath(path)]
    case .move(let from, let to): [GitPath(from), GitPath(to)]
    default: []
    }
  }

  func put(
    _ text: String, at path: String, of node: SimulatedNode, adding: Bool, filling: Int? = nil
  ) throws(WorldError) {
    let bytes = self.bytes(of: text, in: path, adding: adding)
    let path = node.work.appending(path)
    if Files.isFolder(path) { throw WorldError("a folder is in the way") }
    try Files.make(folder: path.parent)
    // An editor puts a new file in the place of a link.
    if Files.status(path).map({ !$0.isFile }) ?? false { Files.remove(path) }
    guard let filling, !bytes.isEmpty else {
      return try Files.write(bytes, to: path, adding: adding)
    }
    let all = (0..<(filling + bytes.count - 1) / bytes.count).flatMap { _ in bytes }
    try Files.write(Array(all.prefix(filling)), to: path)
  }

  /// A text as an editor saves it there.
  private func bytes(of text: String, in path: String, adding: Bool) -> [UInt8] {
    let isEncoded = self.traits(of: Universe.remote).contains {
      $0.kind == .filter && $0.words == ["encoding", path]
    }
    if !isEncoded { return Array(text.utf8) }
    let mark: [UInt16] = adding ? [] : [0xFEFF]
    return (mark + Array(text.utf16)).flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
  }

  static func words(_ act: Act) -> String {
    switch act {
    case .write(let path, let text): "write \(path) \(text.debugDescription)"
    case .append(let path, let text): "append \(path) \(text.debugDescription)"
    case .fill(let path, let bytes, let text): "fill \(path) \(bytes) \(text.debugDescription)"
    case .delete(let path): "delete \(path)"
    case .move(let from, let to): "move \(from) \(to)"
    case .link(let path, let target): "link \(path) \(target)"
    case .executable(let path, let isOn): "executable \(path) \(isOn ? "on" : "off")"
    default: "\(act)"
    }
  }

  // MARK: programs

  private func runGit(_ words: [String], on node: SimulatedNode) throws {
    let result = try self.personRuns(words, on: node)
    self.record(node.name, .git, Self.words(words, result, of: node))
    self.noteActs(of: node, isGit: true)
    self.observe(node)
  }

  /// Runs git as the machine's person does.
  ///
  /// What they add to git, or stash, is theirs from then on, wherever it goes: also what a verb that
  /// died had left beside it.
  func personRuns(_ words: [String], on node: SimulatedNode) throws -> ChildProcess.Result {
    if Self.isAdopting(words) {
      self.adopted.formUnion(Self.halfRestored(of: node))
    }
    let branch = node.branchOfHead
    defer { self.noteLineage(words, of: node, from: branch) }
    return try node.git(words)
  }

  /// Whether a command of theirs makes what lies there their own.
  static func isAdopting(_ words: [String]) -> Bool {
    words.first == "add" || words.first == "stash"
  }

  /// What was run, and what it came to.
  static func words(
    _ words: [String], _ result: ChildProcess.Result, of node: SimulatedNode
  ) -> String {
    let isStopped = !result.succeeded && node.repository?.isBusy == true
    let ending = isStopped ? TraceWords.stopped : result.succeeded ? "done" : "failed"
    return "\(words.joined(separator: " ")) \(ending)"
  }

  // MARK: the remote and its faults

  private func performOnRemote(_ act: Act) throws {
    switch act {
    case .down(let span): self.begin(.down, for: span)
    case .refuse(let span): self.begin(.refuses, for: span)
    case .loseAnswers(let span): self.begin(.losesAnswers, for: span)
    case .slow(let by, let span): self.begin(.slow(by: by), for: span)
    case .collectGarbage:
      try self.remote.collectGarbage()
      self.record("origin", .remoteMoved, TraceWords.collected)
    case .deleteStreams(let name):
      try self.meddle(with: name, "\(TraceWords.deleted) \(name)", self.remote.deleteStreams)
    case .rewindStream(let name):
      try self.meddle(with: name, "\(TraceWords.rewound) \(name)", self.remote.rewindStreams)
    case .pushOver(let name): try self.pushOver(name)
    case .recreate:
      try self.remote.recreate()
      for node in self.nodes { self.forgetPushed(of: node) }
      self.record("origin", .remoteMoved, TraceWords.recreated)
    default: self.record("origin", .skipped, "an act of a machine")
    }
  }

  private func meddle(
    with name: String, _ words: String, _ act: (String) throws -> Void
  ) throws {
    guard let node = self.nodes.first(where: { $0.name == name }) else {
      return self.record("origin", .skipped, "there is no \(name)")
    }
    try act(node.slug)
    self.forgetPushed(of: node)
    self.record("origin", .remoteMoved, words)
  }

  /// Somebody took off the remote what was confirmed until then.
  private func forgetPushed(of node: SimulatedNode) {
    self.noteConfirmed(of: node)
    node.ledger.pushed = [:]
  }

  func begin(_ kind: FaultBoard.Kind, for span: SimulatedTime) {
    let number = self.faults.begin(kind)
    self.record(self.actor(kind), .faultBegan, kind.words)
    self.setFaults()
    self.queue.add(.faultEnds(number: number), at: self.now + span)
  }

  func endFault(_ number: Int) throws {
    guard let kind = self.faults.end(number) else { return }
    self.record(self.actor(kind), .faultEnded, kind.words)
    self.setFaults()
  }

  private func actor(_ kind: FaultBoard.Kind) -> String {
    switch kind {
    case .cut(let number), .disk(_, let number), .lock(_, let number): self.nodes[number].name
    case .down, .refuses, .losesAnswers, .slow: "origin"
    }
  }

  /// Makes the world as the faults that hold have it.
  private func setFaults() {
    let isDown = self.faults.isActive { $0 == .down }
    for node in self.nodes {
      let isCut = isDown || self.faults.isActive { $0 == .cut(node: node.number) }
      let isThere = Files.status(node.wire) != nil
      if isCut && isThere { Files.remove(node.wire) }
      if !isCut && !isThere { try? Files.link(node.wire, to: self.remote.path) }
      self.setLocks(of: node)
    }
    try? self.remote.setRefusing(self.faults.isActive { $0 == .refuses })
    try? self.remote.setLosingAnswers(self.faults.isActive { $0 == .losesAnswers })
  }
}

extension FaultBoard.Kind {
  /// What it is called in the language of scenarios, and how strong it is.
  var words: String {
    switch self {
    case .slow(let by): "\(self.name) \(by.milliseconds) ms"
    default: self.name
    }
  }
}
