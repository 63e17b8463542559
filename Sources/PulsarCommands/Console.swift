internal import Foundation
internal import PulsarCore
internal import PulsarSystem
@preconcurrency internal import Rainbow

/// What a person reads and answers.
final class Console {
  /// `--yes`: every question is answered in advance.
  let answersYes: Bool
  let isTerminal: Bool
  let usesColour: Bool
  let width: Int
  private var progressShown = false

  init(environment: ProcessEnvironment, answersYes: Bool) {
    self.answersYes = answersYes
    self.isTerminal = Host.current == nil && Terminal.isTerminal(1)
    let isPlain =
      environment["NO_COLOR"].map { !$0.isEmpty } ?? false
      || environment["TERM"].map { $0.elementsEqual("dumb".utf8) } ?? false
    self.usesColour = self.isTerminal && !isPlain
    Rainbow.enabled = self.usesColour
    let columns = environment["COLUMNS"].map { String(decoding: $0, as: UTF8.self) }
    self.width = Terminal.width(of: 1, columns: columns)
  }

  func say(_ line: String) { Self.write(Array((line + "\n").utf8), to: 1) }
  func write(_ bytes: [UInt8]) { Self.write(bytes, to: 1) }

  /// A remark that is no result: standard error.
  func remark(_ line: String) {
    self.endProgress()
    Self.write(Array((line + "\n").utf8), to: 2)
  }

  func complain(_ error: any ExplainedError) {
    self.remark(self.bold("git-pulsar: ") + error.explanation)
  }

  /// Shown while something takes long, on a terminal only; overwritten by what follows.
  func progress(_ text: String) {
    guard Host.current == nil, Terminal.isTerminal(2) else { return }
    Self.write(Array("\r\u{1B}[K\(text)".utf8), to: 2)
    self.progressShown = true
  }

  func endProgress() {
    if self.progressShown { Self.write(Array("\r\u{1B}[K".utf8), to: 2) }
    self.progressShown = false
  }

  func bold(_ text: String) -> String { self.usesColour ? text.bold : text }
  func dim(_ text: String) -> String { self.usesColour ? text.dim : text }
  func green(_ text: String) -> String { self.usesColour ? text.green : text }
  func yellow(_ text: String) -> String { self.usesColour ? text.yellow : text }
  func red(_ text: String) -> String { self.usesColour ? text.red : text }

  // MARK: questions

  /// Asks for one of several answers, each named by its first letter or whole word.
  ///
  /// - Parameters:
  ///   - question: what is asked.
  ///   - choices: words whose first letters differ.
  ///   - safe: what the end of the input counts as; said aloud then.
  ///   - yes: what `--yes` counts as.
  ///   - alsoKnown: other words for a choice.
  /// - Returns: one of `choices`, or what `alsoKnown` gives for the answer.
  func choose(
    _ question: String, _ choices: [String], safe: String, yes: String,
    alsoKnown: [String: String] = [:]
  ) -> String {
    if self.answersYes { return yes }
    let offered = choices.map { "[\($0.prefix(1))]\($0.dropFirst())" }.joined(separator: " / ")
    while true {
      Self.write(Array("\(question) \(offered): ".utf8), to: 2)
      guard let line = self.line() else {
        self.remark("\n(no answer: \(safe))")
        return safe
      }
      let answer = line.trimmingCharacters(in: .whitespaces).lowercased()
      if let choice = choices.first(where: { $0 == answer || String($0.prefix(1)) == answer }) {
        return choice
      }
      if let choice = alsoKnown[answer] { return choice }
      if answer.isEmpty { return safe }
    }
  }

  /// Asks a question whose safe answer is no.
  func confirm(_ question: String) -> Bool {
    self.choose(question, ["yes", "no"], safe: "no", yes: "yes") == "yes"
  }

  /// Asks for a line of text; the end of the input and an empty line give the suggestion.
  func ask(_ question: String, suggestion: String) -> String {
    if self.answersYes { return suggestion }
    Self.write(Array("\(question) [\(suggestion)]: ".utf8), to: 2)
    guard let line = self.line() else {
      self.remark("\n(no answer: \(suggestion))")
      return suggestion
    }
    let answer = line.trimmingCharacters(in: .whitespaces)
    return answer.isEmpty ? suggestion : answer
  }

  /// What a person answers; nil at the end of the input.
  private func line() -> String? {
    Host.current == nil ? readLine(strippingNewline: true) : nil
  }

  // MARK: tables and JSON

  /// Rows in aligned columns; the last column is not padded.
  func table(_ rows: [[String]], header: [String]? = nil) {
    let all = (header.map { [$0] } ?? []) + rows
    guard let columns = all.first?.count else { return }
    let widths = (0..<columns).map { column in all.map { $0[column].count }.max() ?? 0 }
    for (index, row) in all.enumerated() {
      let cells = row.enumerated().map { column, cell in
        column == columns - 1
          ? cell : cell + String(repeating: " ", count: widths[column] - cell.count)
      }
      let line = cells.joined(separator: "  ")
      self.say(index == 0 && header != nil ? self.bold(line) : line)
    }
  }

  func json(_ value: some Encodable) { Self.json(value, [.prettyPrinted]) }

  /// One object on one line.
  func jsonLine(_ value: some Encodable) { Self.json(value, []) }

  private static func json(_ value: some Encodable, _ formatting: JSONEncoder.OutputFormatting) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = formatting.union([.sortedKeys, .withoutEscapingSlashes])
    encoder.keyEncodingStrategy = .convertToSnakeCase
    do {
      Self.write(Array(try encoder.encode(value)) + [10], to: 1)
    } catch {
      preconditionFailure("a report that cannot be written as JSON: \(error)")
    }
  }

  private static func write(_ bytes: [UInt8], to descriptor: Int32) {
    if let host = Host.current { return host.take(bytes, descriptor) }
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if count > 0 {
        rest = rest.dropFirst(count)
      } else if errno != EINTR && errno != EAGAIN {
        return
      }
    }
  }
}

/// A path in JSON: as text where it is text, and its bytes where it is not.
struct PathReport: Encodable {
  let path: String
  /// Two digits a byte; only for paths that are not UTF-8.
  let pathHex: String?

  init(_ path: GitPath) {
    let text = String(decoding: path.bytes, as: UTF8.self)
    self.path = text
    self.pathHex =
      text.utf8.elementsEqual(path.bytes)
      ? nil
      : path.bytes.map { byte in
        let digits = String(byte, radix: 16)
        return digits.count == 1 ? "0" + digits : digits
      }.joined()
  }
}
