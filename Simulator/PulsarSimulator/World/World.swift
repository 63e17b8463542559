internal import PulsarCommands
internal import PulsarCore
internal import PulsarEngine
internal import PulsarGit
internal import PulsarSystem

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Machines, their users and a remote, in simulated time: the shipped scheduler, verbs and captures on
/// real repositories, one event after the other.
final class World {
  static let path = "/usr/local/bin:/usr/bin:/bin"
  static let branch = "main"
  /// What a push and a look of the radar take when nothing slows them.
  static let pushLatency = SimulatedTime.seconds(2)
  static let radarLatency = SimulatedTime.seconds(1)
  /// A service manager starts a daemon that died again after so long.
  static let restartDelay = SimulatedTime.seconds(5)
  static let checkInterval = SimulatedTime.hours(1)

  let scenario: Scenario
  let folder: GitPath
  let remote: SimulatedRemote
  let plants: Set<PlantedBug>
  private(set) var nodes: [SimulatedNode] = []
  var queue = EventQueue()
  var faults = FaultBoard()
  var trace: Trace
  var marks = MarkBoard()
  private var finder = MarkFinder()
  private(set) var now = SimulatedTime.zero
  /// The first invariant that broke ends the run.
  private(set) var failure: Failure?
  /// Stalls that had one of the reasons that count, by reason.
  var excuses: [String: Int] = [:]
  /// Half-restored files that a person took for their own.
  var adopted: Set<HalfRestoredFile> = []
  var versions = VersionLedger()
  var lineage = OtherLineage()
  /// Where each content was seen last.
  var places: [ObjectID: GitPath] = [:]
  /// How often each judge had something to judge, by the invariant.
  var judged: [String: Int] = [:]
  /// How often traits kept git from saying what others made, by their names.
  var hits: [String: Int] = [:]
  /// Files with marks of conflicts that somebody asked for, or that a person's git left.
  var marked: Set<FileState> = []
  var isQuiet = false
  /// Whether this process is a daemon that is about to die.
  var isDoomed = false

  init(_ scenario: Scenario, in folder: GitPath, plants: Set<PlantedBug>, keepsTrace: Bool) throws {
    self.scenario = scenario
    self.folder = folder
    self.plants = plants
    self.trace = Trace(keep: keepsTrace ? .all : .last(64))
    Files.remove(folder)
    try Files.make(folder: folder)
    self.remote = try SimulatedRemote(
      in: folder, traits: scenario.traits.filter { $0.actor == Universe.remote })
    for (number, name) in scenario.nodes.enumerated() {
      self.nodes.append(
        SimulatedNode(
          name: name, number: number, in: folder,
          hasOneClock: plants.contains(.countsByTheWallClock),
          canLosePower: scenario.events.contains { $0.actor == name && $0.act.cutsPower },
          traits: scenario.traits.filter { $0.actor == name }))
    }
    try self.setUpContents()
    for node in self.nodes { try self.setUp(node) }
    for node in self.nodes {
      node.hasAttributes = scenario.traits.contains { $0.kind == .attributes }
    }
    try self.noteFirstVersions()
    for event in scenario.events { self.queue.add(.act(event), at: event.at) }
    for number in self.nodes.indices { try self.startDaemon(number) }
    let last = scenario.events.map(\.at).max() ?? .zero
    self.queue.add(.quiet, at: last + .seconds(1))
    self.queue.add(.check, at: Self.checkInterval)
  }

  private func setUp(_ node: SimulatedNode) throws {
    try Files.make(folder: node.home.appending(".config/git-pulsar"))
    let config = node.home.appending(".config/git-pulsar")
    try Files.write(Array(node.name.utf8), to: config.appending("machine_name"))
    try Files.write(Array(node.id.utf8), to: config.appending("machine_id"))
    let policy = self.scenario.policy
    let settings = """
      [daemon]
      commit_interval = \(policy.capture.milliseconds / 1000)
      push_interval = \(policy.push.milliseconds / 1000)

      """
    try Files.write(
      Array((settings + self.settings(of: node)).utf8), to: config.appending("config.toml"))
    let person = """
      [user]
        name = \(node.name)
        email = \(node.name)@example.invalid
      [gc]
        auto = 0
        # By the time of the run, not of the world, would differ from day to day.
        reflogExpire = now
        reflogExpireUnreachable = now
      [init]
        defaultBranch = main
      [rerere]
        enabled = false
      # A disk that is full here is not full there.
      [remote "origin"]
        receivepack = "ulimit -S -f unlimited; git receive-pack"

      """
    try Files.write(
      Array((person + self.configuration(of: node)).utf8), to: node.home.appending(".gitconfig"))
    try Files.link(node.wire, to: self.remote.path)
    let library = self.folder.appending("library.git")
    if Files.isFolder(library) {
      try Files.link(node.folder.appending("library.git"), to: library)
    }
    let cloned = try Self.run(
      "git",
      ["clone", "-q", "--template="] + self.cloning(node)
        + [self.address(of: node), node.work.displayed],
      in: node.folder, node.environment)
    guard cloned.succeeded else { throw WorldError("git clone: \(cloned.complaint)") }
    // One hook of the user's, which nobody may touch, for all those of git's template.
    try Files.make(folder: node.gitDir.appending("hooks"))
    try Files.write(
      Array("#!/bin/sh\n".utf8), to: node.gitDir.appending("hooks/pre-commit"), mode: 0o755)
    try self.apply(node.traits, to: node)
    let registered = self.host(node).run(["--yes"])
    guard registered.status == 0 else {
      throw WorldError("registering: \(String(decoding: registered.errors, as: UTF8.self))")
    }
    // Nobody runs yet who could heed it.
    Files.remove(node.poke)
  }

