internal import ArgumentParser
internal import PulsarCore
internal import PulsarEngine
internal import PulsarGit
internal import PulsarSystem

struct DiffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff", abstract: "Show what has changed since the newest capture.",
    discussion: "Untracked files too. Without a capture: since HEAD.")

  @OptionGroup var options: CommonOptions
  @Argument(help: "Files and folders.")
  var path: [String] = []

  func run() throws {
    try self.perform(self.options) { session in
      let open = try OpenRepository(session, scans: false, mayBeUnregistered: true)
      let arguments = try PathArguments(self.path, in: session, open.location)
      session.console.progress("reading the working tree …")
      let objects = try TemporaryObjects(for: open.location)
      let store = GitProgramSnapshotStore(open.repository, objectVariables: objects.variables)
      // The private index is one for all of us, so we take turns.
      let comparison = try open.locked { try Comparison(open, store, objects) }
      session.console.endProgress()
      try comparison.show(arguments, store)
      return .done
    }
  }
}

/// The working tree as it is now, beside the newest capture; nothing of it is kept.
private struct Comparison {
  let open: OpenRepository
  let objects: TemporaryObjects
  let stream: CurrentStream
  let capture: CommitRecord?
  let old: ObjectID
  let now: ObjectID
  let skipped: [SkippedPath]

  init(_ open: OpenRepository, _ store: GitProgramSnapshotStore, _ objects: TemporaryObjects) throws
  {
    self.open = open
    self.objects = objects
    let worktree = try open.worktree(objectVariables: objects.variables)
    let scan = try worktree.scan()
    self.stream = try CurrentStream(open, worktree, store)
    let head = try scan.head.commit.map { try store.commit($0).tree }
    self.capture = try self.stream.tip.map { try store.commit($0) }
    let files = try WorktreeReading(worktree: worktree, store: store).changes(
      scan, previous: self.capture?.tree, base: head, Self.lenient(open.settings))
    self.skipped = files.skipped
    self.now = try store.writeTree(base: head, changes: files.changes)
    if let known = self.capture?.tree ?? head {
      self.old = known
    } else {
      self.old = try store.writeTree(base: nil, changes: [])
    }
  }

  /// A file over the limit is left out of a comparison whatever it does to a capture.
  private static func lenient(_ settings: Settings) -> Settings {
    var settings = settings
    settings.largeFileAction = .skip
    return settings
  }

  func show(_ arguments: PathArguments, _ store: GitProgramSnapshotStore) throws {
    let console = self.open.session.console
    for named in arguments.named {
      let isKnown =
        try store.entry(at: named.path, in: self.old) != nil
        || store.entry(at: named.path, in: self.now) != nil
      guard isKnown else {
        throw Refusal(
          whatFailed: "nothing compared",
          why: "'\(named.text)' is neither in the capture nor in what would be captured now",
          whatToDo: "see 'git pulsar history' for what was captured")
      }
    }
    for skipped in self.skipped where arguments.covers(skipped.path) {
      console.remark("left out \(skipped.path.displayed): \(skipped.reason.displayed)")
    }
    let reference: String
    if let capture = self.capture {
      let age = capture.time.displayed(before: self.open.session.clock.wallTime())
      reference = "capture \(capture.id.short) (\(age))"
    } else {
      reference = self.stream.head == nil ? "the beginning" : "HEAD"
      console.remark(
        "there is no capture of \(self.stream.branch.displayed) yet; compared with \(reference)")
    }
    let differences = try TreeListing(
      self.open.repository.git.with(self.objects.variables)
    ).differences(self.old, self.now)
    guard differences.contains(where: { arguments.covers($0.path) }) else {
      console.say("no changes since \(reference)")
      return
    }
    try self.open.showDifferences(
      self.old, self.now, arguments.paths.contains(.root) ? [] : arguments.paths,
      objectVariables: self.objects.variables)
  }
}

extension PathArguments {
  /// Whether a path is one of these or below; none means all.
  func covers(_ path: GitPath) -> Bool {
    self.named.isEmpty || self.named.contains { path.isWithin($0.path) }
  }
}
