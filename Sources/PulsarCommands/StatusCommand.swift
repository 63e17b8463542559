internal import ArgumentParser
internal import PulsarCore
internal import PulsarEngine
internal import PulsarGit
internal import PulsarSystem

struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Tell what is captured, pushed, left out, paused.",
    discussion: "Reads local state only; never waits for the network.")

  @OptionGroup var options: CommonOptions
  @Flag(help: "Report as JSON.")
  var json = false

  func run() throws {
    try self.perform(self.options) { session in
      let open: OpenRepository
      do {
        open = try OpenRepository(session, mayBeUnregistered: true)
      } catch GitError.notARepository {
        return try self.outside(session)
      }
      let report = try StatusReport(open)
      if self.json {
        session.console.json(report)
      } else {
        report.show(on: session.console)
      }
      return .done
    }
  }

  /// Where there is no repository: what there is to say of the machine.
  private func outside(_ session: Session) throws -> ExitStatus {
    let machine = try session.machines.load().machine
    let count = try session.registry.load().paths.count
    if self.json {
      session.console.json(MachineReport(machine: machine?.slug, repositories: count))
    } else {
      session.console.say("not in a git repository")
      session.console.say("this machine is \(machine?.slug ?? "not set up yet")")
      session.console.say(
        "\(count) registered \(count == 1 ? "repository" : "repositories"), see 'git pulsar list'")
      let daemon = session.runningDaemon().map { "a daemon is running (\($0))" }
      session.console.say(daemon ?? "no daemon is running")
    }
    return .done
  }
}

/// `status --json` outside a repository.
struct MachineReport: Encodable {
  let machine: String?
  let repositories: Int
}

/// Why the last push failed, in `status --json`.
struct PushTroubleReport: Encodable {
  /// One word: `unreachable`, `authentication`, `permission`, `refused-hook`, `refused-ref`,
  /// `refused-quota`, `refused-size`, `refused-other`, `moved`, `object-format`, `other`.
  let kind: String
  let why: String
  let whatToDo: String
  let time: String

  init(_ failure: PushState.Failure) {
    self.kind = failure.trouble.keyword
    self.why = failure.why
    self.whatToDo = failure.whatToDo
    self.time = failure.time.iso8601
  }
}

/// What is so in one repository.
struct StatusReport: Encodable {
  let path: PathReport
  let machine: String
  let branch: String
  let detached: Bool
  let registered: Bool
  let paused: Bool
  /// The operation of the user's that has stopped half-way.
  let operation: String?
  let commit: String?
  let time: String?
  let reason: String?
  /// Captures that the remote has not confirmed.
  let unpushed: Int
  let remote: String
  let pushFailure: String?
  /// Why the last push failed; nil when it did not, or nothing waits to be pushed.
  let pushTrouble: PushTroubleReport?
  /// What keeps the captures of this branch from being read.
  let damage: String?
  /// Whether the remote lacks large files that captures point to, as git-lfs is not installed.
  let pointersOnly: Bool
  let skipped: [SkippedReport]
  let daemonRuns: Bool
  /// What the daemon says of this repository; nil when none runs.
  let captures: String?
  let pushes: String?
  /// Why changes are found at intervals only; nil when files are watched.
  let unwatched: String?
  /// Sessions of other machines on this branch with work that is not here.
  let drift: [DriftReport]
  /// Other branches of which there is such a session.
  let driftElsewhere: [String]
  /// Why others' work could not be looked for, and since when.
  let radarFailure: String?
  /// Files with conflict markers that a `sync` or a `finalize` wrote and nobody has resolved.
  let unmerged: [PathReport]
  /// Lines for people that need the parts above.
  private let captureLine: String
  private let driftLines: [String]
  private let conflictLines: [String]
  private let skippedLines: [String]
  private let addresses: String?

  enum CodingKeys: CodingKey {
    case path, machine, branch, detached, registered, paused, operation, commit, time, reason
    case unpushed, remote, pushFailure, pushTrouble, pointersOnly, damage, skipped, daemonRuns
    case captures, pushes, unwatched, drift, driftElsewhere, radarFailure, unmerged
  }

  /// More captures than this are counted as "at least".
  static let unpushedMax = 1000

