import PulsarCore
import PulsarEngine
import Testing

@Suite struct DaemonLoopTests {
  private let number = RepositoryNumber(3)

  /// A loop with one repository of immediate captures, and what it had done.
  private struct Stage {
    let effects = FakeEffects()
    let time = FakeContinuousTime()
    var loop: DaemonLoop<FakeEffects, FakeContinuousTime>

    init(yield: @escaping (YieldPoint) -> Void = { _ in }) {
      self.loop = DaemonLoop(
        scheduler: Scheduler(seed: 1, isOnePass: true), effects: self.effects, time: self.time,
        yield: yield)
    }

    /// Adds the repository; its first capture has begun then.
    mutating func add(_ number: RepositoryNumber, hasRemote: Bool = false) {
      var settings = Settings()
      settings.commitIntervalSeconds = 0
      settings.pushIntervalSeconds = 0
      self.loop.handle(
        .repositoryAdded(
          number, Schedule(settings, hasRemote: hasRemote, radarInterval: nil), RepositoryFacts()))
    }

    /// Lets time pass until the next deadline.
    mutating func passDeadline() throws {
      self.time.now = try #require(self.loop.deadline)
      self.loop.passDeadline()
    }
  }

  @Test func `a long effect is begun, and its end is told later`() {
    var stage = Stage()
    stage.add(self.number, hasRemote: true)
    #expect(stage.effects.effects.contains(.readPower) && stage.effects.effects.contains(.readLoad))
    #expect(
      stage.effects.captures == [
        CaptureTask(number: self.number, reason: .change, paths: nil, isAtLowPriority: false)
      ])
    #expect(stage.effects.pushes == [])
    stage.loop.finish(CaptureEnd(.captured(isNew: true)), of: self.number)
    #expect(stage.effects.pushes == [self.number])
    stage.loop.handle(.pushFinished(self.number, .pushed))
    #expect(stage.effects.standing?.pushes == .pushed)
    #expect(stage.effects.standing?.captures == .captured)
  }

  @Test func `an effect that has ended already needs no second word`() {
    var stage = Stage()
    stage.effects.captureEnd = CaptureEnd(.captured(isNew: true))
    stage.effects.pushOutcome = .pushed
    stage.add(self.number, hasRemote: true)
    #expect(stage.effects.captures.count == 1 && stage.effects.pushes == [self.number])
    #expect(stage.effects.standing?.pushes == .pushed)
    #expect(stage.effects.standing?.captures == .captured)
  }

  @Test func `changed paths go to the capture, once`() throws {
    var stage = Stage()
    stage.effects.captureEnd = CaptureEnd(.captured(isNew: true))
    stage.add(self.number)
    stage.effects.forget()
    stage.loop.change(["b", "a"], of: self.number)
    #expect(stage.effects.captures == [], "files have to settle")
    try stage.passDeadline()
    #expect(stage.effects.captures.map(\.paths) == [["a", "b"]])
    stage.loop.change(["c"], of: self.number)
    try stage.passDeadline()
    #expect(stage.effects.captures.last?.paths == ["c"])
  }

  @Test func `no paths are no change`() {
    var stage = Stage()
    stage.effects.captureEnd = CaptureEnd(.captured(isNew: true))
    stage.add(self.number)
    stage.loop.change([], of: self.number)
    #expect(stage.effects.standing?.captures == .captured)
  }

  @Test func `what a failed capture took is captured by the next`() throws {
    var stage = Stage()
    stage.effects.captureEnd = CaptureEnd(.captured(isNew: true))
    stage.add(self.number)
    stage.effects.captureEnd = CaptureEnd(.failed(.passing))
    stage.loop.change(["a"], of: self.number)
    try stage.passDeadline()
    stage.effects.captureEnd = nil
    try stage.passDeadline()
    #expect(stage.effects.captures.last?.paths == ["a"])
    stage.loop.change(["b"], of: self.number)
    stage.loop.finish(CaptureEnd(.captured(isNew: true), leftOut: ["a"]), of: self.number)
    try stage.passDeadline()
    #expect(stage.effects.captures.last?.paths == ["a", "b"], "left out, so looked at again")
  }

  @Test func `with too many changed paths everything is scanned`() throws {
    let many = Set((0...4096).map { GitPath("\($0)") })
    var stage = Stage()
    stage.effects.captureEnd = CaptureEnd(.captured(isNew: true))
    stage.add(self.number)
    stage.loop.change(many, of: self.number)
    try stage.passDeadline()
    #expect(stage.effects.captures.count == 2)
    #expect(stage.effects.captures.last?.paths == nil)
  }

  @Test(arguments: [true, false])
  func `what is too much only after a failure is scanned for`(isAtOnce: Bool) throws {
    let many = Set((0..<4096).map { GitPath("\($0)") })
    var stage = Stage()
    stage.effects.captureEnd = CaptureEnd(.captured(isNew: true))
    stage.add(self.number)
    stage.effects.captureEnd = isAtOnce ? CaptureEnd(.failed(.passing)) : nil
    stage.loop.change(many, of: self.number)
    if isAtOnce {
      try stage.passDeadline()
      stage.loop.change(["one more"], of: self.number)
    } else {
      try stage.passDeadline()
      stage.loop.change(["one more"], of: self.number)
      stage.loop.finish(CaptureEnd(.failed(.passing)), of: self.number)
    }
    stage.effects.forget()
    stage.effects.captureEnd = CaptureEnd(.captured(isNew: true))
    while stage.effects.captures.isEmpty { try stage.passDeadline() }
    #expect(stage.effects.captures.map(\.paths) == [nil])
    #expect(stage.effects.standing?.captures == .captured)
  }

  @Test func `a repository that was removed takes its paths along`() throws {
    var stage = Stage()
    stage.effects.captureEnd = CaptureEnd(.captured(isNew: true))
    stage.add(self.number)
    stage.loop.change(["a"], of: self.number)
    stage.loop.handle(.repositoryRemoved(self.number))
    #expect(stage.loop.deadline == nil)
    stage.add(self.number)
    stage.loop.change(["b"], of: self.number)
    try stage.passDeadline()
    #expect(stage.effects.captures.last?.paths == ["b"])
  }

  @Test func `after the end nothing is performed`() {
    var stage = Stage()
    stage.effects.captureEnd = CaptureEnd(.captured(isNew: true))
    stage.add(self.number)
    stage.loop.change(["a"], of: self.number)
    stage.loop.handle(.shuttingDown)
    #expect(stage.effects.captures.last?.reason == .shutdown)
    #expect(stage.effects.captures.last?.paths == ["a"])
    #expect(stage.loop.hasStopped && stage.loop.deadline == nil)
    stage.effects.forget()
    stage.loop.handle(.asked(nil, pushes: true))
    stage.loop.change(["b"], of: self.number)
    #expect(stage.effects.effects == [])
  }

  @Test func `the end awaits a capture, but not a push`() {
    var stage = Stage()
    stage.add(self.number, hasRemote: true)
    stage.loop.handle(.shuttingDown)
    #expect(!stage.loop.hasStopped)
    stage.loop.finish(CaptureEnd(.captured(isNew: true)), of: self.number)
    #expect(stage.loop.hasStopped)

    stage = Stage()
    stage.effects.captureEnd = CaptureEnd(.captured(isNew: true))
    stage.add(self.number, hasRemote: true)
    #expect(stage.effects.pushes == [self.number])
    stage.loop.handle(.shuttingDown)
    #expect(stage.loop.hasStopped)
  }

  @Test func `somebody else may act before every decision and every effect`() {
    var points: [YieldPoint] = []
    var stage = Stage { points.append($0) }
    stage.add(self.number)
    #expect(points.first == .beforeDecision)
    #expect(points.count { $0 == .beforeEffect } == stage.effects.effects.count)
    // The repository, the power and the load.
    #expect(points.count { $0 == .beforeDecision } == 3)
  }

  @Test func `what should be known is shown and told`() {
    var stage = Stage()
    stage.effects.power = .battery(percent: 3)
    stage.add(self.number)
    #expect(stage.effects.standing?.captures == .suspended(batteryPercent: 3))
    #expect(stage.effects.effects.contains(.notify(.capturesSuspended, nil)))
    #expect(stage.effects.captures == [])
  }
}
