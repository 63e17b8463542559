package import PulsarCore

/// Pushes a stream in spite of contents that the remote refuses: its captures are made anew without them.
///
/// Nothing here changes before the remote has taken them, as what it refuses may be the ref itself.
package struct RefusedPush<Store: SnapshotStore, Target: Remote> {
  private let store: Store
  private let remote: Target
  private let rewriting: StreamRewriting<Store>

  package init(store: Store, remote: Target, signature: Signature) {
    self.store = store
    self.remote = remote
    self.rewriting = StreamRewriting(store: store, signature: signature)
  }

  /// What is pushed in the place of a refused capture.
  package struct Substitute: Hashable, Sendable {
    package let stream: RefName
    /// What the remote had before.
    package let base: ObjectID?
    /// The newest capture that was refused.
    package let tip: ObjectID
    /// What stands in its place.
    package let commit: ObjectID
    /// Each path, or all of those that nobody named, with what was refused.
    package let refused: [[GitPath: Set<ObjectID>]]
  }

  package typealias Failure = PushProcedure<Store, Target>.Failure

  private static var attempts: Int { 6 }

  /// - Parameters:
  ///   - refs: of the stream.
  ///   - error: of its push.
  ///   - known: what the remote refused before.
  ///   - note: called before each attempt, with what it is about to push; what it writes down is what a
  ///     later run goes by when this one ends before it is heard of.
  /// - Returns: what the remote took; nil when `error` is about something else.
  /// - Throws: another failure of the way there; `error` when nothing helps.
  package func run(
    _ refs: StreamRefs, after error: RemoteError, known: RefusedContents,
    note: (Substitute) throws -> Void
  ) throws -> Substitute? {
    guard let first = Self.refusal(error), let tip = try self.store.resolve(refs.stream) else {
      return nil
    }
    var words = first.words
    let base = try self.remote.resolve(refs.remote)
    if let base, try !self.isHere(base) { return nil }
    guard let stretch = try self.rewriting.stretch(after: base, to: tip) else { return nil }
    let suspects = try self.rewriting.suspects(stretch)
    var left = suspects.files.union(suspects.others)
    var refused: [[GitPath: Set<ObjectID>]] = []
    var steps = try self.steps(suspects.files, suspects.others, first.refusal, known)
    // Also where nothing else is in it: commits that HEAD has left.
    var hasTriedNothing = stretch.captures.count == 1
    for _ in 0..<Self.attempts {
      let named = left.filter { Self.names(words, $0) }
      if !named.isEmpty {
        left.subtract(named)
        refused += Dictionary(grouping: named, by: \.path).sorted { $0.key < $1.key }
          .map { [$0.key: Set($0.value.map(\.id))] }
      } else {
        var next: Set<SuspectContent> = []
        while next.isEmpty, !steps.isEmpty { next = left.intersection(steps.removeFirst()) }
        if next.isEmpty, hasTriedNothing || !refused.isEmpty { break }
        hasTriedNothing = true
        left.subtract(next)
        let group = Dictionary(grouping: next, by: \.path).mapValues { Set($0.map(\.id)) }
        if !group.isEmpty { refused.append(group) }
      }
      let all = refused.reduce(into: [:]) { all, group in
        all.merge(group) { $0.union($1) }
      }
      let commit = try self.rewriting.rewrite(stretch, without: all)
      let substitute = Substitute(
        stream: refs.stream, base: base, tip: tip, commit: commit, refused: refused)
      try self.store.makeObjectsDurable()
      try note(substitute)
      let failure = self.push(commit, to: refs.remote, expecting: base)
      if let failure, let next = Self.refusal(failure) {
        words = next.words
        continue
      }
      if let failure, !failure.isOutcomeUnknown { throw failure }
      // The listing decides.
      guard try self.remote.resolve(refs.remote) == commit else { throw failure ?? error }
      return substitute
    }
    throw error
  }

  private func push(
    _ commit: ObjectID, to ref: RefName, expecting base: ObjectID?
  ) -> RemoteError? {
    do throws(RemoteError) {
      try self.remote.push(commit, to: ref, expecting: base)
      return nil
    } catch {
      return error
    }
  }

  /// What a remote said that may have refused some content; nil for other failures.
  private static func refusal(_ error: RemoteError) -> (refusal: PushRefusal, words: String)? {
    guard case .refused(_, let refusal, _, let words) = error, refusal.mayConcernContents else {
      return nil
    }
    return (refusal, words)
  }

  /// What is left out where the remote does not say what it means, one after the other: what the files do
  /// not hold any more; what was refused before; the largest of what is too large; all that is new.
  private func steps(
    _ files: Set<SuspectContent>, _ others: Set<SuspectContent>, _ refusal: PushRefusal,
    _ known: RefusedContents
  ) throws -> [Set<SuspectContent>] {
    var steps = [others, files.filter { known.words(of: $0.id, at: $0.path) != nil }]
    if refusal == .size {
      let sizes = try self.store.blobSizes(files.map(\.id))
      let largest = files.sorted().max { sizes[$0.id]?.bytes ?? 0 < sizes[$1.id]?.bytes ?? 0 }
      if let largest { steps.append([largest]) }
    }
    return steps + [files]
  }

  private func isHere(_ id: ObjectID) throws(StoreError) -> Bool {
    do throws(StoreError) {
      _ = try self.store.commit(id)
      return true
    } catch .objectMissing {
      return false
    }
  }

  /// Whether the remote's words name a path, or the content there by its id.
  static func names(_ words: String, _ suspect: SuspectContent) -> Bool {
    RemoteWords(words).names(suspect.path) || words.contains(suspect.id.hex)
  }
}

/// What a remote said.
struct RemoteWords {
  private let bytes: [UInt8]

  init(_ words: String) { self.bytes = Array(words.utf8) }

  /// Whether a path stands there by itself, and not as a part of another word or path.
  ///
  /// A short name that could be any word names nothing.
  func names(_ path: GitPath) -> Bool {
    let wanted = Array(path.displayed.utf8)
    let isTelling = wanted.count > 7 || wanted.contains { "./_-".utf8.contains($0) }
    guard isTelling, self.bytes.count >= wanted.count else { return false }
    for start in 0...(self.bytes.count - wanted.count)
    where self.bytes[start] == wanted[0]
      && self.bytes[start..<(start + wanted.count)].elementsEqual(wanted)
    {
      let before = start == 0 ? nil : self.bytes[start - 1]
      let end = start + wanted.count
      let after = end == self.bytes.count ? nil : self.bytes[end]
      let next = end + 1 < self.bytes.count ? self.bytes[end + 1] : nil
      let isWhole = before != UInt8(ascii: ".") && !Self.isPart(before)
      if isWhole && !Self.isPart(after, before: next) { return true }
    }
    return false
  }

  /// A full stop is a part of a name unless a sentence ends there.
  private static func isPart(_ byte: UInt8?, before next: UInt8? = nil) -> Bool {
    guard let byte else { return false }
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x80...0xFF: return true
    case UInt8(ascii: "/"), UInt8(ascii: "-"), UInt8(ascii: "_"): return true
    case UInt8(ascii: "."): return next.map { $0 != 0x20 && $0 != 0x0A } ?? false
    default: return false
    }
  }
}
