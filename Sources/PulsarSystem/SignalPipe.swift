import PulsarCore
import Synchronization

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Signals as something that poll(2) can wait for.
///
/// One at a time: signals belong to the whole process. However many come, none is lost, as each
/// kind has a flag of its own and the pipe only wakes.
///
/// Source: signal-safety(7): the handler stores to lock-free atomics and calls write(2).
package final class SignalPipe {
  package enum Signal: CaseIterable, Hashable, Sendable {
    case terminate, interrupt, hangup, childEnded

    package var number: Int32 {
      switch self {
      case .terminate: SIGTERM
      case .interrupt: SIGINT
      case .hangup: SIGHUP
      case .childEnded: SIGCHLD
      }
    }
  }

  /// Ready for reading when a signal came.
  package var descriptor: Int32 { self.pipe.reading }

  private let pipe: DescriptorPair
  private var old: [(number: Int32, action: sigaction)] = []

  /// Flags of the signals that came, 1 shifted left by the signal's number.
  private static let pending = Atomic<UInt64>(0)
  private static let wakeEnd = Atomic<Int32>(-1)
  private static let isInstalled = Atomic<Bool>(false)
  /// Made once and never closed: a handler may run on another thread while `close` does.
  private static let shared = Mutex<DescriptorPair?>(nil)

  /// Takes over the signals until `close`.
  ///
  /// One that is ignored, as SIGHUP is under nohup, stays so; except SIGCHLD, as ignoring that
  /// would lose the ends of children.
  ///
  /// - Throws: when there is another, or no pipe can be made.
  package init() throws(SystemError) {
    let isFirst = Self.isInstalled.compareExchange(
      expected: false, desired: true, ordering: .acquiringAndReleasing
    ).exchanged
    guard isFirst else {
      throw SystemError(
        operation: "watch for signals", path: .root, errno: EBUSY, cause: "it is done already")
    }
    do throws(SystemError) {
      self.pipe = try Self.sharedPipe()
    } catch {
      Self.isInstalled.store(false, ordering: .releasing)
      throw error
    }
    Self.wakeEnd.store(self.pipe.writing, ordering: .releasing)
    // Also so that the handler is not the first to touch it.
    Self.pending.store(0, ordering: .releasing)
    for signal in Signal.allCases { self.install(signal) }
  }

  deinit { self.close() }

  /// The signals that came since the last call, each once.
  package func read() -> [Signal] {
    self.drain()
    let came = Self.pending.exchange(0, ordering: .acquiringAndReleasing)
    return Signal.allCases.filter { came & 1 << UInt64($0.number) != 0 }
  }

  /// Gives the signals back to whoever had them.
  package func close() {
    if self.old.isEmpty { return }
    for (number, var action) in self.old { sigaction(number, &action, nil) }
    self.old = []
    self.drain()
    Self.isInstalled.store(false, ordering: .releasing)
  }

  private func drain() {
    var bytes = [UInt8](repeating: 0, count: 512)
    while systemRead(self.pipe.reading, &bytes) > 0 {}
  }

  private func install(_ signal: Signal) {
    var previous = sigaction()
    sigaction(signal.number, nil, &previous)
    var action = sigaction()
    #if canImport(Darwin)
      let handler = previous.__sigaction_u.__sa_handler
      action.__sigaction_u.__sa_handler = { SignalPipe.note($0) }
    #else
      let handler = previous.__sigaction_handler.sa_handler
      action.__sigaction_handler.sa_handler = { SignalPipe.note($0) }
    #endif
    let isIgnored = unsafeBitCast(handler, to: Int.self) == 1
    if isIgnored && signal != .childEnded { return }
    sigemptyset(&action.sa_mask)
    // SA_RESTART: the pipe wakes the loop, and no other call need know.
    action.sa_flags = Int32(truncatingIfNeeded: SA_RESTART) | Int32(SA_NOCLDSTOP)
    sigaction(signal.number, &action, nil)
    self.old.append((signal.number, previous))
  }

  private static func note(_ number: Int32) {
    let saved = errno
    Self.pending.bitwiseOr(1 << UInt64(number), ordering: .releasing)
    var byte: UInt8 = 0
    // Full: whoever reads it is awake already.
    _ = write(Self.wakeEnd.load(ordering: .acquiring), &byte, 1)
    errno = saved
  }

  private static func sharedPipe() throws(SystemError) -> DescriptorPair {
    try Self.shared.withLock { pipe throws(SystemError) in
      if let pipe { return pipe }
      let made = try DescriptorPair()
      DescriptorPair.makeNonBlocking(made.reading)
      DescriptorPair.makeNonBlocking(made.writing)
      pipe = made
      return made
    }
  }
}

private func systemRead(_ descriptor: Int32, _ buffer: inout [UInt8]) -> Int {
  read(descriptor, &buffer, buffer.count)
}
