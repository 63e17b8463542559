internal import PulsarCore
internal import PulsarEngine
internal import PulsarGit
internal import PulsarSystem

extension Daemon {
  // MARK: what a look found

  func finishLook(_ message: WorkMessage?, _ repository: DaemonRepository) {
    repository.isLookUnderWay = false
    switch message?.text(.outcome) {
    case "ready":
      guard let message, let place = DaemonRepository.Place(message) else {
        return self.lose(repository, .unknown)
      }
      self.remember(message.text(.root), of: repository)
      self.settle(repository, place)
    case "missing": self.lose(repository, .missing)
    case "foreign": self.lose(repository, .foreign)
    case "barred": self.lose(repository, .barred)
    case "refused":
      self.lose(repository, message?.text(.words).map { .refused(why: $0) } ?? .unknown)
    default: self.lose(repository, .unknown)
    }
  }

  private func remember(_ root: String?, of repository: DaemonRepository) {
    guard let root, !root.isEmpty else { return }
    do throws(SystemError) {
      try self.roots.set(root, for: repository.path)
    } catch {
      self.hands.note("state-failed", .warning, repository, [("why", error.explanation)])
    }
  }

  private func lose(_ repository: DaemonRepository, _ absence: Absence) {
    let number = repository.number
    if repository.absence != absence {
      self.hands.note("missing", .warning, repository, [("what", absence.words)])
    }
    self.watch.remove(number.number)
    self.watchRules([], of: repository)
    repository.unwatched = nil
    repository.lose(absence, at: ClockReadings.continuous())
    self.hands.touchBoard()
    if repository.isScheduled {
      self.loop.handle(.missing(number))
    } else {
      var facts = RepositoryFacts()
      facts.isMissing = true
      repository.isScheduled = true
      let schedule = Schedule(Settings(), hasRemote: false, radarInterval: nil)
      self.loop.handle(.repositoryAdded(number, schedule, facts))
    }
  }

  private func settle(_ repository: DaemonRepository, _ found: DaemonRepository.Place) {
    let number = repository.number
    let old = repository.place
    let place = repository.withGoodSettings(found)
    if old == nil, repository.absence != nil { self.hands.note("returned", .info, repository) }
    if old?.problems != place.problems {
      for problem in place.problems {
        self.hands.note("settings-problem", .warning, repository, [("what", problem)])
      }
    }
    repository.find(place)
    self.hands.touchBoard()
    let isWatchNew = repository.isWatchOld || (old.map { $0.ruleFiles != place.ruleFiles } ?? false)
    self.watchFiles(of: repository, old: old)
    guard repository.isScheduled else {
      repository.isScheduled = true
      var facts = RepositoryFacts()
      facts.isPaused = place.isPaused
      facts.isBusy = GitWorktree.operation(in: place.gitDir) != nil
      facts.isWatched = repository.unwatched == nil
      facts.hasUnpushedCapture = place.isUnpushed
      facts.ageOfLastPush = place.pushAge
      return self.loop.handle(.repositoryAdded(number, place.schedule, facts))
    }
    self.loop.handle(.scheduleChanged(number, place.schedule))
    self.loop.handle(.watchChanged(number, isWatched: repository.unwatched == nil))
    self.loop.handle(place.isPaused ? .paused(number) : .resumed(number))
    self.observeOperation(of: repository)
    if place.isUnpushed { self.loop.handle(.unpushed(number)) }
    guard let old else { return self.loop.handle(.returned(number)) }
    // What belongs in a capture may be something else now, or was not watched.
    if isWatchNew || old.rules != place.rules || old.ignored != place.ignored {
      self.loop.handle(.changesLost(number))
    }
  }

  /// Tells the loop whether a rebase, merge or the like has stopped half-way by now.
  func observeOperation(of repository: DaemonRepository) {
    guard let gitDir = repository.place?.gitDir else { return }
    let isBusy = GitWorktree.operation(in: gitDir) != nil
    self.loop.handle(isBusy ? .busy(repository.number) : .free(repository.number))
  }

  // MARK: watching