  init(_ open: OpenRepository) throws {
    let tree = try GitWorktree(
      open.repository, ignorePatterns: [], environment: open.session.environmentArguments)
    let head = try tree.head()
    self.path = PathReport(open.location.worktree)
    self.machine = open.machine.slug
    self.branch = head.branch.displayed
    if case .detached = head { self.detached = true } else { self.detached = false }
    self.registered = try open.session.isRegistered(open.location.worktree)
    self.paused = try open.pause.isPaused
    self.operation = tree.operation()?.rawValue
    self.remote = open.settings.remoteName
    let now = open.session.clock.wallTime()
    let (tip, ref, unpushed, damage) = try open.withStore { store in
      try Self.tip(open, head, store)
    }
    let others = OthersReport(open, head)
    self.drift = others.drift.map(DriftReport.init)
    self.driftElsewhere = others.elsewhere.map(\.branch.displayed)
    self.radarFailure = others.failure
    self.driftLines = others.lines(at: now)
    let unmerged = try open.unmergedFiles()
    self.unmerged = unmerged.map { PathReport($0) }
    self.conflictLines =
      unmerged.prefix(20).map { "conflict: \($0.displayed) holds conflict markers; resolve them" }
      + (unmerged.count > 20 ? ["… and \(unmerged.count - 20) more conflicts"] : [])
    self.unpushed = unpushed
    self.commit = tip?.id.hex
    self.time = tip?.time.iso8601
    let trailers = tip.flatMap { CaptureTrailers(message: $0.message) }
    self.reason = trailers?.reason?.rawValue
    if let tip {
      let age = tip.time.displayed(before: now)
      self.captureLine =
        "newest capture: \(tip.id.short), \(tip.time.displayed) (\(age)), \(self.reason ?? "of an earlier version")"
    } else if let damage {
      self.captureLine =
        "the captures of this branch cannot be read: '\(damage.ref.displayed)' \(damage.fault); run 'git pulsar now', which puts that right"
    } else {
      self.captureLine = "no capture of this branch yet"
    }
    self.damage = damage.map { "'\($0.ref.displayed)' \($0.fault)" }
    let hasRemote = open.repository.config.remotes.contains(self.remote)
    let failure =
      hasRemote && unpushed > 0 ? ref.flatMap { PushState(open.location).failure(of: $0) } : nil
    self.pushFailure =
      unpushed == 0
      ? nil
      : hasRemote
        ? failure.map { "\($0.why), \($0.time.displayed(before: now))" }
        : "there is no remote '\(self.remote)'"
    self.pushTrouble = failure.map(PushTroubleReport.init)
    let left = PointersOnly(at: open.location.commonDir)
    self.addresses = hasRemote ? open.addressesLeft : nil
    self.pointersOnly = ref.map { left[$0] != nil } ?? false
    let skipped = CaptureNote(at: open.location.gitDir)?.skipped ?? []
    self.skipped = skipped.map(SkippedReport.init)
    let daemon = open.session.runningDaemon()
    let state = open.session.directories.state
    let board = daemon == nil ? nil : StandingBoard(stateFolder: state).read()
    let worktree = open.location.worktree
    let entry = board?.entries.first {
      $0.repository == worktree || Session.resolved($0.repository) == worktree
    }
    self.daemonRuns = daemon != nil
    self.captures = entry.flatMap { board?.words.captures($0) }
    self.pushes = entry.flatMap { board?.words.pushes($0) }
    self.unwatched = entry?.unwatched.map { "\($0.why); \($0.whatToDo)" }
    self.skippedLines = skipped.map { "left out: \($0.path.displayed), \($0.reason.displayed)" }
  }

  private static func tip(
    _ open: OpenRepository, _ head: Head, _ store: some SnapshotStore
  ) throws -> (CommitRecord?, remote: RefName?, unpushed: Int, DamagedRef?) {
    let refs = try StreamRefs.find(
      head.branch, of: open.machine, open.settings, foldsCase: open.foldsCase,
      beside: WorktreeStreams(open.location).leaves(of: head.branch), in: store)
    if let damage = try DamagedRef.find(refs.stream, in: open.location, store) {
      return (nil, nil, 0, damage)
    }
    guard let id = try store.resolve(refs.stream) else { return (nil, nil, 0, nil) }
    let pushed = open.confirmed(refs, in: store)
    let tip = try store.commit(id)
    var unpushed = 0
    var next: CommitRecord? = tip
    while let commit = next, commit.id != pushed, unpushed < Self.unpushedMax {
      guard CaptureTrailers(message: commit.message) != nil else { break }
      unpushed += 1
      next = try commit.parents.first.map { try store.commit($0) }
    }
    return (tip, refs.remote, unpushed, nil)
  }

  func show(on console: Console) {
    console.say(console.bold("\(self.path.path)") + " on \(self.branch), machine \(self.machine)")
    if self.detached { console.say("HEAD is detached: captures go to \(self.branch)") }
    if !self.registered {
      console.say(console.yellow("not registered: run 'git pulsar' here to register it"))
    }
    if self.paused { console.say(console.yellow("paused: run 'git pulsar resume' to go on")) }
    if let operation {
      console.say(console.yellow("a \(operation) is under way: captures wait for its end"))
    }
    console.say(self.captureLine)
    if self.commit != nil {
      if self.unpushed == 0 {
        console.say(console.green("pushed to \(self.remote)"))
      } else {
        let count = self.unpushed == 1 ? "1 capture" : "\(self.unpushed) captures"
        let why = self.pushFailure.map { " (\($0))" } ?? ""
        console.say(console.yellow("not pushed yet: \(count)\(why)"))
        if let pushTrouble { console.say("what to do: \(pushTrouble.whatToDo)") }
      }
    }
    for line in self.conflictLines { console.say(console.yellow(line)) }
    for line in self.driftLines { console.say(console.yellow(line)) }
    if let addresses { console.say(console.yellow(addresses)) }
    if self.pointersOnly { console.say(console.yellow(PointersOnly.sentence)) }
    for line in self.skippedLines { console.say(console.yellow(line)) }
    self.showDaemon(on: console)
  }

  private func showDaemon(on console: Console) {
    guard self.daemonRuns else {
      console.say("no daemon is running: captures are made by 'git pulsar now' only")
      return
    }
    if let captures { console.say("daemon: \(captures)") }
    if let pushes, !pushes.isEmpty { console.say("daemon: \(pushes)") }
    if let unwatched {
      console.say(console.yellow("not watched, scanned at intervals: \(unwatched)"))
    }
  }
}
