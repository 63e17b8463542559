internal import PulsarCore
internal import PulsarEngine
internal import PulsarGit
internal import PulsarSystem

/// What the last attempt to push came to, for `status`; one small file a repository.
struct PushState {
  private static let header = "git-pulsar push state 1"
  private static let placeHeader = "git-pulsar push place 2"
  private let path: GitPath
  private let place: GitPath

  init(_ location: RepositoryLocation) { self.init(commonDir: location.commonDir) }

  init(commonDir: GitPath) {
    let folder = commonDir.appending("pulsar")
    self.path = folder.appending("push-state")
    self.place = folder.appending("push-place")
  }

  /// Drops what another remote, or the same one at another address, has confirmed.
  ///
  /// It says nothing of the place that is pushed to now. The caller holds the lock of pushes.
  func forgetOtherPlaces(
    than mark: String, ofRemote name: String, _ store: some SnapshotStore
  ) throws {
    let text = Array("\(Self.placeHeader)\n\(mark)\n\(name)\n".utf8)
    let known = try AtomicFile.read(self.place, limit: 4096)
    if known == text { return }
    if known != nil {
      for (ref, id) in try store.refs(withPrefix: StreamRefs.pushedPrefix) {
        try store.move(ref, from: id, to: nil)
      }
    }
    try AtomicFile.replace(self.place, with: text, mode: 0o600)
  }

  /// The place that the confirmed captures were pushed to; nil when it was not written down.
  func knownPlace() -> (mark: String, remote: String)? {
    guard let bytes = try? AtomicFile.read(self.place, limit: 4096) else { return nil }
    let lines = bytes.split(separator: 10, omittingEmptySubsequences: false)
    guard lines.count == 4, lines[0].elementsEqual(Self.placeHeader.utf8) else { return nil }
    return (String(decoding: lines[1], as: UTF8.self), String(decoding: lines[2], as: UTF8.self))
  }

  struct Failure: Hashable {
    let why: String
    let time: WallTime
    let ref: RefName
  }

  /// Writes down a failure, or that there was none.
  ///
  /// A file that cannot be written stops nothing: the refs say what was pushed.
  func remember(_ refs: StreamRefs, failure: String?, at clock: LocalClock) {
    let now = clock.wallTime()
    let why = (failure ?? "").filter { !$0.isNewline }
    let text = "\(Self.header)\n\(now.seconds)\n\(why)\n"
    let bytes = Array(text.utf8) + refs.remote.bytes
    _ = try? AtomicFile.replace(self.path, with: bytes, mode: 0o600)
  }

  /// The last failure, if the last attempt failed.
  func failure() -> Failure? {
    guard let last = self.last(), !last.why.isEmpty else { return nil }
    return last
  }

  /// When the last attempt was made, if it succeeded.
  func lastSuccess() -> WallTime? {
    guard let last = self.last(), last.why.isEmpty else { return nil }
    return last.time
  }

  /// The last attempt; `why` is empty when it succeeded.
  private func last() -> Failure? {
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

extension OpenRepository {
  /// What the remote at its present address has confirmed.
  func confirmed(_ refs: StreamRefs, in store: some SnapshotStore) -> ObjectID? {
    // Without a remote there is no other address.
    if let known = PushState(self.location).knownPlace(),
      let remote = try? GitRemote(self.repository, name: self.settings.remoteName),
      remote.placeMark != known.mark
    {
      return nil
    }
    return refs.confirmed(in: store)
  }
}

extension RepositoryGlance {
  /// Whether captures were confirmed by a remote that has another address now.
  var pushesElsewhere: Bool {
    guard let known = PushState(commonDir: self.commonDir).knownPlace(),
      let mark = self.placeMark(ofRemote: known.remote)
    else { return false }
    return mark != known.mark
  }
}
