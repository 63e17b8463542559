/// Scenarios as files have them: one event a line.
///
/// A text that was printed reads as the scenario it was printed from, if that one could have been
/// read: events by time, spans from zero to a hundred years, nodes that are named, paths that stay in
/// the clone.
extension Scenario {
  /// Reads a scenario.
  ///
  /// Never stops the process, whatever the text.
  ///
  /// - Throws: `ScenarioError` for the first line that could not be read.
  package init(text: String) throws(ScenarioError) {
    self = try ScenarioParser(text: text).scenario
  }

  /// Every line ends with a line break; what is not said by a line is what a `Scenario()` has.
  package var text: String {
    var lines = ["scn 1"]
    if !self.title.isEmpty { lines.append("title \(self.writtenTitle)") }
    lines.append("seed \(String(self.seed, radix: 16))")
    if !self.nodes.isEmpty { lines.append("nodes \(self.nodes.joined(separator: ", "))") }
    lines.append("policy capture \(self.policy.capture.span) push \(self.policy.push.span)")
    lines += self.traits.map(\.text)
    lines.append("")
    lines += self.events.map(\.text)
    lines.append("quiet \(self.quiet.span)")
    lines += self.expectations.map(\.text)
    return lines.joined(separator: "\n") + "\n"
  }

  /// In quotes only where reading would change it.
  private var writtenTitle: String {
    let words = self.title.utf8.split(
      separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
    let isPlain = words.allSatisfy {
      ScenarioWord.isPlain(String(decoding: Array($0), as: UTF8.self))
    }
    return isPlain ? self.title : ScenarioWord.quoted(self.title)
  }
}

extension ScenarioEvent {
  /// The line, without its end.
  package var text: String { "at \(self.at.span) \(self.actor) \(self.act.text)" }
}

extension Act {
  /// The words behind the actor.
  package var text: String {
    let rest =
      switch self {
      case .write(let path, let text), .append(let path, let text):
        "\(ScenarioWord.written(path)) \(ScenarioWord.quoted(text))"
      case .fill(let path, let bytes, let text):
        "\(ScenarioWord.written(path)) \(bytes) \(ScenarioWord.quoted(text))"
      case .save(let path, let text, let span):
        "\(ScenarioWord.written(path)) \(ScenarioWord.quoted(text)) for \(span.span)"
      case .lock(let lock, let span): "\(lock.rawValue) for \(span.span)"
      case .delete(let path): ScenarioWord.written(path)
      case .move(let from, let to): Self.written([from, to])
      case .link(let path, let target): Self.written([path, target])
      case .executable(let path, let isOn): Self.written([path, isOn ? "on" : "off"])
      case .git(let words), .pulsar(let words): Self.written(words)
      case .daemon(let act): act.rawValue
      case .battery(let percent): "\(percent)%"
      case .load(let hundredths): "\(hundredths)"
      case .clockStep(let step):
        step < .zero ? "back \((SimulatedTime.zero - step).span)" : "forward \(step.span)"
      case .disk(let fault, let span): "\(fault.rawValue) for \(span.span)"
      case .suspend(let span), .cut(let span), .down(let span), .refuse(let span),
        .loseAnswers(let span):
        "for \(span.span)"
      case .slow(let by, let span): "\(by.span) for \(span.span)"
      case .on(let point, let act): "\(point.rawValue) \(act.text)"
      case .onFile(let point, let act): "\(point.text) \(act.text)"
      case .powerCut(let loss): loss.rawValue
      case .deleteStreams(let node), .rewindStream(let node), .pushOver(let node): node
      case .mains, .collectGarbage, .recreate: ""
      }
    return rest.isEmpty ? self.verb.rawValue : "\(self.verb.rawValue) \(rest)"
  }

  static func written(_ words: [String]) -> String {
    words.map(ScenarioWord.written).joined(separator: " ")
  }
}

extension BarrierAct {
  var text: String {
    switch self {
    case .crash: "crash"
    case .cut: "cut"
    case .capture: "capture"
    case .git(let words): "git \(Act.written(words))"
    }
  }
}

extension FileAct {
  var text: String {
    switch self {
    case .crash: "crash"
    case .error(let error): "error \(error.rawValue)"
    case .powerCut(let loss): "\(ActVerb.powerCut.rawValue) \(loss.rawValue)"
    }
  }
}

extension Expectation {
  /// The line, without its end.
  package var text: String {
    switch self {
    case .converged(let span): "expect converged within \(span.span)"
    case .sometimes(let mark): "expect sometimes \(ScenarioWord.quoted(mark))"
    case .file(let node, let path, let text?):
      "expect file \(node) \(ScenarioWord.written(path)) \(ScenarioWord.quoted(text))"
    case .file(let node, let path, nil): "expect no file \(node) \(ScenarioWord.written(path))"
    }
  }
}
