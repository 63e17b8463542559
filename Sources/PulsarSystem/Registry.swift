package import PulsarCore

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The registered working trees, in `<state>/registry`.
///
/// Nothing leaves it but by `remove`: a path that is missing today may be on a disk that is away.
package struct Registry: Sendable {
  package let path: GitPath
  private let lockPath: GitPath
  static let limit = 16 << 20

  package init(stateFolder: GitPath) {
    self.path = stateFolder.appending("registry")
    self.lockPath = stateFolder.appending("registry.lock")
  }

  /// What is registered; empty when there is no file yet.
  ///
  /// Takes no lock: the file is always whole.
  package func load() throws(SystemError) -> RegistryText {
    RegistryText(bytes: try AtomicFile.read(self.path, limit: Self.limit) ?? [])
  }

  /// - Returns: false when it was registered already; nothing is written then.
  /// - Throws: also for a path that is relative or holds a line break.
  package func add(_ worktree: GitPath) throws(SystemError) -> Bool {
    guard RegistryText.canHold(worktree) else {
      throw SystemError(
        operation: "register", path: worktree, errno: EINVAL,
        cause: "the registry holds one absolute path a line",
        remedy: "move the repository to a path without line breaks")
    }
    return try self.rewrite { $0.adding(worktree) }
  }

  /// - Returns: false when it was not registered; nothing is written then.
  package func remove(_ worktree: GitPath) throws(SystemError) -> Bool {
    try self.rewrite { $0.removing(worktree) }
  }

  private func rewrite(_ change: (RegistryText) -> RegistryText?) throws(SystemError) -> Bool {
    let lock = try FileLock(waitingAt: self.lockPath)
    guard let changed = change(try self.load()) else { return false }
    try AtomicFile.replace(self.path, with: changed.bytes)
    lock.release()
    return true
  }
}
