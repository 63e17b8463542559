import PulsarCore
import TOMLKit

/// What one file says, checked; and every mistake in it.
///
/// A key with a mistake is left out and the others are used; a file that cannot be read as TOML says
/// nothing. Reads no file: bytes in, values out.
package struct SettingsLayer: Sendable {
  /// Which file it is, and so where the settings stand in it and how far it is trusted.
  package enum Kind: Hashable, Sendable {
    /// The person's own `config.toml`.
    case global
    /// `pulsar.toml` of a repository; untrusted.
    case repository
    /// `[tool.pulsar]` in the `pyproject.toml` of a repository; untrusted.
    case pyproject

    var isTrusted: Bool { self == .global }
    /// The tables around the settings.
    var tablePath: [String] { self == .pyproject ? ["tool", "pulsar"] : [] }
  }

  /// The value of one key, and its line, counted from 1.
  package struct Entry: Hashable, Sendable {
    package let value: SettingsValue
    package let line: Int?

    package init(value: SettingsValue, line: Int?) {
      self.value = value
      self.line = line
    }
  }

  /// The display name of the file.
  package let origin: String
  package private(set) var entries: [SettingsKey: Entry] = [:]
  /// By line, ascending; at most `problemsMax`, and one more that counts the rest.
  package private(set) var problems: [SettingsProblem] = []

  /// Larger files are refused; a caller need not read more than one byte beyond.
  package static let bytesMax = 1_000_000
  /// More than these in one file are counted, not listed.
  package static let problemsMax = 20

  private static let seeSyntax = "see https://toml.io for the syntax"

  private let kind: Kind
  private let configuredRemotes: [String]
  private var outline = TOMLOutline(of: [])

  /// Reads one file.
  ///
  /// - Parameters:
  ///   - bytes: the whole file.
  ///   - origin: the display name of the file.
  ///   - kind: which file it is.
  ///   - configuredRemotes: the remotes git knows; a file of a repository may name no other.
  package init(
    parsing bytes: [UInt8], origin: String, kind: Kind, configuredRemotes: [String] = []
  ) {
    self.origin = origin
    self.kind = kind
    self.configuredRemotes = configuredRemotes
    // A project's file that does not speak of us is none of our business, broken or not.
    if kind == .pyproject && !Self.contains(bytes, "pulsar") { return }
    guard let root = self.parse(bytes) else { return }
    self.readRoot(root)
    self.problems = self.problems.enumerated().sorted {
      ($0.element.line ?? 0, $0.offset) < ($1.element.line ?? 0, $1.offset)
    }.map(\.element)
    self.shortenProblems()
  }

  /// A file that is there and could not be read.
  ///
  /// - Parameters:
  ///   - origin: the display name of the file.
  ///   - cause: such as `permission denied`.
  package init(unreadable origin: String, cause: String) {
    self.origin = origin
    self.kind = .repository
    self.configuredRemotes = []
    self.refuse("it could not be read (\(cause))", "it has to be a file you can read")
  }

  // MARK: The text

  private mutating func parse(_ bytes: [UInt8]) -> TOMLTable? {
    if bytes.count > Self.bytesMax {
      self.refuse("it is over \(Self.bytesMax / 1000) KB long", "settings are at most that")
      return nil
    }
    // `TOMLOutline` says why the parser is not trusted with everything.
    if let line = Self.firstLine(of: bytes, where: Self.isForbiddenControl) {
      self.refuse("it holds a control character", "a settings file is plain text", line: line)
      return nil
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      let line = Self.firstLineNotUTF8(in: bytes)
      self.refuse("it is not UTF-8", "save it in that encoding", line: line)
      return nil
    }
    self.outline = TOMLOutline(of: bytes)
    if let obstacle = self.outline.obstacle {
      self.refuse("it is \(obstacle.wrong)", Self.seeSyntax, line: obstacle.line)
      return nil
    }
    do {
      return try TOMLTable(string: text)
    } catch let error as TOMLParseError {
      let cause = escapedForDisplay(Self.lowercasedFirst(Self.shortened(error.description)).utf8)
      let line = error.source.begin.line
      self.refuse(
        "it is not valid TOML (\(cause))", Self.seeSyntax,
        line: line > 0 ? line : nil)
      return nil
    } catch {
      self.refuse("it is not valid TOML", Self.seeSyntax)
      return nil
    }
  }

  private mutating func readRoot(_ root: TOMLTable) {
    var table = root
    var path: [String] = []
    for name in self.kind.tablePath {
      path.append(name)
      guard let node = table[name] else { return }
      guard let inner = node.table else {
        self.report(
          path.joined(separator: "."), line: self.outline.line(of: path),
          "is \(Self.described(node))", "it takes a table")
        return
      }
      table = inner
    }
    for name in table.keys {
      guard let node = table[name] else { continue }
      guard SettingsKey.tables.contains(name) else {
        self.reportUnknown([name], isTable: node.table != nil)
        continue
      }
      guard let inner = node.table else {
        self.report(
          name, line: self.line(of: [name]), "is \(Self.described(node))",
          "it takes a table, written [\((self.kind.tablePath + [name]).joined(separator: "."))]")
        continue
      }
      self.readTable(inner, name)
    }
  }

  private mutating func readTable(_ table: TOMLTable, _ name: String) {
    for leaf in table.keys {
      guard let node = table[leaf] else { continue }
      guard let key = SettingsKey(rawValue: "\(name).\(leaf)") else {
        self.reportUnknown([name, leaf], isTable: false)
        continue
      }
      let line = self.line(of: [name, leaf])
      if case .patterns = key.kind {
        self.readPatterns(node, key, line)
      } else if let value = self.value(of: node, for: key) {
        self.accept(value, key, line)
      } else {
        self.report(
          key.name, line: line, "is \(Self.described(node))", "it takes \(key.allowed)")
      }
    }
  }

  private mutating func accept(_ value: SettingsValue, _ key: SettingsKey, _ line: Int?) {
    if case .text(let name) = value, key == .remoteName, !self.kind.isTrusted,
      !self.configuredRemotes.contains(name)
    {
      self.report(
        key.name, line: line, "is \(Self.quoted(name))",
        "a file in a repository may only name a remote that git knows, see 'git remote'")
      return
    }
    self.entries[key] = Entry(value: value, line: line)
  }

  /// A wrong pattern is left out, and the others of the list are used: what a person wanted ignored
  /// is not captured because of a slip elsewhere.
  private mutating func readPatterns(
    _ node: any TOMLValueConvertible, _ key: SettingsKey, _ line: Int?
  ) {
    guard let list = node.array else {
      self.report(key.name, line: line, "is \(Self.described(node))", "it takes \(key.allowed)")
      return
    }
    var patterns: [String] = []
    for index in 0..<list.count {
      let element = list[index]
      if let pattern = element.string, SettingsRules.isPattern(pattern) {
        patterns.append(pattern)
      } else {
        self.report(
          key.name, line: line, "holds \(Self.described(element))", "it takes \(key.allowed)")
      }
    }
    self.entries[key] = Entry(value: .patterns(patterns), line: line)
  }

  // MARK: One value

  /// The value of a key; nil when it has the wrong type or is out of range.
  private func value(of node: any TOMLValueConvertible, for key: SettingsKey) -> SettingsValue? {
    switch key.kind {
    case .refPrefix:
      guard let text = node.string,
        SettingsRules.isRefPrefix(text, isTrusted: self.kind.isTrusted)
      else { return nil }
      return .text(text)
    case .remoteName:
      guard let text = node.string, SettingsRules.isRemoteName(text) else { return nil }
      return .text(text)
    case .choice(let words):
      guard let text = node.string, words.contains(text) else { return nil }
      return .text(text)
    case .duration:
      guard let seconds = node.int ?? node.string.flatMap(SettingsValue.seconds),
        (0...SettingsKey.durationSecondsMax).contains(seconds)
      else { return nil }
      return .seconds(seconds)
    case .percent:
      guard let percent = node.int, (0...100).contains(percent) else { return nil }
      return .percent(percent)
    case .size:
      guard let bytes = node.int ?? node.string.flatMap(SettingsValue.bytes),
        (1...SettingsKey.sizeBytesMax).contains(bytes)
      else { return nil }
      return .bytes(bytes)
    case .patterns: return nil
    case .flag: return node.bool.map { .flag($0) }
    }
  }

  // MARK: Mistakes

  private func line(of path: [String]) -> Int? {
    self.outline.line(of: self.kind.tablePath + path)
  }

  private mutating func report(_ key: String, line: Int?, _ wrong: String, _ allowed: String) {
    self.problems.append(
      SettingsProblem(
        file: self.origin, line: line, key: key, wrong: "\(key) \(wrong)", allowed: allowed,
        consequence: SettingsProblem.keyNotUsed))
  }

  private mutating func reportUnknown(_ path: [String], isTable: Bool) {
    let name = path.joined(separator: ".")
    let shown = Self.shortened(escapedForDisplay(name.utf8))
    let candidates =
      isTable ? SettingsKey.tables : SettingsKey.allCases.map(\.name)
    let kind = isTable ? "table" : "key"
    let allowed =
      Spelling.nearest(to: name, among: candidates).map { "did you mean \($0)" }
      ?? (isTable
        ? "the tables are \(SettingsKey.tables.joined(separator: ", "))"
        : "see 'git pulsar config --list' for those there are")
    self.problems.append(
      SettingsProblem(
        file: self.origin, line: self.line(of: path), key: shown,
        wrong: "there is no \(kind) \(shown)", allowed: allowed,
        consequence: SettingsProblem.keyNotUsed))
  }

  /// The whole file counts for nothing.
  private mutating func refuse(_ wrong: String, _ allowed: String, line: Int? = nil) {
    self.problems.append(
      SettingsProblem(
        file: self.origin, line: line, key: nil, wrong: wrong, allowed: allowed,
        consequence: SettingsProblem.nothingUsed))
  }

  private mutating func shortenProblems() {
    let rest = self.problems.count - Self.problemsMax
    guard rest > 0 else { return }
    self.problems.removeLast(rest)
    self.problems.append(
      SettingsProblem(
        file: self.origin, line: nil, key: nil, wrong: "there are \(rest) more mistakes",
        allowed: "mend those above first", consequence: "what they set is not used"))
  }

  private static func described(_ node: any TOMLValueConvertible) -> String {
    switch node.type {
    case .string: Self.quoted(node.string ?? "")
    case .int: node.int.map(String.init) ?? "a number"
    case .double: node.double.map { "\($0)" } ?? "a number"
    case .bool: node.bool == true ? "true" : "false"
    case .array: "a list"
    case .table: "a table"
    case .date, .time, .dateTime: "a date or time"
    }
  }

  private static func quoted(_ text: String) -> String {
    let shown = escapedForDisplay(Self.shortened(text).utf8)
    return shown.hasPrefix("\"") ? shown : "\"\(shown)\""
  }

  private static func shortened(_ text: String) -> String {
    let scalars = text.unicodeScalars
    return scalars.count > 80 ? String(scalars.prefix(79)) + "…" : text
  }

  private static func lowercasedFirst(_ text: String) -> String {
    text.prefix(1).lowercased() + text.dropFirst()
  }

  // MARK: Bytes

  private static func contains(_ bytes: [UInt8], _ word: String) -> Bool {
    let word = Array(word.utf8)
    guard let first = word.first else { return true }
    return bytes.indices.contains {
      bytes[$0] == first && bytes[$0...].starts(with: word)
    }
  }

  /// What TOML allows nowhere: control characters but tab and the ends of lines.
  private static func isForbiddenControl(_ byte: UInt8) -> Bool {
    byte == 0x7F || (byte < 0x20 && byte != 0x09 && byte != 0x0A && byte != 0x0D)
  }

  private static func firstLine(of bytes: [UInt8], where isIt: (UInt8) -> Bool) -> Int? {
    bytes.firstIndex(where: isIt).map { Self.line(at: $0, in: bytes) }
  }

  private static func firstLineNotUTF8(in bytes: [UInt8]) -> Int? {
    var start = 0
    for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      if String(validating: line, as: UTF8.self) == nil { return Self.line(at: start, in: bytes) }
      start += line.count + 1
    }
    return nil
  }

  private static func line(at index: Int, in bytes: [UInt8]) -> Int {
    1 + bytes[..<index].count { $0 == UInt8(ascii: "\n") }
  }
}
