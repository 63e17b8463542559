internal import ArgumentParser
internal import PulsarCore
internal import PulsarEngine
internal import PulsarGit
internal import PulsarSystem

struct UndoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "undo", abstract: "Take back the last restore (or the last undo).",
    discussion: """
      The working tree is captured first, so nothing is lost; a file that changed since leads to a \
      question. Only files that were touched then are touched now.

      Exit status: 0 undone, or nothing to undo; 2 you said no.
      """)

  @OptionGroup var options: CommonOptions

  func run() throws {
    try self.perform(self.options) { session in
      let open = try OpenRepository(session)
      return try open.locked { try open.withStore { try Self.undo(open, $0) } }
    }
  }

  private static func undo(
    _ open: OpenRepository, _ store: some SnapshotStore
  ) throws -> ExitStatus {
    let console = open.session.console
    let log = UndoLog(store: store)
    guard let record = try log.records(of: open.location.undoName).first else {
      console.say("there is nothing to undo")
      return .done
    }
    let verb: UndoneVerb
    switch record.message {
    case .record(let message): verb = message.verb
    case .unknown(let what):
      throw Refusal(
        whatFailed: "nothing undone",
        why: "the newest record is of \(what), which this version does not know",
        whatToDo: "use the version of git-pulsar that wrote it")
    }
    guard let afterCommit = record.afterCommit else {
      throw Refusal(
        whatFailed: "nothing undone", why: "'\(record.ref.displayed)' is damaged",
        whatToDo: "see 'git pulsar history', and restore what you need with --at")
    }
    let after = try store.commit(afterCommit).tree
    let touched = try TreeListing(open.repository.git).differences(record.before, after)
    let stream = try CurrentStream(open, open.worktree(), store)
    let putBack = PutBack(
      open: open, store: store, stream: stream, verb: .undo, reason: .beforeUndo)
    let outcome = try putBack.run(watching: Set(touched.map(\.path))) { _ in
      var wish = PutBackWish()
      var expected: [GitPath: TreeEntry?] = [:]
      for difference in touched {
        wish.entries.updateValue(difference.old, forKey: difference.path)
        expected.updateValue(difference.new, forKey: difference.path)
      }
      wish.expected = expected
      wish.question = { "'\($0.displayed)' has changed since that \(verb.rawValue)" }
      return wish
    }
    switch outcome {
    case .declined: return .declined
    case .failed: return .failed
    case .done(let written, let removed, _):
      try log.remove(record)
      Self.report(written, removed, verb, record, open)
      return .done
    }
  }

  private static func report(
    _ written: [GitPath], _ removed: [GitPath], _ verb: UndoneVerb, _ record: UndoRecord,
    _ open: OpenRepository
  ) {
    let console = open.session.console
    let age = record.time.displayed(before: open.session.clock.wallTime())
    if written.isEmpty && removed.isEmpty {
      console.say("everything is already as it was before that \(verb.rawValue) (\(age))")
      return
    }
    console.say("\(console.green("undone")): the \(verb.rawValue) of \(age)")
    let lines =
      written.map { "put back \($0.displayed)" } + removed.map { "removed \($0.displayed)" }
    for line in lines.prefix(20) { console.say("  \(line)") }
    if lines.count > 20 { console.say("  … and \(lines.count - 20) more") }
    console.say("'git pulsar undo' once more takes this back")
    open.note("undo", [("files", String(lines.count))])
  }
}
