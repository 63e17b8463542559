import PulsarConfig

extension SettingsText {
  static func make(_ text: String, origin: String = "pulsar.toml") -> SettingsText {
    SettingsText(origin: origin, bytes: Array(text.utf8))
  }
}

extension SettingsLayer {
  static func make(
    _ text: String, _ kind: Kind = .repository, remotes: [String] = ["origin"]
  ) -> SettingsLayer {
    let origin =
      switch kind {
      case .global: "config.toml"
      case .repository: "pulsar.toml"
      case .pyproject: "pyproject.toml"
      }
    return SettingsLayer(
      parsing: Array(text.utf8), origin: origin, kind: kind, configuredRemotes: remotes)
  }

  /// The value of the only key in `text`.
  static func value(of key: SettingsKey, in text: String, _ kind: Kind = .repository)
    -> SettingsValue?
  {
    Self.make(text, kind).entries[key]?.value
  }
}
