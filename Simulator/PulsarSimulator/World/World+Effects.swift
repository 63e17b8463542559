internal import CSimulator
internal import PulsarCommands
internal import PulsarCore
internal import PulsarEngine
internal import PulsarGit
internal import PulsarSystem

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// An effect, its yield points, and its end in the middle.
extension World {
  /// Performs an effect of the daemon's; nil when the daemon died in it.
  ///
  /// - Parameters:
  ///   - verb: what it is, the first part of its points.
  ///   - node: whose.
  ///   - body: the effect.
  ///   - bytes: what it came to, for another process; not empty.
  ///   - reading: the reverse.
  /// - Returns: what it came to.
  func effect<Value>(
    _ verb: String, on node: SimulatedNode, of body: @autoclosure () -> Value,
    as bytes: (Value) -> [UInt8], reading: ([UInt8]) -> Value
  ) -> Value? {
    node.effect = verb
    node.deathPlace = nil
    defer { node.effect = nil }
    let dies =
      node.barriers.contains { $0.act == .crash && $0.point.hasPrefix("\(verb).") }
      || node.fileBarriers.contains { $0.act.isDeath && $0.point.effect.rawValue == verb }
    var value: Value?
    self.watched(verb, on: node) {
      guard dies else {
        value = body()
        return
      }
      value = self.forked {
        let end = bytes(body())
        self.unlimited { self.judgeSinceDeed(verb, node) }
        return end
      }.map(reading)
      self.unlimited {
        self.hearOfDeeds(amid: node, survived: value != nil)
        if value == nil { self.plantInDeath(of: node) }
      }
    }
    if value == nil {
      self.kill(node.number, "at \(self.placeOfDeath(verb, node))")
      node.leftLitter = node.hasLitter
      self.judgeAfterPowerCut(node)
    }
    return value
  }

