import CSystem
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
      #if os(Linux)
        result.isIdle = csystem_io_class() == CSYSTEM_IO_IDLE
        result.isChildIdle = childIsIdle()
      #endif
      result.second = LowPriority.enter()
      result.afterSecond = niceness()
      done.signal()
    }
    thread.start()
    done.wait()
    #expect(result.first && result.second)
    #expect(result.afterFirst >= 5)
    #expect(result.afterSecond == result.afterFirst)
    #if os(Linux)
      #expect(result.isIdle)
      #expect(result.isChildIdle != false, "children inherit it")
    #endif
  }

  private final class Outcome: @unchecked Sendable {
    var first = false
    var second = false
    var afterFirst: Int32 = 0
    var afterSecond: Int32 = 0
    var isIdle = false
    var isChildIdle: Bool?
  }
}

private func niceness() -> Int32 {
  #if canImport(Darwin)
    getpriority(PRIO_PROCESS, 0)
  #else
    getpriority(Int32(PRIO_PROCESS.rawValue), 0)
  #endif
}

#if os(Linux)
  /// What ionice(1), started from this thread, says of itself; nil where it is not installed.
  private func childIsIdle() -> Bool? {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { return false }
    defer { close(ends[0]) }
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
    let arguments = [strdup("ionice"), nil]
    defer { free(arguments[0]) }
    var process: pid_t = 0
    let code = posix_spawnp(&process, "ionice", &actions, nil, arguments, environ)
    close(ends[1])
    guard code == 0 else { return nil }
    var buffer = [UInt8](repeating: 0, count: 100)
    let count = read(ends[0], &buffer, buffer.count)
    var status: Int32 = 0
    waitpid(process, &status, 0)
    return String(decoding: buffer.prefix(max(count, 0)), as: UTF8.self) == "idle\n"
  }
#endif
