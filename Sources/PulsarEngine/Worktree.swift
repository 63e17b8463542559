package import PulsarCore

/// What belongs in the tree, and the reading of it.
///
/// Git is the judge; the files are read by us.
package protocol Worktree: AnyObject {
  /// Asks git for everything that differs from HEAD. Writes nothing.
  ///
  /// - Throws: `CaptureError.scanFailed` when git cannot tell, with its words.
  func scan() throws(CaptureError) -> WorktreeScan

  /// The verdict on single paths that are known to have changed.
  ///
  /// Each is a file, a link, a folder, or gone. Asks git only about paths that `base` does not
  /// hold. Writes nothing.
  ///
  /// - Parameters:
  ///   - paths: relative to the working tree, any order.
  ///   - base: the tree of the previous capture.
  ///   - store: reads `base`.
  /// - Returns: one entry a path that belongs in the tree or left it; ignored paths give none.
  ///   Nil when only a full scan can tell (an ignore or attribute file, a submodule, the index).
  /// - Throws: `CaptureError` when git or the store gives no answer.
  func inspect(
    _ paths: [GitPath], base: ObjectID, store: some SnapshotStore
  ) throws(CaptureError) -> [ScannedPath]?

  /// Reads files and writes them to `store` as git's clean filters give them.
  ///
  /// - Returns: one outcome a path, in the order of `paths`.
  func store(
    _ paths: [ScannedPath], limit: ByteCount, into store: some SnapshotStore
  ) throws(CaptureError) -> [FileOutcome]

  /// What stands at the place of a submodule.
  func submodule(at path: GitPath) throws(CaptureError) -> SubmoduleState

  /// Those of `paths` that a sparse check-out keeps off this disk: by what git noted in its index, or,
  /// for paths that the index does not have, by the patterns.
  ///
  /// Only for paths at which nothing is on the disk. Empty where no check-out is sparse.
  func notCheckedOut(_ paths: [GitPath]) throws(CaptureError) -> Set<GitPath>

  /// What the index has of files that git was told not to look at; nothing where there are none.
  func hiddenEntries() throws(CaptureError) -> [GitPath: TreeEntry]

  /// HEAD now, to be compared with what a scan said.
  func head() throws(CaptureError) -> Head

  /// The operation of the user's that has stopped half-way, if one has.
  func operation() -> OngoingOperation?

  /// What the working trees of the clone call their streams of a branch.
  func leaves(of branch: Branch) -> WorktreeLeaves

  /// Writes down what this working tree calls its stream of a branch.
  func remember(_ leaf: [UInt8], of branch: Branch)
}

extension Worktree {
  /// The only one of its clone.
  package func leaves(of branch: Branch) -> WorktreeLeaves { WorktreeLeaves() }

  package func remember(_ leaf: [UInt8], of branch: Branch) {}
}

/// A git operation of the user's that has stopped half-way.
package enum OngoingOperation: String, Hashable, Sendable {
  case rebase, merge, revert, bisect, am
  case cherryPick = "cherry-pick"
}

/// One full scan, relative to HEAD.
package struct WorktreeScan: Hashable, Sendable {
  package var head: Head
  package var operation: OngoingOperation?
  /// What the working tree holds otherwise than HEAD; by path, ascending.
  package var paths: [ScannedPath] = []
  /// Files and folders git could not look into; they stay at their last captured state.
  package var unreadable: [SkippedPath] = []
  /// What the index holds otherwise than HEAD.
  package var index = IndexState()
  /// Submodules with changes of their own, which a gitlink cannot hold.
  package var dirtySubmodules: [GitPath] = []
  /// Repositories inside this one that are no submodules; their files are among `paths`.
  package var nestedRepositories: [GitPath] = []

  package init(head: Head, operation: OngoingOperation? = nil) {
    self.head = head
    self.operation = operation
  }
}

/// What a scan says of one path.
package struct ScannedPath: Hashable, Sendable {
  package enum Verdict: Hashable, Sendable {
    /// Read it: a file or a link. What HEAD or the index says of its mode, where `core.fileMode` or
    /// `core.symlinks` is off.
    case read(knownMode: FileMode?, indexBlob: ObjectID?)
    /// The entry is known without reading: staged and not changed since, or a gitlink.
    case entry(TreeEntry)
    /// Not there.
    case gone
  }

  package let path: GitPath
  package let verdict: Verdict

  package init(path: GitPath, verdict: Verdict) {
    self.path = path
    self.verdict = verdict
  }
}

/// The staging area, relative to HEAD.
package struct IndexState: Hashable, Sendable {
  package var changes: [TreeChange] = []
  /// Paths of `git add --intent-to-add`.
  package var intentToAdd: [GitPath] = []
  /// Paths with a conflict; their stages are in no tree.
  package var unmerged: [GitPath] = []

  package init() {}

  package var isStaged: Bool { !self.changes.isEmpty || !self.intentToAdd.isEmpty }
}

/// What became of one file that was to be stored.
package enum FileOutcome: Hashable, Sendable {
  case stored(TreeEntry)
  /// It vanished meanwhile.
  case gone
  case skipped(SkippedPath.Reason)
}
