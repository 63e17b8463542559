/// What is printed of a failure: at most 30 lines, the last two ready to paste.
package struct FailureText: Sendable {
  private let failure: Failure

  private static let width = 100
  private static let recordsTold = 5
  private static let sentenceLines = 8

  package init(_ failure: Failure) { self.failure = failure }

  package var text: String {
    let lines = [self.head] + self.sentence + self.lastRecords + self.shrunk + self.files
    return (lines + self.commands).map { $0 + "\n" }.joined()
  }

  private var head: String {
    let what = [self.failure.invariant, self.failure.name].filter { !$0.isEmpty }
    return [
      ("FAIL  " + what.joined(separator: " ")).padded(to: 34),
      "seed \(self.failure.seed)", "event \(self.failure.event.withCommas)", self.failure.actor,
      self.failure.at.offsetText,
    ].joined(separator: "  ").onOneLine
  }

  private var sentence: [String] {
    let lines = self.failure.sentence.onOneLine.wrapped(to: Self.width - 2)
    var told = Array(lines.prefix(Self.sentenceLines))
    if lines.count > told.count { told[told.count - 1] += " …" }
    return told.map { "  " + $0 }
  }

  private var lastRecords: [String] {
    let records = self.failure.records.suffix(Self.recordsTold)
    guard let last = records.indices.last else { return [] }
    let timeWidth = records.map { $0.at.offsetText.count }.max() ?? 0
    let actorWidth = records.map { $0.actor.count }.max() ?? 0
    let kindWidth = records.map { $0.kind.rawValue.count }.max() ?? 0
    let lines = records.indices.map { index in
      let record = records[index]
      let here = index == last ? "   <- here" : ""
      let words = [
        record.at.offsetText.padded(onTheLeftTo: timeWidth), record.actor.padded(to: actorWidth),
        record.kind.rawValue.padded(to: kindWidth), record.detail,
      ].joined(separator: "  ").onOneLine
      return "    " + words.cut(to: Self.width - 4 - here.count) + here
    }
    let title = lines.count == 1 ? "last event:" : "last \(lines.count) events:"
    return ["  " + title] + lines
  }

  private var shrunk: [String] {
    guard let shrunk = self.failure.shrunk else { return [] }
    let events = shrunk.to == 1 ? "event" : "events"
    return [
      "  shrunk \(shrunk.from.withCommas) -> \(shrunk.to.withCommas) \(events) in "
        + "\(shrunk.runs.withCommas) \(shrunk.runs == 1 ? "run" : "runs"), same invariant"
    ]
  }

  private var files: [String] {
    let files = [("picture", self.failure.picture), ("scenario", self.failure.scenario)]
    let told = files.compactMap { name, path in path.map { "\(name.padded(to: 8))  \($0)" } }
    return told.isEmpty ? [] : ["  " + told.joined(separator: "   ")]
  }

  private var commands: [String] {
    let program = "swift run Simulator"
    let options = self.failure.options.map { " " + $0.shellWord }.joined()
    guard let scenario = self.failure.scenario?.shellWord else {
      let seed = self.failure.seed.shellWord
      return [
        "  replay    \(program) run --seed \(seed)\(options)",
        "  shrink    \(program) shrink --seed \(seed)\(options)",
      ]
    }
    // To the second, and no earlier than the failure.
    let until = SimulatedTime.seconds((self.failure.at.milliseconds + 999) / 1000).spanText
    return [
      "  replay    \(program) replay \(scenario)\(options)",
      "  inspect   \(program) replay \(scenario)\(options) --until \(until) --keep",
    ]
  }
}

extension String {
  /// The text as one word of a shell.
  fileprivate var shellWord: String {
    let plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:@%+,="
    if !self.isEmpty && self.allSatisfy(plain.contains) { return self }
    let parts = self.split(separator: "'", omittingEmptySubsequences: false)
    return "'" + parts.joined(separator: "'\\''") + "'"
  }
}