  private func watchFiles(of repository: DaemonRepository, old: DaemonRepository.Place?) {
    guard let place = repository.place, !self.isOnePass,
      self.watchRules(place.ruleFiles, of: repository)
    else { return }
    let token = repository.number.number
    let state: WatchState
    if let old, old.gitDir == place.gitDir, repository.unwatched == nil {
      if old.ignored == place.ignored, !repository.isWatchOld { return }
      state = self.watch.refresh(token, ignored: place.ignored)
    } else {
      state = self.watch.add(
        WatchRequest(
          token: token, worktree: repository.path, gitDir: place.gitDir,
          commonDir: place.commonDir, ignored: place.ignored,
          judge: FolderJudge(self.session, repository.path)))
    }
    repository.isWatchOld = false
    // A watch that goes on is no news.
    let isNews = old == nil || repository.unwatched != nil
    self.take(state, of: repository)
    if isNews, state == .watching { self.hands.note("watching", .info, repository) }
  }

  /// Watches the files outside of a repository that its rules are in.
  ///
  /// - Returns: false when the system does not let us.
  @discardableResult
  func watchRules(_ files: Set<GitPath>, of repository: DaemonRepository) -> Bool {
    do throws(SystemError) {
      try self.ruleWatch.set(files, for: repository.number.number)
      return true
    } catch {
      self.take(.unwatched(.refused(cause: error.why)), of: repository)
      return false
    }
  }

  /// What belongs in a capture, or how it is stored, may be something else now.
  func readRuleWatch() {
    for token in self.ruleWatch.read() {
      let number = RepositoryNumber(token)
      guard let repository = self.hands.repository(number), repository.place != nil else {
        continue
      }
      repository.isLookDue = true
      self.loop.handle(.changesLost(number))
    }
  }

  /// An ignored folder is watched from the moment a file in it is tracked.
  func takeForced(_ message: WorkMessage, _ repository: DaemonRepository) {
    let isCaptured = ["captured", "same"].contains(message.text(.outcome))
    guard isCaptured, !self.isOnePass else { return }
    let forced = Set(message.all(.forced).map { GitPath(bytes: $0) })
    if !forced.isSubset(of: repository.forced) {
      repository.isWatchOld = true
      repository.isLookDue = true
    }
    repository.forced = forced
  }

  private func take(_ state: WatchState, of repository: DaemonRepository) {
    let was = repository.unwatched
    switch state {
    case .watching: repository.unwatched = nil
    case .unwatched(let reason):
      repository.unwatched = reason
      if was != reason {
        self.hands.note("unwatched", .warning, repository, [("why", reason.why)])
      }
    case .rootGone: repository.isLookDue = true
    }
    self.hands.touchBoard()
  }

  /// Tells the loop what the watch saw.
  func readWatch() {
    for report in self.watch.read() {
      let number = RepositoryNumber(report.token)
      guard let repository = self.hands.repository(number), repository.place != nil else {
        continue
      }
      switch report.finding {
      case .paths(let paths):
        if paths.contains(where: Self.concernsSettings) { repository.isLookDue = true }
        self.loop.change(paths, of: number)
      case .gitChanged(let facts): self.take(facts, of: repository)
      case .lost:
        self.hands.note("watch-lost", .info, repository)
        self.loop.handle(.changesLost(number))
      case .rootGone: repository.isLookDue = true
      case .unwatched(let reason):
        self.take(.unwatched(reason), of: repository)
        self.loop.handle(.watchChanged(number, isWatched: false))
      }
    }
  }

  private static func concernsSettings(_ path: GitPath) -> Bool {
    // Attributes may name a filter, which no direct capture is to wait for.
    if [".gitignore", ".gitattributes"].contains(where: { path.name.elementsEqual($0.utf8) }) {
      return true
    }
    return ["pulsar.toml", "pyproject.toml"].contains { path.bytes.elementsEqual($0.utf8) }
  }

  private func take(_ facts: Set<GitFact>, of repository: DaemonRepository) {
    let number = repository.number
    if facts.contains(.config) || facts.contains(.exclude) {
      repository.isLookDue = true
      // What belongs in a capture, or how it is stored, may be something else now.
      self.loop.handle(.changesLost(number))
    }
    if facts.contains(.operation) { self.observeOperation(of: repository) }
    // What is staged, and what HEAD holds, only a full scan tells.
    if !facts.isDisjoint(with: [.head, .index, .refs]) { self.loop.handle(.headMoved(number)) }
  }
}

/// Asks git which new folders it ignores.
private final class FolderJudge: IgnoreJudge {
  private let session: Session
  private let path: GitPath

  init(_ session: Session, _ path: GitPath) {
    self.session = session
    self.path = path
  }

  func ignoredFolders(in folders: [GitPath]) -> Set<GitPath> {
    do {
      let open = try OpenRepository(self.session, at: self.path)
      return Set(try open.ignoredFolders(among: folders)).intersection(folders)
    } catch {
      // Watched in vain, at worst.
      return []
    }
  }
}
