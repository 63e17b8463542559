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
    case .disk: .diskFull(try self.diskFull(form: form))
    case .cut: .cut(try self.duration(form: form))
    case .on: .on(try self.point(form: form), try self.barrierAct(form: form))
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

  private mutating func diskFull(form: String) throws(ScenarioError) -> SimulatedTime {
    try self.keyword("full", form: form)
    return try self.duration(form: form)
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

  private mutating func point(form: String) throws(ScenarioError) -> ScenarioPoint {
    let word = try self.word("the point", form: form)
    guard let point = ScenarioPoint(rawValue: word) else {
      let names = ScenarioPoint.allCases.map(\.rawValue)
      throw self.unknown(
        word, "the point", known: names,
        otherwise: "write one of \(names.joined(separator: ", "))")
    }
    return point
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
