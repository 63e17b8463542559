package import PulsarCore

/// Every key a person may set (`DESIGN.md` §5), in the order they are listed.
///
/// This one table drives the reading of files, the wording of mistakes, `config --list` and the
/// template of `config.toml`.
package enum SettingsKey: String, CaseIterable, Hashable, Sendable {
  case backupBranch = "core.backup_branch"
  case remoteName = "core.remote_name"
  case preset = "daemon.preset"
  case commitInterval = "daemon.commit_interval"
  case pushInterval = "daemon.push_interval"
  case minBatteryPercent = "daemon.min_battery_percent"
  case ecoModePercent = "daemon.eco_mode_percent"
  case largeFileThreshold = "limits.large_file_threshold"
  case largeFileAction = "limits.large_file_action"
  case maxLogSize = "limits.max_log_size"
  case ignore = "files.ignore"
  case manageGitignore = "files.manage_gitignore"

  /// What a key takes.
  package enum Kind: Hashable, Sendable {
    /// Where streams live on the remote: a valid start of a ref's name.
    case refPrefix
    /// The name of a remote, never a URL or a path.
    case remoteName
    /// One of a few words.
    case choice([String])
    /// 0 to `SettingsKey.durationSecondsMax`, in seconds or with a unit.
    case duration
    /// 0 to 100.
    case percent
    /// 1 to `SettingsKey.sizeBytesMax`, in bytes or with a unit.
    case size
    /// Patterns in the syntax of `.gitignore`; the lists of all layers are appended.
    case patterns
    case flag
  }

  /// 30 days.
  package static let durationSecondsMax = 30 * 86400
  /// 1,000 TB.
  package static let sizeBytesMax = 1_000_000_000_000_000
  /// The longest `core.backup_branch`, in bytes.
  package static let refPrefixBytesMax = 200

  /// The tables of a file, in the order they are listed.
  package static let tables = ["core", "daemon", "limits", "files"]

  /// As written in messages: `daemon.commit_interval`.
  package var name: String { self.rawValue }

  /// The part before the dot.
  package var table: String { String(self.rawValue.prefix { $0 != "." }) }

  /// The part after the dot.
  package var leaf: String { String(self.rawValue.drop { $0 != "." }.dropFirst()) }

  package var kind: Kind {
    switch self {
    case .backupBranch: .refPrefix
    case .remoteName: .remoteName
    case .preset: .choice(Settings.Preset.allCases.map(\.rawValue))
    case .commitInterval, .pushInterval: .duration
    case .minBatteryPercent, .ecoModePercent: .percent
    case .largeFileThreshold, .maxLogSize: .size
    case .largeFileAction: .choice(Settings.LargeFileAction.allCases.map(\.rawValue))
    case .ignore: .patterns
    case .manageGitignore: .flag
    }
  }

  /// The type in words: `duration`, `one of "skip", "abort"`.
  package var typeName: String {
    switch self.kind {
    case .refPrefix, .remoteName: "string"
    case .choice(let words): "one of " + words.map { "\"\($0)\"" }.joined(separator: ", ")
    case .duration: "duration"
    case .percent: "percent"
    case .size: "size"
    case .patterns: "list of patterns"
    case .flag: "true or false"
    }
  }

  /// What is allowed, with its range; continues "it takes".
  package var allowed: String {
    switch self.kind {
    case .refPrefix:
      "a name such as \"wip/pulsar\" or \"refs/pulsar\" that git allows in a ref and does not use"
        + " itself, at most \(Self.refPrefixBytesMax) bytes"
    case .remoteName: "the name of a remote such as \"origin\", not a URL or a path"
    case .choice: self.typeName
    case .duration: "a duration such as 600, \"10m\" or \"1hr\", from 0 to 30 days"
    case .percent: "a whole number from 0 to 100"
    case .size: "a size such as 1000, \"100MB\" or \"1.5GB\", from 1 byte to 1000 TB"
    case .patterns: "a list of patterns such as [\"*.tmp\", \"/build/\"], each on one line"
    case .flag: "true or false"
    }
  }

  /// What the key does, one sentence.
  package var meaning: String {
    switch self {
    case .backupBranch:
      "Where captures go on the remote: branches below this name; \"refs/…\" is used as it is."
    case .remoteName: "The remote that captures are pushed to."
    case .preset:
      "A pair of intervals (capture/push): "
        + Settings.Preset.allCases.map {
          "\($0.rawValue) \(SettingsValue.seconds($0.commitIntervalSeconds).plainText)"
            + "/\(SettingsValue.seconds($0.pushIntervalSeconds).plainText)"
        }.joined(separator: ", ") + "; an interval set on its own beats it."
    case .commitInterval: "Time between captures; 0 captures every change once it has settled."
    case .pushInterval: "Time between pushes."
    case .minBatteryPercent: "Below this charge nothing is captured in the background."
    case .ecoModePercent: "Below this charge captures go on, and pushes wait."
    case .largeFileThreshold: "Files over this size are not captured."
    case .largeFileAction:
      "What such a file does: \"skip\" leaves it out and names it, \"abort\" captures nothing."
    case .maxLogSize: "The log of the daemon is cut when it grows over this size."
    case .ignore:
      "Patterns as in .gitignore, for captures only; the lists of all files are appended."
    case .manageGitignore: "Whether git-pulsar may edit the .gitignore of a repository."
    }
  }

  /// What is in force when nobody says otherwise; nil where that is nothing.
  package var builtIn: SettingsValue? { self.value(in: Settings()) }

  /// The key's value in merged settings; nil when there is none.
  package func value(in settings: Settings) -> SettingsValue? {
    switch self {
    case .backupBranch: .text(settings.backupBranch)
    case .remoteName: .text(settings.remoteName)
    case .preset: settings.preset.map { .text($0.rawValue) }
    case .commitInterval: .seconds(settings.commitIntervalSeconds)
    case .pushInterval: .seconds(settings.pushIntervalSeconds)
    case .minBatteryPercent: .percent(settings.minBatteryPercent)
    case .ecoModePercent: .percent(settings.ecoModePercent)
    case .largeFileThreshold: .bytes(settings.largeFileThreshold.bytes)
    case .largeFileAction: .text(settings.largeFileAction.rawValue)
    case .maxLogSize: .bytes(settings.maxLogSize.bytes)
    case .ignore: .patterns(settings.ignore)
    case .manageGitignore: .flag(settings.managesGitignore)
    }
  }

  /// Puts `value` into `settings`; patterns are appended.
  ///
  /// A value of another kind than the key's changes nothing; the reader never makes one.
  func put(_ value: SettingsValue, into settings: inout Settings) {
    switch (self, value) {
    case (.backupBranch, .text(let text)): settings.backupBranch = text
    case (.remoteName, .text(let text)): settings.remoteName = text
    case (.preset, .text(let text)): settings.preset = Settings.Preset(rawValue: text)
    case (.commitInterval, .seconds(let seconds)): settings.commitIntervalSeconds = seconds
    case (.pushInterval, .seconds(let seconds)): settings.pushIntervalSeconds = seconds
    case (.minBatteryPercent, .percent(let percent)): settings.minBatteryPercent = percent
    case (.ecoModePercent, .percent(let percent)): settings.ecoModePercent = percent
    case (.largeFileThreshold, .bytes(let bytes)): settings.largeFileThreshold = ByteCount(bytes)
    case (.largeFileAction, .text(let text)):
      settings.largeFileAction =
        Settings.LargeFileAction(rawValue: text) ?? settings.largeFileAction
    case (.maxLogSize, .bytes(let bytes)): settings.maxLogSize = ByteCount(bytes)
    case (.ignore, .patterns(let patterns)): settings.ignore += patterns
    case (.manageGitignore, .flag(let flag)): settings.managesGitignore = flag
    default: break
    }
  }
}
