internal import PulsarCore
internal import PulsarEngine
internal import PulsarGit
internal import PulsarSystem

/// Where the history that is here ends though commits have parents: in a shallow clone.
///
/// Grafts and replacements hide nothing: the true history is asked.
///
/// Two histories are merged only where it is sure that what they have in common is seen: where it is cut
/// off, files that one of them deleted long ago would come back.
struct CutHistory {
  private static let limit = 1 << 26
  private let commonDir: GitPath

  init(_ location: RepositoryLocation) { self.init(commonDir: location.commonDir) }

  init(commonDir: GitPath) { self.commonDir = commonDir }

  private var shallow: Set<ObjectID> { self.ids(in: "shallow") }
  var isCut: Bool { !self.shallow.isEmpty }

  /// The first word of each line.
  private func ids(in name: String) -> Set<ObjectID> {
    let bytes = try? AtomicFile.read(self.commonDir.appending(GitPath(name)), limit: Self.limit)
    return Set(
      bytes?.split(separator: 10).compactMap { line in
        ObjectID(hex: line.prefix { $0 != 0x20 && $0 != 0x0D })
      } ?? [])
  }

  /// Whether the two may have more in common than can be seen here.
  ///
  /// - Throws: `StoreError` when a history cannot be walked.
  func hides(
    _ ours: ObjectID, _ theirs: ObjectID, _ store: some SnapshotStore
  ) throws -> Bool {
    let ends = self.shallow
    if ends.isEmpty { return false }
    let bases = try store.mergeBases(ours, theirs)
    // One contains the other.
    if bases == [ours] || bases == [theirs] { return false }
    // What lies behind an end in the history of a base, the base has anyway.
    for side in [ours, theirs] {
      let own = try store.commits(in: side, notIn: bases)
      if own.contains(where: ends.contains) { return true }
    }
    return false
  }
}

extension OpenRepository {
  /// Sees to it that what histories have in common is here, as far as the remote has it.
  ///
  /// The clone is deepened step by step; nothing but objects, and where the history ends, is written.
  ///
  /// - Parameters:
  ///   - pairs: commits that may be merged, each with what the other is called.
  ///   - branch: its history is fetched.
  ///   - canAsk: whether the remote answers.
  ///   - failure: `nothing taken over`.
  ///   - store: reads the histories.
  /// - Throws: a refusal where that cannot be had.
  func completeHistory(
    of pairs: [(ours: ObjectID, theirs: ObjectID, name: String)], _ branch: Branch, canAsk: Bool,
    failure: String, _ store: some SnapshotStore
  ) throws {
    func hidden() throws -> String? {
      let cut = CutHistory(self.location)
      return try pairs.first { try cut.hides($0.ours, $0.theirs, store) }?.name
    }
    guard CutHistory(self.location).isCut, var name = try hidden() else { return }
    var cause: String?
    if canAsk {
      do {
        let remote = try GitRemote(self.repository, name: self.settings.remoteName)
        for commits in [100, 2000, nil] {
          self.session.console.progress("fetching older history, as this clone is shallow …")
          defer { self.session.console.endProgress() }
          try remote.deepen(by: commits, branch)
          guard let next = try hidden() else {
            self.session.console.remark(
              "git-pulsar: this clone is shallow, and older history was fetched to merge with \(nameForDisplay(name.utf8))"
            )
            return
          }
          name = next
        }
      } catch let error as RemoteError {
        cause = error.why
      }
    }
    throw Refusal(
      whatFailed: failure,
      why:
        "this clone is shallow, and what its history has in common with that of \(nameForDisplay(name.utf8)) is not here"
        + (cause.map { " (\($0))" } ?? ""),
      whatToDo: "run 'git fetch --unshallow', then try again")
  }
}
