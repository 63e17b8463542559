import PulsarConfig
import Testing

@Suite struct SettingsLayerTests {
  @Test(arguments: [
    ("600", 600), ("\"600\"", 600), ("\"10m\"", 600), ("\"10min\"", 600), ("\"1h\"", 3600),
    ("\"1hr\"", 3600), ("\"1d\"", 86400), ("\"90s\"", 90), ("\"1h30m\"", 5400), ("0", 0),
    ("\"0s\"", 0), ("\"30d\"", 2_592_000), ("\"10 Min\"", 600), ("\"1 day 2 hours\"", 93600),
    ("0x10", 16), ("1_000", 1000),
  ])
  func `a duration is seconds or numbers with units`(text: String, seconds: Int) {
    let layer = SettingsLayer.make("daemon.commit_interval = \(text)")
    #expect(layer.entries[.commitInterval]?.value == .seconds(seconds))
    #expect(layer.problems.isEmpty)
  }

  @Test(arguments: [
    "\"soon\"", "-1", "\"-5m\"", "\"31d\"", "2592001", "1000000000", "9223372036854775807", "1.5",
    "\"1.5h\"", "\"\"", "\"m\"", "\"10x\"", "\"30m1h\"", "\"1h1h\"", "\"1h30\"", "true", "[600]",
    "{a = 1}", "1979-05-27", "07:32:00", "1979-05-27 07:32:00Z", "inf", "nan",
    "\"99999999999999999999d\"", "\"999999999999999999d\"", "\"١٠m\"",
  ])
  func `what is no duration up to 30 days is named and left out`(text: String) throws {
    let layer = SettingsLayer.make("[daemon]\npush_interval = 5\ncommit_interval = \(text)\n")
    #expect(layer.entries[.commitInterval] == nil)
    #expect(layer.entries[.pushInterval]?.value == .seconds(5))
    let problem = try #require(layer.problems.first)
    #expect(layer.problems.count == 1)
    #expect(problem.line == 3)
    #expect(problem.key == "daemon.commit_interval")
    #expect(problem.sentence.contains("it takes a duration such as 600, \"10m\" or \"1hr\""))
  }

  @Test(arguments: [
    ("1000", 1000), ("\"100MB\"", 100_000_000), ("\"1.5GB\"", 1_500_000_000),
    ("\"512KB\"", 512_000), ("\"10MiB\"", 10_485_760), ("\"1000\"", 1000), ("1", 1),
    ("\"1000TB\"", 1_000_000_000_000_000), ("\"5 mb\"", 5_000_000), ("\"2k\"", 2000),
    ("\"0.5KiB\"", 512), ("\"7B\"", 7),
  ])
  func `a size is bytes or a number with a unit`(text: String, bytes: Int) {
    let layer = SettingsLayer.make("[limits]\nlarge_file_threshold = \(text)")
    #expect(layer.entries[.largeFileThreshold]?.value == .bytes(bytes))
    #expect(layer.problems.isEmpty)
  }

  @Test(arguments: [
    "0", "-1", "\"0.1B\"", "\"1001TB\"", "\"9999999TB\"", "\"999999999999999999TB\"", "1.5",
    "\"big\"", "\"1.MB\"", "\".5MB\"", "\"1.5.5MB\"", "\"1,5MB\"", "\"10MBs\"", "[1]", "false",
    "\"-1MB\"", "\"1e3\"",
  ])
  func `what is no size from 1 byte to 1000 TB is named and left out`(text: String) {
    let layer = SettingsLayer.make("[limits]\nlarge_file_threshold = \(text)")
    #expect(layer.entries.isEmpty)
    #expect(layer.problems.map(\.key) == ["limits.large_file_threshold"])
    #expect(layer.problems.map(\.line) == [2])
  }

  @Test(arguments: [
    ("daemon.min_battery_percent", "101"), ("daemon.min_battery_percent", "-1"),
    ("daemon.eco_mode_percent", "\"20\""), ("daemon.eco_mode_percent", "20.0"),
    ("daemon.preset", "\"Lazy\""), ("daemon.preset", "1"), ("limits.large_file_action", "\"\""),
    ("limits.large_file_action", "\"delete\""), ("files.manage_gitignore", "\"yes\""),
    ("files.manage_gitignore", "1"), ("files.ignore", "\"*.o\""), ("core.remote_name", "7"),
    ("core.backup_branch", "[]"),
  ])
  func `a wrong value of any type is named and left out`(key: String, text: String) throws {
    let layer = SettingsLayer.make("\(key) = \(text)")
    #expect(layer.entries.isEmpty)
    let known = try #require(SettingsKey(rawValue: key))
    #expect(layer.problems.map(\.key) == [key])
    #expect(layer.problems.map(\.allowed) == ["it takes \(known.allowed)"])
  }

