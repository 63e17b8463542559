import Foundation
import Testing

/// `git pulsar install-service` where systemd answers, and where it does not.
@Suite struct InstallServiceTests {
  @Test func `the daemon becomes a service, and what was done is said`() throws {
    let world = try ServiceWorld()
    let outcome = try world.run("install-service")
    outcome.expectEnd(
      status: 0,
      [
        "wrote ~/.config/systemd/user/git-pulsar.service", "daemon\n", "with PATH=",
        "loginctl enable-linger",
      ])
    let unit = try Files.read(world.service)
    #expect(unit.contains("\nExecStart=\(Program.path) daemon\n"), "\(unit)")
    #expect(unit.contains("XDG_STATE_HOME=\(world.sandbox.state)"), "\(unit)")
    #expect(
      try world.told() == ["daemon-reload", "enable --now --quiet git-pulsar.service"])
    #expect(try world.files().keys.sorted() == ["git-pulsar.service"])
  }

  @Test func `with an interval, a timer starts one pass after the other`() throws {
    let world = try ServiceWorld()
    try world.run("install-service", "--interval", "10m").expectEnd(status: 0, ["every 10m"])
    #expect(try Files.read(world.service).contains(" daemon --once\n"))
    #expect(try Files.read(world.timer).contains("\nOnUnitActiveSec=600s\n"))
    #expect(try world.told() == ["daemon-reload", "enable --now --quiet git-pulsar.timer"])
  }

  @Test func `a second time, nothing is rewritten or started anew`() throws {
    let world = try ServiceWorld()
    try world.run("install-service").expectEnd(status: 0)
    let before = Files.status(world.service)
    _ = try world.told()
    try world.run("install-service").expectEnd(status: 0, ["is as it should be"])
    #expect(Files.status(world.service) == before)
    #expect(try world.told() == ["enable --now --quiet git-pulsar.service"])
  }

  @Test func `a unit of an older version is rewritten, and the daemon started anew`() throws {
    let world = try ServiceWorld()
    try world.run("install-service", environment: ["XDG_STATE_HOME": "/elsewhere"])
      .expectEnd(status: 0)
    _ = try world.told()
    try world.run("install-service").expectEnd(status: 0, ["wrote "])
    #expect(!(try Files.read(world.service).contains("/elsewhere")))
    #expect(
      try world.told() == [
        "daemon-reload", "enable --now --quiet git-pulsar.service", "restart git-pulsar.service",
      ])
  }

  @Test func `from service to timer and back, one ends before the other begins`() throws {
    let world = try ServiceWorld()
    try world.run("install-service").expectEnd(status: 0)
    _ = try world.told()
    try world.run("install-service", "--interval", "600").expectEnd(status: 0)
    #expect(
      try world.told().filter { !$0.hasPrefix("reset-failed") } == [
        "disable --now --quiet git-pulsar.service", "daemon-reload",
        "enable --now --quiet git-pulsar.timer",
      ])
    try world.run("install-service").expectEnd(status: 0, ["removed ", "git-pulsar.timer"])
    #expect(!Files.exists(world.timer))
    #expect(
      try world.told().filter { !$0.hasPrefix("reset-failed") } == [
        "disable --now --quiet git-pulsar.timer", "disable --now --quiet git-pulsar.service",
        "daemon-reload", "enable --now --quiet git-pulsar.service",
      ])
  }

  @Test func `a unit changed by hand is overwritten only when the person says so`() throws {
    let world = try ServiceWorld()
    try world.run("install-service").expectEnd(status: 0)
    let ours = try Files.read(world.service)
    try Files.write(world.service, ours + "Nice=19\n")
    _ = try world.told()
    for input in ["", "n\n"] as [Bytes] {
      try world.run("install-service", input: input).expectEnd(status: 2, ["changed by hand"])
      #expect(try Files.read(world.service) == ours + "Nice=19\n")
    }
    #expect(try world.told() == [])
    try world.run("install-service", "--yes").expectEnd(status: 0)
    #expect(try Files.read(world.service) == ours)
  }

  @Test func `a unit of somebody else is overwritten only when the person says so`() throws {
    let world = try ServiceWorld()
    try Files.write(world.service, "[Service]\nExecStart=/bin/true\n")
    try world.run("install-service").expectEnd(status: 2, ["is not from git-pulsar"])
    #expect(try Files.read(world.service) == "[Service]\nExecStart=/bin/true\n")
    #expect(try world.told() == [])
    try world.run("install-service", input: "y\n").expectEnd(status: 0)
    #expect(try Files.read(world.service).contains(" daemon\n"))
  }

  @Test func `where systemd does not answer, nothing is written`() throws {
    let world = try ServiceWorld()
    try world.refuse("show", saying: "Failed to connect to bus: No medium found")
    try world.run("install-service").expectSentence("No medium found", "sudo")
    #expect(!Files.exists(world.units))
  }

  @Test func `where there is no systemd, nothing is written`() throws {
    let world = try ServiceWorld()
    let tools = world.sandbox.root / "tools"
    try Files.makeFolder(tools)
    try world.run("install-service", environment: ["PATH": tools])
      .expectSentence("could not run 'systemctl'", "git-pulsar daemon")
    #expect(!Files.exists(world.units))
  }

  @Test func `where nobody knows of lingering, nothing is said of it`() throws {
    let world = try ServiceWorld()
    let tools = world.sandbox.root / "tools"
    try Files.makeLink(tools / "systemctl", to: world.sandbox.root / "bin/systemctl")
    for path in [tools, world.sandbox.root + "/bin:/usr/bin:/bin"] {
      try world.setLingering("; exit 1")
      let outcome = try world.run("install-service", environment: ["PATH": path])
      outcome.expectEnd(status: 0)
      #expect(!outcome.shown.contains("linger"), "\(outcome)")
    }
  }

  @Test func `a service that does not start is told, with the files in place`() throws {
    let world = try ServiceWorld()
    try world.refuse("enable", saying: "Job for git-pulsar.service failed.")
    try world.run("install-service")
      .expectSentence("the files are in place", "Job for git-pulsar.service failed")
    #expect(Files.exists(world.service))
  }

  @Test(arguments: ["59", "0", "-600", "ten", "31d", "1.5h", "", "59s"] as [Bytes])
  func `an interval that is none is a wrong command line`(interval: Bytes) throws {
    let world = try ServiceWorld()
    try world.run("install-service", "--interval=" + interval).expectEnd(
      status: 64, ["--interval"])
    #expect(try world.files() == [:])
    #expect(try world.told() == [])
  }

  @Test func `a dry run shows the files and touches nothing`() throws {
    let world = try ServiceWorld()
    try world.refuse("show", saying: "asked")
    let outcome = try world.run("install-service", "--interval", "1h", "--dry-run")
    outcome.expectEnd(
      status: 0, ["git-pulsar.timer:\n", "OnUnitActiveSec=3600s", "daemon --once"])
    let report = try world.run("install-service", "--interval", "1h", "--dry-run", "--json")
    report.expectEnd(status: 0)
    let object = try JSONSerialization.jsonObject(with: Data(report.output.array))
    let files = try #require((object as? [String: Any])?["files"] as? [[String: Any]])
    #expect(files.count == 2)
    #expect((files[0]["content"] as? String)?.contains("OnUnitActiveSec=3600s") == true)
    #expect(!Files.exists(world.units))
    #expect(try world.told() == [])
  }

  @Test func `the report says what was written and what is so`() throws {
    let world = try ServiceWorld()
    try world.setLingering("yes")
    let outcome = try world.run("install-service", "--json")
    outcome.expectEnd(status: 0)
    let object = try JSONSerialization.jsonObject(with: Data(outcome.output.array))
    let report = try #require(object as? [String: Any])
    #expect(report["lingers"] as? Bool == true)
    #expect(report["manager"] as? String == "systemd")
    #expect(report["arguments"] as? [String] == ["daemon"])
    let files = try #require(report["files"] as? [[String: Any]])
    #expect(files.map { $0["change"] as? String } == ["written"])
  }

  @Test func `a folder that a service file cannot name is refused`() throws {
    let world = try ServiceWorld()
    try world.run("install-service", environment: ["XDG_STATE_HOME": "/a\nExecStartPre=/bin/true"])
      .expectSentence("XDG_STATE_HOME", "line break")
    #expect(try world.files() == [:])
  }

  @Test func `the units go where XDG_CONFIG_HOME says, and the service is told`() throws {
    let world = try ServiceWorld()
    let folder = world.sandbox.root / "settings"
    try world.run("install-service", environment: ["XDG_CONFIG_HOME": folder]).expectEnd(status: 0)
    let unit = try Files.read(folder / "systemd/user/git-pulsar.service")
    #expect(unit.contains("XDG_CONFIG_HOME=\(folder)"))
  }

  @Test func `a link that the program was called by is kept`() throws {
    let world = try ServiceWorld()
    let link = world.sandbox.root / "bin/git-pulsar"
    try Files.makeLink(link, to: Program.path)
    try world.sandbox.run(
      ["git-pulsar", "install-service"], in: world.sandbox.scratchFolder()
    ).expectEnd(status: 0)
    #expect(try Files.read(world.service).contains("\nExecStart=\(link) daemon\n"))
  }
}
