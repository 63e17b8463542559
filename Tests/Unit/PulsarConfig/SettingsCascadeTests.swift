import PulsarConfig
import PulsarCore
import Testing

@Suite struct SettingsCascadeTests {
  private let home = "~/.config/git-pulsar/config.toml"

  @Test func `without files everything is built in`() {
    let cascade = SettingsCascade(global: nil)
    #expect(cascade.settings == Settings())
    #expect(cascade.problems.isEmpty)
    for key in SettingsKey.allCases { #expect(cascade.origin(of: key).displayed == "built in") }
  }

  @Test func `a file of the repository beats the person's, and that what is built in`() {
    let cascade = SettingsCascade(
      global: .make("daemon.commit_interval = 1\ndaemon.push_interval = 2", origin: self.home),
      pulsarTOML: .make("\n[daemon]\npush_interval = 3\n[limits]\nlarge_file_threshold = \"1MB\""))
    #expect(cascade.settings.commitIntervalSeconds == 1)
    #expect(cascade.settings.pushIntervalSeconds == 3)
    #expect(cascade.settings.largeFileThreshold == ByteCount(1_000_000))
    #expect(cascade.origin(of: .commitInterval).displayed == "\(self.home):1")
    #expect(cascade.origin(of: .pushInterval).displayed == "pulsar.toml:3")
    #expect(cascade.origin(of: .maxLogSize).displayed == "built in")
  }

  @Test func `a pyproject file is used only without a pulsar file`() {
    let project = SettingsText.make(
      "[tool.pulsar.daemon]\ncommit_interval = 7", origin: "pyproject.toml")
    let alone = SettingsCascade(global: nil, pyproject: project)
    #expect(alone.settings.commitIntervalSeconds == 7)
    #expect(alone.origin(of: .commitInterval).displayed == "pyproject.toml:2")
    for text in ["", "[broken"] {
      let both = SettingsCascade(global: nil, pulsarTOML: .make(text), pyproject: project)
      #expect(both.settings.commitIntervalSeconds == 600)
    }
  }

  @Test func `lists are appended in the order of the layers`() {
    let cascade = SettingsCascade(
      global: .make("files.ignore = [\"a\", \"b\"]", origin: "config.toml"),
      pulsarTOML: .make("[files]\nignore = [\"c\", \"a\"]"))
    #expect(cascade.settings.ignore == ["a", "b", "c", "a"])
    #expect(cascade.origin(of: .ignore).displayed == "config.toml:1, pulsar.toml:2")
  }

  @Test(arguments: Settings.Preset.allCases)
  func `a preset sets both intervals`(preset: Settings.Preset) {
    let cascade = SettingsCascade(
      global: nil, pulsarTOML: .make("[daemon]\npreset = \"\(preset.rawValue)\""))
    #expect(cascade.settings.preset == preset)
    #expect(cascade.settings.commitIntervalSeconds == preset.commitIntervalSeconds)
    #expect(cascade.settings.pushIntervalSeconds == preset.pushIntervalSeconds)
    let shown = "preset \(preset.rawValue) in pulsar.toml:2"
    #expect(cascade.origin(of: .commitInterval).displayed == shown)
  }

  @Test(arguments: [
    ("daemon.preset = \"lazy\"\ndaemon.commit_interval = 5", ""),
    ("daemon.preset = \"lazy\"", "daemon.commit_interval = 5"),
    ("daemon.commit_interval = 5", "daemon.preset = \"lazy\""),
    ("daemon.commit_interval = 5\ndaemon.preset = \"paranoid\"", "daemon.preset = \"lazy\""),
  ])
  func `an interval set on its own beats a preset from any layer`(global: String, repo: String) {
    let cascade = SettingsCascade(
      global: .make(global, origin: "config.toml"), pulsarTOML: .make(repo))
    #expect(cascade.settings.commitIntervalSeconds == 5)
    #expect(cascade.settings.pushIntervalSeconds == 14400)
    #expect(cascade.origin(of: .pushInterval).displayed.hasPrefix("preset lazy in "))
  }

  @Test(arguments: [
    ("", "the built-in value stays in force"),
    ("daemon.commit_interval = 5", "the value from config.toml stays in force"),
    ("daemon.preset = \"lazy\"", "the value of preset lazy in config.toml stays in force"),
  ])
  func `a mistake leaves the value of the layers below in force and says so`(
    global: String, consequence: String
  ) {
    let cascade = SettingsCascade(
      global: .make(global, origin: "config.toml"),
      pulsarTOML: .make("\n[daemon]\ncommit_interval = \"soon\""))
    let below = SettingsCascade(global: .make(global, origin: "config.toml"))
    #expect(cascade.settings == below.settings)
    #expect(
      cascade.problems.map(\.sentence) == [
        "pulsar.toml:3: daemon.commit_interval is \"soon\"; it takes a duration such as 600,"
          + " \"10m\" or \"1hr\", from 0 to 30 days; \(consequence)"
      ])
  }

  @Test func `a wrong pattern leaves the others in force and says so`() {
    let cascade = SettingsCascade(
      global: nil, pulsarTOML: .make("files.ignore = [\"a\", 1]"))
    #expect(cascade.settings.ignore == ["a"])
    #expect(cascade.problems.map(\.consequence) == ["the other patterns stay in force"])
  }

  @Test func `a file that cannot be read counts for nothing and is named`() {
    let cascade = SettingsCascade(
      global: .make("daemon.commit_interval = 5", origin: "config.toml"),
      pulsarTOML: SettingsText(origin: "pulsar.toml", unreadable: "permission denied"))
    #expect(cascade.settings.commitIntervalSeconds == 5)
    #expect(
      cascade.problems.map(\.sentence) == [
        "pulsar.toml: it could not be read (permission denied); it has to be a file you can read;"
          + " nothing in this file is used"
      ])
  }

  @Test func `the remotes that git knows reach the files of the repository`() {
    let file = SettingsText.make("core.remote_name = \"backup\"")
    let known = SettingsCascade(
      global: nil, pulsarTOML: file, configuredRemotes: ["origin", "backup"])
    #expect(known.settings.remoteName == "backup")
    let unknown = SettingsCascade(global: nil, pulsarTOML: file, configuredRemotes: ["origin"])
    #expect(unknown.settings.remoteName == "origin")
    #expect(unknown.problems.count == 1)
  }
}
