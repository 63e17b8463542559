internal import ArgumentParser
internal import PulsarConfig
internal import PulsarCore
internal import PulsarEngine
internal import PulsarGit
internal import PulsarSystem

/// Bare `git pulsar`.
struct RegisterCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "register", abstract: "Register the repository you are in (the default).",
    discussion: "Makes a repository if there is none and you say yes; names this machine.",
    shouldDisplay: false)

  @OptionGroup var options: CommonOptions

  func run() throws {
    try self.perform(self.options) { session in
      guard let repository = try self.repository(session) else { return .declined }
      let machine = try self.machine(session, repository)
      let worktree = repository.location.worktree
      let isNew = try !session.isRegistered(worktree)
      if isNew { _ = try session.registry.add(worktree) }
      // Whatever was registered at this path before, this is meant now.
      var roots = KnownRoots(stateFolder: session.directories.state)
      try roots.set(nil, for: worktree)
      session.poke()
      let cascade = session.settings(for: repository)
      for problem in cascade.problems { session.console.remark("git-pulsar: \(problem.sentence)") }
      let open = try OpenRepository(session)
      let adopted = try open.locked {
        try open.withStore { try Self.adopt(machine, by: open.machine, cascade.settings, $0) }
      }

      let console = session.console
      let name = session.displayed(worktree)
      console.say(
        isNew ? "\(console.green("registered")) \(name)" : "\(name) is registered already")
      console.say("this machine is \(open.machine.slug)")
      for stream in adopted {
        console.say("took over the captures of \(stream.displayed) from an earlier git-pulsar")
      }
      let remote = cascade.settings.remoteName
      if !repository.config.remotes.contains(remote) {
        console.say(
          "there is no remote '\(remote)': captures stay on this machine until there is one")
      }
      if isNew { console.say(Self.nextStep(session)) }
      return .done
    }
  }

  private static func nextStep(_ session: Session) -> String {
    if session.runningDaemon() != nil {
      return "the daemon captures it from now on; see 'git pulsar help' for the rest"
    }
    return "capture with 'git pulsar now', or have it done in the background with "
      + "'git pulsar install-service'; see 'git pulsar help' for the rest"
  }

  /// The repository here; made first when there is none and the person says yes.
  private func repository(_ session: Session) throws -> Repository? {
    do {
      return try Repository(discoveredBy: session.git)
    } catch GitError.notARepository {
      let question = "'\(session.folder.displayed)' is not in a git repository. Make one here?"
      guard session.console.confirm(question) else {
        session.console.remark("nothing done: there is no repository to register")
        return nil
      }
      _ = try session.git.output(["init", "-q"])
      return try Repository(discoveredBy: session.git)
    }
  }

  /// Who this machine is; the first time, it gets a name.
  private func machine(_ session: Session, _ repository: Repository) throws -> Machine {
    let parts = try session.machines.load()
    if let machine = parts.machine { return machine }
    let suggestion = parts.name ?? MachineStore.suggestedName(hostName: MachineStore.hostName())
    let used = UsedNames(on: session.settings(for: repository).settings, session, besides: parts.id)
    let name: String
    if Host.current == nil, Terminal.isTerminal(0) {
      name = Self.askName(suggestion, used, session.console)
    } else {
      name = suggestion
      session.console.remark("this machine is called '\(name)', after its host name")
      if let slug = used.slug(of: name) {
        session.console.remark(
          "another machine is called so as well, '\(slug)': their ids tell them apart; to give this one another name, write it to '\(session.displayed(session.machines.namePath))'"
        )
      }
    }
    let machine = try session.machines.create(name: name)
    let inRefs = Machine.normalised(machine.name)
    if inRefs != machine.name {
      session.console.remark("the name of this machine in refs is '\(inRefs)'")
    }
    return machine
  }

  /// Asks for a name until there is one that no other machine has, or that is wanted all the same.
  private static func askName(_ suggestion: String, _ used: UsedNames, _ console: Console) -> String
  {
    var suggestion = suggestion
    if let slug = used.slug(of: suggestion) {
      console.remark("another machine is called '\(suggestion)' already: '\(slug)'")
      suggestion = used.freeName(like: suggestion)
    }
    while true {
      let name = console.ask("A name for this machine", suggestion: suggestion)
      guard let slug = used.slug(of: name) else { return name }
      console.remark("another machine is called so already: '\(slug)'; their ids tell them apart")
      if console.confirm("Call this one '\(name)' all the same?") { return name }
    }
  }

  /// Takes over streams that the original left under `refs/heads`, for branches that have none yet.
  private static func adopt(
    _ machine: Machine, by clone: Machine, _ settings: Settings, _ store: some SnapshotStore
  ) throws -> [Branch] {
    let prefix = "refs/heads/wip/pulsar/\(machine.slug)/"
    var adopted: [Branch] = []
    for (ref, id) in try store.refs(withPrefix: prefix) {
      guard let name = ref.dropping(prefix: prefix) else { continue }
      let branch = Branch(name: name)
      let refs = try StreamRefs.find(
        branch, of: clone, settings, foldsCase: false, beside: WorktreeLeaves(), in: store)
      guard try store.resolve(refs.stream) == nil else { continue }
      try store.move(refs.stream, from: nil, to: id)
      try store.makeDurable(refs.stream)
      adopted.append(branch)
    }
    return adopted
  }
}