  @Test func `every key can be set`() {
    let layer = SettingsLayer.make(
      """
      [core]
      backup_branch = "refs/pulsar"
      remote_name = "origin"
      [daemon]
      preset = "paranoid"
      commit_interval = 1
      push_interval = 2
      min_battery_percent = 0
      eco_mode_percent = 100
      [limits]
      large_file_threshold = 3
      large_file_action = "abort"
      max_log_size = 4
      [files]
      ignore = ["*.tmp", '/build\\n']
      manage_gitignore = true
      """)
    #expect(layer.problems.isEmpty)
    let values = SettingsKey.allCases.map { layer.entries[$0]?.value }
    #expect(
      values == [
        .text("refs/pulsar"), .text("origin"), .text("paranoid"), .seconds(1), .seconds(2),
        .percent(0), .percent(100), .bytes(3), .text("abort"), .bytes(4),
        .patterns(["*.tmp", "/build\\n"]), .flag(true),
      ])
    #expect(
      SettingsKey.allCases.map { layer.entries[$0]?.line }
        == [2, 3, 5, 6, 7, 8, 9, 11, 12, 13, 15, 16])
  }

  @Test(arguments: [
    (
      "[daemon]\ncomit_interval = 1", 2, "there is no key daemon.comit_interval",
      "daemon.commit_interval"
    ),
    ("\n[deamon]\ncommit_interval = 1", 2, "there is no table deamon", "daemon"),
    ("commit_interval = 1", 1, "there is no key commit_interval", "daemon.commit_interval"),
    ("[daemon]\nfrobnicate = 3", 2, "there is no key daemon.frobnicate", nil),
    ("[hooks]\nrun = \"rm -rf /\"", 1, "there is no table hooks", nil),
    ("[daemon]\n\"a\\nb\" = 1", 2, "there is no key \"daemon.a\\nb\"", nil),
    ("[daemon.x]\ny = 1", 1, "there is no key daemon.x", nil),
    ("\"\" = 1", 1, "there is no key ", nil),
  ])
  func `an unknown key or table is named, with the nearest known one`(
    text: String, line: Int, wrong: String, near: String?
  ) throws {
    let layer = SettingsLayer.make(text)
    #expect(layer.entries.isEmpty)
    let problem = try #require(layer.problems.first)
    #expect(layer.problems.count == 1)
    #expect(problem.line == line)
    #expect(problem.wrong == wrong)
    #expect(problem.allowed.hasPrefix("did you mean") == (near != nil))
    if let near { #expect(problem.allowed == "did you mean \(near)") }
  }

  @Test(arguments: ["daemon = 3", "[[daemon]]\npreset = \"lazy\"", "daemon = \"x\""])
  func `a table that is something else is named`(text: String) {
    let layer = SettingsLayer.make(text)
    #expect(layer.entries.isEmpty)
    #expect(layer.problems.map(\.key) == ["daemon"])
    #expect(layer.problems.map(\.allowed) == ["it takes a table, written [daemon]"])
  }

  @Test(arguments: [
    ("[daemon\npreset = \"para", 1), ("[daemon]\npreset = \"lazy", 2), ("a = 1\na = 2", 2),
    ("[daemon]\npreset = ", 2), ("[@]", 1), ("\n[}]", 2), ("x = [}]", 1), ("x = [1,,2]", 1),
    ("x = {a = 1,}", 1), ("é = 1", 1), ("x = é", 1), ("x = \"\\q\"", 1), ("x = 1 y = 2", 1),
    ("x = 99999999999999999999", 1), ("x = 1979-13-45", 1), ("x = 0x", 1), ("[a]\n[a]", 2),
    ("x = \"\"\"a", 1), ("\"\"\"x\"\"\" = 1", 1), ("\rx = 1", 1), ("x", 1), ("= 1", 1),
    ("x = \"a\\u0000b\"", 1), ("\n'x' = \"\\U00000000\"", 2), ("x = \u{7F}", 1),
    ("# \u{1}", 1), ("x = '\u{0}'", 1), ("x = +", 1), ("x = .", 1), ("x = 1.", 1), ("a. = 1", 1),
    ("x = \"\\uD800\"", 1), ("x = 2000-01-01 1", 1), ("x = [2000-01-01 1]", 1), ("x = _1", 1),
    ("[a.]", 1), ("[]", 1), ("]", 1), ("x = ]", 1),
  ])
  func `a broken text is named with its line and nothing in it is used`(
    text: String, line: Int
  ) throws {
    let layer = SettingsLayer.make(text)
    #expect(layer.entries.isEmpty)
    #expect(layer.problems.count == 1)
    let problem = try #require(layer.problems.first)
    #expect(problem.key == nil)
    #expect(problem.line == line)
    #expect(problem.sentence.hasPrefix("pulsar.toml:\(line): it "))
    #expect(problem.sentence.hasSuffix("nothing in this file is used"))
  }

  @Test func `a text that is not UTF-8 is named with its line`() {
    let bytes = Array("[core]\nx = \"".utf8) + [0xFF, 0xFE] + Array("\"\n".utf8)
    let layer = SettingsLayer(parsing: bytes, origin: "pulsar.toml", kind: .repository)
    #expect(
      layer.problems.map(\.sentence) == [
        "pulsar.toml:2: it is not UTF-8; save it in that encoding; nothing in this file is used"
      ])
  }

  @Test func `a file over the limit is refused`() {
    let text = "[daemon]\ncommit_interval = 1\n"
    let padding = String(repeating: "#", count: SettingsLayer.bytesMax - text.utf8.count)
    #expect(SettingsLayer.make(text + padding).entries.count == 1)
    let refused = SettingsLayer.make(text + padding + "#")
    #expect(refused.entries.isEmpty)
    #expect(refused.problems.count == 1)
  }

  @Test(arguments: [
    (before: "", nested: "a.", after: "a = 1"), ("[", "a.", "a]"), ("x = ", "[", ""),
    ("x = ", "{a=", ""), ("x = [{", "a.", "a = 1}]"),
  ])
  func `a text nested without end is refused`(
    text: (before: String, nested: String, after: String)
  ) {
    let nested = String(repeating: text.nested, count: 900_000 / text.nested.utf8.count)
    let layer = SettingsLayer.make(text.before + nested + text.after)
    #expect(layer.entries.isEmpty)
    #expect(layer.problems.first?.wrong.hasPrefix("it is nested too deep") == true)
  }

  @Test func `a flood of mistakes is counted`() {
    let text = (0..<5000).map { "key\($0) = 1\n" }.joined()
    let layer = SettingsLayer.make(text)
    #expect(layer.problems.count == SettingsLayer.problemsMax + 1)
    #expect(layer.problems.first?.line == 1)
    #expect(layer.problems.last?.wrong == "there are 4980 more mistakes")
  }

  @Test func `what TOML allows is read, with the lines of keys`() {
    let text =
      "\u{FEFF}# é\r\n\"core\" . 'backup_branch' = '''wip/é'''\r\n"
      + "daemon = { commit_interval = \"5m\", push_interval = 7 } # \"\r\n[files] # [x]\r\n"
      + "ignore = [ # ]\r\n \"\"\"a\"\"\"\"\", \"\\u00e9\\\"#\",\n]\n[limits]\nmax_log_size = 0b11\n"
    let layer = SettingsLayer.make(text)
    #expect(layer.problems.isEmpty)
    #expect(layer.entries[.backupBranch] == .init(value: .text("wip/é"), line: 2))
    #expect(layer.entries[.pushInterval] == .init(value: .seconds(7), line: 3))
    #expect(layer.entries[.ignore] == .init(value: .patterns(["a\"\"", "é\"#"]), line: 5))
    #expect(layer.entries[.maxLogSize] == .init(value: .bytes(3), line: 9))
  }

  @Test func `a wrong pattern is left out and the others are used`() {
    let layer = SettingsLayer.make(
      "[files]\nignore = [\"*.o\", \"a\\nb\", 7, \"/x\", \"..\\r\"]")
    #expect(layer.entries[.ignore]?.value == .patterns(["*.o", "/x"]))
    #expect(
      layer.problems.map(\.wrong) == [
        "files.ignore holds \"a\\nb\"", "files.ignore holds 7", "files.ignore holds \"..\\r\"",
      ])
  }

  @Test(arguments: ["wip/pulsar", "backup", "refs/pulsar", "refs/pulsar/x", "é/b", "a.b", "refsx"])
  func `a repository may choose a name below branches or our own place`(prefix: String) {
    let text = "core.backup_branch = \"\(prefix)\""
    #expect(SettingsLayer.value(of: .backupBranch, in: text) == .text(prefix))
  }

  @Test(arguments: [
    "", "/", "/a", "a/", "a//b", ".a", "a/.b", "a..b", "a.lock", "a.lock/b", "a.", "a b", "a~",
    "a^",
    "a:b", "a?", "a*", "a[", "a\\\\b", "a@{b", "@", "-a", "HEAD", "head/x", "refs", "refs/heads",
    "refs/tags", "refs/tags/x", "refs/remotes", "refs/remotes/origin", "refs/stash", "refs/notes",
    "refs/replace/x", "Refs/pulsar", "REFS/HEADS", "refs/Pulsar", "refs/Tags/x", "a\\tb",
    String(repeating: "a", count: 201),
  ])
  func `a prefix that git refuses or uses itself is refused in every file`(prefix: String) {
    let text = "core.backup_branch = \"\(prefix)\""
    #expect(SettingsLayer.value(of: .backupBranch, in: text, .repository) == nil)
    #expect(SettingsLayer.value(of: .backupBranch, in: text, .global) == nil)
    #expect(SettingsLayer.make(text, .global).problems.map(\.key) == ["core.backup_branch"])
  }

  @Test(arguments: ["refs/heads/wip", "refs/heads/main", "refs/backup", "refs/pulsarx"])
  func `only the person may choose other places under refs`(prefix: String) {
    let text = "core.backup_branch = \"\(prefix)\""
    #expect(SettingsLayer.value(of: .backupBranch, in: text, .global) == .text(prefix))
    #expect(SettingsLayer.value(of: .backupBranch, in: text, .repository) == nil)
    let inProject = "[tool.pulsar]\n" + text
    #expect(SettingsLayer.value(of: .backupBranch, in: inProject, .pyproject) == nil)
  }

  @Test(arguments: [
    "", "-x", "--upload-pack=evil", "https://evil.example/x", "git@evil.example:x", "../x", "/x",
    ".", "./x", "a..b", "a b", "ext::sh", "C:", "a\\\\b", "é", "a\\nb", "$HOME", "~/x",
  ])
  func `a remote that is no plain name is refused in every file`(name: String) {
    let text = "core.remote_name = \"\(name)\""
    for kind in [SettingsLayer.Kind.global, .repository] {
      // Also when git knows it under this name.
      let layer = SettingsLayer.make(text, kind, remotes: [name])
      #expect(layer.entries.isEmpty)
      #expect(layer.problems.map(\.key) == ["core.remote_name"])
    }
  }

  @Test func `a repository may only name a remote that git knows`() {
    let text = "core.remote_name = \"backup\""
    #expect(SettingsLayer.make(text, remotes: ["origin", "backup"]).entries.count == 1)
    #expect(SettingsLayer.make(text, .global, remotes: []).entries.count == 1)
    let layer = SettingsLayer.make(text, remotes: ["origin"])
    #expect(layer.entries.isEmpty)
    #expect(
      layer.problems.map(\.sentence) == [
        "pulsar.toml:1: core.remote_name is \"backup\"; a file in a repository may only name a"
          + " remote that git knows, see 'git remote'; it is not used"
      ])
  }

  @Test func `only the table of ours is read in a pyproject file`() {
    let layer = SettingsLayer.make(
      """
      [project]
      name = "x"
      [daemon]
      commit_interval = "theirs"
      [tool.black]
      line-length = 100
      [tool.pulsar.daemon]
      push_interval = "1h"
      commit_interval = "soon"
      """, .pyproject)
    #expect(layer.entries == [.pushInterval: .init(value: .seconds(3600), line: 8)])
    #expect(layer.problems.map(\.line) == [9])
  }

  @Test(arguments: ["[tool]\npulsar = 3", "tool = \"pulsar\""])
  func `a table of ours that is none is named`(text: String) {
    #expect(SettingsLayer.make(text, .pyproject).problems.map(\.allowed) == ["it takes a table"])
  }

  @Test(arguments: ["[project\nbroken", "[project]\nname = 'x'", ""])
  func `a pyproject file that does not speak of us says nothing`(text: String) {
    let layer = SettingsLayer.make(text, .pyproject)
    #expect(layer.entries.isEmpty)
    #expect(layer.problems.isEmpty)
  }

  @Test func `what a hostile file holds is shown escaped and short`() throws {
    let layer = SettingsLayer.make(
      "daemon.preset = \"\\u001b[31m\\u202e" + String(repeating: "x", count: 10000) + "\"")
    let sentence = try #require(layer.problems.first).sentence
    #expect(sentence.contains("\\033[31m"))
    #expect(sentence.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control })
    #expect(!sentence.unicodeScalars.contains("\u{202E}"))
    #expect(sentence.count < 400)
  }
}
