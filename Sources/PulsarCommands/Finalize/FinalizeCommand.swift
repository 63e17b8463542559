internal import ArgumentParser
internal import PulsarCore
internal import PulsarEngine
internal import PulsarGit
internal import PulsarSystem

struct FinalizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "finalize",
    abstract: "Put the work of all machines on this branch onto the target branch, as one commit.",
    discussion: """
      The newest captures of this branch by all your machines are merged onto the target: the branch \
      that --into names, else the remote's default branch, else main or master. What is uncommitted \
      here is among them. The target is checked out with the result staged, and git opens your editor \
      for one commit, by your hooks and your signature. When captures conflict, nothing is touched, \
      and each path is named with the machines that disagree.

      The working tree is captured first, and 'git pulsar undo' takes all of it back. Work that was \
      finalized counts no more the next time, as long as the commit is on the target.

      Exit status: 0 committed, or nothing to finalize; 1 conflicts; 2 you said no; 3 staged, and not \
      committed.
      """)

  @OptionGroup var options: CommonOptions
  @Option(help: ArgumentHelp("The branch to put the work onto.", valueName: "branch"))
  var into: String?
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Commit with this message; no editor opens.", valueName: "text"))
  var message: String?
  @Flag(name: .customLong("no-commit"), help: "Stage the result and leave the commit to you.")
  var noCommit = false
  @Flag(help: "When captures conflict, write conflict markers to resolve by hand.")
  var markers = false
  @Flag(name: .customLong("dry-run"), help: "Say what would be done.")
  var dryRun = false
  @Flag(help: "Report as JSON.")
  var json = false

  func validate() throws {
    if let message, message.allSatisfy(\.isWhitespace) {
      throw ValidationError("the message is empty")
    }
  }

  func run() throws {
    try self.perform(self.options) { session in
      let open = try OpenRepository(session)
      if let operation = GitWorktree.operation(in: open.location.gitDir) {
        throw Refusal(
          whatFailed: "nothing done", why: "a \(operation.rawValue) is under way",
          whatToDo: "finish it or abort it, then run 'git pulsar finalize' again",
          status: .tryAgain)
      }
      let news = try open.freshStreams()
      return try open.withStore { try self.finalize(open, $0, news) }
    }
  }

  private func finalize(
    _ open: OpenRepository, _ store: some SnapshotStore, _ news: StreamNews
  ) throws -> ExitStatus {
    // A commit of an earlier finalize may still have to be taken note of.
    try open.locked {}
    let head = try open.worktree().head()
    let target = try FinalizeTarget(open, into: self.into, head, news, store)
    try open.completeHistory(
      of: KnownStreams(in: store).of(head.branch).map {
        (target.commit, $0.tip.id, $0.machineName)
      }, target.branch, canAsk: news == .fetched, failure: "nothing finalized", store)
    return try Finalizing(
      open: open, store: store, target: target, news: news, message: self.message,
      commits: !self.noCommit, marks: self.markers, isDryRun: self.dryRun, isJSON: self.json
    ).run()
  }
}
