internal import ArgumentParser
internal import PulsarCore
internal import PulsarEngine
internal import PulsarGit
internal import PulsarSystem

struct HistoryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "history", abstract: "List the captures of this branch, newest first.",
    discussion: "With a path, only the captures in which it changed, and how.")

  @OptionGroup var options: CommonOptions
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
    let history = try CaptureHistory(open, stream, path, limit: self.limit, store)
    if self.json {
      console.json(history.lines.map(CaptureEntryReport.init))
      return .done
    }
    guard !history.lines.isEmpty else {
      let branch = stream.branch.displayed
      if let path, stream.tip != nil {
        throw Refusal(
          whatFailed: "no history",
          why: "no capture of \(branch) has a change of '\(path.displayed)'",
          whatToDo: "see 'git pulsar history' for what was captured")
      }
      console.say("there is no capture of \(branch) yet; make one with 'git pulsar now'")
      return .done
    }
    let now = open.session.clock.wallTime()
    let rows = history.lines.map { line in
      var time = line.capture.record.time
      time.utcOffsetMinutes = LocalClock.utcOffsetMinutes(at: time.seconds)
      return [
        line.capture.id.short, String(time.displayed.prefix(19)), time.displayed(before: now),
        line.capture.trailers?.reason?.rawValue ?? "-", line.state.rawValue, line.changes,
      ]
    }
    console.table(rows, header: ["capture", "time", "age", "reason", "state", "changes"])
    if history.more > 0 {
      console.say("… and \(history.more) more; see them with --limit \(self.limit + history.more)")
    }
    return .done
  }
}

/// The captures of a stream that a person asked for.
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
    let state: State
    let changes: String
  }

  private(set) var lines: [Line] = []
  /// How many there are beyond the limit.
  private(set) var more = 0

  /// - Parameters:
  ///   - open: the repository.
  ///   - stream: the stream whose captures are listed.
  ///   - path: only captures in which it changed; nil for all.
  ///   - limit: how many are listed; the others are counted.
  ///   - store: reads the captures.
  /// - Throws: an error when a capture or its tree cannot be read.
  init(
    _ open: OpenRepository, _ stream: CurrentStream, _ path: GitPath?, limit: Int,
    _ store: some SnapshotStore
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
      let older = previous?.record.tree ?? walk.base?.tree
      if let path {
        let old = try older.flatMap { try store.entry(at: path, in: $0) }
        if try store.entry(at: path, in: capture.record.tree) == old { continue }
      }
      guard self.lines.count < limit else {
        self.more += 1
        continue
      }
      var changes = capture.changes
      if let path {
        let all = try store.compare(older, capture.record.tree, countingLinesUpTo: 200)
        changes = Self.words(all.filter { $0.path.isWithin(path) })
      }
      self.lines.append(
        Line(
          capture: capture, state: isPushed ? isWhole ? .pushed : .pointersOnly : .durable,
          changes: changes))
    }
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
  let reason: String?
  let changes: String
  let state: String

  init(_ line: CaptureHistory.Line) {
    self.id = line.capture.id.hex
    self.time = line.capture.record.time.iso8601
    self.reason = line.capture.trailers?.reason?.rawValue
    self.changes = line.changes
    self.state = line.state.rawValue
  }
}
