internal import ArgumentParser
internal import PulsarCore
internal import PulsarEngine
internal import PulsarGit
internal import PulsarSystem

struct HistoryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "history", abstract: "List the captures of this branch, newest first.",
    discussion: """
      With a path, only the captures in which it changed, and how. With --all, those of all machines \
      as far as they were fetched: by ancestry first, so that a clock that is wrong moves nothing.
      """)

  @OptionGroup var options: CommonOptions
  @Flag(help: "List the captures of all machines.")
  var all = false
  @Option(help: "Show so many captures at most.")
  var limit = 30
  @Flag(help: "Report as JSON.")
  var json = false
  @Argument(help: "A file or folder.")
  var path: String?

  func validate() throws {
    if self.limit < 1 { throw ValidationError("--limit must be 1 or more") }
  }

  func run() throws {
    try self.perform(self.options) { session in
      let open = try OpenRepository(session, mayBeUnregistered: true)
      let path = try self.path.map { try PathArguments([$0], in: session, open.location).paths[0] }
      return try open.withStore { try self.list(path, open, $0) }
    }
  }

  private func list(
    _ path: GitPath?, _ open: OpenRepository, _ store: some SnapshotStore
  ) throws -> ExitStatus {
    let stream = try CurrentStream(open, open.worktree(), store)
    let console = open.session.console
    let machines = self.all ? try KnownMachines(open, stream.branch, store) : nil
    var history = CaptureHistory(path, limit: self.limit)
    if let machines {
      try history.add(machines, open, stream, store)
    } else {
      try history.add(open, stream, store)
    }
    if self.json {
      console.json(history.lines.map { CaptureEntryReport($0, hasAll: self.all) })
      return .done
    }
    for ref in machines?.damaged ?? [] {
      console.remark("left out '\(ref.displayed)': its newest capture is missing or damaged")
    }
    for over in machines?.overLimit ?? [] {
      console.remark("left out '\(nameForDisplay(over.ref.bytes))': \(over.why)")
    }
    if history.isCutOff {
      console.remark(
        "not all captures are listed: more than \(ForeignLimits.captures), or one with more than \(ForeignLimits.parents) parents"
      )
    }
    guard !history.lines.isEmpty else {
      let branch = stream.branch.displayed
      if let path, history.hasCaptures {
        throw Refusal(
          whatFailed: "no history",
          why: "no capture of \(branch) has a change of '\(path.displayed)'",
          whatToDo: "see 'git pulsar history' for what was captured")
      }
      let whose = self.all ? " by any machine known here" : ""
      console.say("there is no capture of \(branch)\(whose) yet; make one with 'git pulsar now'")
      return .done
    }
    self.show(history, machines, open)
    return .done
  }

  private func show(
    _ history: CaptureHistory, _ machines: KnownMachines?, _ open: OpenRepository
  ) {
    let console = open.session.console
    let now = open.session.clock.wallTime()
    let rows = history.lines.map { line in
      var time = line.capture.record.time
      time.utcOffsetMinutes = LocalClock.utcOffsetMinutes(at: time.seconds)
      let takenOver = line.takenOver.map {
        "; took over \($0.id.short) of \(machines?.name(of: $0.slug) ?? $0.slug)"
      }
      return [
        line.capture.id.short, String(time.displayed.prefix(19)), time.displayed(before: now),
      ] + (machines.map { [$0.name(of: line.slug)] } ?? []) + [
        line.capture.trailers?.reason?.rawValue ?? "-", line.state.rawValue,
        line.changes + takenOver.joined(),
      ]
    }
    console.table(
      rows,
      header: ["capture", "time", "age"] + (self.all ? ["machine"] : [])
        + ["reason", "state", "changes"])
    if history.more > 0 {
      console.say("… and \(history.more) more; see them with --limit \(self.limit + history.more)")
    }
    guard let machines else { return }
    if !machines.hasOthers {
      console.remark("no captures of other machines are known here; \(KnownMachines.wayToNewer)")
    } else if machines.streams.contains(where: machines.mayBeStale) {
      console.remark("other machines: as far as was fetched; \(KnownMachines.wayToNewer)")
    }
  }
}

/// The captures that a person asked for.
private struct CaptureHistory {
  enum State: String {
    /// On this machine, safe from a power cut: every capture is, before it is acknowledged.
    case durable
    /// On the remote too.
    case pushed
    /// On the remote, without large files that it points to.
    case pointersOnly = "pointers only"
  }

  struct Line {
    let capture: CaptureWalk.Capture
    /// The machine that made it.
    let slug: String
    let state: State
    let changes: String
    let takenOver: [BranchCaptures.TakenOver]
  }

