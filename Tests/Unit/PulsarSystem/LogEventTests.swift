import PulsarCore
import PulsarSystem
import TestSupport
import Testing

@Suite struct LogEventTests {
  private func event(_ value: String) -> LogEvent {
    LogEvent(
      time: WallTime(seconds: 1_795_190_645), level: .warning, name: "capture.made",
      fields: [.init("repo", "/home/u/app"), .init("cause", value)])
  }

  @Test(arguments: [
    ("plain", "plain"),
    ("", #""""#),
    ("no space", #""no space""#),
    ("a=b", #""a=b""#),
    (#"say "x" \"#, #""say \"x\" \\""#),
    ("one\ntwo\r\t", #""one\ntwo\r\t""#),
    ("\u{1B}[31m\u{202E}\u{2028}", #""\u001b[31m\u202e\u2028""#),
    ("naïve 🎉", #""naïve 🎉""#),
    ("e\u{301}\u{200D}", "\"e\u{301}\\u200d\""),
    ("\u{301}", "\"\u{301}\""),
  ])
  func `is one line and reads back`(value: String, written: String) {
    let event = self.event(value)
    #expect(
      event.line == "2026-11-20T16:04:05Z warning capture.made repo=/home/u/app cause=\(written)")
    #expect(LogEvent(line: event.line.utf8) == event)
  }

  @Test func `reads back whatever text it is given`() {
    var random = SystemRandomNumberGenerator()
    let seed = random.next()
    var generator = SplitMix64(seed: seed)
    for round in 0..<500 {
      let scalars = (0..<Int.random(in: 0...12, using: &generator)).compactMap { _ in
        Unicode.Scalar(UInt32.random(in: 0...0x3000, using: &generator))
      }
      let value = String(String.UnicodeScalarView(scalars))
      let event = self.event(value)
      #expect(!event.line.utf8.contains(0x0A), "seed \(seed), round \(round)")
      #expect(
        LogEvent(line: event.line.utf8)?["cause"].map { Array($0.utf8) } == Array(value.utf8),
        "seed \(seed), round \(round)")
    }
  }

  @Test func `names cannot break the line`() {
    let event = LogEvent(
      time: WallTime(seconds: 0), name: "a b\n", fields: [.init("x=\ny", "1"), .init("", "2")])
    #expect(event.line == "1970-01-01T00:00:00Z info a_b_ x__y=1 _=2")
  }

  @Test func `cuts a value without bounds`() {
    #expect(self.event(String(repeating: "x", count: 1_000_000)).line.utf8.count < 5000)
  }

  @Test(arguments: [
    "", "hello", "2026-11-20T16:04:05Z", "2026-11-20T16:04:05Z info", "2026-13-20T16:04:05Z info a",
    "2026-11-20T16:04:05Z loud a", "2026-11-20T16:04:05Z info a b",
    "2026-11-20T16:04:05Z info a b=",
    "2026-11-20T16:04:05Z info a b=\"cut", "2026-11-20T16:04:05Z info a b=\"\\u12",
    "2026-11-20T16:04:05Z info a b=\"x\"c=1", "2026-02-30T00:00:00Z info a",
    "2026-11-20T16:04:05Z info ",
    "-026-11-20T16:04:05Z info a",
  ])
  func `refuses lines that are not its own`(line: String) {
    #expect(LogEvent(line: line.utf8) == nil)
  }

  @Test(arguments: [0, 951_782_400, 1_709_164_799, 1_709_251_199, 4_102_444_800, -1])
  func `reads back every kind of date`(seconds: Int64) {
    let event = LogEvent(time: WallTime(seconds: seconds), name: "a")
    #expect(LogEvent(line: event.line.utf8)?.time.seconds == seconds)
  }

  @Test func `leaves out the credentials of URLs`() {
    let line = self.event("cannot reach https://user:secret@host/x").line
    #expect(LogEvent(line: line.utf8)?["cause"] == "cannot reach https://***@host/x")
  }
}
