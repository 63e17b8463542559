internal import ArgumentParser
internal import PulsarCore
internal import PulsarEngine
internal import PulsarGit
internal import PulsarSystem

struct ListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the registered repositories.")

  @OptionGroup var options: CommonOptions
  @Flag(help: "Report as JSON.")
  var json = false

  func run() throws {
    try self.perform(self.options) { session in
      let registry = try session.registry.load()
      let machine = try session.machines.load().machine
      let rows = registry.paths.map { ListedRepository($0, machine, session) }
      for line in registry.malformed {
        session.console.remark(
          "git-pulsar: a line of the registry is no absolute path and is not used: \(escapedForDisplay(line))"
        )
      }
      if self.json {
        session.console.json(rows)
      } else if rows.isEmpty {
        session.console.say("no repository is registered; run 'git pulsar' in one")
      } else {
        var table = rows.map { [$0.shown, $0.state, $0.capturedShown, $0.branch ?? "-"] }
        var header = ["repository", "state", "newest capture", "branch"]
        if rows.contains(where: { !$0.drift.isEmpty }) {
          header.append("other machines")
          for (index, row) in rows.enumerated() { table[index].append(row.driftShown ?? "-") }
        }
        session.console.table(table, header: header)
      }
      return .done
    }
  }
}

/// One line of `list`.
struct ListedRepository: Encodable {
  let path: PathReport
  /// `ok`, `paused`, `missing`, `unreadable`, `not pushed`, `no capture yet`.
  let state: String
  /// The slug of its captures; nil when that is not known.
  private(set) var machine: String?
  let branch: String?
  let commit: String?
  let time: String?
  let pushed: Bool?
  /// Sessions of other machines on the branch that is checked out with work that is not here.
  let drift: [DriftReport]
  let shown: String
  let capturedShown: String
  let driftShown: String?

  enum CodingKeys: CodingKey { case path, state, machine, branch, commit, time, pushed, drift }

  init(_ path: GitPath, _ machine: Machine?, _ session: Session) {
    self.path = PathReport(path)
    self.shown = session.displayed(path)
    var newest: Newest?
    var state = "ok"
    var drift: [Drift] = []
    if let glance = RepositoryGlance(at: path) {
      do {
        if let machine {
          let clone = try CloneIdentity(at: glance.commonDir).effective(machine)
          newest = try Self.newest(glance, clone, session)
          self.machine = clone.slug
        }
        if newest?.isPushed == true, glance.pushesElsewhere { newest?.isPushed = false }
        if newest == nil { state = glance.isStreamDamaged ? "unreadable" : "no capture yet" }
        if newest?.isPushed == false { state = "not pushed" }
      } catch {
        state = "unreadable"
      }
      if let machine { drift = Self.drift(glance, machine, session) }
      let isPaused = (try? Pause(gitDirectory: glance.gitDir).isPaused) ?? false
      if isPaused { state = "paused" }
    } else {
      state = RepositoryGlance.isBarred(path) ? "unreadable" : "missing"
    }
    self.state = state
    self.branch = newest?.branch.displayed
    self.commit = newest?.commit.hex
    self.time = newest?.time.iso8601
    self.pushed = newest?.isPushed
    self.drift = drift.map(DriftReport.init)
    self.driftShown = DriftText.brief(drift)
    self.capturedShown =
      newest.map { $0.time.displayed(before: session.clock.wallTime()) } ?? "-"
  }

  /// What the radar knows of others' work.
  ///
  /// What it found out counts as long as nothing moved here since.
  private static func drift(
    _ glance: RepositoryGlance, _ machine: Machine, _ session: Session
  ) -> [Drift] {
    let record = RadarFile(commonDir: glance.commonDir).load()
    if record.views.isEmpty { return [] }
    if let head = glance.head(), let known = record.view(of: head.branch),
      known.standpoint.head == head.commit
    {
      let stream = StreamRefs(
        slug: machine.slug, leaf: head.branch.name, backupBranch: Settings().backupBranch)
      if let capture = known.standpoint.capture, glance.value(of: stream.stream) == capture {
        return known.drift
      }
    }
    do {
      if let view = try glance.radarView(
        of: machine, known: record, memory: LineageFile(commonDir: glance.commonDir))
      {
        return view.drift
      }
    } catch {
      // git may be able to.
    }
    return Self.askedDrift(glance, session)
  }

  /// The same by a closer look; one that is not possible tells nothing, which `status` explains.
  private static func askedDrift(_ glance: RepositoryGlance, _ session: Session) -> [Drift] {
    do {
      let open = try OpenRepository(session, at: glance.worktree, mayBeUnregistered: true)
      let tree = try open.worktree()
      return OthersReport(open, try tree.head()).drift
    } catch {
      return []
    }
  }

  private struct Newest {
    let branch: Branch
    let commit: ObjectID
    let time: WallTime
    var isPushed: Bool

    init(branch: Branch, commit: ObjectID, time: WallTime, isPushed: Bool) {
      self.branch = branch
      self.commit = commit
      self.time = time
      self.isPushed = isPushed
    }

    init(_ found: (branch: [UInt8], commit: CommitRecord, isPushed: Bool)) {
      self.init(
        branch: Branch(name: found.branch), commit: found.commit.id, time: found.commit.time,
        isPushed: found.isPushed)
    }
  }

  private static func newest(
    _ glance: RepositoryGlance, _ machine: Machine, _ session: Session
  ) throws -> Newest? {
    if let (note, isPushed) = glance.notedCapture(),
      StreamRefs.parts(ofStream: note.stream)?.slug == machine.slug
    {
      return Newest(branch: note.branch, commit: note.commit, time: note.time, isPushed: isPushed)
    }
    do {
      return try glance.newestCapture(of: machine).map(Newest.init)
    } catch {
      let repository = try Repository(discoveredBy: session.git.with(in: glance.worktree))
      return try RepositoryGlance.newestCapture(
        of: machine, in: GitProgramSnapshotStore(repository)
      ).map(Newest.init)
    }
  }
}
