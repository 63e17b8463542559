internal import ArgumentParser
internal import PulsarCore
internal import PulsarEngine
internal import PulsarGit
internal import PulsarSystem

struct NowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "now", abstract: "Capture every registered repository now, then push.",
    discussion: """
      The repository you are in comes first. Exit status: 0 captured and pushed, or nothing to do; \
      3 captured but not pushed, or some paths left out, or another repository failed; 75 paused, \
      or a rebase, merge or the like is under way.
      """)

  @OptionGroup var options: CommonOptions
  @Flag(
    help: """
      Capture although a rebase, merge or the like is under way, and also what the remote refused to \
      take before.
      """)
  var force = false
  @Flag(name: .customLong("no-push"), help: "Capture only.")
  var noPush = false
  @Flag(help: "Only the repository you are in.")
  var here = false
  @Flag(help: "Report as JSON, one object a repository.")
  var json = false

  func run() throws {
    try self.perform(self.options) { session in
      let current = Result { try self.current(session) }
      let here =
        switch current {
        case .success(let open): open?.location.worktree
        case .failure: try session.worktree(around: session.folder)
        }
      let others = self.here ? [] : try session.registry.load().paths.filter { $0 != here }
      if others.isEmpty, case .success(nil) = current {
        throw GitError.notARepository(path: session.folder)
      }

      var reports: [NowReport] = []
      var status = ExitStatus.done
      do {
        if let current = try current.get() {
          let (report, outcome) = try self.capture(current, isNamed: !others.isEmpty)
          reports.append(report)
          status = outcome
        }
      } catch let error as any ExplainedError {
        // What is wrong here must not keep the others from being captured.
        guard !others.isEmpty else { throw error }
        session.console.complain(error)
        status = Self.status(of: error)
      }
      for path in others {
        guard !InterruptFlag.isRaised else { break }
        let (report, outcome) = self.captureOther(
          path, session, isNamed: here != nil || others.count > 1)
        if let report { reports.append(report) }
        if outcome != .done, status == .done { status = .partlyDone }
      }
      if self.json { session.console.json(reports) }
      return status
    }
  }

  /// The repository the person is in; nil outside of any.
  private func current(_ session: Session) throws -> OpenRepository? {
    do throws(any Error) {
      return try OpenRepository(session, scans: true)
    } catch let error as GitError {
      if case .notARepository = error, !self.here { return nil }
      throw error
    }
  }

  private func capture(
    _ open: OpenRepository, isNamed: Bool
  ) throws -> (NowReport, ExitStatus) {
    let session = open.session
    if try open.pause.isPaused {
      throw Refusal(
        whatFailed: "nothing was captured", why: "captures of this repository are paused",
        whatToDo: "run 'git pulsar resume' to go on", status: .tryAgain)
    }
    if isNamed, !self.json {
      session.console.say(session.console.bold(session.displayed(open.location.worktree)))
    }
    session.console.progress("capturing …")
    open.retriesRefused = self.force
    var report = try open.locked { try open.capture(.now, force: self.force) }
    session.console.endProgress()
    var pushed: PushReport?
    var failure: (any ExplainedError)?
    if !self.noPush {
      do {
        pushed = try open.push(report.refs)
        if let refused = open.lastRefused, refused.refused == report.commit {
          report = report.replaced(by: refused.capture, skipping: refused.skipped)
        }
        try open.pushMarks()
      } catch let error as any ExplainedError {
        failure = error
      }
    }
    // The push may have changed where the captures of this clone go.
    let refs = try open.following(report.refs)
    let left = PointersOnly(at: open.location.commonDir)
    let pointersOnly = pushed != nil && left[refs.remote] != nil
    var result = NowReport(report, refs, open.location.worktree, pushed, failure, pointersOnly)
    result.addresses = open.addressesLeft
    if !self.json { result.show(report, refs, pushed, failure, session) }
    return (result, failure != nil || !report.skipped.isEmpty ? .partlyDone : .done)
  }

  /// Captures a repository the person is not in; what goes wrong there stops nothing here.
  private func captureOther(
    _ path: GitPath, _ session: Session, isNamed: Bool
  ) -> (NowReport?, ExitStatus) {
    let name = session.displayed(path)
    guard let glance = RepositoryGlance(at: path) else {
      if RepositoryGlance.isBarred(path) {
        session.console.remark(
          "git-pulsar: '\(name)' was not captured: you may not enter it; check whose it is")
        return (nil, .failed)
      }
      session.console.remark("'\(name)' is missing; it is captured again when it is back")
      return (nil, .done)
    }
    do {
      if try Pause(gitDirectory: glance.gitDir).isPaused { return (nil, .done) }
      let open = try OpenRepository(session, at: path)
      let (report, status) = try self.capture(open, isNamed: isNamed)
      return (report, status)
    } catch let error as any ExplainedError {
      session.console.remark("git-pulsar: \(name): \(error.explanation)")
    } catch {
      session.console.remark("git-pulsar: \(name): \(error)")
    }
    return (nil, .failed)
  }
}

