internal import PulsarCore

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// The user's own `git gc`, which with `--prune=now` deletes whatever no ref held when it looked, also
/// what was written a moment ago.
///
/// Source: git-gc(1); its mark is `gc.pid`, the number of its process and the name of its host.
package struct GarbageCollection: Sendable {
  private let mark: GitPath

  package init(of location: RepositoryLocation) {
    self.mark = location.commonDir.appending("gc.pid")
  }

  /// Whether one is under way.
  ///
  /// A mark of a process that is gone does not count.
  package var isRunning: Bool {
    guard let line = HeadFile.line(of: self.mark) else { return false }
    let digits = line.prefix { $0 != UInt8(ascii: " ") }
    guard let pid = pid_t(String(decoding: digits, as: UTF8.self)), pid > 0 else { return false }
    return kill(pid, 0) == 0 || errno == EPERM
  }

  /// Waits for its end, at most ten minutes, looking ten times a second.
  ///
  /// - Parameter isCancelled: ends the wait when it says yes.
  package func wait(isCancelled: () -> Bool) {
    var looks = 0
    while self.isRunning, looks < 6000, !isCancelled() {
      poll(nil, 0, 100)
      looks += 1
    }
  }
}
