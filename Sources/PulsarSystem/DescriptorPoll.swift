import CSystem
import PulsarCore

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Waits for descriptors; the one place where the daemon waits.
///
/// Source: poll(2).
package enum DescriptorPoll {
  /// Waits until one can be read, or has ended or failed.
  ///
  /// A signal alone does not end the wait; one that should writes to a descriptor (`SignalPipe`).
  /// On Linux time that the machine sleeps counts, so that what became due meanwhile is done at once
  /// when it wakes; elsewhere the wait goes on for what was left.
  ///
  /// - Parameters:
  ///   - watched: a negative descriptor is passed over.
  ///   - timeout: at most so long, and 24 days or more for what is longer; nil: without end.
  /// - Returns: the tokens of those that are ready, in their order; empty when time ran out.
  /// - Throws: for a descriptor that is not open.
  package static func wait<Token>(
    _ watched: [(descriptor: Int32, token: Token)], within timeout: Duration?
  ) throws(SystemError) -> [Token] {
    var polled = watched.map {
      pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0)
    }
    let timer = Self.timer(timeout)
    defer { if timer >= 0 { close(timer) } }
    polled.append(pollfd(fd: timer, events: Int16(POLLIN), revents: 0))
    let timeout = timer >= 0 ? nil : timeout
    let start = ClockReadings.now().awake
    var left = timeout
    while poll(&polled, nfds_t(polled.count), Self.milliseconds(left)) < 0 {
      guard errno == EINTR else {
        throw SystemError(operation: "wait for files", path: .root, errno: errno)
      }
      left = timeout.map { $0 - .nanoseconds(ClockReadings.now().awake - start) }
    }
    guard !polled.contains(where: { $0.revents & Int16(POLLNVAL) != 0 }) else {
      throw SystemError(operation: "wait for files", path: .root, errno: EBADF)
    }
    return zip(watched, polled).filter { $0.1.revents != 0 }.map(\.0.token)
  }

  /// Ready when time ran out; -1 when there is no such descriptor, or no need for it.
  ///
  /// Source: timerfd_create(2), CLOCK_BOOTTIME.
  private static func timer(_ timeout: Duration?) -> Int32 {
    guard let timeout, timeout > .zero else { return -1 }
    let (seconds, attoseconds) = timeout.components
    // Rounded up, and never 0, which would disarm it.
    let nanoseconds = (attoseconds + 999_999_999) / 1_000_000_000
    return csystem_timer(
      min(seconds, Int64(Int32.max)) + nanoseconds / 1_000_000_000,
      Int(nanoseconds % 1_000_000_000))
  }

  /// What poll(2) takes: rounded up, as less would make the caller come back over and over; -1 for
  /// without end.
  static func milliseconds(_ timeout: Duration?) -> Int32 {
    guard let timeout else { return -1 }
    if timeout <= .zero { return 0 }
    let (seconds, attoseconds) = timeout.components
    let perMillisecond: Int64 = 1_000_000_000_000_000
    let fraction = (attoseconds + perMillisecond - 1) / perMillisecond
    let whole = seconds.multipliedReportingOverflow(by: 1000)
    let sum = whole.partialValue.addingReportingOverflow(fraction)
    if whole.overflow || sum.overflow { return .max }
    return Int32(clamping: sum.partialValue)
  }
}
