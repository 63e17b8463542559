import PulsarCore
import Testing

@testable import PulsarCommands

@Suite struct StandingWordsTests {
  private static let now = MonotonicTime(nanoseconds: 7_000_000_000)
  /// 2026-11-20T16:04:05Z.
  private static let words = StandingWords(
    now: Self.now, wall: WallTime(seconds: 1_795_190_645))

  private static func after(_ seconds: Int) -> MonotonicTime { Self.now + .seconds(seconds) }

  @Test(
    arguments: [
      (.captured, "everything is captured"),
      (
        .waiting(since: Self.now, until: Self.after(600)),
        "changes are captured when files are quiet, from 16:14 on"
      ),
      (
        .waiting(since: Self.now, until: Self.now),
        "changes are captured when files are quiet"
      ),
      (.inLine, "changes are captured after another repository's"),
      (.underWay(since: Self.now), "a capture is under way"),
      (.paused, "paused"),
      (.missing, "missing; it is captured again when it is back"),
      (.busy, "captures wait for the end of a rebase, merge or the like"),
      (.suspended(batteryPercent: 9), "captures wait for power: the battery is at 9 %"),
      (
        .delayedByLoad(until: Self.after(60)),
        "captures are delayed by the load of this machine, until 16:05 at the latest"
      ),
      (
        .backingOff(until: Self.after(60), .passing),
        "the last capture failed (it is tried again), the next attempt is at 16:05"
      ),
      (
        .backingOff(until: Self.after(8 * 3600), .lasting),
        "the last capture failed (see 'git pulsar log'), the next attempt is at 2026-11-21 00:04"
      ),
    ] as [(Standing.Captures, String)])
  func `captures in words`(captures: Standing.Captures, words: String) {
    #expect(Self.words.captures(captures) == words)
  }

  @Test(
    arguments: [
      (.off, "there is no remote to push to"),
      (.pushed, "everything is pushed"),
      (.waiting(until: Self.after(60)), "captures are pushed, from 16:05 on"),
      (.waiting(until: Self.now), "captures are pushed next"),
      (.underWay(since: Self.now), "a push is under way"),
      (.held, "pushes wait with the captures"),
      (.suspended(batteryPercent: 9), "pushes wait for power: the battery is at 9 %"),
      (
        .deferred(until: Self.after(60)),
        "pushes are deferred as the battery is low, until 16:05 at the latest"
      ),
      (.backingOff(until: Self.after(60), .unreachable), Self.failed("the remote is out of reach")),
      (
        .backingOff(until: Self.after(60), .authentication),
        Self.failed("the remote does not let you in")
      ),
      (
        .backingOff(until: Self.after(60), .permission),
        Self.failed("the remote does not let you write there")
      ),
      (
        .backingOff(until: Self.after(60), .refused(.hook)),
        Self.failed("a hook of the remote refused it")
      ),
      (
        .backingOff(until: Self.after(60), .refused(.protectedRef)),
        Self.failed("a rule of the remote about the ref refused it")
      ),
      (
        .backingOff(until: Self.after(60), .refused(.quota)),
        Self.failed("the remote has no room left")
      ),
      (
        .backingOff(until: Self.after(60), .refused(.size)),
        Self.failed("it is too large for the remote")
      ),
      (
        .backingOff(until: Self.after(60), .refused(.other)),
        Self.failed("the remote refused it")
      ),
      (
        .backingOff(until: Self.after(60), .objectFormat),
        Self.failed("the remote has another object format")
      ),
      (
        .backingOff(until: Self.after(60), .movedByOthers),
        Self.failed("the stream there was moved by somebody else")
      ),
      (.backingOff(until: Self.after(60), .other), Self.failed("see 'git pulsar log'")),
    ] as [(Standing.Pushes, String)])
  func `pushes in words`(pushes: Standing.Pushes, words: String) {
    #expect(Self.words.pushes(pushes) == words)
  }

  private static func failed(_ why: String) -> String {
    "the last push failed (\(why)), the next attempt is at 16:05"
  }
}