  private(set) var lines: [Line] = []
  /// How many there are beyond the limit.
  private(set) var more = 0
  /// Whether there are any, also such as have no change of the path.
  private(set) var hasCaptures = false
  /// Whether there are more than are looked at.
  private(set) var isCutOff = false
  private let path: GitPath?
  private let limit: Int

  /// - Parameters:
  ///   - path: only captures in which it changed; nil for all.
  ///   - limit: how many are listed; the others are counted.
  init(_ path: GitPath?, limit: Int) {
    self.path = path
    self.limit = limit
  }

  /// Adds the captures of this machine's stream.
  ///
  /// - Throws: an error when a capture or its tree cannot be read.
  mutating func add(
    _ open: OpenRepository, _ stream: CurrentStream, _ store: some SnapshotStore
  ) throws {
    let pushed = open.confirmed(stream.refs, in: store)
    var isPushed = false
    let left = PointersOnly(at: open.location.commonDir)[stream.refs.remote]
    var isWhole = left == nil
    var walk = CaptureWalk(open.repository.git, from: stream.tip)
    var current = try walk.take()
    while let capture = current {
      let previous = try walk.take()
      defer { current = previous }
      if !isPushed, let pushed {
        isPushed = capture.id == pushed
      }
      if let left, capture.id == left.base { isWhole = true }
      let state = isPushed ? isWhole ? State.pushed : .pointersOnly : .durable
      try self.add(
        BranchCaptures.Item(
          capture: capture, slug: capture.trailers?.machineSlug ?? open.machine.slug,
          older: previous?.record.tree ?? walk.base?.tree, takenOver: []), state, store)
    }
  }

  /// Adds the captures of all machines.
  ///
  /// - Throws: an error when a capture or its tree cannot be read.
  mutating func add(
    _ machines: KnownMachines, _ open: OpenRepository, _ stream: CurrentStream,
    _ store: some SnapshotStore
  ) throws {
    let all = try BranchCaptures(of: machines.branch, machines.streams, open.repository.git)
    self.isCutOff = all.isCutOff
    let items = all.items
    let captures = Dictionary(
      items.map { ($0.capture.id, $0.capture) }, uniquingKeysWith: { first, _ in first })
    // Those of this machine since the last that the remote confirmed; what is of others came from it.
    var unpushed: Set<ObjectID> = []
    let pushed = open.confirmed(stream.refs, in: store)
    var next = stream.tip
    while let id = next, id != pushed, let capture = captures[id] {
      unpushed.insert(id)
      next = capture.record.parents.first
    }
    for item in items {
      try self.add(item, unpushed.contains(item.capture.id) ? .durable : .pushed, store)
    }
  }

  private mutating func add(
    _ item: BranchCaptures.Item, _ state: State, _ store: some SnapshotStore
  ) throws {
    self.hasCaptures = true
    let tree = item.capture.record.tree
    if let path {
      let old = try item.older.flatMap { try store.entry(at: path, in: $0) }
      if try store.entry(at: path, in: tree) == old { return }
    }
    guard self.lines.count < self.limit else {
      self.more += 1
      return
    }
    var changes = item.capture.changes
    if let path {
      let all = try store.compare(item.older, tree, countingLinesUpTo: 200)
      changes = Self.words(all.filter { $0.path.isWithin(path) })
    }
    self.lines.append(
      Line(
        capture: item.capture, slug: item.slug, state: state, changes: changes,
        takenOver: item.takenOver))
  }

  private static func words(_ changes: [PathChange]) -> String {
    let message = CaptureMessage(
      changes: changes, machineSlug: "", branch: Branch(""), reason: .now, skippedCount: 0)
    return String(message.subject.dropFirst("backup: ".count))
  }
}

/// One element of `history --json`.
private struct CaptureEntryReport: Encodable {
  let id: String
  let time: String
  let machine: String
  let reason: String?
  let changes: String
  let state: String
  /// Only with `--all`.
  let takenOver: [Session]?

  struct Session: Encodable {
    let id: String
    let machine: String
  }

  init(_ line: CaptureHistory.Line, hasAll: Bool) {
    self.id = line.capture.id.hex
    self.time = line.capture.record.time.iso8601
    self.machine = line.slug
    self.reason = line.capture.trailers?.reason?.rawValue
    self.changes = line.changes
    self.state = line.state.rawValue
    self.takenOver =
      hasAll ? line.takenOver.map { Session(id: $0.id.hex, machine: $0.slug) } : nil
  }
}
