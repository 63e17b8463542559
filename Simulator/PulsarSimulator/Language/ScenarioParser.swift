/// Reads a scenario line by line.
struct ScenarioParser {
  /// The first words of lines, besides `scn`.
  private static let kinds = [
    "title", "seed", "nodes", "remote", "policy", "trait", "at", "quiet", "expect",
  ]
  /// The remote, as an actor.
  static let remote = "origin"

  private(set) var scenario = Scenario()
  private var hasBegun = false
  /// Lines that may stand once, and where they stand.
  private var once: [(kind: String, line: Int)] = []

  init(text: String) throws(ScenarioError) {
    let lines = Array(text.utf8).split(
      separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (index, bytes) in lines.enumerated() {
      let words: [String]
      do {
        words = try ScenarioWord.words(ofLine: bytes)
      } catch {
        throw ScenarioError(
          line: index + 1, "could not cut the line into words", why: error.why,
          whatToDo: error.whatToDo)
      }
      guard !words.isEmpty else { continue }
      var line = ScenarioLine(number: index + 1, words: words)
      try self.take(&line)
    }
    guard self.hasBegun else {
      throw ScenarioError(
        line: 1, "could not find 'scn 1'", why: "the text has no lines but blank ones",
        whatToDo: "begin it with 'scn 1'")
    }
    let ordered = self.scenario.events.enumerated().sorted {
      ($0.element.at, $0.offset) < ($1.element.at, $1.offset)
    }
    self.scenario.events = ordered.map(\.element)
  }

  private mutating func take(_ line: inout ScenarioLine) throws(ScenarioError) {
    guard self.hasBegun else { return try self.takeBeginning(&line) }
    let kind = try line.word("the kind of line", form: "at SPAN ACTOR ACT")
    switch kind {
    case "title": try self.takeTitle(&line)
    case "seed": try self.takeSeed(&line)
    case "nodes": try self.takeNodes(&line)
    case "remote": try self.takeRemote(&line)
    case "policy": try self.takePolicy(&line)
    case "trait": try self.takeTrait(&line)
    case "at": try self.takeEvent(&line)
    case "quiet": try self.takeQuiet(&line)
    case "expect": try self.takeExpectation(&line)
    case "scn":
      throw line.error(
        "could not take a second 'scn'", why: "a text is one scenario",
        whatToDo: "put the other scenario into a file of its own")
    default:
      throw line.unknown(
        kind, "the kind of line", known: Self.kinds,
        otherwise: "begin it with one of \(Self.kinds.joined(separator: ", ")), or with #")
    }
  }

  private mutating func takeBeginning(_ line: inout ScenarioLine) throws(ScenarioError) {
    let form = "scn 1"
    try line.keyword("scn", form: form)
    let version = try line.word("the version", form: form)
    guard version == "1" else {
      throw line.error(
        "could not read version \(ScenarioLine.shown(version))", why: "only version 1 is known",
        whatToDo: "write '\(form)'")
    }
    try line.end(form: form)
    self.hasBegun = true
  }

  private mutating func markOnce(_ kind: String, _ line: ScenarioLine) throws(ScenarioError) {
    if let first = self.once.first(where: { $0.kind == kind }) {
      throw line.error(
        "could not take a second '\(kind)'", why: "line \(first.line) says it already",
        whatToDo: "keep one of the two")
    }
    self.once.append((kind, line.number))
  }

  private mutating func takeTitle(_ line: inout ScenarioLine) throws(ScenarioError) {
    try self.markOnce("title", line)
    var words = [try line.word("the title", form: "title WORD…")]
    while !line.isAtEnd { words.append(try line.word("the title", form: "title WORD…")) }
    self.scenario.title = words.joined(separator: " ")
  }

  private mutating func takeSeed(_ line: inout ScenarioLine) throws(ScenarioError) {
    try self.markOnce("seed", line)
    let word = try line.word("the seed", form: "seed HEX")
    guard word.utf8.first != UInt8(ascii: "+"), let seed = UInt64(word, radix: 16) else {
      throw line.error(
        "could not read the seed \(ScenarioLine.shown(word))",
        why: "a seed is 1 to 16 hexadecimal digits", whatToDo: "write it as 'seed 7f3a9c01'")
    }
    try line.end(form: "seed HEX")
    self.scenario.seed = seed
  }

  private mutating func takeNodes(_ line: inout ScenarioLine) throws(ScenarioError) {
    let form = "nodes NAME, NAME"
    try self.markOnce("nodes", line)
    var text = try line.word("a node", form: form)
    while !line.isAtEnd { text += " " + (try line.word("a node", form: form)) }
    for part in text.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
      let blank = UInt8(ascii: " ")
      let bytes = part.drop { $0 == blank }.reversed().drop { $0 == blank }.reversed()
      let name = String(decoding: Array(bytes), as: UTF8.self)
      guard Self.isNodeName(name) else {
        throw line.error(
          "could not take the node \(ScenarioLine.shown(name))",
          why: "a name is letters, digits, '-', '_' and '.', begins with a letter or digit, and is "
            + "not '\(Self.remote)'",
          whatToDo: "write '\(form)'")
      }
      guard !self.scenario.nodes.contains(name) else {
        throw line.error(
          "could not take the node '\(name)' twice", why: "nodes are told apart by their names",
          whatToDo: "leave one out")
      }
      self.scenario.nodes.append(name)
    }
  }

