/// What `config --list` shows: a row for each key.
package struct SettingsListing: Hashable, Sendable {
  /// One key.
  ///
  /// Values are as they would be written in a file; empty where there is none.
  package struct Row: Hashable, Sendable {
    package let key: String
    /// In words: `duration`.
    package let type: String
    package let builtIn: String
    package let inForce: String
    /// `built in`, `preset lazy in pulsar.toml:2`, `~/.config/git-pulsar/config.toml:4`.
    package let origin: String
    /// One sentence.
    package let meaning: String
  }

  /// In the order of `SettingsKey`.
  package let rows: [Row]

  package init(_ cascade: SettingsCascade) {
    self.rows = SettingsKey.allCases.map { key in
      Row(
        key: key.name, type: key.typeName, builtIn: key.builtIn?.tomlText ?? "",
        inForce: key.value(in: cascade.settings)?.tomlText ?? "",
        origin: cascade.origin(of: key).displayed, meaning: key.meaning)
    }
  }
}
