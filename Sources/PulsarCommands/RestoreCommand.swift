internal import ArgumentParser
internal import PulsarCore
internal import PulsarEngine
internal import PulsarGit
internal import PulsarSystem

struct RestoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore", abstract: "Bring files back from a capture.",
    discussion: """
      From the newest capture of this branch, or an older one with --at: the first characters of \
      its id, or a time: \(Moment.forms). A day means the end of it. With --from, from a capture of \
      another machine, as far as it was fetched; a machine is named by its name, its slug, or the \
      first characters of its id.

      The working tree is captured first, so nothing is lost; a file that holds something else leads \
      to a question. Nothing is staged. 'git pulsar undo' takes it back.

      Exit status: 0 restored, or already as captured; 2 you said no.
      """)

  @OptionGroup var options: CommonOptions
  @Option(help: ArgumentHelp("From the newest capture not after this.", valueName: "time|id"))
  var at: String?
  @Option(
    help: ArgumentHelp("From a capture of this machine.", valueName: "machine"),
    completion: KnownMachines.completion)
  var from: String?
  @Argument(help: "Files and folders.")
  var path: [String]

  func run() throws {
    try self.perform(self.options) { session in
      let open = try OpenRepository(session)
      let arguments = try PathArguments(self.path, in: session, open.location)
      return try open.locked {
        try open.withStore { try self.restore(arguments, open, $0) }
      }
    }
  }

  private func restore(
    _ arguments: PathArguments, _ open: OpenRepository, _ store: some SnapshotStore
  ) throws -> ExitStatus {
    try Restoring(open, store, arguments, at: self.at, from: self.from).run()
  }
}

/// One restore, under the repository's lock.
private struct Restoring<Store: SnapshotStore> {
  let open: OpenRepository
  let store: Store
  let arguments: PathArguments
  let at: String?
  let stream: CurrentStream
  /// Nil is this machine itself.
  let machine: KnownMachines.Named?
  let sources: CaptureSources

  /// What a person named, as one capture holds it.
  private struct Found {
    let named: PathArguments.Named
    let choices: [(source: CaptureSources.Source, entry: TreeEntry)]
  }

  private var console: Console { self.open.session.console }
  private var now: WallTime { self.open.session.clock.wallTime() }

  init(
    _ open: OpenRepository, _ store: Store, _ arguments: PathArguments, at: String?, from: String?
  ) throws {
    self.open = open
    self.store = store
    self.arguments = arguments
    self.at = at
    let stream = try CurrentStream(open, open.worktree(), store)
    self.stream = stream
    self.machine = try from.flatMap { word in
      let machines = try KnownMachines(open, stream.branch, store)
      let machine = try machines.find(word, failure: "nothing restored")
      if machine.isOwn { return nil }
      if at == nil { open.session.console.remark(machines.remark(machine)) }
      return machine
    }
    self.sources = try CaptureSources(open, self.stream, of: self.machine, at: at, store)
  }

  func run() throws -> ExitStatus {
    // Every path is looked for before anything is done.
    var all: [Found] = []
    var watched: Set<GitPath> = []
    for named in self.arguments.named {
      let choices = try self.sources.all.compactMap { source in
        try self.store.entry(at: named.path, in: source.tree).map { (source: source, entry: $0) }
      }
      if choices.isEmpty { throw try self.sources.missing(named, at: self.at, self.store) }
      for choice in choices {
        watched.formUnion(try self.files(named.path, choice.entry).map(\.path))
      }
      all.append(Found(named: named, choices: choices))
    }

    let putBack = PutBack(
      open: self.open, store: self.store, stream: self.stream, verb: .restore,
      reason: .beforeRestore)
    var origins: [GitPath: CaptureSources.Source] = [:]
    let outcome = try putBack.run(watching: watched) { report in
      var wish = PutBackWish()
      for found in all {
        let choice = try self.choice(found, present: report.tree)
        if !wish.sources.contains(choice.source.tree) { wish.sources.append(choice.source.tree) }
        for file in try self.files(found.named.path, choice.entry) {
          wish.entries[file.path] = file.entry
          origins[file.path] = choice.source
        }
      }
      let origins = origins
      let now = self.now
      wish.question = { path in
        "'\(path.displayed)' differs from \(origins[path]?.words(at: now) ?? "the capture")"
      }
      return wish
    }
    switch outcome {
    case .declined: return .declined
    case .failed: return .failed
    case .done(let written, _, let absent):
      self.report(written, absent, origins)
      return .done
    }
  }

  /// The newest capture of those in question that tells something else than what is there now.
  private func choice(
    _ found: Found, present: ObjectID
  ) throws -> (source: CaptureSources.Source, entry: TreeEntry) {
    let now = try self.store.entry(at: found.named.path, in: present)
    return found.choices.first { $0.entry != now } ?? found.choices[0]
  }

  private func files(
    _ path: GitPath, _ entry: TreeEntry
  ) throws -> [(path: GitPath, entry: TreeEntry)] {
    guard entry.mode == .tree else { return [(path, entry)] }
    return try TreeListing(self.open.repository.git).entries(of: entry.id).map {
      (path.appending($0.path), $0.entry)
    }
  }

  private func report(
    _ written: [GitPath], _ absent: Set<GitPath>, _ origins: [GitPath: CaptureSources.Source]
  ) {
    for path in written.prefix(20) {
      let origin = origins[path].map { " from \($0.words(at: self.now))" } ?? ""
      self.console.say("\(self.console.green("restored")) \(path.displayed)\(origin)")
    }
    if written.count > 20 { self.console.say("… and \(written.count - 20) more") }
    for named in self.arguments.named {
      if written.contains(where: { $0.isWithin(named.path) }) { continue }
      if absent.contains(named.path) {
        self.console.say(
          "\(named.text) is as captured, and left out of the working tree by the sparse check-out")
      } else {
        let origin = origins.first { $0.key.isWithin(named.path) }.map {
          " in \($0.value.words(at: self.now))"
        }
        self.console.say("\(named.text) is already as captured\(origin ?? "")")
      }
    }
    if written.isEmpty {
      let (all, from) = self.machine.map { (" --all", " --from \($0.name)") } ?? ("", "")
      self.console.say(
        "older captures: 'git pulsar history\(all) PATH', then 'restore\(from) --at ID PATH'")
    } else {
      self.console.say("undo with 'git pulsar undo'")
      self.open.note("restore", [("files", String(written.count))])
    }
  }
}