  /// Whether a machine may be called that: it is a host name, a folder and a word.
  static func isNodeName(_ name: String) -> Bool {
    let isLetterOrDigit = { (byte: UInt8) in
      (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
    }
    return name != Self.remote && name.utf8.count <= 60
      && (name.utf8.first.map(isLetterOrDigit) ?? false)
      && name.utf8.allSatisfy { isLetterOrDigit($0) || "-_.".utf8.contains($0) }
  }

  private mutating func takeRemote(_ line: inout ScenarioLine) throws(ScenarioError) {
    let form = "remote \(Self.remote) bare"
    try self.markOnce("remote", line)
    try line.keyword(Self.remote, form: form)
    try line.keyword("bare", form: form)
    try line.end(form: form)
  }

  private mutating func takePolicy(_ line: inout ScenarioLine) throws(ScenarioError) {
    let form = "policy capture SPAN push SPAN"
    try self.markOnce("policy", line)
    var left = ["capture", "push"]
    repeat {
      let setting = try line.choice("a setting", of: left, form: form)
      left.removeAll { $0 == setting }
      let span = try line.span(form: form)
      if setting == "capture" {
        self.scenario.policy.capture = span
      } else {
        self.scenario.policy.push = span
      }
    } while !line.isAtEnd && !left.isEmpty
    try line.end(form: form)
  }

  private mutating func takeTrait(_ line: inout ScenarioLine) throws(ScenarioError) {
    let nodes = self.scenario.nodes
    self.scenario.traits.append(try line.trait(nodes: nodes))
  }

  private mutating func takeQuiet(_ line: inout ScenarioLine) throws(ScenarioError) {
    try self.markOnce("quiet", line)
    self.scenario.quiet = try line.span(form: "quiet SPAN")
    try line.end(form: "quiet SPAN")
  }

  private mutating func takeEvent(_ line: inout ScenarioLine) throws(ScenarioError) {
    let form = "at SPAN ACTOR ACT"
    let at = try line.span(form: form)
    let actor = try line.word("the actor", form: form)
    guard actor == Self.remote || self.scenario.nodes.contains(actor) else {
      throw line.unknownNode(actor, known: self.scenario.nodes + [Self.remote])
    }
    let act = try line.act(of: actor, nodes: self.scenario.nodes)
    self.scenario.events.append(ScenarioEvent(at: at, actor: actor, act: act))
  }

  private mutating func takeExpectation(_ line: inout ScenarioLine) throws(ScenarioError) {
    let nodes = self.scenario.nodes
    self.scenario.expectations.append(try line.expectation(nodes: nodes))
  }
}
