/// The `config.toml` a person starts from.
package enum SettingsTemplate {
  /// Every key with its meaning and, commented out, what is built in.
  ///
  /// `#key` can be uncommented as
  /// it is; `# text` is for reading.
  package static var text: String {
    var text = """
      # Settings of git-pulsar, for all repositories of yours.
      # A pulsar.toml in a repository, or [tool.pulsar] in its pyproject.toml, beats this file.
      # Uncomment a line to change it. "git pulsar config --list" shows what is in force, and why.

      """
    for table in SettingsKey.tables {
      text += "\n[\(table)]\n"
      for key in SettingsKey.allCases where key.table == table {
        text += "# \(key.meaning)\n"
        switch key.kind {
        case .choice, .flag: text += "# It takes \(key.allowed).\n"
        default: break
        }
        if let value = key.builtIn {
          text += "#\(key.leaf) = \(value.tomlText)\n"
        } else if case .choice(let words) = key.kind, let word = words.last {
          text += "# None is chosen. For example: \(key.leaf) = \"\(word)\"\n"
        }
      }
    }
    return text
  }
}
