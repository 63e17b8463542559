internal import PulsarCommands
internal import PulsarCore
internal import PulsarEngine
internal import PulsarGit
internal import PulsarSystem

/// One machine: a home, a state folder, a clone, clocks and power of its own.
final class SimulatedNode {
  let name: String
  let number: Int
  /// Where its home and its clone lie.
  let folder: GitPath
  let clock: SimulatedClock
  /// What its daemon has decided and waits for; nil while none runs, and while it is told something.
  var loop: DaemonLoop<NodeEffects, LocalClock>?
  var isRunning = false
  /// What it is to be told once it has done what it is at.
  var waiting: [(inout DaemonLoop<NodeEffects, LocalClock>) -> Void] = []
  /// When it is to be called next, as far as that is in the queue.
  var nextDeadline: SimulatedTime?
  /// How often it was called at one moment.
  var turns = 0
  var lastTurn = SimulatedTime.zero
  var standing: Standing?
  /// As the system read it from the settings.
  var schedule: Schedule?
  /// What is being done on it and judged, in words; nil between two effects.
  var underWay: String?
  /// The effect under way.
  var effect: String?
  var baseline: Baseline?
  /// The remote's refs before a push.
  var remoteBefore: [String: String] = [:]
  /// Whether its user did something amid the effect.
  var isMeddledWith = false
  private var location: RepositoryLocation?
  var repository: HostedRepository?
  /// One more for each daemon that is started; what an older one began is nobody's any more.
  var life = 0
  var power = PowerState.mains
  var load = 0
  /// Until when it sleeps; nil while it is awake.
  var asleepUntil: SimulatedTime?
  var fellAsleepAt = SimulatedTime.zero
  /// Whether its daemon died and left temporaries.
  var leftLitter = false
  /// What is to happen at a point of its next effects.
  var barriers: [(point: String, act: BarrierAct)] = []
  var fileBarriers: [FileBarrier] = []
  /// Until when another process holds our lock, where one does.
  var lockedUntil = SimulatedTime.zero
  var holdsIndexLock = false
  /// The file that its person saves every second.
  var saving: String?
  /// What was wrong with its files in the last effect; nil: nothing.
  var fileTrouble: String?
  /// The operation on files at which its daemon died.
  var deathPlace: String?
  /// How often the machine was started, each time after it lost power.
  var starts = 1
  /// Whether it lost power there.
  var hasLostPower = false
  /// Whether the scenario has it lose power, so that what it does not sync is to be known.
  let canLosePower: Bool
  /// What makes it unlike others.
  let traits: [ScenarioTrait]
  /// The working tree as the daemon knows it.
  var known = WorktreeState()
  var knownGit: WatchedGit?
  var ledger = NodeLedger()
  /// What of it waits to be captured or pushed.
  var waits = WaitingWork()
  /// What its person was told.
  var news = NewsLedger()
  /// Its working tree as its person saw it last.
  var sight = Sight()
  /// Which version of each path it has.
  var versions: VersionLedger.Map = [:]
  /// What git on it was told of since it took them over.
  var loose: Set<GitPath> = []
  /// Whether some file has what git, by an attribute, does not take.
  var isBeyondGit = false
  /// The versions it had before each verb that changes files.
  var pastVersions: [VersionLedger.Map] = []
  /// What its newest capture named as left out.
  var leftOut: [GitPath] = []
  /// What the newest verb that changes files did; nil before the first.
  var lastChange: VerbChange?
  /// Whether attributes may give its text files other line ends than those of the repository.
  var hasAttributes = false
  /// What a planted bug tells again.
  var plantedNews: [Drift] = []
  /// Work of others that its user was told of, by machine.
  var drift: [String: ObjectID] = [:]

  var work: GitPath { self.folder.appending("work") }
  var home: GitPath { self.folder.appending("home") }
  var gitDir: GitPath { self.work.appending(".git") }
  /// Written by verbs that have the daemon look again.
  var poke: GitPath { self.home.appending("state/git-pulsar/poke") }
  /// The way to the remote: a link, which is taken away while the line is cut.
  var wire: GitPath { self.folder.appending("origin.git") }
  var statCache: GitPath { self.gitDir.appending("pulsar/stat-cache") }
  /// What its person did amid an effect that was to end in the middle.
  var deeds: GitPath { self.folder.appending("deeds") }

  init(
    name: String, number: Int, in world: GitPath, hasOneClock: Bool, canLosePower: Bool,
    traits: [ScenarioTrait]
  ) {
    self.name = name
    self.traits = traits
    self.canLosePower = canLosePower
    self.number = number
    self.folder = world.appending(name)
    self.clock = SimulatedClock(isConfused: hasOneClock)
  }

  /// As its streams are called until they fork.
  var slug: String { Machine(name: self.name, id: self.id).slug }

  /// Eight digits that tell it from others of the name.
  var id: String {
    let digits = String(self.number + 1, radix: 16)
    return String(repeating: "0", count: 7 - digits.count) + digits + "a"
  }

  /// Variables of its processes; a commit is dated by its wall clock.
  var environment: ProcessEnvironment {
    let date = "@\(self.clock.wallSeconds) +0000"
    let variables = [
      ("PATH", World.path), ("HOME", self.home.displayed),
      ("XDG_STATE_HOME", self.home.appending("state").displayed), ("LANG", "C.UTF-8"),
      ("TZ", "UTC"), ("GIT_CONFIG_NOSYSTEM", "1"), ("GIT_AUTHOR_DATE", date),
      ("GIT_COMMITTER_DATE", date), ("GIT_EDITOR", "true"), ("NO_COLOR", "1"),
    ]
    return ProcessEnvironment(
      variables: variables.map {
        ProcessEnvironment.Variable(name: Array($0.0.utf8), value: Array($0.1.utf8))
      })
  }

  /// Runs the real git in the clone, as its user would.
  func git(_ words: [String]) throws(WorldError) -> ChildProcess.Result {
    try World.run("git", words, in: self.work, self.environment)
  }

  /// Whether temporaries of ours lie in the clone, as a process that dies leaves them.
  var hasLitter: Bool {
    Files.names(in: self.gitDir.appending("pulsar")).contains { name in
      ["scratch-", "objects-", ".pulsar-tmp-"].contains { name.starts(with: $0.utf8) }
    }
  }

  /// Our refs of this clone.
  func refs(_ prefix: String) throws -> [RefName: ObjectID] {
    try self.withStore { store in
      var found: [RefName: ObjectID] = [:]
      for (name, id) in try store.refs(withPrefix: prefix) { found[name] = id }
      return found
    }
  }

  func withStore<Value>(_ body: (LibGit2SnapshotStore) throws -> Value) throws -> Value {
    let location = try self.location ?? self.locate()
    self.location = location
    return try body(LibGit2SnapshotStore(location))
  }

  private func locate() throws -> RepositoryLocation {
    let words = self.environment.variables.map {
      CommandWord(bytes: $0.name + [UInt8(ascii: "=")] + $0.value)
    }
    return try Repository(discoveredBy: GitProgram(in: self.work, environment: words)).location
  }
}
