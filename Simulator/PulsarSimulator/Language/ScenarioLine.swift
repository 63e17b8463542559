/// The words of one line, taken from the left.
struct ScenarioLine {
  /// From 1.
  let number: Int
  private var rest: ArraySlice<String>

  init(number: Int, words: [String]) {
    self.number = number
    self.rest = words[...]
  }

  var isAtEnd: Bool { self.rest.isEmpty }

  /// - Throws: when no word is left.
  mutating func word(_ meaning: String, form: String) throws(ScenarioError) -> String {
    guard let word = self.rest.popFirst() else {
      throw self.error(
        "could not find \(meaning)", why: "the line ends before it", whatToDo: "write '\(form)'")
    }
    return word
  }

  /// One of the words that may stand there.
  mutating func choice(
    _ meaning: String, of known: [String], form: String
  ) throws(ScenarioError) -> String {
    let word = try self.word(meaning, form: form)
    guard known.contains(word) else {
      throw self.unknown(word, meaning, known: known, otherwise: "write '\(form)'")
    }
    return word
  }

  /// A word that must stand there, such as `for`.
  mutating func keyword(_ keyword: String, form: String) throws(ScenarioError) {
    _ = try self.choice("'\(keyword)'", of: [keyword], form: form)
  }

  mutating func span(form: String) throws(ScenarioError) -> SimulatedTime {
    let word = try self.word("a span", form: form)
    guard let span = SimulatedTime(span: word) else {
      throw self.error(
        "could not read the span \(Self.shown(word))",
        why: "a span is whole numbers with d, h, m, s, ms in that order, a hundred years at most",
        whatToDo: "write it as 500ms, 90s, 1h30m or 2d3h")
    }
    return span
  }

  /// A whole number within limits, with what must stand behind it.
  mutating func number(
    _ meaning: String, in limits: ClosedRange<Int>, suffix: String = "", form: String
  ) throws(ScenarioError) -> Int {
    let word = try self.word(meaning, form: form)
    let digits = word.hasSuffix(suffix) ? word.dropLast(suffix.count) : ""
    guard
      digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(digits),
      limits.contains(number)
    else {
      throw self.error(
        "could not read \(meaning) \(Self.shown(word))",
        why: "it is a whole number from \(limits.lowerBound)\(suffix) to "
          + "\(limits.upperBound)\(suffix)",
        whatToDo: "write '\(form)'")
    }
    return number
  }

  /// A path inside the clone.
  mutating func path(form: String) throws(ScenarioError) -> String {
    let word = try self.word("a path", form: form)
    let parts = word.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    guard
      !word.utf8.contains(0),
      parts.allSatisfy({
        !$0.isEmpty && !$0.elementsEqual(".".utf8) && !$0.elementsEqual("..".utf8)
      }
      )
    else {
      throw self.error(
        "could not take the path \(Self.shown(word))", why: "it does not stay in the clone",
        whatToDo: "write it from the top of the clone, without '.', '..' and empty parts")
    }
    return word
  }

  /// What an argument of a program can be: anything without a zero byte.
  mutating func argument(_ meaning: String, form: String) throws(ScenarioError) -> String {
    let word = try self.word(meaning, form: form)
    guard !word.utf8.contains(0) else {
      throw self.error(
        "could not take \(meaning) \(Self.shown(word))", why: "no file and no program takes \\x00",
        whatToDo: "leave it out")
    }
    return word
  }

  /// All that are left, at least one.
  mutating func arguments(form: String) throws(ScenarioError) -> [String] {
    var all = [try self.argument("a word", form: form)]
    while !self.isAtEnd { all.append(try self.argument("a word", form: form)) }
    return all
  }

  /// - Throws: when words are left.
  func end(form: String) throws(ScenarioError) {
    guard let word = self.rest.first else { return }
    throw self.error(
      "could not take the word \(Self.shown(word))", why: "the line is complete before it",
      whatToDo: "write '\(form)', and what has blanks in quotes")
  }

  // What is compared with the known words may be another than the word that is shown.
  func unknown(
    _ word: String, as likeness: String? = nil, _ meaning: String, known: [String],
    otherwise: String
  ) -> ScenarioError {
    let near = NearestWord.to(likeness ?? word, among: known)
    return self.error(
      "could not read \(meaning)", why: "\(Self.shown(word)) is unknown there",
      whatToDo: near.map { "write '\($0)'" } ?? otherwise)
  }

  func error(_ whatFailed: String, why: String, whatToDo: String) -> ScenarioError {
    ScenarioError(line: self.number, whatFailed, why: why, whatToDo: whatToDo)
  }

  /// A word for a person: on one line, and not endless.
  static func shown(_ word: String) -> String {
    let short = String(word.unicodeScalars.prefix(60))
    let written = ScenarioWord.written(short) + (short == word ? "" : "…")
    return written.utf8.first == UInt8(ascii: "\"") ? written : "'\(written)'"
  }
}
