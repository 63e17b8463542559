internal import PulsarCommands
internal import PulsarCore
internal import PulsarEngine
internal import PulsarGit

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// S11, S14: that a daemon goes on after a crash, and how much it does at most.
extension World {
  /// After a crash and a restart a capture succeeds, unless the world itself is in the way.
  func judgeRevival(_ what: String, of node: SimulatedNode) {
    guard node.ledger.hasDied, node.isThere, node.repository?.isBusy != true,
      node.fileTrouble == nil,
      Files.status(node.gitDir.appending("index.lock")) == nil
    else { return }
    self.fail("S11", node.name, "\(what) after a crash failed, and nothing was in its way")
  }

  // MARK: S14: captures and pushes

  /// Within one life of a daemon, captures that nobody asked for lie an interval apart, so that in an
  /// hour there are 3600 / interval of them and one more; what failed is tried again after four
  /// seconds at the soonest (five, less a fifth).
  func judgePace(of end: CaptureEnd, _ task: CaptureTask, _ node: SimulatedNode) {
    node.ledger.pace.enter(life: node.life)
    let pace = node.ledger.pace
    if task.reason == .interval, let last = pace.captured, let schedule = node.schedule,
      self.now - last < SimulatedTime(schedule.commitInterval)
    {
      self.fail("S14", node.name, "captured again after \(Self.seconds(self.now - last))")
    }
    if task.reason == .interval || task.reason == .change, let last = pace.captureFailed,
      self.now - last < .seconds(4)
    {
      self.fail("S14", node.name, "tried to capture again after \(Self.seconds(self.now - last))")
    }
    switch end.outcome {
    case .captured:
      node.ledger.pace.captured = self.now
      node.ledger.pace.captureFailed = nil
    case .failed: node.ledger.pace.captureFailed = self.now
    case .busy: break
    }
  }

  /// Within one life of a daemon, pushes lie an interval apart; what failed is tried again after 48
  /// seconds at the soonest (a minute, less a fifth).
  func judgePace(ofPushOf node: SimulatedNode) {
    node.ledger.pace.enter(life: node.life)
    let pace = node.ledger.pace
    if let last = pace.pushed, let schedule = node.schedule,
      self.now - last < SimulatedTime(schedule.pushInterval)
    {
      self.fail("S14", node.name, "pushed again after \(Self.seconds(self.now - last))")
    }
    if let last = pace.pushFailed, self.now - last < .seconds(48) {
      self.fail("S14", node.name, "tried to push again after \(Self.seconds(self.now - last))")
    }
    node.ledger.pace.notePush(at: self.now)
  }

  private static func seconds(_ span: SimulatedTime) -> String { "\(span.milliseconds / 1000) s" }

  // MARK: S10, S14: litter

  /// As many files of ours may lie in a clone or a state folder, however long it runs: there are about
  /// ten with names of their own, and a few that are about to take the place of one.
  private static let mostFiles = 32

  func judgeLitter(of node: SimulatedNode) {
    for folder in Self.ownFolders(of: node) {
      let count = Self.files(below: folder).count
      if count > Self.mostFiles {
        self.fail("S14", node.name, "\(count) files of ours lie in '\(folder.name.text)'")
      }
    }
  }

  /// Nothing that was to take the place of a file, or was half restored, is left at the end.
  ///
  /// Temporary objects of libgit2's are not looked for: they go by age, and by no clock of the world.
  /// What a process could not remove goes when it is no more, and here all machines are one process.
  func judgeLeftovers(of node: SimulatedNode) {
    let own = Self.ownFolders(of: node).flatMap { Self.files(below: $0) }.filter { path in
      if node.ledger.hadFileTrouble, path.name.starts(with: ".pulsar-tmp-\(getpid())-".utf8) {
        return false
      }
      return path.name.starts(with: ".pulsar-tmp-".utf8)
    }
    let restored = Self.halfRestored(of: node).filter { !self.adopted.contains($0) }
    if let path = (own + restored.map(\.path)).min() {
      self.fail("S10", node.name, "'\(path.name.text)' was left behind")
    }
  }

  static func halfRestored(of node: SimulatedNode) -> [HalfRestoredFile] {
    WorktreeState(of: node.work).stamps.keys
      .filter(WorktreeWriter.isUnplaced)
      .map { HalfRestoredFile(path: $0, content: Files.read(node.work.appending($0))) }
  }

  private static func ownFolders(of node: SimulatedNode) -> [GitPath] {
    [
      node.gitDir.appending("pulsar"), node.home.appending("state/git-pulsar"),
      node.home.appending(".config/git-pulsar"),
    ]
  }

  private static func files(below folder: GitPath) -> [GitPath] {
    Files.names(in: folder).flatMap { Files.all(at: GitPath(bytes: $0), in: folder) }
  }
}

/// A file that lies beside the one whose place it was to take.
struct HalfRestoredFile: Hashable {
  /// Below the working tree.
  let path: GitPath
  /// nil for a link.
  let content: [UInt8]?
}

extension SimulatedTime {
  init(_ duration: Duration) { self.init(milliseconds: duration.wholeMilliseconds) }
}

extension Collection where Element == UInt8 {
  fileprivate var text: String { escapedForDisplay(self) }
}