  // MARK: the run

  /// Lives through the scenario, or up to a time.
  func run(until end: SimulatedTime? = nil) throws {
    while self.failure == nil, let (at, item) = self.queue.next() {
      if let end, at > end { return }
      self.advance(to: max(at, self.now))
      self.judgeTimes()
      if self.failure != nil { return }
      switch item {
      case .act(let event): try self.perform(event)
      case .deadline(let number): self.passDeadline(number)
      case .push(let number, let life): self.endPush(on: number, life: life)
      case .radar(let number, let life): self.endRadar(on: number, life: life)
      case .capture(let number, let life, let task, let began):
        self.endWait(of: task, on: number, life: life, began: began)
      case .daemonReturns(let number): try self.startDaemon(number)
      case .faultEnds(let number): try self.endFault(number)
      case .wakes(let number): self.wake(number)
      case .check: self.checkAll()
      case .quiet: try self.beginQuiet()
      case .convergence: try self.checkConvergence()
      case .end: return try self.finish()
      }
      self.noteReasons()
    }
  }

  private func advance(to time: SimulatedTime) {
    self.now = time
    for node in self.nodes { node.clock.now = time }
  }

  private func beginQuiet() throws {
    self.isQuiet = true
    for number in self.faults.active { try self.endFault(number) }
    for number in self.nodes.indices {
      let node = self.nodes[number]
      for name in node.barriers.map(\.point) + node.fileBarriers.map(\.point.text) {
        self.record(node.name, .skipped, "on \(name): nothing came there")
      }
      node.barriers = []
      node.fileBarriers = []
      self.takePower(.mains, of: node)
      self.takeLoad(0, of: node)
      if node.asleepUntil != nil { self.wake(number) }
      if !node.isRunning { try self.startDaemon(number) }
      try self.finishOperation(of: node)
    }
    if let convergence { self.queue.add(.convergence, at: self.now + convergence) }
    self.queue.add(.end, at: self.now + self.scenario.quiet)
  }

  /// A person does not leave a rebase half-way for good.
  private func finishOperation(of node: SimulatedNode) throws {
    for words in [
      ["rebase", "--abort"], ["merge", "--abort"], ["cherry-pick", "--abort"],
      ["revert", "--abort"],
      ["am", "--abort"],
    ] where node.repository?.isBusy == true {
      _ = try node.git(words)
    }
    self.noteActs(of: node, isGit: true)
    self.observe(node)
  }

  private func finish() throws {
    self.checkAll()
    if self.failure == nil { try self.checkEnd() }
  }

  // MARK: facts

  func record(_ actor: String, _ kind: TraceRecord.Kind, _ detail: String) {
    let record = TraceRecord(at: self.now, actor: actor, kind: kind, detail: detail)
    self.trace.add(record)
    for mark in self.finder.handle(record) { self.marks.note(mark) }
  }

  /// Records a situation that no other record shows.
  func tell(_ mark: Mark) {
    self.record(Universe.remote, .marked, mark.rawValue)
    self.marks.note(mark)
  }

  /// Counts that a judge had something to judge.
  func count(_ invariant: String) { self.judged[invariant, default: 0] += 1 }

  /// Ends the run: an invariant broke.
  func fail(_ invariant: String, _ actor: String, _ sentence: String) {
    if self.failure != nil { return }
    let node = self.nodes.first { $0.name == actor }
    let amid = (node?.underWay).map { " amid \($0)" } ?? ""
    // What is under way is no event yet, and most often the one that did it.
    if let effect = node?.underWay { self.record(actor, .underWay, effect) }
    self.record(actor, .broken, "\(invariant) \(sentence)\(amid)")
    var failure = Failure(
      invariant: invariant, sentence: sentence, seed: String(self.scenario.seed, radix: 16),
      event: self.trace.count, actor: actor, at: self.now)
    failure.records = self.trace.records.filter { !$0.isRoutine && !$0.isAside }.suffix(5)
    self.failure = failure
  }

  // MARK: programs

  func host(_ node: SimulatedNode) -> Host {
    let number = node.number
    nonisolated(unsafe) let world = self
    return Host(
      environment: node.environment, clock: node.clock.local, folder: node.work,
      boot: node.canLosePower ? Array("\(node.starts)".utf8) : nil,
      cloneSuffix: { world.nodes[number].nextCloneSuffix },
      yield: { world.yielded($0, on: number) })
  }

  static func run(
    _ program: String, _ words: [String], in folder: GitPath, _ environment: ProcessEnvironment
  ) throws(WorldError) -> ChildProcess.Result {
    try self.run(program, words.map { CommandWord($0) }, in: folder, environment)
  }

  static func run(
    _ program: String, _ words: [CommandWord], in folder: GitPath,
    _ environment: ProcessEnvironment
  ) throws(WorldError) -> ChildProcess.Result {
    do {
      let child = try ChildProcess(
        program, words, in: folder,
        environment: environment.variables.map {
          CommandWord(bytes: $0.name + [UInt8(ascii: "=")] + $0.value)
        }, hasTerminal: false)
      return child.finish(input: [], stallSeconds: 120, by: .ownWork, isCancelled: { false })
    } catch {
      throw WorldError("\(program): \(error.why)")
    }
  }
}
