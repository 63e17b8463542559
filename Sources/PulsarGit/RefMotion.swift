internal import PulsarCore

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Tells apart the lock of a ref of ours that is being moved from one that was left by a process that
/// died.
///
/// Git's locks on refs name nobody. A push and a look move refs while a capture begins, which removes
/// what was left: so whoever moves refs shares a lock on the folder of all of them, which the system
/// drops when its holder dies. Nothing is written for it.
///
/// Source: flock(2).
enum RefMotion {
  /// Moves refs.
  ///
  /// - Parameters:
  ///   - location: where the repository is.
  ///   - body: moves them.
  /// - Returns: what `body` returns.
  /// - Throws: what `body` throws.
  static func during<Value, Failure>(
    _ location: RepositoryLocation, _ body: () throws(Failure) -> Value
  ) throws(Failure) -> Value {
    let folder = self.folder(location)
    defer { self.release(folder) }
    while folder >= 0, flock(folder, LOCK_SH) != 0, errno == EINTR {}
    return try body()
  }

  /// Removes locks that were left, unless a ref is being moved now.
  ///
  /// Where the file system has no such locks, nobody can tell.
  static func unlessUnderWay(_ location: RepositoryLocation, _ body: () -> Void) {
    let folder = self.folder(location)
    defer { self.release(folder) }
    if folder >= 0, flock(folder, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK { return }
    body()
  }

  private static func folder(_ location: RepositoryLocation) -> Int32 {
    location.commonDir.appending("refs").withCString {
      open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    }
  }

  /// Gives the lock back by name: a child that is being started may hold a copy of the descriptor.
  private static func release(_ folder: Int32) {
    if folder < 0 { return }
    _ = flock(folder, LOCK_UN)
    close(folder)
  }
}
