internal import ArgumentParser
internal import PulsarCore
internal import PulsarEngine
internal import PulsarGit
internal import PulsarSystem

struct SyncCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sync", abstract: "Take over the session of another machine.",
    discussion: """
      Looks at the remote for captures of this branch by your other machines, and makes this working \
      tree what the newest session is: changed, new and deleted files, and what was staged when \
      nothing is staged here. Newer is what contains the other; no clock is asked. Where both have \
      work, the two are merged. When they conflict, nothing is touched until you choose a side.

      The working tree is captured first, and 'git pulsar undo' takes all of it back. Ignored files \
      stay as they are.

      Exit status: 0 taken over, or nothing to take over; 1 conflicts; 2 you said no.
      """)

  @OptionGroup var options: CommonOptions
  @Flag(name: .customLong("dry-run"), help: "Say what would be done.")
  var dryRun = false
  @Flag(name: .customLong("no-ff"), help: "Leave the branch where it is.")
  var noFastForward = false
  @Flag(help: "Where both conflict, take theirs.")
  var theirs = false
  @Flag(help: "Where both conflict, keep ours.")
  var ours = false
  @Flag(help: "Where both conflict, write both into the file, with markers.")
  var markers = false
  @Option(
    name: .customLong("theirs-in"), help: ArgumentHelp("Take theirs there.", valueName: "path"))
  var theirsIn: [String] = []
  @Option(name: .customLong("ours-in"), help: ArgumentHelp("Keep ours there.", valueName: "path"))
  var oursIn: [String] = []
  @Option(
    name: .customLong("markers-in"), help: ArgumentHelp("Write both there.", valueName: "path"))
  var markersIn: [String] = []
  @Flag(help: "Report as JSON.")
  var json = false
  @Argument(help: "The name of the machine, where several have work.")
  var machine: String?

  func validate() throws {
    if [self.theirs, self.ours, self.markers].count(where: { $0 }) > 1 {
      throw ValidationError("--theirs, --ours and --markers exclude each other")
    }
  }

  func run() throws {
    try self.perform(self.options) { session in
      let begun = ContinuousClock.now
      // git looks at the working tree while the remote is asked.
      let open = try OpenRepository(session, scans: true)
      let choices = try self.choices(session, open.location)
      if let operation = GitWorktree.operation(in: open.location.gitDir) {
        throw Refusal(
          whatFailed: "nothing done", why: "a \(operation.rawValue) is under way",
          whatToDo: "finish it or abort it, then run 'git pulsar sync' again", status: .tryAgain)
      }
      let tip = try open.withStore { try CurrentStream(open, open.worktree(), $0).tip }
      let news = try open.freshStreams()
      if ContinuousClock.now - begun > Self.scanLasts { open.forgetScan() }
      return try open.withStore {
        try self.sync(open, $0, choices, isOffline: news == .offline, scannedUpon: tip)
      }
    }
  }

  /// The answer of a scan is used for so long.
  private static let scanLasts = Duration.seconds(2)

  private func choices(
    _ session: Session, _ location: RepositoryLocation
  ) throws -> ConflictChoices {
    var choices = ConflictChoices()
    choices.general =
      self.theirs ? .theirs : self.ours ? .ours : self.markers ? .markers : nil
    for (words, side) in [
      (self.theirsIn, ConflictChoices.Side.theirs), (self.oursIn, .ours),
      (self.markersIn, .markers),
    ] {
      for named in try PathArguments(words, in: session, location).named {
        choices.ofPath[named.path] = side
      }
    }
    return choices
  }

  private func sync(
    _ open: OpenRepository, _ store: some SnapshotStore, _ choices: ConflictChoices,
    isOffline: Bool, scannedUpon tip: ObjectID?
  ) throws -> ExitStatus {
    try Syncing(
      open: open, store: store, choices: choices, machine: self.machine, isOffline: isOffline,
      forwards: !self.noFastForward, isDryRun: self.dryRun, isJSON: self.json,
      scannedUpon: tip
    ).run()
  }
}
