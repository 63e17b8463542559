#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Programs that a verb starts in the foreground, such as `git commit`, say nothing here.
enum Silence {
  static func keep<Value>(_ body: () -> Value) -> Value {
    let null = open("/dev/null", O_WRONLY | O_CLOEXEC)
    guard null >= 0 else { return body() }
    defer { close(null) }
    fflush(nil)
    let kept = [Int32(1), 2].map { (number: $0, copy: fcntl($0, F_DUPFD_CLOEXEC, 3)) }
    for (number, _) in kept { dup2(null, number) }
    defer {
      for (number, copy) in kept where copy >= 0 {
        dup2(copy, number)
        close(copy)
      }
    }
    return body()
  }
}
