package import PulsarCore

/// The marker that keeps the daemon from one repository: `<git dir>/pulsar/paused`.
///
/// That it is there counts, and nothing in it.
package struct Pause: Sendable {
  package let path: GitPath

  /// - Parameter gitDirectory: absolute; in a linked worktree its own.
  package init(gitDirectory: GitPath) {
    self.path = gitDirectory.appending("pulsar/paused")
  }

  package var isPaused: Bool {
    get throws(SystemError) { try self.path.systemStatus(operation: "look for") != nil }
  }

  /// Sets the marker; leaves one that is there as it is.
  ///
  /// - Returns: false when it was paused already.
  package func pause(at time: WallTime) throws(SystemError) -> Bool {
    try AtomicFile.makeFolder(self.path.parent)
    return try AtomicFile.create(self.path, with: Array("paused \(time.iso8601)\n".utf8))
  }

  /// Removes the marker.
  ///
  /// - Returns: false when it was not paused.
  package func resume() throws(SystemError) -> Bool { try AtomicFile.remove(self.path) }
}
