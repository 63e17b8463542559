package import PulsarCore

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Locks of git's on the staging area, HEAD and branches that a git of ours may have been killed with.
package struct UserLocks {
  private let location: RepositoryLocation
  private let paths: [GitPath]

  /// - Parameters:
  ///   - location: of the repository.
  ///   - branches: that were to be moved.
  package init(of location: RepositoryLocation, branches: [Branch]) {
    self.location = location
    let heads = location.commonDir.appending("refs").appending("heads")
    self.paths =
      [
        location.gitDir.appending("index.lock"), location.gitDir.appending("HEAD.lock"),
        location.commonDir.appending("packed-refs.lock"),
      ] + branches.map { heads.appending($0.name + Array(".lock".utf8)) }
  }

  /// That on the file of packed refs alone.
  init(onPackedRefsOf location: RepositoryLocation) {
    self.location = location
    self.paths = [location.commonDir.appending("packed-refs.lock")]
  }

  /// Removes those that were made since `mark`, a file of ours that was written just before they could
  /// be ours, unless a git is at work in the repository.
  ///
  /// - Returns: what was removed.
  package func removeStale(since mark: GitPath) -> [GitPath] {
    self.stale(since: mark).removed
  }

  /// The same.
  ///
  /// - Returns: whether none is left that was made since.
  func removeAllStale(since mark: GitPath) -> Bool { self.stale(since: mark).areGone }

  private func stale(since mark: GitPath) -> (removed: [GitPath], areGone: Bool) {
    guard let since = FileStamp.of(mark) else { return ([], true) }
    func isSince(_ path: GitPath) -> Bool {
      guard let stamp = FileStamp.of(path) else { return false }
      return (stamp.modifiedSeconds, stamp.modifiedNanoseconds)
        >= (since.modifiedSeconds, since.modifiedNanoseconds)
    }
    let suspects = self.paths.filter(isSince)
    if suspects.isEmpty { return ([], true) }
    if self.isGitAtWork() { return ([], false) }
    // One that was at work when we looked first has taken its lock along.
    let removed = suspects.filter { path in
      isSince(path) && path.withCString { unlink($0) } == 0
    }
    return (removed, !suspects.contains(where: isSince))
  }

  /// Whether any git runs in the repository; also where nobody can tell.
  private func isGitAtWork() -> Bool {
    #if os(Linux)
      let names = Scratch.names(in: GitPath("/proc"))
      guard !names.isEmpty else { return true }
      return names.contains { name in
        guard name.allSatisfy({ (0x30...0x39).contains($0) }) else { return false }
        let folder = GitPath("/proc").appending(name)
        guard let command = Self.content(folder.appending("comm")),
          command.starts(with: "git".utf8), !command.starts(with: "git-pulsar".utf8)
        else { return false }
        // Of another person's process nobody is told; it does not work here.
        guard let place = Self.target(folder.appending("cwd")) else { return false }
        return place.isWithin(self.location.worktree) || place.isWithin(self.location.commonDir)
      }
    #else
      return true
    #endif
  }

  #if os(Linux)
    private static func content(_ path: GitPath) -> [UInt8]? {
      let descriptor = path.withCString { open($0, O_RDONLY | O_CLOEXEC) }
      guard descriptor >= 0 else { return nil }
      defer { close(descriptor) }
      var buffer = [UInt8](repeating: 0, count: 64)
      let count = read(descriptor, &buffer, buffer.count)
      return count < 0 ? nil : Array(buffer[..<count])
    }

    private static func target(_ path: GitPath) -> GitPath? {
      var buffer = [CChar](repeating: 0, count: 4096)
      let count = path.withCString { readlink($0, &buffer, buffer.count) }
      return count > 0 ? GitPath(bytes: buffer[..<count].map { UInt8(bitPattern: $0) }) : nil
    }
  #endif
}
