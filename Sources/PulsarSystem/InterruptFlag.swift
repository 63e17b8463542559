import Synchronization

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Whether a person (SIGINT) or the system (SIGTERM) asked this process to end.
///
/// The first signal sets the flag and interrupts a waiting system call; a second one of its kind
/// ends the process, so that nothing can be waited for in vain.
package enum InterruptFlag {
  /// 128 + SIGINT.
  package static let exitCode: Int32 = 130

  private static let received = Atomic<Int32>(0)

  /// Sets the handlers.
  ///
  /// A signal that is ignored, as under nohup, stays so.
  ///
  /// Source: sigaction(2), signal-safety(7): the handler only stores to a lock-free atomic.
  package static func install() {
    // Made here, as the handler must not be the first to touch it.
    _ = Self.received.load(ordering: .relaxed)
    for number in [SIGINT, SIGTERM] {
      var old = sigaction()
      sigaction(number, nil, &old)
      var action = sigaction()
      #if canImport(Darwin)
        if unsafeBitCast(old.__sigaction_u.__sa_handler, to: Int.self) == 1 { continue }
        action.__sigaction_u.__sa_handler = { InterruptFlag.raise($0) }
      #else
        if unsafeBitCast(old.__sigaction_handler.sa_handler, to: Int.self) == 1 { continue }
        action.__sigaction_handler.sa_handler = { InterruptFlag.raise($0) }
      #endif
      sigemptyset(&action.sa_mask)
      // Without SA_RESTART: a waiting call returns EINTR. SA_RESETHAND: the second signal kills.
      action.sa_flags = Int32(truncatingIfNeeded: SA_RESETHAND)
      sigaction(number, &action, nil)
    }
  }

  package static var isRaised: Bool { Self.received.load(ordering: .acquiring) != 0 }

  /// The signal that came last; nil when none did.
  package static var signal: Int32? {
    let number = Self.received.load(ordering: .acquiring)
    return number == 0 ? nil : number
  }

  /// Forgets the signal.
  ///
  /// The handlers stay as they are.
  package static func clear() { Self.received.store(0, ordering: .releasing) }

  private static func raise(_ number: Int32) { Self.received.store(number, ordering: .releasing) }
}
