internal import ArgumentParser
package import PulsarCore
package import PulsarEngine
internal import PulsarGit

/// The daemon's work in one registered repository of a hosted machine, as its workers do it.
package final class HostedRepository {
  /// What a look found.
  package struct Place: Hashable, Sendable {
    package let schedule: Schedule
    package let facts: RepositoryFacts
    package let gitDir: GitPath
  }

  private let session: Session
  private let host: Host
  private let path: GitPath
  private let known: KnownRepository
  private var place: DaemonRepository.Place?
  private var direct: DirectCapture?

  /// - Parameters:
  ///   - host: the machine.
  ///   - path: as registered.
  /// - Throws: when the machine has no folders for its state.
  package init(_ host: Host, _ path: GitPath) throws {
    self.host = host
    self.path = path
    self.session = try Host.$current.withValue(host) { try Session(CommonOptions.parse([])) }
    self.session.isInBackground = true
    self.known = KnownRepository(self.session.git.with(in: path))
  }

  /// As a worker finds it; read again only when something it was read from has changed.
  private func open() throws -> OpenRepository {
    let repository = try self.known.current()
    return try OpenRepository(
      self.session, repository, self.session.settings(for: repository))
  }

  private func hosted<Value>(_ body: () throws -> Value) rethrows -> Value {
    try Host.$current.withValue(self.host) { try body() }
  }

  /// Looks at the repository; nil when it is not there, or not to be worked in.
  package func look() -> Place? {
    self.hosted {
      self.direct = nil
      let message = RepositoryLook(self.session, self.path).message(root: nil)
      self.place = DaemonRepository.Place(message)
      return self.place.map { place in
        var facts = RepositoryFacts()
        facts.isPaused = place.isPaused
        facts.isBusy = GitWorktree.operation(in: place.gitDir) != nil
        facts.isWatched = true
        facts.hasUnpushedCapture = place.isUnpushed
        facts.ageOfLastPush = place.pushAge
        return Place(schedule: place.schedule, facts: facts, gitDir: place.gitDir)
      }
    }
  }

  /// Whether an operation of the user's has stopped half-way.
  package var isBusy: Bool {
    self.place.map { GitWorktree.operation(in: $0.gitDir) != nil } ?? false
  }

  package func capture(_ task: CaptureTask) -> CaptureEnd {
    self.hosted {
      guard let place = self.place else { return CaptureEnd(.failed(.passing)) }
      if let paths = task.paths, place.isPlain, !task.isAtLowPriority,
        !paths.contains(where: DaemonHands.changesRules)
      {
        let direct = self.direct ?? DirectCapture(self.session, self.path)
        self.direct = direct
        if let end = direct.run(task.reason, paths) { return end }
      }
      return WorkCommand.capture(task.reason, in: self.open).captureEnd
    }
  }

  package func push() -> PushOutcome {
    self.hosted { WorkCommand.push(in: self.open).pushOutcome }
  }

  /// - Returns: the message of its worker.
  package func radar() -> [UInt8] {
    self.hosted { WorkCommand.radar(in: self.open).bytes }
  }

  /// - Returns: what came of a look, by its message, and whether the remote lacks a capture.
  package static func outcome(
    ofRadar message: [UInt8]
  ) -> (outcome: RadarOutcome, isUnpushed: Bool) {
    guard let message = WorkMessage(bytes: message) else { return (.failed, false) }
    return (message.radarOutcome, message.flag(.isUnpushed))
  }

  package func tidy() {
    _ = self.hosted { WorkCommand.tidy(in: self.open) }
  }
}