  /// Does something in a process that may die in it.
  ///
  /// - Returns: what it came to; nil when the process died.
  func forked(_ body: () -> [UInt8]) -> [UInt8]? {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return nil }
    let child = csimulator_fork()
    if child == 0 {
      self.isDoomed = true
      var rest = body()[...]
      while !rest.isEmpty {
        let count = rest.withUnsafeBytes { write(ends[1], $0.baseAddress, $0.count) }
        if count <= 0 { _exit(1) }
        rest = rest.dropFirst(count)
      }
      _exit(0)
    }
    close(ends[1])
    defer { close(ends[0]) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = read(ends[0], &buffer, buffer.count)
      if count > 0 { bytes += buffer[..<count] }
      if count == 0 || (count < 0 && errno != EINTR) { break }
    }
    var ending: Int32 = 0
    while waitpid(child, &ending, 0) < 0 && errno == EINTR {}
    return ending == 0 && !bytes.isEmpty ? bytes : nil
  }

  /// The point at which the daemon died, which is taken away.
  private func placeOfDeath(_ verb: String, _ node: SimulatedNode) -> String {
    if let place = node.deathPlace { return place }
    let index = node.barriers.firstIndex { $0.act == .crash && $0.point.hasPrefix("\(verb).") }
    return index.map { node.barriers.remove(at: $0).point } ?? verb
  }

  /// The exit status of a process that died at a point.
  private static let deathStatus: UInt8 = 137

  /// Between two effects of a machine.
  func yielded(_ point: YieldPoint, on number: Int) {
    let node = self.nodes[number]
    guard let verb = node.effect else { return }
    let name = "\(verb).\(Self.name(of: point))"
    if self.isDoomed {
      if verb == "capture" { self.unlimited { self.personActs(at: name, amid: verb, of: node) } }
      if node.barriers.contains(where: { $0.act == .crash && $0.point == name }) {
        self.unlimited { self.judgeSinceDeed(verb, node) }
        _exit(Int32(Self.deathStatus))
      }
      return
    }
    guard let index = node.barriers.firstIndex(where: { $0.act != .crash && $0.point == name })
    else { return }
    let act = node.barriers.remove(at: index).act
    self.unlimited { self.meddle(with: node, by: act, amid: verb, at: name) }
  }

  /// What a person does at a point of a process that is to die, which writes down what it came to.
  ///
  /// What they add or stash waits for the next effect: the world is to know of it at once.
  private func personActs(at name: String, amid verb: String, of node: SimulatedNode) {
    guard let words = Self.takeCommand(at: name, of: node) else { return }
    self.judgeInDeath(verb, node)
    guard let result = try? self.personRuns(words, on: node) else { return }
    self.writeDown(.git, "\(name) \(Self.words(words, result, of: node))", node)
    node.baseline = Baseline(node)
  }

  /// Judges what a process that is to die did since a person acted: nobody can tell afterwards.
  private func judgeSinceDeed(_ verb: String, _ node: SimulatedNode) {
    if Files.status(node.deeds) != nil { self.judgeInDeath(verb, node) }
  }

  private func judgeInDeath(_ verb: String, _ node: SimulatedNode) {
    if self.failure != nil { return }
    self.judge(verb, node)
    if let failure { self.writeDown(.broken, "\(failure.invariant) \(failure.sentence)", node) }
  }

  /// Writes a line for the world to read once the process is dead: what it is, a word of it, the rest.
  private func writeDown(_ kind: TraceRecord.Kind, _ text: String, _ node: SimulatedNode) {
    try? Files.write(Array("\(kind.rawValue) \(text)\n".utf8), to: node.deeds, adding: true)
  }

  private static func takeCommand(at name: String, of node: SimulatedNode) -> [String]? {
    for (index, barrier) in node.barriers.enumerated() where barrier.point == name {
      guard case .git(let words) = barrier.act, !self.isAdopting(words) else { continue }
      node.barriers.remove(at: index)
      return words
    }
    return nil
  }

  /// Tells of what a process that was to die wrote down.
  private func hearOfDeeds(amid node: SimulatedNode, survived: Bool) {
    guard let deeds = Files.read(node.deeds) else { return }
    Files.remove(node.deeds)
    for line in String(decoding: deeds, as: UTF8.self).split(separator: "\n") {
      let words = line.split(separator: " ", maxSplits: 2).map(String.init)
      guard words.count == 3 else { continue }
      if words[0] == TraceRecord.Kind.broken.rawValue {
        self.fail(words[1], node.name, words[2])
      } else {
        _ = Self.takeCommand(at: words[1], of: node)
        self.record(node.name, .git, "\(words[2]) \(TraceWords.beside) \(words[1])")
      }
    }
    self.noteActs(of: node, isGit: true)
    node.baseline = Baseline(node)
    node.isMeddledWith = survived
  }

  private func meddle(
    with node: SimulatedNode, by act: BarrierAct, amid verb: String, at name: String
  ) {
    self.judge(verb, node)
    if verb == "push" { self.judgeRemote(node.remoteBefore, self.remoteRefs(), by: node) }
    switch act {
    case .crash: break
    case .cut: self.begin(.cut(node: node.number), for: .minutes(1))
    case .capture: return self.captureBeside(node, at: name)
    case .git(let words):
      if let result = try? self.personRuns(words, on: node) {
        self.record(
          node.name, .git, "\(Self.words(words, result, of: node)) \(TraceWords.beside) \(name)")
      }
    }
    self.noteActs(of: node, isGit: true)
    node.baseline = Baseline(node)
    if verb == "push" {
      node.remoteBefore = self.remoteRefs()
    }
    node.isMeddledWith = true
  }

  /// `afterRefDurable` is called `after-ref-durable`.
  static func name(of point: YieldPoint) -> String {
    point.rawValue.reduce(into: "") { name, letter in
      if letter.isUppercase { name += "-" }
      name += letter.lowercased()
    }
  }
}
