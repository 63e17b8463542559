internal import PulsarConfig
internal import PulsarCore
internal import PulsarEngine
internal import PulsarGit
internal import PulsarSystem

/// Looks at a registered path for the daemon: what is there, and what its settings say.
struct RepositoryLook {
  private let session: Session
  private let path: GitPath

  init(_ session: Session, _ path: GitPath) {
    self.session = session
    self.path = path
  }

  /// - Parameter root: a commit that the repository must have to be the one that is meant.
  /// - Returns: outcome `ready` with all that the daemon needs, or `missing`, `foreign`,
  ///   `barred`, `refused`.
  func message(root: String?) -> WorkMessage {
    var message = WorkMessage()
    guard RepositoryGlance(at: self.path) != nil else {
      if RepositoryGlance.isBarred(self.path) {
        message.add(.outcome, "barred")
      } else {
        message.add(.outcome, "missing")
      }
      return message
    }
    do {
      let open = try OpenRepository(self.session, at: self.path)
      guard let root = try self.root(open, expected: root) else {
        message.add(.outcome, "foreign")
        return message
      }
      message.add(.root, root)
      try self.describe(open, &message)
      message.add(.outcome, "ready")
    } catch {
      message = WorkMessage()
      message.add(.outcome, "refused")
      message.add(.words, WorkCommand.words(error))
    }
    return message
  }

  /// A commit that tells this repository from others: the oldest that HEAD goes back to.
  ///
  /// - Returns: empty while there is no commit; nil when the one expected is not there.
  private func root(_ open: OpenRepository, expected: String?) throws -> String? {
    let git = open.repository.git
    if let expected, let id = ObjectID(hex: Array(expected.utf8)) {
      let found = try git.run(["cat-file", "-e", CommandWord("\(id.hex)^{commit}")])
      return found.succeeded ? expected : nil
    }
    let roots = try git.run(["rev-list", "--max-parents=0", "HEAD", "--"])
    guard roots.succeeded, let last = roots.output.split(separator: 10).last,
      let id = ObjectID(hex: Array(last))
    else { return "" }
    return id.hex
  }

  private func describe(_ open: OpenRepository, _ message: inout WorkMessage) throws {
    let settings = open.settings
    message.add(.gitDir, open.location.gitDir.bytes)
    message.add(.commonDir, open.location.commonDir.bytes)
    message.add(.commitInterval, settings.commitIntervalSeconds)
    message.add(.pushInterval, settings.pushIntervalSeconds)
    message.add(.minBattery, settings.minBatteryPercent)
    message.add(.ecoMode, settings.ecoModePercent)
    message.add(.logSize, settings.maxLogSize.bytes)
    message.add(.hasRemote, open.repository.config.remotes.contains(settings.remoteName))
    message.add(.isPaused, try open.pause.isPaused)
    message.add(.isUnpushed, try !open.unpushedStreams().isEmpty)
    if let last = PushState(open.location).lastSuccess() {
      let age = self.session.clock.wallTime().seconds - last.seconds
      // A clock that was set back says nothing.
      if age >= 0 { message.add(.pushAge, Int(age)) }
    }
    message.add(.isPlain, open.repository.suitsLibGit2 && !self.usesFilters(open))
    message.add(
      .rules,
      "\(settings.largeFileThreshold.bytes) \(settings.largeFileAction.rawValue) \(settings.ignore)"
    )
    message.add(.ruleFile, paths: try RuleFiles(open.repository).find())
    // Those that do not fit are watched in vain.
    let own = open.ownFolders.filter { !$0.isRoot }
    message.add(.ignored, paths: own + (try open.ignoredFolders()))
    for problem in open.cascade.problems { message.add(.problem, problem.sentence) }
  }

  /// Whether the usual attribute files name a filter: a program, which may take its time.
  private func usesFilters(_ open: OpenRepository) -> Bool {
    if open.repository.config.keys(withPrefix: "filter.").isEmpty { return false }
    let files = [
      open.location.worktree.appending(".gitattributes"),
      open.location.commonDir.appending("info").appending("attributes"),
    ]
    return files.contains { file in
      // A file that cannot be read may name one.
      guard let bytes = try? AtomicFile.read(file, limit: 1 << 20) ?? [] else { return true }
      return String(decoding: bytes, as: UTF8.self).contains("filter=")
    }
  }
}
