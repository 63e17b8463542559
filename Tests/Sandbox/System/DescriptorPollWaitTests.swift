import Foundation
import PulsarCore
import PulsarSystem
import Testing

/// Source: poll(2).
@Suite(.timeLimit(.minutes(2))) struct DescriptorPollWaitTests {
  /// Two pipes; ends 0 and 2 are for reading.
  private final class Pipes {
    var ends: [Int32] = []

    init() {
      for _ in 0..<2 {
        var pair: [Int32] = [-1, -1]
        pipe(&pair)
        for end in pair { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        self.ends += pair
      }
    }

    deinit { for end in self.ends where end >= 0 { close(end) } }

    func put(_ end: Int) {
      var byte: UInt8 = 0
      write(self.ends[end], &byte, 1)
    }
  }

  @Test func `names those that are ready, in their order`() throws {
    let pipes = Pipes()
    let watched = [(pipes.ends[0], "a"), (-1, "none"), (pipes.ends[2], "b")]
    #expect(try DescriptorPoll.wait(watched, within: .zero) == [])
    pipes.put(3)
    #expect(try DescriptorPoll.wait(watched, within: nil) == ["b"])
    pipes.put(1)
    #expect(try DescriptorPoll.wait(watched, within: nil) == ["a", "b"])
  }

  @Test func `an end is ready too`() throws {
    let pipes = Pipes()
    close(pipes.ends[1])
    pipes.ends[1] = -1
    #expect(try DescriptorPoll.wait([(pipes.ends[0], 1)], within: nil) == [1])
  }

  @Test func `waits for the time it was given and no less`() throws {
    let before = ClockReadings.now().awake
    let none: [(descriptor: Int32, token: Int)] = []
    #expect(try DescriptorPoll.wait(none, within: .microseconds(1500)) == [])
    #expect(ClockReadings.now().awake - before >= 1_500_000)
  }

  @Test func `a descriptor that is not open is an error, and no reason to spin`() {
    // Past every limit on open files.
    let error = #expect(throws: SystemError.self) {
      try DescriptorPoll.wait([(Int32.max - 1, 1)], within: nil)
    }
    #expect(error?.errno == EBADF)
  }

  @Test func `a signal does not end the wait`() throws {
    let pipes = Pipes()
    signal(SIGWINCH, { _ in })
    defer { signal(SIGWINCH, SIG_DFL) }
    let waiter = Waiter(descriptor: pipes.ends[0])
    waiter.start()
    // All the while, so that some fall into the wait.
    while waiter.ended.wait(timeout: .now()) == .timedOut {
      pthread_kill(waiter.thread, SIGWINCH)
      sched_yield()
    }
    #expect(waiter.ready == [])
    #expect(waiter.waited >= 30_000_000)
    waiter.mayExit.signal()
  }

  private final class Waiter: @unchecked Sendable {
    let descriptor: Int32
    let begun = DispatchSemaphore(value: 0)
    let ended = DispatchSemaphore(value: 0)
    let mayExit = DispatchSemaphore(value: 0)
    var thread = pthread_self()
    var ready: [Int]?
    var waited: Int64 = 0

    init(descriptor: Int32) { self.descriptor = descriptor }

    func start() {
      Thread { self.run() }.start()
      self.begun.wait()
    }

    private func run() {
      self.thread = pthread_self()
      var set = sigset_t()
      sigemptyset(&set)
      sigaddset(&set, SIGWINCH)
      pthread_sigmask(SIG_UNBLOCK, &set, nil)
      self.begun.signal()
      // An error leaves nil, which the test sees.
      let start = ClockReadings.now().awake
      self.ready = try? DescriptorPoll.wait([(self.descriptor, 7)], within: .milliseconds(30))
      self.waited = ClockReadings.now().awake - start
      self.ended.signal()
      self.mayExit.wait()
    }
  }
}
