#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Makes way for what the person is doing.
package enum LowPriority {
  static let niceness: Int32 = 5

  /// Raises the niceness to at least 5, for this thread and every child it starts from then on.
  ///
  /// On Linux the I/O class stays as it is, as ioprio_set(2) cannot be called from Swift without C
  /// code; there the I/O priority follows the niceness. On Darwin disk access is throttled as well.
  ///
  /// - Returns: whether it worked; nothing depends on it.
  ///
  /// Source: setpriority(2), ioprio_set(2), setiopolicy_np(3).
  @discardableResult
  package static func enter() -> Bool {
    #if canImport(Darwin)
      let which = PRIO_PROCESS
    #else
      let which = Int32(PRIO_PROCESS.rawValue)
    #endif
    errno = 0
    let current = getpriority(which, 0)
    if current == -1 && errno != 0 { return false }
    if current < Self.niceness && setpriority(which, 0, Self.niceness) != 0 { return false }
    #if canImport(Darwin)
      return setiopolicy_np(IOPOL_TYPE_DISK, IOPOL_SCOPE_PROCESS, IOPOL_UTILITY) == 0
    #else
      return true
    #endif
  }
}
