internal import ArgumentParser
internal import PulsarCore
internal import PulsarEngine
internal import PulsarGit
internal import PulsarSystem

struct NowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "now", abstract: "Capture the working tree now, then push.",
    discussion: """
      Exit status: 0 captured and pushed, or nothing to do; 3 captured but not pushed, or some \
      paths left out; 75 paused, or a rebase, merge or the like is under way.
      """)

  @OptionGroup var options: CommonOptions
  @Flag(help: "Capture although a rebase, merge or the like is under way.")
  var force = false
  @Flag(name: .customLong("no-push"), help: "Capture only.")
  var noPush = false
  @Flag(help: "Report as JSON.")
  var json = false

  func run() throws {
    try self.perform(self.options) { session in
      let open = try OpenRepository(session, scans: true)
      if try open.pause.isPaused {
        throw Refusal(
          whatFailed: "nothing was captured", why: "captures of this repository are paused",
          whatToDo: "run 'git pulsar resume' to go on", status: .tryAgain)
      }
      session.console.progressLater("capturing …")
      let report = try open.locked { try open.capture(.now, force: self.force) }
      var pushed: PushReport?
      var pushError: (any ExplainedError)?
      if !self.noPush {
        do {
          pushed = try open.push(report.refs)
          if case .pushed(let commit) = pushed {
            open.note("push", [("commit", commit.hex), ("remote", open.settings.remoteName)])
          }
        } catch let error as RemoteError {
          pushError = error
          open.note("push-failed", level: .warning, [("why", error.why)])
        }
      }
      PushState(open.location).remember(report.refs, failure: pushError?.why, at: session.clock)
      if self.json {
        session.console.json(NowReport(report, pushed, pushError))
      } else {
        self.show(report, pushed, pushError, session)
      }
      return pushError != nil || !report.skipped.isEmpty ? .partlyDone : .done
    }
  }

  private func show(
    _ report: CaptureReport, _ pushed: PushReport?, _ pushError: (any ExplainedError)?,
    _ session: Session
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
      console.say("submodule \(path.displayed) has changes of its own; only its commit is captured")
    }
    for path in report.nestedRepositories {
      console.say("\(path.displayed) is a repository of its own; its files are captured as files")
    }
    if let pushError {
      console.say(console.yellow(pushError.explanation))
    } else if case .pushed = pushed {
      console.say("\(console.green("pushed")) to \(report.refs.remote.displayed)")
    }
  }
}

/// `now --json`.
struct NowReport: Encodable {
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

  init(_ report: CaptureReport, _ pushed: PushReport?, _ error: (any ExplainedError)?) {
    self.captured = report.isNew
    self.commit = report.commit.hex
    self.tree = report.tree.hex
    self.branch = report.branch.displayed
    self.time = report.time.iso8601
    self.ref = report.refs.stream.displayed
    self.changes = report.changes.map(ChangeReport.init)
    self.skipped = report.skipped.map(SkippedReport.init)
    self.dirtySubmodules = report.dirtySubmodules.map(PathReport.init)
    self.nestedRepositories = report.nestedRepositories.map(PathReport.init)
    self.pushed = pushed != nil
    self.pushError = error?.explanation
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
