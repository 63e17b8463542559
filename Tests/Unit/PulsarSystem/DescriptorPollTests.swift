import Testing

@testable import PulsarSystem

/// Source: poll(2).
@Suite struct DescriptorPollTests {
  @Test(
    arguments: [
      (nil, -1), (.zero, 0), (.seconds(-5), 0), (.nanoseconds(1), 1), (.microseconds(999), 1),
      (.milliseconds(1), 1), (.microseconds(1001), 2), (.milliseconds(1500), 1500),
      (.seconds(600), 600_000), (.seconds(2_147_483), 2_147_483_000),
      (.seconds(2_147_484), .max), (.seconds(Int64.max), .max), (.seconds(Int64.min), 0),
    ] as [(Duration?, Int32)])
  func `rounds up to whole milliseconds, within what poll takes`(
    timeout: Duration?, expected: Int32
  ) {
    #expect(DescriptorPoll.milliseconds(timeout) == expected)
  }
}
