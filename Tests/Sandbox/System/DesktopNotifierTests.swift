import Foundation
import PulsarCore
import PulsarEngine
import PulsarSystem
import Testing

/// A notify-send of the test's own, which tells through a named pipe that it runs.
@Suite(.timeLimit(.minutes(2))) struct DesktopNotifierTests {
  private let folder = TemporaryFolder()
  private let told: Int32

  init() {
    mkfifo(text(self.folder("told")), 0o600)
    // Both ends, so that nobody waits for the other.
    self.told = open(text(self.folder("told")), O_RDWR | O_NONBLOCK | O_CLOEXEC)
  }

  private func notifier(_ lines: String) throws -> DesktopNotifier {
    try Script.put(lines, at: self.folder("notify-send"))
    return DesktopNotifier(
      environment: ProcessEnvironment(entries: [
        Array("PATH=/nonexistent:\(text(self.folder.path)):/usr/bin:/bin".utf8),
        Array("TOLD=\(text(self.folder("told")))".utf8), Array("DISPLAY=:99".utf8),
      ]), tool: .notifySend)
  }

  /// What the programs told, up to `end`.
  private func hear(until end: String) throws -> String {
    var heard = ""
    while !heard.hasSuffix(end) {
      let ready = try DescriptorPoll.wait([(self.told, 1)], within: .seconds(60))
      guard ready == [1] else {
        Issue.record("nothing came for a minute")
        break
      }
      var byte: UInt8 = 0
      if read(self.told, &byte, 1) == 1 { heard.unicodeScalars.append(Unicode.Scalar(byte)) }
    }
    return heard
  }

  private func process() throws -> Int32 {
    try #require(Int32(try self.hear(until: "\n").dropLast()))
  }

  private static let notification = DesktopNotification(
    title: "-t", body: "$(id) `id` \"x\"\ny", urgency: .normal, key: "k")

  @Test func `runs the program with the texts as they are`() throws {
    defer { close(self.told) }
    let notifier = try self.notifier(
      "{ echo $$; for word; do printf '%s\\n' \"$word\"; done; echo end; } > \"$TOLD\"")
    #expect(notifier.deadline == nil)
    #expect(notifier.notify(Self.notification) == .started)
    #expect(notifier.deadline != nil)
    let process = try self.process()
    #expect(
      try self.hear(until: "end\n").split(separator: "\n") == [
        "--app-name=git-pulsar", "--urgency=normal",
        "--hint=string:x-canonical-private-synchronous:git-pulsar k", "--", "-t",
        "$(id) `id` \"x\" y", "end",
      ])
    Script.awaitEnd(of: process)
    #expect(notifier.tend(now: 0) == [])
    #expect(notifier.deadline == nil)
    #expect(!Script.exists(process), "no zombie")
  }

  @Test func `tells for the log that the program failed`() throws {
    defer { close(self.told) }
    let notifier = try self.notifier("echo $$ > \"$TOLD\"; exit 3")
    #expect(notifier.notify(Self.notification) == .started)
    Script.awaitEnd(of: try self.process())
    #expect(notifier.tend(now: 0) == ["a notification was not shown: exit status 3"])
  }

  @Test func `kills a program that hangs, at the deadline and not before`() throws {
    defer { close(self.told) }
    let notifier = try self.notifier("echo $$ > \"$TOLD\"; exec sleep 1000")
    let before = ClockReadings.continuous()
    #expect(notifier.notify(Self.notification) == .started)
    let deadline = try #require(notifier.deadline)
    #expect(deadline >= before + 5_000_000_000)
    let process = try self.process()
    #expect(notifier.tend(now: deadline - 1) == [])
    #expect(Script.exists(process))
    #expect(
      notifier.tend(now: deadline) == ["a notification was not shown: its program hung"])
    #expect(!Script.exists(process))
    #expect(notifier.deadline == nil)
  }

  @Test func `does not pile up programs that hang`() throws {
    defer { close(self.told) }
    let notifier = try self.notifier("exec sleep 1000")
    for _ in 0..<DesktopNotifier.runningMax {
      #expect(notifier.notify(Self.notification) == .started)
    }
    #expect(
      notifier.notify(Self.notification)
        == .skipped(why: "8 notifications are still being shown"))
    #expect(notifier.tend(now: .max).count == 8)
    #expect(notifier.notify(Self.notification) == .started)
  }

  @Test func `says why nothing is shown`() throws {
    defer { close(self.told) }
    let none = DesktopNotifier(
      environment: ProcessEnvironment(variables: []), tool: .notifySend)
    #expect(none.notify(Self.notification) == .skipped(why: "there is no desktop session"))
    let notifier = try self.notifier("exit 0")
    try put("#!/nonexistent/shell\n", at: self.folder("notify-send"))
    guard case .skipped(let why) = notifier.notify(Self.notification) else {
      Issue.record("it cannot have started")
      return
    }
    #expect(why.hasPrefix("could not start '\(text(self.folder("notify-send")))': "))
  }
}
