import PulsarCore
import PulsarSystem
import Testing

/// The files as a person finds them.
///
/// `ci/units` has systemd read such files.
@Suite struct GoldenUnitTests {
  private static let variables: KeyValuePairs = [
    "PATH": "/home/ada/bin:/usr/bin:/bin", "XDG_CONFIG_HOME": "/home/ada/settings",
    "XDG_STATE_HOME": "/home/ada/state",
  ]
  private static let difficult = BackgroundService.make(
    program: BackgroundService.difficultProgram, .always,
    ["XDG_STATE_HOME": BackgroundService.difficultFolder])

  @Test func `the unit of the daemon`() throws {
    let files = try SystemdUnits.files(.make(.always, Self.variables))
    #expect(files.map(\.name) == ["git-pulsar.service"])
    try Golden.expect(files[0].bytes, "daemon.service")
  }

  @Test func `the units of a pass every ten minutes`() throws {
    let files = try SystemdUnits.files(.make(.every(seconds: 600), Self.variables))
    #expect(files.map(\.name) == ["git-pulsar.service", "git-pulsar.timer"])
    try Golden.expect(files[0].bytes, "pass.service")
    try Golden.expect(files[1].bytes, "pass.timer")
  }

  @Test func `the unit with every difficult character`() throws {
    try Golden.expect(SystemdUnits.files(Self.difficult)[0].bytes, "difficult.service")
  }

  @Test func `the agent of the daemon`() throws {
    let file = try LaunchdAgent.file(.make(.always, Self.variables))
    #expect(file.name == "git-pulsar.plist")
    try Golden.expect(file.bytes, "daemon.plist")
  }

  @Test func `the agent of a pass every ten minutes`() throws {
    let file = try LaunchdAgent.file(.make(.every(seconds: 600), Self.variables))
    try Golden.expect(file.bytes, "pass.plist")
  }

  @Test func `the agent with every difficult character`() throws {
    try Golden.expect(LaunchdAgent.file(Self.difficult).bytes, "difficult.plist")
  }
}
