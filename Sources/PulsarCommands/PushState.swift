internal import PulsarCore
internal import PulsarEngine
internal import PulsarGit
internal import PulsarSystem

/// What the last attempts to push came to, for `status`; one small file a repository.
struct PushState {
  private let file: RecordFile<PushAttempts>
  private let place: RecordFile<PushPlace>
  private let refused: RefusedFile

  init(_ location: RepositoryLocation) { self.init(commonDir: location.commonDir) }

  init(commonDir: GitPath) {
    let folder = commonDir.appending("pulsar")
    self.file = RecordFile(folder.appending("push-state"))
    self.place = RecordFile(folder.appending("push-place"), limit: 4096)
    self.refused = RefusedFile(commonDir: commonDir)
  }

  /// Drops what another remote, or the same one at another address, has confirmed.
  ///
  /// It says nothing of the place that is pushed to now. The caller holds the lock of pushes.
  func forgetOtherPlaces(
    than mark: String, ofRemote name: String, _ store: some SnapshotStore
  ) throws {
    let place = PushPlace(mark: mark, remote: name)
    let known = try self.place.read()
    if case .success(place) = known { return }
    if known != nil {
      for (ref, id) in try store.refs(withPrefix: StreamRefs.pushedPrefix) {
        try store.move(ref, from: id, to: nil)
      }
      try self.refused.write(RefusedFile.Content())
    }
    try self.place.write(place)
  }

  /// The place that the confirmed captures were pushed to; nil when it was not written down.
  func knownPlace() -> PushPlace? { try? self.place.known() }

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
        trouble: failure?.trouble ?? .other, why: error.why.onOneLine,
        whatToDo: error.whatToDo.onOneLine, time: time, ref: ref)
    }

    init(
      trouble: PushTrouble, why: String, whatToDo: String, time: WallTime, ref: RefName
    ) {
      self.trouble = trouble
      self.why = why
      self.whatToDo = whatToDo
      self.time = time
      self.ref = ref
    }
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
    var content = self.attempts() ?? PushAttempts()
    content.failures.removeAll { $0.ref == refs.remote }
    if let failure {
      content.failures.append(Failure(failure, refs.remote, at: now))
      content.failures.removeFirst(max(0, content.failures.count - Self.failuresMax))
    } else {
      content.lastSuccess = now
      // Where one stream gets through, others would have.
      content.failures.removeAll { $0.trouble.concernsAllStreams }
    }
    try? self.file.write(content)
  }

  /// Why captures of a stream are not pushed.
  ///
  /// - Parameter ref: the stream as it is called on the remote.
  /// - Returns: nil when no attempt failed since it last was.
  func failure(of ref: RefName) -> Failure? {
    guard let content = self.attempts() else { return nil }
    // After a failure that all streams share, the others were not tried.
    return content.failures.last { $0.ref == ref }
      ?? content.failures.last { $0.trouble.concernsAllStreams }
  }

  /// When a push last succeeded; nil when none did since this is written down, or one failed since.
  func lastSuccess() -> WallTime? {
    guard let content = self.attempts(), content.failures.isEmpty else { return nil }
    return content.lastSuccess
  }

  /// A file that cannot be understood says nothing.
  private func attempts() -> PushAttempts? { try? self.file.known() }
}

/// How the last attempts to push ended: the last success, and a failure a stream whose last attempt
/// failed.
struct PushAttempts: Record, Hashable {
  static let kind = "push state"
  static let version = 3

  var lastSuccess: WallTime?
  /// Oldest first.
  var failures: [PushState.Failure] = []

  func write(to writer: inout RecordWriter) {
    writer.write(self.lastSuccess?.seconds, self.failures)
  }

  static func previous(_ file: [UInt8]) -> Self? {
    guard let parts = PreviousFile.parts(of: file, header: "git-pulsar push state 2"),
      let lastSuccess = parts.first
    else { return nil }
    var attempts = Self()
    attempts.lastSuccess = Int64(PreviousFile.text(lastSuccess)).map { WallTime(seconds: $0) }
    attempts.failures = parts.dropFirst().compactMap { part in
      guard let fields = PreviousFile.fields(of: part, 5),
        let seconds = Int64(PreviousFile.text(fields[0]))
      else { return nil }
      return PushState.Failure(
        trouble: PushTrouble(keyword: PreviousFile.text(fields[1])) ?? .other,
        why: PreviousFile.text(fields[2]), whatToDo: PreviousFile.text(fields[3]),
        time: WallTime(seconds: seconds), ref: RefName(bytes: Array(fields[4])))
    }
    return attempts
  }
}

extension PushAttempts {
  init(from reader: inout RecordReader) throws(RecordError) {
    self.lastSuccess = try reader.read(Int64?.self).map { WallTime(seconds: $0) }
    self.failures = try reader.read()
  }
}

extension PushState.Failure: RecordValue {
  func write(to writer: inout RecordWriter) {
    writer.write(self.time.seconds, self.trouble, self.why, self.whatToDo, self.ref)
  }

  init(from reader: inout RecordReader) throws(RecordError) {
    let time = WallTime(seconds: try reader.read())
    self.init(
      trouble: try reader.read(), why: try reader.read(), whatToDo: try reader.read(), time: time,
      ref: try reader.read())
  }
}

/// Where captures were pushed to that a remote confirmed.
struct PushPlace: Record, Hashable {
  static let kind = "push place"
  static let version = 3

  /// Of the remote's name and address.
  let mark: String
  let remote: String

  func write(to writer: inout RecordWriter) { writer.write(self.mark, self.remote) }

  static func previous(_ file: [UInt8]) -> Self? {
    guard
      let lines = PreviousFile.parts(
        of: file, header: "git-pulsar push place 2", separator: PreviousFile.newline),
      lines.count == 3
    else { return nil }
    return Self(mark: PreviousFile.text(lines[0]), remote: PreviousFile.text(lines[1]))
  }
}

extension PushPlace {
  init(from reader: inout RecordReader) throws(RecordError) {
    self.init(mark: try reader.read(), remote: try reader.read())
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
