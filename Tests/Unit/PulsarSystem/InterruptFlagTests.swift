import Foundation
import PulsarSystem
import Testing

/// One suite, one after the other: signals belong to the whole process.
@Suite(.serialized) struct InterruptFlagTests {
  @Test(arguments: [SIGINT, SIGTERM])
  func `is raised by a signal, and gives way to a second`(number: Int32) {
    InterruptFlag.clear()
    InterruptFlag.install()
    defer {
      signal(SIGINT, SIG_DFL)
      signal(SIGTERM, SIG_DFL)
      InterruptFlag.clear()
    }
    #expect(!InterruptFlag.isRaised && InterruptFlag.signal == nil)
    Self.deliver(number)
    #expect(InterruptFlag.isRaised)
    #expect(InterruptFlag.signal == number)
    #expect(Self.handler(of: number) == 0, "the default is back: a second signal ends the process")
  }

  @Test func `leaves an ignored signal ignored`() {
    signal(SIGINT, SIG_IGN)
    defer {
      signal(SIGINT, SIG_DFL)
      signal(SIGTERM, SIG_DFL)
      InterruptFlag.clear()
    }
    InterruptFlag.clear()
    InterruptFlag.install()
    Self.deliver(SIGINT)
    #expect(!InterruptFlag.isRaised)
    #expect(Self.handler(of: SIGINT) == 1)
  }

  @Test func `lets a waiting call return`() {
    InterruptFlag.install()
    defer {
      signal(SIGINT, SIG_DFL)
      signal(SIGTERM, SIG_DFL)
    }
    var action = sigaction()
    sigaction(SIGTERM, nil, &action)
    #expect(action.sa_flags & Int32(SA_RESTART) == 0)
  }

  /// Sends the signal to this thread; the threads that tests run on block signals otherwise.
  private static func deliver(_ number: Int32) {
    var set = sigset_t()
    var old = sigset_t()
    sigemptyset(&set)
    sigaddset(&set, number)
    pthread_sigmask(SIG_UNBLOCK, &set, &old)
    raise(number)
    pthread_sigmask(SIG_SETMASK, &old, nil)
  }

  /// 0 for the default, 1 for ignored.
  private static func handler(of number: Int32) -> Int {
    var action = sigaction()
    sigaction(number, nil, &action)
    #if canImport(Darwin)
      return unsafeBitCast(action.__sigaction_u.__sa_handler, to: Int.self)
    #else
      return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
    #endif
  }
}
