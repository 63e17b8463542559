import PulsarConfig
import PulsarCore
import TestSupport
import Testing

/// Mutated texts: whatever stands in a file, reading it ends, and with values in range.
@Suite struct SettingsRandomTests {
  @Test(arguments: [1, 2, 3, 4] as [UInt64])
  func `any text is read without a crash, to values in range`(seed: UInt64) {
    var random = Random(state: seed)
    for round in 0..<1500 {
      let text = Self.text(&random)
      for kind in [SettingsLayer.Kind.global, .repository, .pyproject] {
        let layer = SettingsLayer(
          parsing: text, origin: "f", kind: kind, configuredRemotes: ["origin"])
        let settings = SettingsCascade(merging: [layer]).settings
        let shown = "seed \(seed), round \(round): \(String(decoding: text, as: UTF8.self))"
        #expect((0...2_592_000).contains(settings.commitIntervalSeconds), "\(shown)")
        #expect((0...2_592_000).contains(settings.pushIntervalSeconds), "\(shown)")
        #expect((0...100).contains(settings.minBatteryPercent), "\(shown)")
        #expect((0...100).contains(settings.ecoModePercent), "\(shown)")
        #expect((1...1_000_000_000_000_000).contains(settings.largeFileThreshold.bytes), "\(shown)")
        #expect((1...1_000_000_000_000_000).contains(settings.maxLogSize.bytes), "\(shown)")
        #expect(kind == .global || settings.remoteName == "origin", "\(shown)")
        #expect(!settings.ignore.contains { $0.contains("\n") || $0.contains("\0") }, "\(shown)")
        let lines = 1 + text.count { $0 == 0x0A }
        #expect(
          layer.problems.allSatisfy { (1...lines).contains($0.line ?? 1) }
            && layer.problems.allSatisfy { !$0.sentence.contains("\n") }, "\(shown)")
      }
    }
  }

  private static let base = Array(
    """
    [core]
    backup_branch = "wip/pulsar"
    remote_name = 'origin'
    [daemon]
    preset = "lazy" # comment
    commit_interval = "10m"
    min_battery_percent = 10
    [files]
    ignore = ["*.o", 'x', \"\"\"y\"\"\"]
    manage_gitignore = true
    [tool.pulsar.limits]
    large_file_threshold = '1MB'
    x = 1979-05-27 07:32:00Z
    t = { a.b = 1.5e3, "c" = [{}, {d = 0xFF}] }
    [[list]]

    """.utf8)

  private static let fragments: [[UInt8]] =
    [
      "[", "]", "[[", "]]", "{", "}", "=", ".", ",", "\n", "\r\n", "\r", "\"", "'", "\"\"\"", "'''",
      "#", " ", "\t", "daemon", "core", "commit_interval", "a", "1979-05-27", "T07:32:00Z",
      "07:32:00.999999999999999999", "2000-01-01 1", "2000-01-01 ", "+99:99", "0x", "0b1", "0o7",
      "1e", "inf", "nan", "-", "+",
      "_",
      "9223372036854775808", "99999999999999999999999", "1_000", "\\u0000", "\\uD800",
      "\\U0010FFFF", "\\x41", "\\", "\u{FEFF}", "é", "\u{2028}", "ﻼ", "ゐ", "\u{7F}", "\u{0}",
      "true", "false", "[a]\n", "[[a]]\n", "[a.b]\n", "a = 1\n", "a.b = 2\n", "a = {}\n",
      "a = [{b=1},{c=[1]}]\n", "\"\" = 1\n", "1e999999", "0x1p3", "@", "t", "f", "1000000000",
      "-1", "\"99999999d\"", "\"0\"", "..", "pulsar", "\\n", "t = ", "fal", "in", "1.", "12:",
      "[tool.pulsar]\n", "daemon.commit_interval = ", "limits.max_log_size = ",
    ].map { Array($0.utf8) } + [[0xFF], [0xC3], [0xED, 0xA0, 0x80]]

  private static func text(_ random: inout Random) -> [UInt8] {
    var text = random.below(3) == 0 ? [] : Self.base
    for _ in 0..<(1 + random.below(text.isEmpty ? 30 : 6)) {
      let place = random.below(text.count + 1)
      switch text.isEmpty ? 0 : random.below(5) {
      case 0, 1:
        let fragment = Self.fragments[random.below(Self.fragments.count)]
        text.insert(contentsOf: fragment, at: random.below(3) == 0 ? text.count : place)
      case 2: text.removeSubrange(place..<min(text.count, place + random.below(12)))
      case 3:
        if place < text.count { text[place] = UInt8(truncatingIfNeeded: random.below(256)) }
      default:
        let start = random.below(text.count)
        let piece = Array(text[start..<min(text.count, start + random.below(40))])
        text.insert(contentsOf: piece, at: place)
      }
    }
    return text
  }

  /// SplitMix64.
  private struct Random {
    var state: UInt64

    mutating func below(_ bound: Int) -> Int {
      self.state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = self.state
      mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
      return Int((mixed ^ (mixed >> 31)) % UInt64(bound))
    }
  }
}
