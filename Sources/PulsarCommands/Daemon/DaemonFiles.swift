internal import PulsarCore
internal import PulsarSystem

/// The daemon's files in the state folder that other verbs use.
enum DaemonFiles {
  /// Written by verbs that change what the daemon should know.
  static let poke = "poke"
  /// Held by the daemon as long as it runs; says `pid <n>`.
  static let lock = "daemon.pid"
}

extension Session {
  var daemonLock: GitPath { self.directories.state.appending(DaemonFiles.lock) }

  /// Makes a running daemon look at everything again.
  ///
  /// Without a daemon, nothing comes of it; one that cannot be told looks again when it starts.
  func poke() {
    _ = try? AtomicFile.replace(
      self.directories.state.appending(DaemonFiles.poke), with: [], isDurable: false)
  }

  /// Who the running daemon is, as `pid <n>`; nil when none runs, or nobody can tell.
  func runningDaemon() -> String? {
    guard (try? AtomicFile.read(self.daemonLock, limit: 64)) != nil else { return nil }
    do {
      // Free: nobody runs.
      guard let lock = try FileLock(tryAt: self.daemonLock) else {
        return FileLock.holder(at: self.daemonLock) ?? "its number is not known"
      }
      lock.release()
      return nil
    } catch {
      return nil
    }
  }
}
