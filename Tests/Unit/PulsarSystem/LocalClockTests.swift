import Foundation
import PulsarCore
import PulsarSystem
import Testing

@Suite struct LocalClockTests {
  @Test func `tells the time between two looks at another clock`() {
    let before = Int64(Date().timeIntervalSince1970.rounded(.down))
    let time = LocalClock().wallTime()
    let after = Int64(Date().timeIntervalSince1970.rounded(.down))
    #expect((before...after).contains(time.seconds))
  }

  @Test(arguments: [0, 1_700_000_000, 1_720_000_000])
  func `knows the local offset at a moment`(seconds: Int64) {
    let date = Date(timeIntervalSince1970: TimeInterval(seconds))
    let expected = TimeZone.current.secondsFromGMT(for: date) / 60
    #expect(LocalClock.utcOffsetMinutes(at: seconds) == Int32(expected))
  }
}
