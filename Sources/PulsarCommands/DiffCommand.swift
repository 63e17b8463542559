internal import ArgumentParser
internal import Foundation
internal import PulsarCore
internal import PulsarEngine
internal import PulsarGit
internal import PulsarSystem

struct DiffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff", abstract: "Show what has changed since the newest capture.",
    discussion: """
      Untracked files too. Without a capture: since HEAD.

      When the first argument is no path here but a machine, or with --machine: how the working tree \
      differs from that machine's newest capture of this branch, as far as it was fetched. Lines with \
      '-' are theirs, lines with '+' are here. A machine is named by its name, its slug, or the first \
      characters of its id.
      """)

  @OptionGroup var options: CommonOptions
  @Option(
    help: ArgumentHelp("Compare with this machine's newest capture.", valueName: "machine"),
    completion: KnownMachines.completion)
  var machine: String?
  @Argument(help: "Files and folders; a machine may come first.")
  var path: [String] = []

  func run() throws {
    try self.perform(self.options) { session in
      let open = try OpenRepository(session, scans: false, mayBeUnregistered: true)
      let reference = try open.withStore { try self.reference(open, $0) }
      let arguments = try PathArguments(reference.paths, in: session, open.location)
      session.console.progress("reading the working tree …")
      let objects = try TemporaryObjects(for: open.location)
      let store = GitProgramSnapshotStore(open.repository, objectVariables: objects.variables)
      // The private index is one for all of us, so we take turns.
      let comparison = try open.locked { try Comparison(open, store, objects, reference) }
      session.console.endProgress()
      try comparison.show(arguments, store)
      return .done
    }
  }

  // MARK: with what

  /// What is compared with, and which paths.
  struct Reference {
    /// Nil is this machine's own newest capture.
    var machine: KnownMachines.Named?
    var paths: [String]
    /// The first path, where it could have named a machine.
    var isFirstUnknown = false
  }

  private func reference(
    _ open: OpenRepository, _ store: some SnapshotStore
  ) throws -> Reference {
    var reference = Reference(paths: self.path)
    guard let word = self.machine ?? self.path.first else { return reference }
    let head = try open.worktree().head()
    let machines = try KnownMachines(open, head.branch, store)
    if self.machine == nil {
      if self.isPathForSure { return reference }
      guard machines.isKnown(word) else {
        reference.isFirstUnknown = true
        return reference
      }
      if try self.isPath(word, head, open, store) {
        let shown = escapedText(Array(word.utf8))
        open.session.console.remark(
          "'\(shown)' is taken for the path; for the machine: 'git pulsar diff --machine \(shown)'")
        return reference
      }
      reference.paths.removeFirst()
    }
    let machine = try machines.find(word, failure: "nothing compared")
    if machine.isOwn { return reference }
    open.session.console.remark(machines.remark(machine))
    reference.machine = machine
    return reference
  }

  /// Whether all arguments come behind `--`.
  private var isPathForSure: Bool {
    guard let end = CommandLine.arguments.firstIndex(of: "--") else { return false }
    return CommandLine.arguments.count - end - 1 == self.path.count
  }

  /// Whether a word names something in the working tree, the newest capture or HEAD.
  private func isPath(
    _ word: String, _ head: Head, _ open: OpenRepository, _ store: some SnapshotStore
  ) throws -> Bool {
    let session = open.session
    let absolute = PathArguments.absolute(RawArguments.bytes(of: word), in: session)
    var status = stat()
    if lstat(absolute.bytes.map { CChar(bitPattern: $0) } + [0], &status) == 0 { return true }
    let path = try PathArguments([word], in: session, open.location).paths[0]
    let stream = try CurrentStream(open, open.worktree(), store)
    for commit in [stream.tip, head.commit].compactMap({ $0 }) {
      if try store.entry(at: path, in: store.commit(commit).tree) != nil { return true }
    }
    return false
  }
}

/// The working tree as it is now, beside a capture; nothing of it is kept.
private struct Comparison {
  let open: OpenRepository
  let objects: TemporaryObjects
  let stream: CurrentStream
  let reference: DiffCommand.Reference
  let capture: CommitRecord?
  let old: ObjectID
  let now: ObjectID
  let skipped: [SkippedPath]

  init(
    _ open: OpenRepository, _ store: GitProgramSnapshotStore, _ objects: TemporaryObjects,
    _ reference: DiffCommand.Reference
  ) throws {
    self.open = open
    self.objects = objects
    self.reference = reference
    let worktree = try open.worktree(objectVariables: objects.variables)
    let scan = try worktree.scan()
    self.stream = try CurrentStream(open, worktree, store)
    let head = try scan.head.commit.map { try store.commit($0).tree }
    let own = try self.stream.tip.map { try store.commit($0) }
    let synced = SyncRecordFile(at: open.location.gitDir).read() ?? SyncRecord()
    let files = try WorktreeReading(worktree: worktree, store: store).changes(
      scan, previous: own?.tree, base: head,
      synced: SyncedScope(
        synced.entries(of: self.stream.refs.leaf, isFirst: own == nil), headTree: head),
      Self.lenient(open.settings))
    self.skipped = files.skipped
    self.now = try store.writeTree(base: head, changes: files.changes)
    self.capture = reference.machine?.stream.tip ?? own
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
        let isUnknown = self.reference.isFirstUnknown && named.path == arguments.paths.first
        throw Refusal(
          whatFailed: "nothing compared",
          why: "'\(named.text)' is neither in the capture nor in what would be captured now"
            + (isUnknown ? ", and no machine known here" : ""),
          whatToDo: "see 'git pulsar history' for what was captured")
      }
    }
    for skipped in self.skipped where arguments.covers(skipped.path) {
      console.remark("left out \(skipped.path.displayed): \(skipped.reason.displayed)")
    }
    if let theirs = self.reference.machine, let count = theirs.stream.trailers?.skippedCount,
      count > 0
    {
      console.remark(
        "\(theirs.name) could not capture all: \(count) \(count == 1 ? "path is" : "paths are") older or lacking there"
      )
    }
    let reference: String
    if let capture = self.capture {
      let age = capture.time.displayed(before: self.open.session.clock.wallTime())
      let whose = self.reference.machine.map { " of \($0.name)" } ?? ""
      reference = "capture \(capture.id.short) (\(age))\(whose)"
    } else {
      reference = self.stream.head == nil ? "the beginning" : "HEAD"
      console.remark(
        "there is no capture of \(self.stream.branch.displayed) yet; compared with \(reference)")
    }
    let differences = try TreeListing(
      self.open.repository.git.with(self.objects.variables)
    ).differences(self.old, self.now)
    guard differences.contains(where: { arguments.covers($0.path) }) else {
      let none = self.reference.machine == nil ? "no changes since" : "no difference from"
      console.say("\(none) \(reference)")
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
