internal import ArgumentParser
internal import PulsarCore
internal import PulsarEngine
internal import PulsarGit
internal import PulsarSystem

/// The machines whose captures this repository has, for verbs in which a person names one.
///
/// Reads local refs only: what `sync` and the daemon's radar fetched.
struct KnownMachines {
  /// A machine's newest capture of the branch.
  struct Named {
    let stream: KnownStream
    /// How it is called, escaped.
    let name: String
    let isOwn: Bool
  }

  /// Captures older than this may have followers on the remote: the radar looks more often.
  private static let staleSeconds: Int64 = 15 * 60

  let branch: Branch
  private let known: KnownStreams
  private let ownSlug: String
  private let now: WallTime

  init(_ open: OpenRepository, _ branch: Branch, _ store: some SnapshotStore) throws {
    self.branch = branch
    self.known = try KnownStreams(in: store)
    self.ownSlug = open.machine.slug
    self.now = open.session.clock.wallTime()
  }

  /// The streams of the branch, by slug, ascending.
  var streams: [KnownStream] { self.known.of(self.branch) }
  /// Refs whose commit cannot be read.
  var damaged: [RefName] { self.known.damaged }
  /// Streams that are left out for what they are.
  var overLimit: [OverLimit] { self.known.overLimit }

  /// How a machine is called, escaped: its name where no other has it, else its slug.
  func name(of slug: String) -> String {
    let name = Machine.name(inSlug: slug)
    let others = self.slugs.filter { $0 != slug }
    let isShared = others.contains { Machine.name(inSlug: $0) == name }
    return escapedForDisplay((isShared ? slug : name).utf8)
  }

  /// Whether a word may mean a machine here.
  func isKnown(_ word: String) -> Bool { !MachineWord(word).matches(self.slugs).isEmpty }

  /// Whether there is any stream but this machine's.
  var hasOthers: Bool { self.known.all.contains { $0.slug != self.ownSlug } }

  /// The machine that a word means.
  ///
  /// Machines with captures of the branch come first: where only one of those is called so, it is
  /// meant.
  ///
  /// - Parameters:
  ///   - word: a slug, a name or the beginning of an id, as a person wrote it.
  ///   - failure: what did not happen when it is none: `nothing restored`.
  /// - Returns: the machine, with its newest capture of the branch.
  /// - Throws: a refusal that names the machines in question.
  func find(_ word: String, failure: String) throws -> Named {
    let ofBranch = self.streams
    let found = MachineWord(word).matches(ofBranch.map(\.slug))
    if found.count == 1 {
      let own = ofBranch.filter { $0.slug == found[0] }
      if let stream = own.max(by: { $0.tip.time < $1.tip.time }) {
        return Named(
          stream: stream, name: self.name(of: stream.slug), isOwn: stream.slug == self.ownSlug)
      }
    }
    let shown = escapedText(Array(word.utf8))
    if found.count > 1 {
      throw Refusal(
        whatFailed: failure, why: "'\(shown)' may be one of several machines",
        whatToDo: "name one: \(self.words(ofBranch.filter { found.contains($0.slug) }))")
    }
    let elsewhere = MachineWord(word).matches(self.slugs)
    if let damage = self.damaged.first(where: { ref in
      elsewhere.contains { ref.dropping(prefix: "\(StreamRefs.streamPrefix)\($0)/") != nil }
    }) {
      throw Refusal(
        whatFailed: failure, why: "'\(damage.displayed)' leads to no capture that can be read",
        whatToDo: "run 'git fsck' to see what is missing")
    }
    if !elsewhere.isEmpty {
      let others = self.known.all.filter { elsewhere.contains($0.slug) }
      let has = others.isEmpty ? "" : "it has captures of \(self.branches(others)); "
      throw Refusal(
        whatFailed: failure,
        why: "no capture of \(self.branch.displayed) by '\(shown)' is known here",
        whatToDo: "\(has)'git pulsar sync' fetches what is new")
    }
    let others = ofBranch.filter { $0.slug != self.ownSlug }
    let list =
      others.isEmpty
      ? "no other machine's captures of \(self.branch.displayed) are"
      : "with captures of \(self.branch.displayed) these are: \(self.words(others))"
    throw Refusal(
      whatFailed: failure, why: "no machine '\(shown)' is known here",
      whatToDo: "\(list); 'git pulsar sync' fetches what is new")
  }

  /// Which capture of a machine is the newest known here, and how a newer one would get here where
  /// there may be one.
  func remark(_ machine: Named) -> String {
    let tip = machine.stream.tip
    let line =
      "newest known capture of \(machine.name): \(tip.id.short), \(tip.time.displayed(before: self.now))"
    return self.mayBeStale(machine.stream) ? "\(line); \(Self.wayToNewer)" : line
  }

  static let wayToNewer = "'git pulsar sync' or the daemon's radar brings newer ones, if there are"

  func mayBeStale(_ stream: KnownStream) -> Bool {
    stream.slug != self.ownSlug
      && self.now.seconds - stream.tip.time.seconds > Self.staleSeconds
  }

  private var slugs: [String] {
    let damaged = self.known.damaged.compactMap { ref in
      ref.dropping(prefix: StreamRefs.streamPrefix).map {
        String(decoding: $0.prefix { $0 != UInt8(ascii: "/") }, as: UTF8.self)
      }
    }
    return self.known.all.map(\.slug) + damaged + [self.ownSlug]
  }

  /// `desktop--1b2c3d4e (3 h ago), …`.
  private func words(_ streams: [KnownStream]) -> String {
    streams.map {
      "\(escapedForDisplay($0.slug.utf8)) (\($0.tip.time.displayed(before: self.now)))"
    }
    .joined(separator: ", ")
  }

  private func branches(_ streams: [KnownStream]) -> String {
    streams.map { "\($0.branch.displayed) (\($0.tip.time.displayed(before: self.now)))" }
      .joined(separator: ", ")
  }

  /// What a shell offers where a machine is to be named.
  static let completion = CompletionKind.shellCommand(
    "git for-each-ref --format='%(refname)' refs/pulsar/streams 2>/dev/null | cut -d/ -f4 | sort -u"
  )
}
