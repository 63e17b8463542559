import PulsarConfig
import PulsarCore
import Testing

@Suite struct SettingsListingTests {
  @Test func `every key is listed with type, default, value in force and where it comes from`() {
    let cascade = SettingsCascade(
      global: .make("daemon.preset = \"lazy\"\nfiles.ignore = [\"a\\\"\"]", origin: "config.toml"))
    let rows = SettingsListing(cascade).rows
    #expect(rows.map(\.key) == SettingsKey.allCases.map(\.rawValue))
    #expect(
      rows.map { "\($0.type) | \($0.builtIn) | \($0.inForce) | \($0.origin)" } == [
        "string | \"wip/pulsar\" | \"wip/pulsar\" | built in",
        "string | \"origin\" | \"origin\" | built in",
        "one of \"paranoid\", \"aggressive\", \"balanced\", \"lazy\" |  | \"lazy\" | config.toml:1",
        "duration | \"10m\" | \"1h\" | preset lazy in config.toml:1",
        "duration | \"1h\" | \"4h\" | preset lazy in config.toml:1",
        "percent | 10 | 10 | built in",
        "percent | 20 | 20 | built in",
        "size | \"100MB\" | \"100MB\" | built in",
        "one of \"skip\", \"abort\" | \"skip\" | \"skip\" | built in",
        "size | \"5MB\" | \"5MB\" | built in",
        "list of patterns | [] | [\"a\\\"\"] | config.toml:2",
        "true or false | false | false | built in",
      ])
  }

  @Test(arguments: [0, 1, 59, 60, 90, 600, 3600, 5400, 86399, 86400, 90061, 2_592_000])
  func `a duration as shown is read as the same`(seconds: Int) {
    let text = SettingsValue.seconds(seconds).tomlText
    let value = SettingsLayer.value(of: .pushInterval, in: "daemon.push_interval = \(text)")
    #expect(value == .seconds(seconds))
  }

  @Test(arguments: [
    1, 999, 1000, 1024, 1_500_000, 100_000_000, 1_500_000_000, 1_000_000_000_000_000,
  ])
  func `a size as shown is read as the same`(bytes: Int) {
    let text = SettingsValue.bytes(bytes).tomlText
    let value = SettingsLayer.value(of: .maxLogSize, in: "limits.max_log_size = \(text)")
    #expect(value == .bytes(bytes))
  }

  @Test func `patterns as shown are read as the same`() {
    let patterns = SettingsValue.patterns(["\"", "\\", "é", "a\tb", "\u{202E}x", "", "'''"])
    let layer = SettingsLayer.make("files.ignore = \(patterns.tomlText)")
    #expect(layer.entries[.ignore]?.value == patterns)
  }

  @Test func `the template says nothing until it is uncommented`() {
    let cascade = SettingsCascade(global: .make(SettingsTemplate.text, origin: "config.toml"))
    #expect(cascade.problems.isEmpty)
    #expect(cascade.settings == Settings())
    #expect(cascade.origin(of: .commitInterval) == .builtIn)
  }

  @Test func `the uncommented template sets every key to what is built in`() {
    let text = SettingsTemplate.text.split(separator: "\n").map { line in
      line.hasPrefix("#") && !line.hasPrefix("# ") ? line.dropFirst() : line
    }.joined(separator: "\n")
    let layer = SettingsLayer.make(text, .global)
    #expect(layer.problems.isEmpty)
    for key in SettingsKey.allCases { #expect(layer.entries[key]?.value == key.builtIn) }
    #expect(SettingsCascade(merging: [layer]).settings == Settings())
    for key in SettingsKey.allCases { #expect(SettingsTemplate.text.contains(key.leaf)) }
  }
}
