internal import ArgumentParser
internal import PulsarCore
internal import PulsarEngine
internal import PulsarGit
internal import PulsarSystem

struct PruneCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prune", abstract: "Drop what only 'undo' and fetches keep here, and is old.",
    discussion: """
      Records of 'undo', and what other machines' streams held before they were made anew, when they are \
      older than --days. Streams stay whole, here and on the remote: no capture goes. What is to go is \
      shown, and you are asked. git frees the space when it collects garbage.

      Exit status: 0 dropped, or nothing to drop; 2 you said no.
      """)

  @OptionGroup var options: CommonOptions
  @Option(help: "Keep what is no older than so many days.")
  var days = 30
  @Flag(name: .customLong("dry-run"), help: "Say what would go.")
  var dryRun = false

  func validate() throws {
    if !(1...36_500).contains(self.days) {
      throw ValidationError("--days must be between 1 and 36500")
    }
  }

  func run() throws {
    try self.perform(self.options) { session in
      let open = try OpenRepository(session)
      return try open.withStore { try self.prune(open, $0) }
    }
  }

  private func prune(_ open: OpenRepository, _ store: some SnapshotStore) throws -> ExitStatus {
    let console = open.session.console
    let now = open.session.clock.wallTime()
    let old = try Self.candidates(store).filter {
      now.seconds - $0.time.seconds > Int64(self.days) * 86400
    }
    guard !old.isEmpty else {
      console.say("there is nothing to drop that is older than \(self.days) days")
      return .done
    }
    for item in old {
      console.say("\(item.what)  \(item.id.short)  \(item.time.displayed(before: now))")
    }
    if self.dryRun { return .done }
    guard console.confirm("Drop \(old.count == 1 ? "it" : "these \(old.count)")?") else {
      console.remark("nothing was dropped")
      return .declined
    }
    try open.locked {
      for item in old { try store.move(item.ref, from: item.id, to: nil) }
    }
    console.say("dropped \(old.count)")
    open.note("prune", [("refs", String(old.count))])
    return .done
  }

  private struct Item {
    let ref: RefName
    let id: ObjectID
    let time: WallTime
    let what: String
  }

  /// What may go, by ref; one whose commit cannot be read stays.
  private static func candidates(_ store: some SnapshotStore) throws -> [Item] {
    let kinds = [
      (StreamRefs.undoPrefix, "record of undo"),
      (StreamRefs.replacedPrefix, "replaced stream"),
    ]
    var items: [Item] = []
    for (prefix, what) in kinds {
      for (ref, id) in try store.refs(withPrefix: prefix) {
        do throws(StoreError) {
          let time = try store.commit(id).time
          items.append(Item(ref: ref, id: id, time: time, what: what))
        } catch .objectMissing {
          continue
        }
      }
    }
    return items
  }
}
