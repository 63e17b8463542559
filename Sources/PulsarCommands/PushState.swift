internal import PulsarCore
internal import PulsarEngine
internal import PulsarGit
internal import PulsarSystem

/// What the last attempts to push came to, for `status`; one small file a repository.
struct PushState {
  private static let header = "git-pulsar push state 2"
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
      try RefusedFile(commonDir: self.path.parent.parent).write(RefusedFile.Content())
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

  /// Why the last attempt to push a stream failed.
  struct Failure: Hashable {
    let trouble: PushTrouble
    let why: String
    let whatToDo: String
    let time: WallTime
    /// On the remote.
    let ref: RefName

    /// - Parameters:
    ///   - error: what the attempt ended with.
    ///   - ref: that was pushed, as it is called on the remote.
    ///   - time: of the attempt.
    init(_ error: any ExplainedError, _ ref: RefName, at time: WallTime) {
      let failure = error as? RemoteError
      self.init(
        trouble: failure?.trouble ?? .other, why: Self.line(error.why),
        whatToDo: Self.line(error.whatToDo), time: time, ref: ref)
    }

    fileprivate init(
      trouble: PushTrouble, why: String, whatToDo: String, time: WallTime, ref: RefName
    ) {
      self.trouble = trouble
      self.why = why
      self.whatToDo = whatToDo
      self.time = time
      self.ref = ref
    }

    private static func line(_ text: String) -> String {
      text.filter { !$0.isNewline && $0 != "\0" }
    }
  }

  /// What the file holds: the last success, and a failure a stream whose last attempt failed.
  private struct Content {
    var lastSuccess: WallTime?
    /// Oldest first.
    var failures: [Failure] = []
  }

  /// Of streams nobody pushes any more; the oldest are dropped.
  private static let failuresMax = 100

  /// Writes down how an attempt ended.
  ///
  /// A file that cannot be written stops nothing: the refs say what was pushed. The caller holds the
  /// lock of pushes.
  ///
  /// - Parameters:
  ///   - refs: the stream's.
  ///   - failure: what the attempt ended with; nil when it succeeded.
  ///   - clock: says when.
  func remember(_ refs: StreamRefs, failure: (any ExplainedError)?, at clock: LocalClock) {
    let now = clock.wallTime()
    var content = self.content() ?? Content()
    content.failures.removeAll { $0.ref == refs.remote }
    if let failure {
      content.failures.append(Failure(failure, refs.remote, at: now))
      content.failures.removeFirst(max(0, content.failures.count - Self.failuresMax))
    } else {
      content.lastSuccess = now
      // Where one stream gets through, others would have.
      content.failures.removeAll { $0.trouble.concernsAllStreams }
    }
    _ = try? AtomicFile.replace(self.path, with: Self.bytes(content), mode: 0o600)
  }

  /// Why captures of a stream are not pushed.
  ///
  /// - Parameter ref: the stream as it is called on the remote.
  /// - Returns: nil when no attempt failed since it last was.
  func failure(of ref: RefName) -> Failure? {
    guard let content = self.content() else { return nil }
    // After a failure that all streams share, the others were not tried.
    return content.failures.last { $0.ref == ref }
      ?? content.failures.last { $0.trouble.concernsAllStreams }
  }

  /// When a push last succeeded; nil when none did since this is written down, or one failed since.
  func lastSuccess() -> WallTime? {
    guard let content = self.content(), content.failures.isEmpty else { return nil }
    return content.lastSuccess
  }

  private static func bytes(_ content: Content) -> [UInt8] {
    var records = [
      Array(Self.header.utf8), Array((content.lastSuccess.map { String($0.seconds) } ?? "").utf8),
    ]
    for failure in content.failures {
      let lines = [
        String(failure.time.seconds), failure.trouble.keyword, failure.why, failure.whatToDo, "",
      ]
      records.append(Array(lines.joined(separator: "\n").utf8) + failure.ref.bytes)
    }
    return Array(records.joined(separator: [0]))
  }

  /// A file of an earlier version, or none that can be read, says nothing.
  private func content() -> Content? {
    guard let bytes = try? AtomicFile.read(self.path, limit: 1 << 20) else { return nil }
    let records = bytes.split(separator: 0, omittingEmptySubsequences: false)
    guard records.count >= 2, records[0].elementsEqual(Self.header.utf8) else { return nil }
    var content = Content()
    content.lastSuccess = Int64(String(decoding: records[1], as: UTF8.self)).map {
      WallTime(seconds: $0)
    }
    content.failures = records.dropFirst(2).compactMap { record in
      let fields = record.split(separator: 10, maxSplits: 4, omittingEmptySubsequences: false)
      guard fields.count == 5 else { return nil }
      let texts = fields[..<(fields.startIndex + 4)].map { String(decoding: $0, as: UTF8.self) }
      guard let seconds = Int64(texts[0]) else { return nil }
      return Failure(
        trouble: PushTrouble(keyword: texts[1]) ?? .other, why: texts[2], whatToDo: texts[3],
        time: WallTime(seconds: seconds), ref: RefName(bytes: Array(fields[4])))
    }
    return content
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

extension OpenRepository {
  /// What there is to say of addresses of the remote that nothing is pushed to; nil when there are none.
  var addressesLeft: String? {
    let remote = self.settings.remoteName
    guard let left = try? GitRemote(self.repository, name: remote).addressesLeft, left > 0 else {
      return nil
    }
    let others = left == 1 ? "the other one" : "the \(left) others"
    return
      "'\(remote)' has \(left + 1) addresses to push to: captures go to the first, not to \(others)"
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
