internal import ArgumentParser
internal import PulsarCore
internal import PulsarEngine
internal import PulsarGit
internal import PulsarSystem

/// One piece of work for the daemon, in a process of its own: a repository that hangs, or that git
/// chokes on, is then nobody else's trouble, and the memory of a full scan is given back.
struct WorkCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "work", abstract: "Do a piece of the daemon's work.", shouldDisplay: false)

  enum Task: String, ExpressibleByArgument {
    case look, capture, push, radar, tidy
  }

  @OptionGroup var options: CommonOptions
  @Argument(help: "What to do.")
  var task: Task
  @Argument(help: "The registered path.")
  var path: String
  @Option(help: "Why a capture is made.")
  var reason = CaptureReason.interval.rawValue
  @Flag(help: "Leave the machine to all others.")
  var gently = false
  @Option(help: "A commit that the repository must have to be the one that is meant.")
  var root: String?

  func run() throws {
    try self.perform(self.options) { session in
      session.isInBackground = true
      _ = LowPriority.enter(self.gently ? LowPriority.lowest : LowPriority.usual)
      let path = RawArguments.bytes(of: self.path)
      let message =
        switch self.task {
        case .look: RepositoryLook(session, path).message(root: self.root)
        case .capture:
          Self.capture(CaptureReason(rawValue: self.reason) ?? .interval) {
            try OpenRepository(session, at: path)
          }
        case .push: Self.push { try OpenRepository(session, at: path) }
        case .radar: Self.radar { try OpenRepository(session, at: path) }
        case .tidy: Self.tidy { try OpenRepository(session, at: path) }
        }
      session.console.write(message.bytes)
      return .done
    }
  }

  // MARK: capture

  static func capture(
    _ reason: CaptureReason, in opened: () throws -> OpenRepository
  ) -> WorkMessage {
    var message = WorkMessage()
    do {
      let open = try opened()
      let report = try open.locked { try open.capture(reason) }
      message.add(.outcome, open.hasNews(report) ? "captured" : "same")
      message.add(.leftOut, paths: report.skipped.map(\.path))
      // The capture is made all the same; the next one tells.
      message.add(.forced, paths: (try? open.foldersOfForcedFiles()) ?? [])
    } catch {
      message.add(.outcome, Self.captureTrouble(error))
      message.add(.words, Self.words(error))
    }
    return message
  }

  private static func captureTrouble(_ error: any Error) -> String {
    switch error {
    case CaptureError.operationUnderWay: "busy"
    case CaptureError.headKeepsMoving, CaptureError.scanFailed, CaptureError.store(.refMoved),
      CaptureError.store(.notReadBack), CaptureError.store(.failed):
      "passing"
    case let refusal as Refusal where refusal.status == .tryAgain: "passing"
    default: "lasting"
    }
  }

  static func words(_ error: any Error) -> String {
    (error as? any ExplainedError)?.explanation ?? String(describing: error)
  }

  // MARK: push

  static func push(in opened: () throws -> OpenRepository) -> WorkMessage {
    var message = WorkMessage()
    var outcome = "nothing"
    var failure: (any Error)?
    do {
      let open = try opened()
      var slug = ""
      // Under another slug, no stream has been pushed yet.
      while slug != open.machine.slug {
        slug = open.machine.slug
        for refs in try open.unpushedStreams() {
          do {
            if try open.push(refs) != nil { outcome = "pushed" }
          } catch  where !Self.concernsRemote(error) {
            // One stream that cannot be pushed holds up no other. A damaged one of a branch that is
            // captured no more is mended by nobody else.
            let isMended = try open.mend(refs)
            if !isMended { failure = failure ?? error }
          }
        }
      }
    } catch {
      failure = error
    }
    if let failure {
      outcome = Self.pushTrouble(failure)
      message.add(.words, Self.words(failure))
    }
    message.add(.outcome, outcome)
    return message
  }

  /// Whether the other streams would fail in the same way, perhaps after a long wait.
  private static func concernsRemote(_ error: any Error) -> Bool {
    guard let error = error as? RemoteError else { return false }
    // Without a remote there is none for any stream.
    return error.trouble?.concernsAllStreams ?? true
  }

  private static func pushTrouble(_ error: any Error) -> String {
    guard let error = error as? RemoteError else { return PushTrouble.other.keyword }
    return error.trouble?.keyword ?? "no-remote"
  }

  // MARK: radar

  static func radar(in opened: () throws -> OpenRepository) -> WorkMessage {
    var message = WorkMessage()
    do {
      let open = try opened()
      defer { message.add(.isUnpushed, (try? !open.unpushedStreams().isEmpty) ?? false) }
      let report = try open.lookAround()
      message.add(.outcome, report.failure == nil ? "looked" : "failed")
      if let failure = report.failure, report.isFailureNew { message.add(.words, failure) }
      for trouble in report.troubles { message.add(.problem, trouble) }
      for drift in report.news { message.add(drift) }
    } catch {
      message.add(.outcome, "failed")
      message.add(.words, Self.words(error))
    }
    return message
  }

  // MARK: tidy

  static func tidy(in opened: () throws -> OpenRepository) -> WorkMessage {
    var message = WorkMessage()
    do {
      // Taking the lock sweeps what killed captures left.
      try opened().locked {}
      message.add(.outcome, "done")
    } catch {
      message.add(.outcome, "failed")
      message.add(.words, Self.words(error))
    }
    return message
  }
}

extension OpenRepository {
  /// Whether a capture is one to push: also when somebody else made it just before, such as `sync`,
  /// and nothing changed since.
  func hasNews(_ report: CaptureReport) -> Bool {
    if report.isNew { return true }
    guard self.repository.config.remotes.contains(self.settings.remoteName) else { return false }
    do {
      return try self.withStore { report.refs.confirmed(in: $0) } != report.commit
    } catch {
      // A push would not come to it either.
      return false
    }
  }

  /// The streams of this machine whose tip the remote has not confirmed, by name.
  func unpushedStreams() throws -> [StreamRefs] {
    try self.withStore { store in
      let prefix = "\(StreamRefs.streamPrefix)\(self.machine.slug)/"
      let streams = try store.refs(withPrefix: prefix).compactMap { ref, id in
        ref.dropping(prefix: prefix).map {
          let refs = StreamRefs(
            slug: self.machine.slug, leaf: $0, backupBranch: self.settings.backupBranch)
          return (refs, id)
        }
      }
      return streams.filter { refs, id in refs.confirmed(in: store) != id }.map(\.0)
    }
  }
}
