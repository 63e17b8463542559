import Foundation
import PulsarCore
import PulsarSystem
import Testing

/// What a service file can hold, and what is refused.
@Suite struct UnitTextTests {
  private static func lines(_ service: BackgroundService) throws -> [Substring] {
    String(decoding: try SystemdUnits.files(service)[0].bytes, as: UTF8.self).split(separator: "\n")
  }

  /// systemd.syntax(7), systemd.unit(5): quotes, escapes, specifiers.
  @Test(
    arguments: [
      ("/usr/bin/git-pulsar", "ExecStart=/usr/bin/git-pulsar daemon"),
      ("/a b/git-pulsar", #"ExecStart="/a b/git-pulsar" daemon"#),
      ("/100%/git-pulsar", "ExecStart=/100%%/git-pulsar daemon"),
      ("/a$b/git-pulsar", "ExecStart=:/a$b/git-pulsar daemon"),
      ("/a;b#c", #"ExecStart="/a;b#c" daemon"#),
    ])
  func `the program's path is quoted as systemd reads it`(path: String, line: String) throws {
    #expect(try Self.lines(.make(program: path)).contains(Substring(line)))
  }

  /// systemd.exec(5) "Environment=": `$` has no meaning there, `%` has.
  @Test func `a variable's value is quoted as systemd reads it`() throws {
    let lines = try Self.lines(.make(.always, ["XDG_STATE_HOME": #"/a b/%h/$HOME/"q"\n"#]))
    #expect(lines.contains(#"Environment="XDG_STATE_HOME=/a b/%%h/$HOME/\"q\"\\n""#))
  }

  @Test(arguments: ["/a\nExecStartPre=/bin/false", "/a\tb", "/a\u{7f}b", "/a\rb"])
  func `a path with a control character is refused and explained`(path: String) throws {
    for service in [
      BackgroundService.make(program: path), .make(.always, ["XDG_STATE_HOME": path]),
    ] {
      let error = #expect(throws: UnitTextError.self) { try SystemdUnits.files(service) }
      #expect(throws: UnitTextError.self) { try LaunchdAgent.file(service) }
      #expect(error?.problem == .controlCharacter)
      #expect(error?.explanation.contains("line break or another control character") == true)
      #expect(error?.explanation.contains("\n") == false)
    }
  }

  /// systemd: "Executable name contains special characters".
  @Test(arguments: ["/it's/git-pulsar", #"/a"b"#, #"/a\b"#])
  func `a program that systemd would not run is refused and explained`(path: String) throws {
    let error = #expect(throws: UnitTextError.self) { try SystemdUnits.files(.make(program: path)) }
    #expect(error?.problem == .quoteOrBackslash)
    #expect(error?.explanation.contains("has a quote or a backslash") == true)
    _ = try LaunchdAgent.file(.make(program: path))
  }

  @Test func `a path that is not UTF-8 is refused and explained`() {
    let service = BackgroundService(
      program: GitPath(bytes: [0x2F, 0xFF]), schedule: .always, environment: [])
    let error = #expect(throws: UnitTextError.self) { try SystemdUnits.files(service) }
    #expect(error?.problem == .notUTF8)
    #expect(error?.explanation.contains(#""/\377", is not UTF-8"#) == true)
  }

  @Test func `the agent says the same as the service, in XML`() throws {
    let service = BackgroundService.make(
      program: BackgroundService.difficultProgram, .every(seconds: 90),
      ["PATH": "/bin", "XDG_STATE_HOME": BackgroundService.difficultFolder])
    let bytes = try LaunchdAgent.file(service).bytes
    let agent = try PropertyListSerialization.propertyList(from: Data(bytes), format: nil)
    let values = try #require(agent as? [String: Any])
    #expect(values["Label"] as? String == LaunchdAgent.label)
    #expect(
      values["ProgramArguments"] as? [String]
        == [BackgroundService.difficultProgram, "daemon", "--once"])
    #expect(
      values["EnvironmentVariables"] as? [String: String]
        == ["PATH": "/bin", "XDG_STATE_HOME": BackgroundService.difficultFolder])
    #expect(values["StartInterval"] as? Int == 90)
    #expect(values["KeepAlive"] == nil)
  }

  @Test func `the daemon's agent is started anew after a failure only`() throws {
    let bytes = try LaunchdAgent.file(.make()).bytes
    let agent = try PropertyListSerialization.propertyList(from: Data(bytes), format: nil)
    let values = try #require(agent as? [String: Any])
    #expect(values["KeepAlive"] as? [String: Bool] == ["SuccessfulExit": false])
    #expect(values["StartInterval"] == nil)
  }
}
