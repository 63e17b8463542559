import Testing

@testable import PulsarSystem

/// Source: sd_notify(3), sd_watchdog_enabled(3).
@Suite struct ServiceNoticeTests {
  private static func notice(_ entries: [String]) -> ServiceNotice {
    ServiceNotice(
      environment: ProcessEnvironment(entries: entries.map { Array($0.utf8) }), process: 42)
  }

  @Test(
    arguments: [
      (["WATCHDOG_USEC=30000000"], .seconds(15)),
      (["WATCHDOG_USEC=30000000", "WATCHDOG_PID=42"], .seconds(15)),
      (["WATCHDOG_USEC=30000000", "WATCHDOG_PID=43"], nil),
      (["WATCHDOG_USEC=30000000", "WATCHDOG_PID=x"], nil),
      (["WATCHDOG_USEC=0"], nil), (["WATCHDOG_USEC=-9"], nil), (["WATCHDOG_USEC=1s"], nil),
      (["WATCHDOG_PID=42"], nil), ([], nil),
    ] as [([String], Duration?)])
  func `the watchdog is fed in half its time, by the process that is meant`(
    entries: [String], expected: Duration?
  ) {
    #expect(Self.notice(entries).watchdogInterval == expected)
  }

  @Test(arguments: [
    [], ["NOTIFY_SOCKET="], ["NOTIFY_SOCKET=@"], ["NOTIFY_SOCKET=vsock:2:1"],
    ["NOTIFY_SOCKET=relative"], ["NOTIFY_SOCKET=/" + String(repeating: "x", count: 107)],
    ["NOTIFY_SOCKET=/nonexistent/socket"],
  ])
  func `without a manager nothing happens`(entries: [String]) {
    #expect(!Self.notice(entries).send(.ready))
  }

  @Test func `a status is one line`() {
    #expect(ServiceNotice.Message.status("a\nSTOPPING=1\r").line == "STATUS=a STOPPING=1 ")
  }
}
