/// One mistake in one file of settings.
///
/// The rest of the file is used, unless the whole of it cannot be.
package struct SettingsProblem: Error, Hashable, Sendable {
  /// The display name of the file.
  package let file: String
  /// Counted from 1; nil when the mistake is not in one place.
  package let line: Int?
  /// As written in messages: `daemon.commit_interval`; nil when the whole file cannot be used.
  package let key: String?
  /// What is wrong: `daemon.commit_interval is "soon"`.
  package let wrong: String
  /// What would be right: `it takes a duration such as …`.
  package let allowed: String
  /// What holds instead: `the value from config.toml stays in force`.
  ///
  /// A wrong key counts for nothing, so the value is that of the layers below: for a command that
  /// runs once, this is the last good value.
  package internal(set) var consequence: String

  /// `pulsar.toml:3: daemon.commit_interval is "soon"; it takes a duration such as 600, "10m" or
  /// "1hr"; the value from config.toml stays in force`, one line.
  package var sentence: String {
    let place = self.line.map { "\(self.file):\($0)" } ?? self.file
    return "\(place): \(self.wrong); \(self.allowed); \(self.consequence)"
  }

  static let nothingUsed = "nothing in this file is used"
  static let keyNotUsed = "it is not used"
}
