import Foundation
import PulsarSystem
import Testing

@Suite struct LowPriorityTests {
  /// On Linux each thread has a niceness of its own, so the test's other threads keep theirs.
  @Test func `makes its thread give way, once however often it is asked`() {
    let result = Outcome()
    let done = DispatchSemaphore(value: 0)
    let thread = Thread {
      result.first = LowPriority.enter()
      result.afterFirst = niceness()
      result.second = LowPriority.enter()
      result.afterSecond = niceness()
      done.signal()
    }
    thread.start()
    done.wait()
    #expect(result.first && result.second)
    #expect(result.afterFirst >= 5)
    #expect(result.afterSecond == result.afterFirst)
  }

  private final class Outcome: @unchecked Sendable {
    var first = false
    var second = false
    var afterFirst: Int32 = 0
    var afterSecond: Int32 = 0
  }
}

private func niceness() -> Int32 {
  #if canImport(Darwin)
    getpriority(PRIO_PROCESS, 0)
  #else
    getpriority(Int32(PRIO_PROCESS.rawValue), 0)
  #endif
}
