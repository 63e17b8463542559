import Testing

/// The Python original's service beside ours.
@Suite struct OriginalServiceTests {
  private static let serviceName: Bytes = "com.jacksonferguson.gitpulsar.service"
  private static let timerName: Bytes = "com.jacksonferguson.gitpulsar.timer"

  private static func makeWorld(_ extra: Bytes = "") throws -> ServiceWorld {
    let world = try ServiceWorld()
    try Files.write(
      world.units / Self.serviceName,
      """
      [Unit]
      Description=Git Pulsar Backup Daemon

      [Service]
      ExecStart=/home/ada/.local/bin/git-pulsar-daemon

      """ + extra)
    try Files.write(
      world.units / Self.timerName,
      """
      [Unit]
      Description=Run Git Pulsar every 900 seconds

      [Timer]
      OnBootSec=5min
      OnUnitActiveSec=900s
      Unit=com.jacksonferguson.gitpulsar.service

      [Install]
      WantedBy=timers.target

      """)
    return world
  }

  @Test func `it is stopped and removed when the person says yes`() throws {
    let world = try Self.makeWorld()
    try world.run("install-service", "--yes").expectEnd(status: 0)
    #expect(try world.files().keys.sorted() == ["git-pulsar.service"])
    #expect(
      try world.told().filter { !$0.hasPrefix("reset-failed") } == [
        "disable --now --quiet com.jacksonferguson.gitpulsar.timer",
        "disable --now --quiet com.jacksonferguson.gitpulsar.service", "daemon-reload",
        "daemon-reload", "enable --now --quiet git-pulsar.service",
      ])
  }

  @Test func `without an answer it stays, and ours is installed`() throws {
    let world = try Self.makeWorld()
    try world.run("install-service").expectEnd(
      status: 3, ["disable --now com.jacksonferguson.gitpulsar.timer"])
    #expect(
      try world.files().keys.sorted() == [
        Self.serviceName, Self.timerName, "git-pulsar.service",
      ])
  }

  @Test func `changed by hand, it stays even with --yes`() throws {
    let world = try Self.makeWorld("Nice=5\n")
    try world.run("install-service", "--yes").expectEnd(status: 3, ["changed by hand"])
    #expect(Files.exists(world.units / Self.serviceName))
    #expect(Files.exists(world.units / Self.timerName))
  }

  @Test func `uninstalling leaves it alone`() throws {
    let world = try Self.makeWorld()
    let before = try world.files()
    try world.run("uninstall-service").expectEnd(status: 0, ["no service is installed"])
    #expect(try world.files() == before)
  }
}
