/// Where the value in force of one key comes from.
package enum SettingsOrigin: Hashable, Sendable {
  case builtIn
  /// The line in a file, counted from 1.
  case file(String, line: Int?)
  /// A preset chosen in a file stands for the key.
  case preset(String, file: String, line: Int?)
  /// Lists are appended: each file that adds to it, in order.
  case files([String])

  /// `built in`, `preset balanced in pulsar.toml:2`, `~/.config/git-pulsar/config.toml:4`.
  package var displayed: String {
    switch self {
    case .builtIn: "built in"
    case .file(let file, let line): Self.place(file, line)
    case .preset(let preset, let file, let line): "preset \(preset) in \(Self.place(file, line))"
    case .files(let places): places.joined(separator: ", ")
    }
  }

  static func place(_ file: String, _ line: Int?) -> String {
    line.map { "\(file):\($0)" } ?? file
  }

  /// What a mistake leaves in force, for `SettingsProblem.consequence`.
  var consequence: String {
    switch self {
    case .builtIn: "the built-in value stays in force"
    case .file(let file, _): "the value from \(file) stays in force"
    case .preset(let preset, let file, _):
      "the value of preset \(preset) in \(file) stays in force"
    case .files: "the other patterns stay in force"
    }
  }
}
