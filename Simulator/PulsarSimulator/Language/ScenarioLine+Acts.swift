extension ScenarioLine {
  /// The act of a line, up to its end.
  mutating func act(of actor: String, nodes: [String]) throws(ScenarioError) -> Act {
    let verb = try self.verb(of: actor)
    let form = "at SPAN \(verb.isOfRemote ? ScenarioParser.remote : "NODE") \(verb.form)"
    let act = try self.act(verb, nodes: nodes, form: form)
    try self.end(form: form)
    return act
  }

  private mutating func verb(of actor: String) throws(ScenarioError) -> ActVerb {
    let isRemote = actor == ScenarioParser.remote
    let word = try self.word("the act", form: "at SPAN ACTOR ACT")
    let known = ActVerb.allCases.filter { $0.isOfRemote == isRemote }
    guard let verb = ActVerb(rawValue: word) else {
      let names = known.map(\.rawValue)
      throw self.unknown(
        word, "the act of '\(actor)'", known: names,
        otherwise: "write one of \(names.joined(separator: ", "))")
    }
    guard verb.isOfRemote == isRemote else {
      throw self.error(
        "could not take the act '\(word)' of '\(actor)'",
        why: isRemote
          ? "it is an act of a node, and '\(actor)' is the remote"
          : "it is an act of '\(ScenarioParser.remote)', and '\(actor)' is a node",
        whatToDo: "write 'at SPAN \(isRemote ? "NODE" : ScenarioParser.remote) \(verb.form)'")
    }
    return verb
  }

  private mutating func act(
    _ verb: ActVerb, nodes: [String], form: String
  ) throws(ScenarioError) -> Act {
    switch verb {
    case .write:
      .write(path: try self.path(form: form), text: try self.word("the text", form: form))
    case .append:
      .append(path: try self.path(form: form), text: try self.word("the text", form: form))
    case .fill:
      .fill(
        path: try self.path(form: form),
        bytes: try self.number("the size", in: 0...Act.mostBytes, form: form),
        text: try self.word("the text", form: form))
    case .delete: .delete(path: try self.path(form: form))
    case .move: .move(from: try self.path(form: form), to: try self.path(form: form))
    case .link:
      .link(path: try self.path(form: form), target: try self.argument("a target", form: form))
    case .executable:
      .executable(
        path: try self.path(form: form),
        try self.choice("'on' or 'off'", of: ["on", "off"], form: form) == "on")
    case .git: .git(try self.arguments(form: form))
    case .pulsar: .pulsar(try self.arguments(form: form))
    case .daemon: .daemon(try self.daemonAct(form: form))
    case .suspend: .suspend(try self.duration(form: form))
    case .battery:
      .battery(percent: try self.number("the charge", in: 0...100, suffix: "%", form: form))
    case .mains: .mains
    case .load: .load(hundredths: try self.number("the load", in: 0...1_000_000, form: form))
    case .clock: .clockStep(try self.clockStep(form: form))
    case .disk: .disk(try self.diskFault(form: form), for: try self.duration(form: form))
    case .save:
      .save(
        path: try self.path(form: form), text: try self.word("the text", form: form),
        for: try self.duration(form: form))
    case .lock:
      .lock(try self.named("which lock", form: form), for: try self.duration(form: form))
    case .cut: .cut(try self.duration(form: form))
    case .on: try self.barrier(form: form)
    case .powerCut: .powerCut(try self.powerLoss(form: form))
    case .down: .down(try self.duration(form: form))
    case .refuse: .refuse(try self.duration(form: form))
    case .slow: .slow(by: try self.span(form: form), for: try self.duration(form: form))
    case .loseAnswers: .loseAnswers(try self.duration(form: form))
    case .gc: .collectGarbage
    case .deleteStreams: .deleteStreams(of: try self.node(nodes, form: form))
    case .rewindStream: .rewindStream(of: try self.node(nodes, form: form))
    case .pushOver: .pushOver(of: try self.node(nodes, form: form))
    case .recreate: .recreate
    }
  }

  /// Takes `for SPAN`.
  private mutating func duration(form: String) throws(ScenarioError) -> SimulatedTime {
    try self.keyword("for", form: form)
    return try self.span(form: form)
  }

  private mutating func diskFault(form: String) throws(ScenarioError) -> DiskFault {
    try self.named("what is wrong with the disk", form: form)
  }

  private mutating func powerLoss(form: String) throws(ScenarioError) -> PowerLoss {
    try self.named("what is lost", form: form)
  }

  /// Takes one of the words that a type has.
  private mutating func named<Name: RawRepresentable & CaseIterable>(
    _ meaning: String, form: String
  ) throws(ScenarioError) -> Name where Name.RawValue == String {
    let word = try self.word(meaning, form: form)
    guard let name = Name(rawValue: word) else {
      let names = Name.allCases.map(\.rawValue)
      throw self.unknown(
        word, meaning, known: names, otherwise: "write one of \(names.joined(separator: ", "))")
    }
    return name
  }

  private mutating func clockStep(form: String) throws(ScenarioError) -> SimulatedTime {
    let direction = try self.choice("'back' or 'forward'", of: ["back", "forward"], form: form)
    let span = try self.span(form: form)
    return direction == "back" ? SimulatedTime.zero - span : span
  }

  private mutating func daemonAct(form: String) throws(ScenarioError) -> DaemonAct {
    let word = try self.word("what the daemon does", form: form)
    guard let act = DaemonAct(rawValue: word) else {
      throw self.unknown(
        word, "what the daemon does", known: DaemonAct.allCases.map(\.rawValue),
        otherwise: "write '\(form)'")
    }
    return act
  }

  /// Takes a point, and what may happen there.
  private mutating func barrier(form: String) throws(ScenarioError) -> Act {
    let word = try self.word("the point", form: form)
    if let point = ScenarioPoint(rawValue: word) {
      return .on(point, try self.barrierAct(form: form))
    }
    if let point = try self.filePoint(word, form: form) {
      return .onFile(point, try self.fileAct(form: form))
    }
    let names = ScenarioPoint.allCases.map(\.rawValue) + FileEffect.allCases.map(\.form)
    // Whatever the number is.
    let likeness = word.firstIndex(of: "[").map { word[..<$0] + "[N]" }
    throw self.unknown(
      word, as: likeness.map { String($0) }, "the point", known: names,
      otherwise: "write one of \(names.joined(separator: ", "))")
  }

  /// The point that a word with a number in brackets says; nil for another word.
  private func filePoint(_ word: String, form: String) throws(ScenarioError) -> FilePoint? {
    for effect in FileEffect.allCases {
      let head = "\(effect.rawValue).fs["
      guard word.hasPrefix(head), word.hasSuffix("]") else { continue }
      let digits = word.dropFirst(head.count).dropLast()
      let limits = 1...FilePoint.mostOperations
      guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(digits),
        limits.contains(number)
      else {
        throw self.error(
          "could not read the number of the operation in \(Self.shown(word))",
          why: "it is a whole number from \(limits.lowerBound) to \(limits.upperBound)",
          whatToDo: "write it as \(head)1]")
      }
      return FilePoint(effect, number)
    }
    return nil
  }

  private mutating func fileAct(form: String) throws(ScenarioError) -> FileAct {
    let known = ["crash", "error", ActVerb.powerCut.rawValue]
    return switch try self.choice("what happens there", of: known, form: form) {
    case "crash": .crash
    case "error": .error(try self.named("the error", form: form))
    default: .powerCut(try self.powerLoss(form: form))
    }
  }

  private mutating func barrierAct(form: String) throws(ScenarioError) -> BarrierAct {
    let known = ["crash", "cut", "capture", "git"]
    return switch try self.choice("what happens there", of: known, form: form) {
    case "crash": .crash
    case "cut": .cut
    case "capture": .capture
    default: .git(try self.arguments(form: form))
    }
  }

  mutating func node(_ known: [String], form: String) throws(ScenarioError) -> String {
    let word = try self.word("a node", form: form)
    guard known.contains(word) else { throw self.unknownNode(word, known: known) }
    return word
  }

  func unknownNode(_ word: String, known: [String]) -> ScenarioError {
    self.unknown(
      word, "the node", known: known,
      otherwise: "name it in a 'nodes' line above")
  }
}
