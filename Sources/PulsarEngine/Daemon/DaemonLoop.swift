package import PulsarCore

/// Performs what the scheduler decides: one event at a time, one effect after the other.
package struct DaemonLoop<Effects: DaemonEffects, Time: ContinuousTimeSource> {
  /// True once the scheduler wants the daemon to end; nothing is performed then.
  package private(set) var hasStopped = false
  /// When to call `passDeadline` unless something else comes first; nil for never.
  package var deadline: MonotonicTime? { self.hasStopped ? nil : self.scheduler.deadline }

  private var scheduler: Scheduler
  private var paths = ChangedPaths()
  private var waiting: [SchedulerEvent] = []
  private let effects: Effects
  private let time: Time
  private let yield: (YieldPoint) -> Void

  /// - Parameters:
  ///   - scheduler: nothing has happened to it yet.
  ///   - effects: performs the decisions.
  ///   - time: what deadlines are counted by.
  ///   - yield: called between any two effects.
  package init(
    scheduler: Scheduler, effects: Effects, time: Time,
    yield: @escaping (YieldPoint) -> Void = { _ in }
  ) {
    self.scheduler = scheduler
    self.effects = effects
    self.time = time
    self.yield = yield
  }

  /// Takes in an event, and performs what follows from it.
  package mutating func handle(_ event: SchedulerEvent) {
    self.waiting.append(event)
    self.handleWaiting()
  }

  private mutating func handleWaiting() {
    while !self.waiting.isEmpty, !self.hasStopped {
      let event = self.waiting.removeFirst()
      if case .repositoryRemoved(let number) = event { self.paths.forget(number) }
      self.yield(.beforeDecision)
      for action in self.scheduler.handle(event, at: self.time.continuousTime()) {
        self.yield(.beforeEffect)
        self.perform(action)
      }
    }
  }

  /// Takes in that files changed.
  ///
  /// - Parameters:
  ///   - paths: relative to the working tree; empty ones do nothing.
  ///   - number: whose.
  package mutating func change(_ paths: Set<GitPath>, of number: RepositoryNumber) {
    if paths.isEmpty { return }
    let areFew = self.paths.add(paths, of: number)
    self.handle(areFew ? .filesChanged(number) : .changesLost(number))
  }

  /// Takes in the end of a capture that was begun.
  package mutating func finish(_ end: CaptureEnd, of number: RepositoryNumber) {
    self.takeEnd(end, of: number)
    self.handleWaiting()
  }

  private mutating func takeEnd(_ end: CaptureEnd, of number: RepositoryNumber) {
    let areFew = self.paths.finish(end, of: number)
    self.waiting.append(.captureFinished(number, end.outcome))
    if !areFew { self.waiting.append(.changesLost(number)) }
  }

  package mutating func passDeadline() { self.handle(.deadline) }

  private mutating func perform(_ action: SchedulerAction) {
    switch action {
    case .capture(let number, let reason, let scope, let isAtLowPriority):
      let paths = self.paths.take(of: number)
      let task = CaptureTask(
        number: number, reason: reason, paths: scope == .everything ? nil : paths,
        isAtLowPriority: isAtLowPriority)
      guard let end = self.effects.capture(task) else { return }
      self.takeEnd(end, of: number)
    case .push(let number):
      guard let outcome = self.effects.push(number) else { return }
      self.waiting.append(.pushFinished(number, outcome))
    case .radar(let number):
      guard let outcome = self.effects.radar(number) else { return }
      self.waiting.append(.radarFinished(number, outcome))
    case .maintain(let number):
      if self.effects.maintain(number) { self.waiting.append(.maintenanceFinished(number)) }
    case .readPower:
      self.waiting.append(.powerRead(self.effects.readPower()))
    case .readLoad:
      self.waiting.append(.loadRead(hundredthsPerCore: self.effects.readLoad()))
    case .standing(let number, let standing):
      self.effects.show(standing, of: number)
    case .notify(let condition, let number):
      self.effects.notify(condition, about: number)
    case .stop:
      self.hasStopped = true
    }
  }
}
