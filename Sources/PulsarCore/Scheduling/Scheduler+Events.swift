extension Scheduler {
  /// After a sleep of this length, watches may have missed something.
  private static let longSleep = Duration.seconds(600)

  /// Puts an event into the state; decides nothing.
  mutating func take(_ event: SchedulerEvent) {
    let now = self.surroundings.now
    switch event {
    case .repositoryAdded(let number, let schedule, let facts):
      self.add(number, schedule, facts)
    case .repositoryRemoved(let number):
      if let index = self.index(of: number) { self.repositories.remove(at: index) }
    case .scheduleChanged(let number, let schedule):
      self.with(number) { $0.take(schedule, &$1) }
    case .paused(let number):
      self.with(number) { repository, _ in repository.isPaused = true }
    case .resumed(let number):
      self.with(number) { repository, _ in repository.isPaused = false }
    case .missing(let number):
      self.with(number) { repository, _ in repository.isMissing = true }
    case .returned(let number):
      self.with(number) { repository, _ in repository.comeBack(at: now) }
    case .busy(let number):
      self.with(number) { repository, _ in repository.isBusy = true }
    case .free(let number):
      self.with(number) { repository, _ in repository.isBusy = false }
    case .filesChanged(let number):
      self.with(number) { repository, _ in
        repository.noteChange(at: now, isSeen: true, scope: .changedPaths)
      }
    case .changesLost(let number), .headMoved(let number):
      self.with(number) { repository, _ in
        repository.noteChange(at: now, isSeen: true, scope: .everything)
      }
    case .watchChanged(let number, let isWatched):
      self.with(number) { repository, _ in repository.takeWatch(isWatched, at: now) }
    case .announced(let number):
      self.with(number) { repository, _ in repository.hurryRadar(at: now) }
    case .unpushed(let number):
      self.with(number) { repository, _ in repository.noteUnpushed(at: now) }
    case .asked(let number?, let pushes):
      self.with(number) { repository, _ in repository.ask(pushes: pushes, at: now) }
    case .asked(nil, let pushes):
      for index in self.repositories.indices {
        self.repositories[index].ask(pushes: pushes, at: now)
      }
    case .captureFinished(let number, let outcome):
      self.with(number) { $0.finishCapture(outcome, &$1) }
    case .pushFinished(let number, let outcome):
      self.with(number) { $0.finishPush(outcome, &$1) }
    case .radarFinished(let number, let outcome):
      self.with(number) { $0.finishRadar(outcome, &$1) }
    case .maintenanceFinished(let number):
      self.with(number) { repository, _ in repository.finishMaintenance(at: now) }
    case .powerRead(let power):
      self.takePower(power)
    case .loadRead(let hundredths):
      self.takeLoad(hundredths)
    case .wokeFromSleep(let gap):
      self.surroundings.power.forget()
      self.surroundings.load.forget()
      for index in self.repositories.indices {
        self.repositories[index].wakeUp(afterLong: gap > Self.longSleep, at: now)
      }
    case .shuttingDown:
      self.shutDown()
    case .wallClockStepped, .deadline:
      break
    }
  }

  private mutating func add(
    _ number: RepositoryNumber, _ schedule: Schedule, _ facts: RepositoryFacts
  ) {
    let place = self.place(of: number)
    guard self.index(of: number) == nil else {
      return self.with(number) { $0.take(schedule, &$1) }
    }
    var repository = ScheduledRepository(
      number, schedule, facts, seed: self.seed,
      holdsSending: !self.surroundings.isOnePass, at: self.surroundings.now)
    repository.takePower(self.surroundings.power.value)
    self.repositories.insert(repository, at: place)
  }

  /// Where a repository stands, or would.
  private func place(of number: RepositoryNumber) -> Int {
    var (low, high) = (0, self.repositories.count)
    while low < high {
      let middle = (low + high) / 2
      if self.repositories[middle].number < number { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private func index(of number: RepositoryNumber) -> Int? {
    let place = self.place(of: number)
    guard place < self.repositories.count, self.repositories[place].number == number else {
      return nil
    }
    return place
  }

  private mutating func with(
    _ number: RepositoryNumber,
    _ body: (inout ScheduledRepository, inout Surroundings) -> Void
  ) {
    guard let index = self.index(of: number) else { return }
    body(&self.repositories[index], &self.surroundings)
    self.repositories[index].isStale = true
  }
}

extension ScheduledRepository {
  mutating func take(_ schedule: Schedule, _ surroundings: inout Surroundings) {
    self.schedule = schedule
    self.hasRemote = true
    self.captureDueSince = nil
    self.captureBackoff.clear()
    self.pushBackoff.clear()
    self.power.update(surroundings.power.value, schedule)
    guard let interval = schedule.radarInterval else {
      self.radarDue = nil
      return
    }
    self.radarDue = min(self.radarDue ?? surroundings.now, surroundings.now + interval)
  }

  mutating func takePower(_ power: PowerState) {
    self.power.update(power, self.schedule)
    self.isStale = true
  }

  mutating func comeBack(at now: MonotonicTime) {
    guard self.isMissing else { return }
    self.isMissing = false
    self.captureBackoff.clear()
    self.pushBackoff.clear()
    self.noteChange(at: now, isSeen: false, scope: .everything)
  }

  /// Whichever way it changed, there was a time when nobody watched.
  mutating func takeWatch(_ isWatched: Bool, at now: MonotonicTime) {
    guard self.isWatched != isWatched else { return }
    self.isWatched = isWatched
    self.noteChange(at: now, isSeen: false, scope: .everything)
  }

  /// A person's wish heeds no interval, no failure, no power and no load.
  mutating func ask(pushes: Bool, at now: MonotonicTime) {
    self.isCaptureAsked = true
    self.captureBackoff.clear()
    self.noteChange(at: now, isSeen: false, scope: .everything)
    if pushes {
      self.isPushAsked = true
      self.pushBackoff.clear()
    }
    self.isStale = true
  }

  /// Watches tell of everything after a short sleep, but not of a disk changed during a long one.
  mutating func wakeUp(afterLong isLong: Bool, at now: MonotonicTime) {
    if isLong || !self.isWatched {
      self.noteChange(at: now, isSeen: false, scope: .everything)
    }
    self.holdSending(at: now)
    self.isStale = true
  }
}
