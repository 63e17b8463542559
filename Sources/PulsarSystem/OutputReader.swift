#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Whoever reads our standard output: a person at a terminal, a file, or the next program of a pipe.
package enum OutputReader {
  /// Waits until it is gone, a signal comes or the time is over.
  ///
  /// Source: poll(2): a pipe whose reading end was closed reports an error, unasked.
  ///
  /// - Returns: false when it is gone.
  package static func isThere(afterMilliseconds milliseconds: Int32) -> Bool {
    var polled = pollfd(fd: 1, events: 0, revents: 0)
    return poll(&polled, 1, milliseconds) <= 0
  }
}
