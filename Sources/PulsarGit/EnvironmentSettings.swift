internal import PulsarCore

/// Settings of git's that the environment carries: those of `git -c …`, of which a program that git starts
/// learns by a variable, and those of `GIT_CONFIG_COUNT`.
///
/// Source: git-config(1), ENVIRONMENT; git's `git_config_from_parameters` and `sq_dequote_step`.
struct EnvironmentSettings {
  /// In the order git reads them; a nil value counts as true.
  private(set) var all: [(key: [UInt8], value: [UInt8]?)] = []

  static let parameters = "GIT_CONFIG_PARAMETERS"
  static let count = "GIT_CONFIG_COUNT"
  /// These say which repository it is, and not how it is to be treated.
  private static let structural = ["core.bare", "core.worktree"]

  /// Whether a variable is one of those that carry settings.
  static func isOne(_ name: String) -> Bool {
    [self.parameters, self.count].contains(name) || name.hasPrefix("GIT_CONFIG_KEY_")
      || name.hasPrefix("GIT_CONFIG_VALUE_")
  }

  /// Nil when git itself would not understand them.
  ///
  /// - Parameter environment: `NAME=value` each.
  init?(_ environment: [CommandWord]) {
    var values: [String: [UInt8]] = [:]
    for variable in environment.reversed() {
      let name = String(decoding: variable.bytes.prefix { $0 != UInt8(ascii: "=") }, as: UTF8.self)
      if Self.isOne(name) { values[name] = Array(variable.bytes.dropFirst(name.utf8.count + 1)) }
    }
    if let text = values[Self.count], !text.isEmpty {
      guard let count = Int(String(decoding: text, as: UTF8.self)), (0...100_000).contains(count)
      else { return nil }
      for number in 0..<count {
        guard let key = values["GIT_CONFIG_KEY_\(number)"],
          let value = values["GIT_CONFIG_VALUE_\(number)"]
        else { return nil }
        self.all.append((key, value))
      }
    }
    if let text = values[Self.parameters] {
      guard let found = Self.parse(text[...]) else { return nil }
      self.all += found
    }
    self.all.removeAll { setting in
      let key = String(decoding: setting.key, as: UTF8.self).lowercased()
      return Self.structural.contains(key)
    }
  }

  /// The same as variables, with more behind them.
  func variables(
    and more: [(key: [UInt8], value: [UInt8])] = []
  ) -> [(name: String, value: [UInt8])] {
    let settings = self.all.map { ($0.key, $0.value ?? Array("true".utf8)) } + more
    if settings.isEmpty { return [] }
    var variables = [(name: Self.count, value: Array(String(settings.count).utf8))]
    for (number, setting) in settings.enumerated() {
      variables.append((name: "GIT_CONFIG_KEY_\(number)", value: setting.0))
      variables.append((name: "GIT_CONFIG_VALUE_\(number)", value: setting.1))
    }
    return variables
  }

  // MARK: what git quotes

  /// Reads `'key'='value' 'key'= 'key=value'`.
  private static func parse(_ text: ArraySlice<UInt8>) -> [(key: [UInt8], value: [UInt8]?)]? {
    var found: [(key: [UInt8], value: [UInt8]?)] = []
    var rest = text
    while true {
      rest = rest.drop { $0 == UInt8(ascii: " ") }
      if rest.isEmpty { return found }
      guard let key = self.word(&rest) else { return nil }
      if rest.first == UInt8(ascii: "=") {
        rest = rest.dropFirst()
        if rest.isEmpty || rest.first == UInt8(ascii: " ") {
          found.append((key, nil))
        } else {
          guard let value = self.word(&rest) else { return nil }
          found.append((key, value))
        }
      } else if let equals = key.firstIndex(of: UInt8(ascii: "=")) {
        found.append((Array(key[..<equals]), Array(key[(equals + 1)...])))
      } else {
        found.append((key, nil))
      }
      guard rest.isEmpty || rest.first == UInt8(ascii: " ") else { return nil }
    }
  }

  /// Takes a word in single quotes; outside of them only a backslash with a quote or an exclamation mark
  /// may stand.
  private static func word(_ rest: inout ArraySlice<UInt8>) -> [UInt8]? {
    let quote = UInt8(ascii: "'")
    guard rest.first == quote else { return nil }
    rest = rest.dropFirst()
    var word: [UInt8] = []
    while true {
      guard let end = rest.firstIndex(of: quote) else { return nil }
      word += rest[..<end]
      rest = rest[(end + 1)...]
      let next = Array(rest.prefix(3))
      guard next.count == 3, next[0] == UInt8(ascii: "\\"), next[2] == quote,
        next[1] == quote || next[1] == UInt8(ascii: "!")
      else { return word }
      word.append(next[1])
      rest = rest.dropFirst(3)
    }
  }
}
