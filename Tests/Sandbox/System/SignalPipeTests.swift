import Foundation
import PulsarCore
import PulsarSystem
import TestSupport
import Testing

/// One suite, one after the other: signals belong to the whole process.
@Suite(.serialized, .timeLimit(.minutes(2))) struct SignalPipeTests {
  @Test(arguments: SignalPipe.Signal.allCases)
  func `a signal is something to read`(signal: SignalPipe.Signal) throws {
    let pipe = try SignalPipe()
    defer { pipe.close() }
    // Children of other tests may end meanwhile.
    _ = pipe.read()
    OwnSignals.deliver(signal.number)
    #expect(try DescriptorPoll.wait([(pipe.descriptor, 1)], within: .seconds(60)) == [1])
    #expect(pipe.read().contains(signal))
    #expect(!pipe.read().contains { $0 != .childEnded })
  }

  @Test func `each is told once, however many come, and none is lost`() throws {
    let pipe = try SignalPipe()
    defer { pipe.close() }
    // More than the pipe holds.
    for _ in 0..<100_000 { OwnSignals.deliver(SIGHUP) }
    OwnSignals.deliver(SIGTERM)
    #expect(pipe.read().filter { $0 != .childEnded } == [.terminate, .hangup])
    #expect(pipe.read().filter { $0 != .childEnded } == [])
  }

  @Test func `the end of a child wakes`() throws {
    let pipe = try SignalPipe()
    defer { pipe.close() }
    let worker = try SpawnedWorker(Script.command("exit 0"))
    // Until it is the end of this one.
    while worker.reap() == nil {
      let ready = try DescriptorPoll.wait([(pipe.descriptor, 1)], within: .seconds(60))
      #expect(ready == [1])
      if ready.isEmpty { break }
      _ = pipe.read()
    }
    #expect(worker.reap() == .exited(0))
  }

  @Test func `gives the signals back`() throws {
    signal(SIGHUP, { _ in })
    defer { signal(SIGHUP, SIG_DFL) }
    let before = OwnSignals.handler(of: SIGHUP)
    let pipe = try SignalPipe()
    #expect(OwnSignals.handler(of: SIGHUP) != before)
    #expect(OwnSignals.handler(of: SIGTERM) > 1)
    pipe.close()
    #expect(OwnSignals.handler(of: SIGHUP) == before)
    #expect(OwnSignals.handler(of: SIGTERM) == 0)
    pipe.close()
    #expect(OwnSignals.handler(of: SIGHUP) == before)
  }

  @Test func `what is ignored stays so, except the ends of children`() throws {
    signal(SIGHUP, SIG_IGN)
    signal(SIGCHLD, SIG_IGN)
    defer {
      signal(SIGHUP, SIG_DFL)
      signal(SIGCHLD, SIG_DFL)
    }
    let pipe = try SignalPipe()
    defer { pipe.close() }
    #expect(OwnSignals.handler(of: SIGHUP) == 1)
    #expect(OwnSignals.handler(of: SIGCHLD) > 1)
  }

  @Test func `there is one at a time`() throws {
    let first = try SignalPipe()
    #expect(throws: SystemError.self) { try SignalPipe() }
    first.close()
    try SignalPipe().close()
  }

  @Test func `a child does not inherit it, and a new one is clean`() throws {
    let first = try SignalPipe()
    OwnSignals.deliver(SIGINT)
    first.close()
    let second = try SignalPipe()
    defer { second.close() }
    #expect(!second.read().contains(.interrupt))
    #expect(fcntl(second.descriptor, F_GETFD) & FD_CLOEXEC != 0)
  }
}
