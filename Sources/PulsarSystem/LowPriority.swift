#if canImport(Darwin)
  import Darwin
#else
  import CSystem
  import Glibc
#endif

/// Makes way for what the person is doing.
package enum LowPriority {
  package static let usual: Int32 = 5
  /// For a machine that has too much to do already.
  package static let lowest: Int32 = 19

  /// Raises the niceness, for this thread and every child it starts from then on.
  ///
  /// Disk access comes after that of all others: in the idle class on Linux, throttled on Darwin.
  ///
  /// - Parameter niceness: at least so much.
  /// - Returns: whether it worked; nothing depends on it.
  ///
  /// Source: setpriority(2), ioprio_set(2), setiopolicy_np(3).
  @discardableResult
  package static func enter(_ niceness: Int32 = Self.usual) -> Bool {
    #if canImport(Darwin)
      let which = PRIO_PROCESS
    #else
      let which = Int32(PRIO_PROCESS.rawValue)
    #endif
    errno = 0
    let current = getpriority(which, 0)
    if current == -1 && errno != 0 { return false }
    if current < niceness && setpriority(which, 0, niceness) != 0 { return false }
    #if canImport(Darwin)
      return setiopolicy_np(IOPOL_TYPE_DISK, IOPOL_SCOPE_PROCESS, IOPOL_UTILITY) == 0
    #else
      return csystem_set_idle_io() == 0
    #endif
  }
}
