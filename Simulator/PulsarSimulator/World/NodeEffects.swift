internal import PulsarCore
internal import PulsarEngine

/// What a machine's scheduler decides, done by the world.
final class NodeEffects: DaemonEffects {
  private unowned let world: World
  private let number: Int

  init(_ world: World, _ number: Int) {
    self.world = world
    self.number = number
  }

  func capture(_ task: CaptureTask) -> CaptureEnd? {
    let node = self.world.nodes[self.number]
    guard let until = self.world.lockEnd(of: node) else {
      return self.world.capture(task, on: self.number)
    }
    self.world.queue.add(
      .capture(node: self.number, life: node.life, task, began: self.world.now), at: until)
    return nil
  }

  func push(_ number: RepositoryNumber) -> PushOutcome? {
    self.world.beginPush(on: self.number)
    return nil
  }

  func radar(_ number: RepositoryNumber) -> RadarOutcome? {
    self.world.beginRadar(on: self.number)
    return nil
  }

  func maintain(_ number: RepositoryNumber) -> Bool {
    self.world.tidy(on: self.number)
    return true
  }

  func readPower() -> PowerState { self.world.nodes[self.number].power }
  func readLoad() -> Int { self.world.nodes[self.number].load }

  func show(_ standing: Standing, of number: RepositoryNumber) {
    self.world.note(standing, on: self.number)
  }

  func notify(_ condition: Condition, about number: RepositoryNumber?) {
    self.world.notice(condition, on: self.number)
  }
}
