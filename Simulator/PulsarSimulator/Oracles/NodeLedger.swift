internal import PulsarCore

/// What a machine was told is safe; kept outside of the system under test.
struct NodeLedger {
  /// The tip of each stream when it was last seen.
  var tips: [RefName: ObjectID] = [:]
  /// Our refs in its clone at the end of the last effect; nil before the first.
  var refs: [RefName: ObjectID]?
  /// Every tip that its own streams ever had at the end of an effect.
  var made: Set<ObjectID> = []
  /// What the machine noted as confirmed by the remote.
  var confirmed: [RefName: ObjectID] = [:]
  /// What the person was told is pushed, and nobody else took off the remote since.
  var pushed: [RefName: ObjectID] = [:]
  /// Blobs of files that a capture was acknowledged with.
  var blobs: Set<ObjectID> = []
  var captures = 0
  var pushes = 0
  var lastCapture: SimulatedTime?
  /// What pushes failed of last, and how often in a row.
  var trouble: PushTrouble?
  var troubles = 0
  var pace = Pace()
  /// Whether a daemon died since the last capture that was acknowledged.
  var hasDied = false
  /// The branches that a verb of the person's may move which died half-way, until what it left is
  /// finished or taken back; nil while there is none.
  var halfWay: Set<String>?
  /// Whether its files ever failed, so that what was half-written may not have gone away again.
  var hadFileTrouble = false
  /// Whether a stall of its was counted among the excuses.
  var isExcused = false
}

/// When the daemon of one life captured and pushed last.
struct Pace {
  private var life = 0
  /// The last capture that was acknowledged.
  var captured: SimulatedTime?
  /// The last capture that failed, unless one was acknowledged since.
  var captureFailed: SimulatedTime?
  private var pushBegan: SimulatedTime?
  /// When the last push that succeeded began.
  private(set) var pushed: SimulatedTime?
  /// When the last push failed, unless one succeeded since.
  var pushFailed: SimulatedTime?

  /// Forgets what a daemon before this one did.
  mutating func enter(life: Int) {
    if self.life != life { self = Pace(life: life) }
  }

  init() {}

  private init(life: Int) { self.life = life }

  mutating func forgetFailures() {
    self.captureFailed = nil
    self.pushFailed = nil
  }

  mutating func notePush(at now: SimulatedTime) { self.pushBegan = now }

  mutating func notePushed() {
    self.pushed = self.pushBegan
    self.pushFailed = nil
  }
}
