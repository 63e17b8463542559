internal import PulsarCore
internal import PulsarEngine
internal import PulsarGit
internal import PulsarSystem

/// Whether what other machines captured was brought here.
enum StreamNews {
  case fetched
  /// The remote could not be asked; said already.
  case offline
  /// There is no remote.
  case noRemote
}

extension OpenRepository {
  /// Brings the streams of other machines here, as far as they moved.
  ///
  /// - Throws: nothing the person could not go on without: what is here already counts then.
  func fetchStreams() throws -> StreamNews {
    let remote: GitRemote
    do throws(RemoteError) {
      remote = try GitRemote(self.repository, name: self.settings.remoteName)
    } catch {
      self.session.console.remark("\(error.explanation); going on with what is here")
      return .noRemote
    }
    self.session.console.progress("asking \(self.settings.remoteName) …")
    defer { self.session.console.endProgress() }
    do throws(RemoteError) {
      let namespace = StreamRefs.namespace(self.settings.backupBranch)
      let listed = try remote.list(prefix: namespace)
      var moved: [(from: RefName, to: RefName)] = []
      for (name, id) in listed {
        guard let tail = name.dropping(prefix: namespace) else { continue }
        if tail.starts(with: "\(self.machine.slug)/".utf8) { continue }
        let local = RefName(bytes: Array(StreamRefs.streamPrefix.utf8) + tail)
        let known = try? self.withStore { try $0.resolve(local) }
        if known != id { moved.append((from: name, to: local)) }
      }
      try remote.fetch(moved)
      return .fetched
    } catch {
      if InterruptFlag.isRaised { throw error }
      self.session.console.remark("\(error.explanation); going on with what is here")
      return .offline
    }
  }
}
