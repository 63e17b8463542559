import PulsarCore
import PulsarEngine

/// Takes down what is to be done; work ends when the test says so, or at once.
final class FakeEffects: DaemonEffects {
  enum Effect: Hashable {
    case capture(CaptureTask)
    case push(RepositoryNumber)
    case radar(RepositoryNumber)
    case maintain(RepositoryNumber)
    case readPower, readLoad
    case show(RepositoryNumber, Standing)
    case notify(Condition, RepositoryNumber?)
  }

  private(set) var effects: [Effect] = []
  /// What work comes to at once; nil for an end that is told later.
  var captureEnd: CaptureEnd?
  var pushOutcome: PushOutcome?
  var power = PowerState.mains
  var load = 0

  var captures: [CaptureTask] {
    self.effects.compactMap { if case .capture(let task) = $0 { task } else { nil } }
  }
  var pushes: [RepositoryNumber] {
    self.effects.compactMap { if case .push(let number) = $0 { number } else { nil } }
  }
  var standing: Standing? {
    self.effects.compactMap { if case .show(_, let standing) = $0 { standing } else { nil } }.last
  }

  func forget() { self.effects = [] }

  func capture(_ task: CaptureTask) -> CaptureEnd? {
    self.effects.append(.capture(task))
    return self.captureEnd
  }

  func push(_ number: RepositoryNumber) -> PushOutcome? {
    self.effects.append(.push(number))
    return self.pushOutcome
  }

  func radar(_ number: RepositoryNumber) -> RadarOutcome? {
    self.effects.append(.radar(number))
    return .nothingNew
  }

  func maintain(_ number: RepositoryNumber) -> Bool {
    self.effects.append(.maintain(number))
    return true
  }

  func readPower() -> PowerState {
    self.effects.append(.readPower)
    return self.power
  }

  func readLoad() -> Int {
    self.effects.append(.readLoad)
    return self.load
  }

  func show(_ standing: Standing, of number: RepositoryNumber) {
    self.effects.append(.show(number, standing))
  }

  func notify(_ condition: Condition, about number: RepositoryNumber?) {
    self.effects.append(.notify(condition, number))
  }
}

/// A continuous clock that stands where it is put.
final class FakeContinuousTime: ContinuousTimeSource {
  var now = MonotonicTime(nanoseconds: 1_000_000_000)

  func continuousTime() -> MonotonicTime { self.now }
}
