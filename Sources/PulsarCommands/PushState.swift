internal import PulsarCore
internal import PulsarEngine
internal import PulsarGit
internal import PulsarSystem

/// What the last attempt to push came to, for `status`; one small file a repository.
struct PushState {
  private static let header = "git-pulsar push state 1"
  private static let placeHeader = "git-pulsar push place 1"
  private let path: GitPath
  private let place: GitPath

  init(_ location: RepositoryLocation) {
    let folder = location.commonDir.appending("pulsar")
    self.path = folder.appending("push-state")
    self.place = folder.appending("push-place")
  }

  /// Drops what another remote, or the same one at another address, has confirmed.
  ///
  /// It says nothing of the place that is pushed to now. The caller holds the lock of pushes.
  func forgetOtherPlaces(than mark: String, _ store: some SnapshotStore) throws {
    let text = Array("\(Self.placeHeader)\n\(mark)\n".utf8)
    let known = try AtomicFile.read(self.place, limit: 4096)
    if known == text { return }
    if known != nil {
      for (ref, id) in try store.refs(withPrefix: StreamRefs.pushedPrefix) {
        try store.move(ref, from: id, to: nil)
      }
    }
    try AtomicFile.replace(self.place, with: text, mode: 0o600)
  }

  struct Failure: Hashable {
    let why: String
    let time: WallTime
    let ref: RefName
  }

  /// Writes down a failure, or that there is none.
  ///
  /// A file that cannot be written stops nothing: the refs say what was pushed.
  func remember(_ refs: StreamRefs, failure: String?, at clock: LocalClock) {
    guard let failure else {
      _ = try? AtomicFile.remove(self.path)
      return
    }
    let now = clock.wallTime()
    let why = failure.filter { !$0.isNewline }
    let text = "\(Self.header)\n\(now.seconds)\n\(why)\n"
    let bytes = Array(text.utf8) + refs.remote.bytes
    _ = try? AtomicFile.replace(self.path, with: bytes, mode: 0o600)
  }

  /// The last failure, if the last attempt failed.
  func failure() -> Failure? {
    guard let bytes = try? AtomicFile.read(self.path, limit: 65536) else { return nil }
    let lines = bytes.split(separator: 10, maxSplits: 3, omittingEmptySubsequences: false)
    guard lines.count == 4, lines[0].elementsEqual(Self.header.utf8),
      let seconds = Int64(String(decoding: lines[1], as: UTF8.self))
    else { return nil }
    return Failure(
      why: String(decoding: lines[2], as: UTF8.self), time: WallTime(seconds: seconds),
      ref: RefName(bytes: Array(lines[3])))
  }
}
