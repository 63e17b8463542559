import CSystem
import PulsarCore

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A pipe whose ends no child inherits and that is out of the way of the standard streams.
struct DescriptorPair {
  let reading: Int32
  let writing: Int32

  init() throws(SystemError) {
    var ends: [Int32] = [-1, -1]
    guard csystem_pipe(&ends) == 0 else {
      throw SystemError(operation: "make a pipe", path: .root, errno: errno)
    }
    // A program started with a standard stream closed gets its number back here.
    for index in ends.indices where ends[index] <= 2 {
      let moved = fcntl(ends[index], F_DUPFD_CLOEXEC, 3)
      let number = errno
      close(ends[index])
      ends[index] = moved
      if moved < 0 {
        for end in ends where end >= 0 { close(end) }
        throw SystemError(operation: "make a pipe", path: .root, errno: number)
      }
    }
    self.reading = ends[0]
    self.writing = ends[1]
  }

  static func makeNonBlocking(_ descriptor: Int32) {
    _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
  }
}
