import PulsarEngine
import Testing

@testable import PulsarSystem

@Suite struct NotificationToolTests {
  private static func notification(_ title: String, _ body: String) -> DesktopNotification {
    DesktopNotification(title: title, body: body, urgency: .critical, key: "push /r")
  }

  @Test func `notify-send gets options, an end of options, and two texts`() {
    let arguments = NotificationTool.notifySend.arguments(
      for: Self.notification("could not push", "no network"))
    #expect(
      arguments == [
        "--app-name=git-pulsar", "--urgency=critical",
        "--hint=string:x-canonical-private-synchronous:git-pulsar push /r", "--",
        "could not push", "no network",
      ])
  }

  @Test func `a text that looks like an option is a text`() {
    let texts = Self.notification("-e", "--icon=/etc/passwd")
    let sent = NotificationTool.notifySend.arguments(for: texts)
    #expect(sent.suffix(3) == ["--", "-e", "--icon=/etc/passwd"])
    // osascript: the first argument that is no option ends them.
    let script = NotificationTool.osascript.arguments(for: texts)
    #expect(script.suffix(2) == ["git-pulsar: -e", "--icon=/etc/passwd"])
  }

  @Test func `a text is never part of a script`() {
    let texts = Self.notification("\" & (do shell script \"id\") & \"", "end run")
    let arguments = NotificationTool.osascript.arguments(for: texts)
    let other = NotificationTool.osascript.arguments(for: Self.notification("a", "b"))
    #expect(arguments.dropLast(2) == other.dropLast(2))
    #expect(arguments.suffix(2) == ["\" & (do shell script \"id\") & \"", "end run"])
  }

  @Test func `a body is neither markup nor escapes for notify-send`() {
    let arguments = NotificationTool.notifySend.arguments(
      for: Self.notification("<b>", "<a href=\"x\">A & B</a>\\n <\u{301}"))
    #expect(
      arguments.suffix(2) == ["<b>", "&lt;a href=\"x\"&gt;A &amp; B&lt;/a&gt;\\\\n &lt;\u{301}"])
  }

  @Test func `texts are bounded and hold no control characters`() {
    let long = String(repeating: "x", count: 10_000)
    let arguments = NotificationTool.notifySend.arguments(
      for: DesktopNotification(
        title: "a\u{1B}[31m\n\u{0}b\u{202E}", body: long, urgency: .low, key: "k\n" + long))
    #expect(arguments.suffix(2) == ["a [31m  b ", String(repeating: "x", count: 399) + "…"])
    #expect(arguments.allSatisfy { $0.count <= 400 && !$0.contains("\n") })
  }

  @Test func `an empty title becomes the name of the program`() {
    let texts = Self.notification("", "b")
    #expect(NotificationTool.notifySend.arguments(for: texts).suffix(2) == ["git-pulsar", "b"])
  }

  @Test(arguments: [[:], ["DISPLAY": ""], ["PATH": "/usr/bin:/bin"]])
  func `without a desktop it says so`(environment: [String: String]) {
    let found = NotificationTool.notifySend.find(in: Self.environment(environment))
    #expect(found == .failure(.init(why: "there is no desktop session")))
  }

  @Test(
    arguments: ["DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS"],
    [nil, "", "/nonexistent", "relative:.::"] as [String?])
  func `without the program it says so`(desktop: String, path: String?) {
    let found = NotificationTool.notifySend.find(
      in: Self.environment([desktop: ":0", "PATH": path]))
    #expect(found == .failure(.init(why: "there is no notify-send on the PATH")))
  }

  private static func environment(_ variables: [String: String?]) -> ProcessEnvironment {
    ProcessEnvironment(
      entries: variables.compactMap { name, value in value.map { Array("\(name)=\($0)".utf8) } })
  }
}
