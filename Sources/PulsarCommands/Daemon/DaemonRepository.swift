internal import PulsarCore
internal import PulsarEngine
internal import PulsarSystem

/// A registered path, and what the daemon knows of it.
final class DaemonRepository {
  let number: RepositoryNumber
  let path: GitPath
  /// nil until a look found the repository, and again when it is gone.
  var place: Place?
  /// Why there is no place.
  var absence: Absence?
  /// Whether the scheduler has heard of it.
  var isScheduled = false
  var unwatched: UnwatchedReason?
  var standing: Standing?
  /// Folders with tracked files that are ignored, as far as the watch knows of them.
  var forced: Set<GitPath> = []
  /// Whether a folder that is not watched has a tracked file by now.
  var isWatchOld = false
  /// Made when it is first needed, and anew after every look.
  var direct: DirectCapture?

  /// Whether what is known may be old.
  var isLookDue = true
  var isLookUnderWay = false
  /// When to look again at a path where nothing is, in nanoseconds of the continuous clock.
  var nextLook: Int64?
  private(set) var vainLooks = 0
  /// What was wrong with the files that the settings in force are from; nil before the first look.
  private var knownProblems: Set<String>?

  /// What a look found.
  struct Place: Hashable {
    let gitDir: GitPath
    let commonDir: GitPath
    var settings: Settings
    let hasRemote: Bool
    let isPaused: Bool
    let isUnpushed: Bool
    let pushAge: Duration?
    /// Whether changed paths can be captured without a program of somebody else's.
    let isPlain: Bool
    /// Settings that say what is captured, and nothing else.
    let rules: [UInt8]
    /// Files outside of the repository on which depends what is captured; they may not be there.
    let ruleFiles: Set<GitPath>
    let ignored: Set<GitPath>
    let problems: [String]

    /// Nil when the message lacks something.
    ///
    /// - Parameter message: with the outcome `ready`.
    init?(_ message: WorkMessage) {
      guard let gitDir = message.path(.gitDir), let commonDir = message.path(.commonDir),
        let commitInterval = message.number(.commitInterval),
        let pushInterval = message.number(.pushInterval),
        let minBattery = message.number(.minBattery), let ecoMode = message.number(.ecoMode),
        let logSize = message.number(.logSize)
      else { return nil }
      self.gitDir = gitDir
      self.commonDir = commonDir
      var settings = Settings()
      settings.commitIntervalSeconds = commitInterval
      settings.pushIntervalSeconds = pushInterval
      settings.minBatteryPercent = minBattery
      settings.ecoModePercent = ecoMode
      settings.maxLogSize = ByteCount(logSize)
      self.settings = settings
      self.hasRemote = message.flag(.hasRemote)
      self.isPaused = message.flag(.isPaused)
      self.isUnpushed = message.flag(.isUnpushed)
      self.pushAge = message.number(.pushAge).map { .seconds($0) }
      self.isPlain = message.flag(.isPlain)
      self.rules = message.bytes(.rules) ?? []
      self.ruleFiles = Set(message.all(.ruleFile).map { GitPath(bytes: $0) })
      self.ignored = Set(message.all(.ignored).map { GitPath(bytes: $0) })
      self.problems = message.all(.problem).map { String(decoding: $0, as: UTF8.self) }
    }

    var schedule: Schedule { Schedule(self.settings, hasRemote: self.hasRemote) }
  }

  /// The first retries come after so long; later ones take five times as long.
  private static let retry = Duration.seconds(60)

  /// Whether the last capture or push came to nothing, and not because it waits for something.
  var hasFailed: Bool {
    if case .backingOff = self.standing?.captures { return true }
    if case .backingOff = self.standing?.pushes { return true }
    return false
  }

  init(_ number: RepositoryNumber, _ path: GitPath) {
    self.number = number
    self.path = path
  }

  /// Takes note that nothing is there, and when to look again.
  func lose(_ absence: Absence, at now: Int64) {
    self.place = nil
    self.absence = absence
    self.vainLooks += 1
    let wait = Self.retry * (self.vainLooks > 10 ? 5 : 1)
    self.nextLook = now + wait.components.seconds * 1_000_000_000
  }

  /// Leaves the settings as they were when something is newly wrong with the files they come from:
  /// the last good ones stay in force.
  func withGoodSettings(_ found: Place) -> Place {
    let problems = Set(found.problems)
    if let known = self.knownProblems, let last = self.place, !problems.isSubset(of: known) {
      var place = found
      place.settings = last.settings
      return place
    }
    self.knownProblems = problems
    return found
  }

  func find(_ place: Place) {
    self.place = place
    self.direct = nil
    self.absence = nil
    self.vainLooks = 0
    self.nextLook = nil
  }
}
