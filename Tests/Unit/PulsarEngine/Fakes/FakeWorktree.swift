import PulsarCore
import PulsarEngine

/// A working tree in memory.
final class FakeWorktree: Worktree {
  var files: [String: String]
  var current: Head
  var stopped: OngoingOperation?
  /// What HEAD holds; the scan is relative to it.
  var committed: [String: String] = [:]
  var staged = IndexState()
  /// Files that git says nothing of, as they are ignored.
  var ignored: Set<String> = []
  /// Whether files have no modes, so that only what is known of them counts.
  var lacksModes = false
  /// Files that cannot be stored.
  var skipping: [String: SkippedPath.Reason] = [:]
  var unreadable: [SkippedPath] = []
  /// HEADs that the following questions get to see; then `current`.
  var nextHeads: [Head] = []
  private(set) var scans = 0
  /// What the index has of files that git hides.
  var hidden: [GitPath: TreeEntry] = [:]
  /// Whether single paths can be judged.
  var inspects = true
  /// Called between the scan and the reading.
  var afterScan: () -> Void = {}

  init(_ files: [String: String], at head: Head) {
    self.files = files
    self.current = head
  }

  func scan() throws(CaptureError) -> WorktreeScan {
    self.scans += 1
    var scan = WorktreeScan(head: try self.head(), operation: self.stopped)
    for path in Set(self.files.keys).union(self.committed.keys).sorted()
    where self.files[path] != self.committed[path] && !self.ignored.contains(path)
      && !(self.notHere.contains(path) && self.files[path] == nil)
    {
      scan.paths.append(self.judged(path))
    }
    scan.index = self.staged
    scan.unreadable = self.unreadable
    self.afterScan()
    return scan
  }

  private func judged(_ path: String) -> ScannedPath {
    ScannedPath(
      path: GitPath(path),
      verdict: self.files[path] == nil ? .gone : .read(knownMode: nil, indexBlob: nil))
  }

  func inspect(
    _ paths: [GitPath], base: ObjectID, store: some SnapshotStore
  ) throws(CaptureError) -> [ScannedPath]? {
    guard self.inspects else { return nil }
    return paths.map { self.judged(String(decoding: $0.bytes, as: UTF8.self)) }
  }

  func store(
    _ paths: [ScannedPath], limit: ByteCount, into store: some SnapshotStore
  ) throws(CaptureError) -> [FileOutcome] {
    var outcomes: [FileOutcome] = []
    for scanned in paths {
      let name = String(decoding: scanned.path.bytes, as: UTF8.self)
      guard case .read(let mode, _) = scanned.verdict, let text = self.files[name] else {
        outcomes.append(.gone)
        continue
      }
      if let reason = self.skipping[name] {
        outcomes.append(.skipped(reason))
      } else if text.utf8.count > limit.bytes {
        outcomes.append(.skipped(.tooLarge(ByteCount(text.utf8.count))))
      } else {
        do {
          let id = try store.writeBlobs([Array(text.utf8)])[0]
          let known = self.lacksModes ? mode ?? .file : .file
          outcomes.append(.stored(TreeEntry(mode: known, id: id)))
        } catch {
          throw .store(error)
        }
      }
    }
    return outcomes
  }

  /// Commits that submodules stand at.
  var submodules: [String: SubmoduleState] = [:]
  /// Paths that a sparse check-out keeps off the disk.
  var notHere: Set<String> = []

  func submodule(at path: GitPath) throws(CaptureError) -> SubmoduleState {
    self.submodules[String(decoding: path.bytes, as: UTF8.self)] ?? .missing
  }

  func notCheckedOut(_ paths: [GitPath]) throws(CaptureError) -> Set<GitPath> {
    Set(paths.filter { self.notHere.contains(String(decoding: $0.bytes, as: UTF8.self)) })
  }

  func hiddenEntries() throws(CaptureError) -> [GitPath: TreeEntry] { self.hidden }

  func head() throws(CaptureError) -> Head {
    self.nextHeads.isEmpty ? self.current : self.nextHeads.removeFirst()
  }

  func operation() -> OngoingOperation? { self.stopped }
}
