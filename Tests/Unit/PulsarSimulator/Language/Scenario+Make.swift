@testable import PulsarSimulator

/// Choices that are the same in every run.
struct FixedChoices {
  private var state: UInt64

  init(_ seed: UInt64) { self.state = seed }

  mutating func below(_ limit: Int) -> Int {
    self.state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = self.state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return Int((mixed ^ (mixed >> 31)) >> 1) % limit
  }

  mutating func one<Value>(of values: [Value]) -> Value { values[self.below(values.count)] }
}

extension Scenario {
  private static let texts = [
    "", "one\n", "a b", "\"quoted\"", "back\\slash", "\ttab", "# no comment", "\r\n", "\u{0}\u{7f}",
    "ü", "e\u{301}", "\u{301}", "👩‍👩‍👧", "$(words) 'of' a; shell", "\u{feff}\u{2028}",
  ]
  private static let paths = [
    "a", "A", "a/b", ".gitignore", "folder with blanks/ü", "-n", "#", "\"", "...", "\u{1}",
  ]
  private static let words = ["commit", "-m", "", "two words", "HEAD~3", "a#b", "\\", "\n", ","]

  /// A scenario with every kind of event, and values that are hard to write.
  static func random(_ seed: UInt64) -> Scenario {
    var choices = FixedChoices(seed)
    var scenario = Scenario()
    scenario.title = choices.one(of: Self.texts + ["plain words", " blanks  in  it "])
    scenario.seed = choices.one(of: [0, 1, 0x7f3a_9c01, .max])
    scenario.nodes = Array(["desk", "Desk", "laptop-2.home"].prefix(1 + choices.below(3)))
    scenario.policy.capture = Self.span(&choices)
    scenario.policy.push = Self.span(&choices)
    scenario.quiet = Self.span(&choices)
    for _ in 0..<choices.below(4) {
      let kind = choices.one(of: TraitKind.allCases)
      let actor = kind.isOfRemote ? "origin" : choices.one(of: scenario.nodes)
      scenario.traits.append(ScenarioTrait(actor, kind, Self.words(of: kind, &choices)))
    }
    for _ in 0..<choices.below(30) {
      let verb = choices.one(of: ActVerb.allCases)
      let actor = verb.isOfRemote ? "origin" : choices.one(of: scenario.nodes)
      let act = Self.act(verb, nodes: scenario.nodes, &choices)
      scenario.events.append(ScenarioEvent(at: Self.span(&choices), actor: actor, act: act))
    }
    scenario.events = scenario.events.enumerated()
      .sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }.map(\.element)
    for _ in 0..<choices.below(4) {
      let node = choices.one(of: scenario.nodes)
      let text = choices.one(of: Self.texts)
      scenario.expectations.append(
        choices.one(of: [
          .converged(within: Self.span(&choices)), .sometimes(text),
          .file(node: node, path: choices.one(of: Self.paths), text: text),
          .file(node: node, path: choices.one(of: Self.paths), text: nil),
        ]))
    }
    return scenario
  }

  static func words(of kind: TraitKind, _ choices: inout FixedChoices) -> [String] {
    let name = kind.names.isEmpty ? [] : [choices.one(of: kind.names)]
    return name
      + kind.rest.map { meaning in
        switch meaning {
        case "PATH", "FOLDER": choices.one(of: Self.paths)
        case "BYTES": choices.one(of: ["1", "1000000"])
        default: choices.one(of: ["b", "*.sh", "two words", "#", "\\"])
        }
      }
  }

  private static func span(_ choices: inout FixedChoices) -> SimulatedTime {
    choices.one(of: [
      .zero, SimulatedTime(milliseconds: 1), SimulatedTime(milliseconds: 999), .seconds(59),
      .minutes(90), .hours(24), .hours(51), .longest,
      SimulatedTime(milliseconds: Int64(choices.below(1_000_000_000))),
    ])
  }

  static func act(_ verb: ActVerb, nodes: [String], _ choices: inout FixedChoices) -> Act {
    let path = choices.one(of: Self.paths)
    let text = choices.one(of: Self.texts)
    let span = Self.span(&choices)
    let words = (0...choices.below(4)).map { _ in choices.one(of: Self.words) }
    let isOn = choices.below(2) == 0
    switch verb {
    case .write: return .write(path: path, text: text)
    case .append: return .append(path: path, text: text)
    case .fill:
      let bytes = choices.one(of: [0, 1, 1_048_577, Act.mostBytes])
      return .fill(path: path, bytes: bytes, text: text)
    case .delete: return .delete(path: path)
    case .move: return .move(from: path, to: choices.one(of: Self.paths))
    case .link: return .link(path: path, target: choices.one(of: Self.words))
    case .executable: return .executable(path: path, isOn)
    case .git: return .git(words)
    case .pulsar: return .pulsar(words)
    case .daemon: return .daemon(choices.one(of: DaemonAct.allCases))
    case .suspend: return .suspend(span)
    case .battery: return .battery(percent: choices.below(101))
    case .mains: return .mains
    case .load: return .load(hundredths: choices.below(1000))
    case .clock: return .clockStep(isOn ? span : .zero - span)
    case .disk: return .disk(choices.one(of: DiskFault.allCases), for: span)
    case .cut: return .cut(span)
    case .save: return .save(path: path, text: text, for: span)
    case .lock: return .lock(choices.one(of: HeldLock.allCases), for: span)
    case .on where isOn:
      let number = choices.one(of: [1, 17, FilePoint.mostOperations])
      return .onFile(
        FilePoint(choices.one(of: FileEffect.allCases), number),
        choices.one(
          of: [.crash] + FileError.allCases.map(FileAct.error)
            + PowerLoss.allCases.map(FileAct.powerCut)))
    case .on:
      let point = choices.one(of: ScenarioPoint.allCases)
      return .on(point, choices.one(of: [.crash, .cut, .capture, .git(words)]))
    case .powerCut: return .powerCut(choices.one(of: PowerLoss.allCases))
    case .down: return .down(span)
    case .refuse: return .refuse(span)
    case .slow: return .slow(by: span, for: Self.span(&choices))
    case .loseAnswers: return .loseAnswers(span)
    case .gc: return .collectGarbage
    case .deleteStreams: return .deleteStreams(of: choices.one(of: nodes))
    case .rewindStream: return .rewindStream(of: choices.one(of: nodes))
    case .pushOver: return .pushOver(of: choices.one(of: nodes))
    case .recreate: return .recreate
    }
  }
}