/// One repository of `now --json`.
struct NowReport: Encodable {
  let repository: PathReport
  let captured: Bool
  let commit: String
  let tree: String
  let branch: String
  let time: String
  let ref: String
  let changes: [ChangeReport]
  let skipped: [SkippedReport]
  let dirtySubmodules: [PathReport]
  let nestedRepositories: [PathReport]
  let pushed: Bool
  let pushError: String?
  /// Whether the remote lacks large files that the capture points to.
  let pointersOnly: Bool
  /// A sentence about addresses of the remote that nothing is pushed to; nil when there are none.
  var addresses: String?

  enum CodingKeys: CodingKey {
    case repository, captured, commit, tree, branch, time, ref, changes, skipped, dirtySubmodules
    case nestedRepositories, pushed, pushError, pointersOnly
  }

  init(
    _ report: CaptureReport, _ refs: StreamRefs, _ worktree: GitPath, _ pushed: PushReport?,
    _ error: (any ExplainedError)?, _ pointersOnly: Bool
  ) {
    self.pointersOnly = pointersOnly
    self.repository = PathReport(worktree)
    self.captured = report.isNew
    self.commit = report.commit.hex
    self.tree = report.tree.hex
    self.branch = report.branch.displayed
    self.time = report.time.iso8601
    self.ref = refs.stream.displayed
    self.changes = report.changes.map(ChangeReport.init)
    self.skipped = report.skipped.map(SkippedReport.init)
    self.dirtySubmodules = report.dirtySubmodules.map(PathReport.init)
    self.nestedRepositories = report.nestedRepositories.map(PathReport.init)
    self.pushed = pushed != nil
    self.pushError = error?.explanation
  }

  func show(
    _ report: CaptureReport, _ refs: StreamRefs, _ pushed: PushReport?,
    _ failure: (any ExplainedError)?, _ session: Session
  ) {
    let console = session.console
    if report.isNew {
      let message = CaptureMessage(
        changes: report.changes, machineSlug: "", branch: report.branch, reason: .now,
        skippedCount: 0)
      let what = message.subject.dropFirst("backup: ".count)
      console.say(
        "\(console.green("captured")) \(report.commit.short) on \(report.branch.displayed): \(what)"
      )
    } else {
      let age = report.time.displayed(before: session.clock.wallTime())
      console.say(
        "nothing changed since capture \(report.commit.short) on \(report.branch.displayed) (\(age))"
      )
    }
    for skipped in report.skipped {
      console.say(
        "\(console.yellow("left out")) \(skipped.path.displayed): \(skipped.reason.displayed)")
    }
    for path in report.dirtySubmodules {
      console.say(
        "submodule \(path.displayed) has changes of its own; only its commit is captured")
    }
    for path in report.nestedRepositories {
      console.say(
        "\(path.displayed) is a repository of its own; its files are captured as files")
    }
    if let failure {
      console.say(console.yellow(failure.explanation))
    } else if case .pushed = pushed {
      console.say("\(console.green("pushed")) to \(refs.remote.displayed)")
    }
    if let addresses = self.addresses, case .pushed = pushed {
      console.say(console.yellow(addresses))
    }
    if self.pointersOnly { console.say(console.yellow(PointersOnly.sentence)) }
  }
}

struct ChangeReport: Encodable {
  let path: PathReport
  let kind: String
  let added: Int?
  let removed: Int?

  init(_ change: PathChange) {
    self.path = PathReport(change.path)
    self.kind = change.kind.rawValue
    self.added = change.lines?.added
    self.removed = change.lines?.removed
  }
}

struct SkippedReport: Encodable {
  let path: PathReport
  let reason: String
  let explanation: String

  init(_ skipped: SkippedPath) {
    self.path = PathReport(skipped.path)
    self.reason = skipped.reason.keyword
    self.explanation = skipped.reason.displayed
  }
}
