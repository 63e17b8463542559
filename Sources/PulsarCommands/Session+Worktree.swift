internal import PulsarCore
internal import PulsarGit
internal import PulsarSystem

extension Session {
  /// The top of the working tree that a path is in; of one that is gone or damaged, as it was
  /// registered.
  ///
  /// - Parameter path: absolute; need not exist.
  /// - Returns: nil when the path is in no working tree that is known.
  /// - Throws: when the registry cannot be read.
  func worktree(around path: GitPath) throws -> GitPath? {
    if let found = RepositoryGlance.enclosing(path) { return found.worktree }
    let registered = try self.registry.load().paths.filter { path.isWithin($0) }
    return registered.max { $0.bytes.count < $1.bytes.count }
  }
}
