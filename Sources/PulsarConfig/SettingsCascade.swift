package import PulsarCore

/// All layers merged: built in, then the person's `config.toml`, then `pulsar.toml` of the repository,
/// or, where there is none, `[tool.pulsar]` of its `pyproject.toml`.
///
/// A later layer beats an earlier one; lists are appended; an interval that is set on its own beats a
/// preset, whichever layer it stands in. A wrong key counts for nothing, so that the layers below
/// keep it in force. Reads no file.
package struct SettingsCascade: Sendable {
  package let settings: Settings
  /// In the order of the layers, and by line in each.
  package let problems: [SettingsProblem]
  private let origins: [SettingsKey: SettingsOrigin]

  /// - Parameters:
  ///   - global: the person's `config.toml`; nil when there is none.
  ///   - pulsarTOML: of the repository; nil when there is none. A broken one is there all the same.
  ///   - pyproject: of the repository; only used without a `pulsar.toml`.
  ///   - configuredRemotes: the remotes git knows; the files of the repository may name no other.
  package init(
    global: SettingsText?, pulsarTOML: SettingsText? = nil, pyproject: SettingsText? = nil,
    configuredRemotes: [String] = []
  ) {
    var layers: [SettingsLayer] = []
    if let global { layers.append(global.layer(.global, configuredRemotes: configuredRemotes)) }
    if let pulsarTOML {
      layers.append(pulsarTOML.layer(.repository, configuredRemotes: configuredRemotes))
    } else if let pyproject {
      layers.append(pyproject.layer(.pyproject, configuredRemotes: configuredRemotes))
    }
    self.init(merging: layers)
  }

  /// - Parameter layers: from the weakest to the strongest, without what is built in.
  package init(merging layers: [SettingsLayer]) {
    var settings = Settings()
    var origins: [SettingsKey: SettingsOrigin] = [:]
    for layer in layers {
      for key in SettingsKey.allCases {
        guard let entry = layer.entries[key] else { continue }
        key.put(entry.value, into: &settings)
        if case .patterns(let patterns) = entry.value {
          guard !patterns.isEmpty else { continue }
          let place = SettingsOrigin.place(layer.origin, entry.line)
          guard case .files(let places) = origins[key] else {
            origins[key] = .files([place])
            continue
          }
          origins[key] = .files(places + [place])
        } else {
          origins[key] = .file(layer.origin, line: entry.line)
        }
      }
    }
    if let preset = settings.preset, case .file(let file, let line) = origins[.preset] {
      let origin = SettingsOrigin.preset(preset.rawValue, file: file, line: line)
      if origins[.commitInterval] == nil {
        settings.commitIntervalSeconds = preset.commitIntervalSeconds
        origins[.commitInterval] = origin
      }
      if origins[.pushInterval] == nil {
        settings.pushIntervalSeconds = preset.pushIntervalSeconds
        origins[.pushInterval] = origin
      }
    }
    self.settings = settings
    self.origins = origins
    self.problems = layers.flatMap(\.problems).map { problem in
      guard let key = problem.key.flatMap(SettingsKey.init(rawValue:)) else { return problem }
      var problem = problem
      problem.consequence = (origins[key] ?? .builtIn).consequence
      return problem
    }
  }

  /// Where the value in force of `key` comes from.
  package func origin(of key: SettingsKey) -> SettingsOrigin { self.origins[key] ?? .builtIn }
}
