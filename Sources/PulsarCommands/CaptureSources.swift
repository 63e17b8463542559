internal import PulsarCore
internal import PulsarEngine
internal import PulsarGit
internal import PulsarSystem

/// The states a restore may take from, newest first.
///
/// A capture that was made only as a precaution before a restore or an undo may hold the very state the
/// person wants to be rid of. So what came of that restore stands in for it, where there is a record;
/// and the captures before it, up to one that was made for its own sake, count too, for paths that are
/// now as the newer ones have them.
struct CaptureSources {
  struct Source {
    let capture: CaptureWalk.Capture
    let tree: ObjectID
    /// What came of the restore that the capture was made before.
    var isOutcome = false
    /// The name of another machine that made it.
    var machine: String?

    func words(at now: WallTime) -> String {
      let age = self.capture.record.time.displayed(before: now)
      let whose = self.machine.map { " of \($0)" } ?? ""
      return self.isOutcome
        ? "what was restored after capture \(self.capture.id.short) (\(age))"
        : "capture \(self.capture.id.short) (\(age))\(whose)"
    }
  }

  let all: [Source]
  private let branch: Branch
  private let tip: ObjectID?
  /// Nil is this machine itself.
  private let machine: KnownMachines.Named?
  private let open: OpenRepository

  /// - Parameters:
  ///   - open: the repository.
  ///   - stream: this machine's.
  ///   - machine: another one whose captures are searched instead.
  ///   - at: the time or id a person gave.
  ///   - store: reads the captures.
  /// - Throws: a refusal when there is no such capture.
  init(
    _ open: OpenRepository, _ stream: CurrentStream, of machine: KnownMachines.Named?,
    at: String?, _ store: some SnapshotStore
  ) throws {
    self.open = open
    self.branch = stream.branch
    self.machine = machine
    self.tip = machine?.stream.tip.id ?? stream.tip
    guard self.tip != nil else {
      throw Refusal(
        whatFailed: "nothing restored",
        why: "there is no capture of \(stream.branch.displayed) yet",
        whatToDo: "capture with 'git pulsar now'")
    }
    if let at {
      let capture = try Self.capture(at, open, self.tip, of: machine, stream.branch)
      self.all = [Source(capture: capture, tree: capture.record.tree, machine: machine?.name)]
    } else if let machine {
      // What came of a restore there, only that machine knows.
      var walk = CaptureWalk(open.repository.git, from: self.tip)
      self.all =
        try walk.take().map {
          [Source(capture: $0, tree: $0.record.tree, machine: machine.name)]
        } ?? []
    } else {
      self.all = try Self.newest(open, stream, store)
    }
  }

  private static func newest(
    _ open: OpenRepository, _ stream: CurrentStream, _ store: some SnapshotStore
  ) throws -> [Source] {
    var walk = CaptureWalk(open.repository.git, from: stream.tip)
    var sources: [Source] = []
    let records = try UndoLog(store: store).records(of: open.location.undoName)
    while let capture = try walk.take() {
      let record = records.first { $0.capture == capture.id }
      if capture.isPrecaution, let after = record?.afterCommit {
        let tree = try store.commit(after).tree
        sources.append(Source(capture: capture, tree: tree, isOutcome: true))
      } else {
        sources.append(Source(capture: capture, tree: capture.record.tree))
      }
      if !capture.isPrecaution { return sources }
    }
    return sources
  }

  private static func capture(
    _ at: String, _ open: OpenRepository, _ tip: ObjectID?, of machine: KnownMachines.Named?,
    _ branch: Branch
  ) throws -> CaptureWalk.Capture {
    let digits = Array(at.lowercased().utf8)
    let isID =
      (4...64).contains(digits.count)
      && digits.allSatisfy {
        (0x30...0x39).contains($0) || (0x61...0x66).contains($0)
      }
    let seconds = Moment.seconds(at, now: open.session.clock.wallTime())
    var walk = CaptureWalk(open.repository.git, from: tip)
    var named: [CaptureWalk.Capture] = []
    var atTime: CaptureWalk.Capture?
    var oldest: CaptureWalk.Capture?
    while let capture = try walk.take() {
      if isID && capture.id.hex.utf8.starts(with: digits) { named.append(capture) }
      if let seconds, atTime == nil, capture.record.time.seconds <= seconds { atTime = capture }
      if !isID && atTime != nil { break }
      oldest = capture
    }
    let branch = Self.words(branch, machine)
    let history = machine == nil ? "git pulsar history" : "git pulsar history --all"
    if named.count > 1 {
      throw Refusal(
        whatFailed: "nothing restored", why: "several captures begin with '\(at)'",
        whatToDo: "give more of the id")
    }
    if let capture = named.first ?? atTime { return capture }
    if seconds != nil, let oldest {
      throw Refusal(
        whatFailed: "nothing restored",
        why:
          "no capture of \(branch) is as old as '\(at)'; the oldest is of \(oldest.record.time.displayed)",
        whatToDo: "see '\(history)'")
    }
    let why =
      isID
      ? "no capture of \(branch) has the id '\(at)'"
      : "no capture '\(escapedText(Array(at.utf8)))': that is neither an id nor a time"
    throw Refusal(
      whatFailed: "nothing restored", why: why,
      whatToDo: "see '\(history)' for ids; times are written \(Moment.forms)")
  }

  /// Why a path cannot be restored, with an older capture that has it, if one does.
  func missing(
    _ named: PathArguments.Named, at: String?, _ store: some SnapshotStore
  ) throws -> Refusal {
    let branch = Self.words(self.branch, self.machine)
    var walk = CaptureWalk(self.open.repository.git, from: self.tip)
    var looked = 0
    while looked < 1000, let capture = try walk.take() {
      looked += 1
      guard try store.entry(at: named.path, in: capture.record.tree) != nil else { continue }
      let age = capture.record.time.displayed(before: self.open.session.clock.wallTime())
      let from = self.machine.map { "--from \($0.name) " } ?? ""
      let which = at == nil ? "the newest capture of \(branch)" : "the capture at '\(at ?? "")'"
      return Refusal(
        whatFailed: "nothing restored", why: "\(which) has no '\(named.text)'",
        whatToDo:
          "take it from \(capture.id.short) (\(age)) with \(from)--at \(capture.id.short)")
    }
    return Refusal(
      whatFailed: "nothing restored", why: "no capture of \(branch) has '\(named.text)'",
      whatToDo:
        "see 'git pulsar history\(self.machine == nil ? "" : " --all")' for what was captured")
  }

  /// `main`, or `main by desktop`.
  private static func words(_ branch: Branch, _ machine: KnownMachines.Named?) -> String {
    branch.displayed + (machine.map { " by \($0.name)" } ?? "")
  }
}
