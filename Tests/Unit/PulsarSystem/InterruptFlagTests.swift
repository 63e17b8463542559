import Foundation
import PulsarSystem
import TestSupport
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
    OwnSignals.deliver(number)
    #expect(InterruptFlag.isRaised)
    #expect(InterruptFlag.signal == number)
    #expect(
      OwnSignals.handler(of: number) == 0, "the default is back: a second signal ends the process")
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
    OwnSignals.deliver(SIGINT)
    #expect(!InterruptFlag.isRaised)
    #expect(OwnSignals.handler(of: SIGINT) == 1)
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
}
