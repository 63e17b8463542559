#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Signals of the process that the tests run in.
package enum OwnSignals {
  /// Sends the signal to this thread; the threads that tests run on block signals otherwise.
  package static func deliver(_ number: Int32) {
    var set = sigset_t()
    var old = sigset_t()
    sigemptyset(&set)
    sigaddset(&set, number)
    pthread_sigmask(SIG_UNBLOCK, &set, &old)
    raise(number)
    pthread_sigmask(SIG_SETMASK, &old, nil)
  }

  /// 0 for the default, 1 for ignored.
  package static func handler(of number: Int32) -> Int {
    var action = sigaction()
    sigaction(number, nil, &action)
    #if canImport(Darwin)
      return unsafeBitCast(action.__sigaction_u.__sa_handler, to: Int.self)
    #else
      return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
    #endif
  }
}
