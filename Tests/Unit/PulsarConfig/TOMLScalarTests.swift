import PulsarConfig
import Testing

/// Values that settings do not have, but a project's file may; see <https://toml.io/en/v1.0.0>.
@Suite struct TOMLScalarTests {
  @Test(arguments: [
    "0", "+99", "-17", "1_000", "5_349_221", "0xDEADBEEF", "0xdead_beef", "0o755", "0b1101_0110",
    "+1.0", "3.1415", "-0.01", "5e+22", "1e06", "-2E-2", "6.626e-34", "224_617.445_991_228", "inf",
    "+inf", "-inf", "nan", "+nan", "-nan", "true", "false", "1979-05-27T07:32:00Z",
    "1979-05-27T00:32:00-07:00", "1979-05-27T00:32:00.999999+07:00", "1979-05-27 07:32:00Z",
    "1979-05-27T07:32:00", "1979-05-27", "07:32:00", "00:32:00.999999", "1979-05-27t07:32:00z",
  ])
  func `a value that TOML allows keeps no file from being read`(text: String) {
    for other in ["x = \(text)", "x = [\(text), \(text)]", "x = {y = \(text) } # \(text)"] {
      let layer = SettingsLayer.make(
        "[other]\n\(other)\n[tool.pulsar]\ndaemon.push_interval = 5", .pyproject)
      #expect(layer.problems.isEmpty)
      #expect(layer.entries[.pushInterval]?.value == .seconds(5))
    }
  }

  @Test(arguments: [
    "_1", "1_", "1__0", "0x", "0x_1", "+0x1", "0b2", "0o8", ".5", "5.", "1.e5", "1e", "1e+", "--1",
    "True", "tru", "infinity", "1979-05", "1979-05-27T", "1979-05-27 0", "1979-05-27T07",
    "07:32:00Z",
    "07:32:00.", "1979-05-27T07:32:00+7", "1:2", "012", "1979-13-01", "24:61:00",
    "9223372036854775808", String(repeating: "1", count: 200),
  ])
  func `a value that TOML does not allow is refused`(text: String) {
    let layer = SettingsLayer.make("[other]\nx = \(text)\n[tool.pulsar]", .pyproject)
    #expect(layer.problems.count == 1)
    #expect(layer.problems.first?.line == 2)
    #expect(layer.problems.first?.key == nil)
  }
}
