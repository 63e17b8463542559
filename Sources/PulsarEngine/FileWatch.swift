package import PulsarCore

/// Tells which files of several repositories changed, without looking at them all.
///
/// One thread at a time. Nothing happens between the calls, so whoever waits for a change waits for
/// `descriptor` to become readable.
package protocol FileWatch: AnyObject {
  /// Readable when `read()` has something to do; nil as long as nothing is watched.
  var descriptor: Int32? { get }

  /// Watches a repository; one of the same token is replaced.
  ///
  /// What changes before this returns is not reported: scan the working tree afterwards.
  func add(_ request: WatchRequest) -> WatchState

  /// Watches again what of the working tree is not ignored now.
  ///
  /// What changes in folders that are watched anew is reported from then on: scan afterwards.
  ///
  /// - Parameters:
  ///   - token: of the repository.
  ///   - ignored: in place of all that was said before, see `WatchRequest.ignored`.
  /// - Returns: `rootGone` also for a token that is not watched.
  func refresh(_ token: Int, ignored: Set<GitPath>) -> WatchState

  /// Ends the watch; does nothing for a token that is not watched.
  func remove(_ token: Int)

  /// Takes all there is, without waiting.
  ///
  /// - Returns: in the order of the tokens; empty when nothing happened that anybody wants to know.
  func read() -> [WatchReport]
}

/// Says which folders git ignores, for folders that were not there before.
package protocol IgnoreJudge: AnyObject {
  /// - Parameter folders: of the working tree, on the disk and not in `WatchRequest.ignored`.
  /// - Returns: those that git ignores as a whole, none in which it tracks a file. Empty when in doubt:
  ///   what is watched in vain costs memory only.
  func ignoredFolders(in folders: [GitPath]) -> Set<GitPath>
}

/// What to watch.
package struct WatchRequest {
  /// Chosen by the caller, to know the reports by.
  package let token: Int
  /// The top, absolute, as the two that follow.
  package let worktree: GitPath
  /// `.git`, or the folder of a linked worktree below `.git/worktrees`.
  package let gitDir: GitPath
  /// `.git`, shared by all linked worktrees.
  package let commonDir: GitPath
  /// Folders that are not watched, and of whose content nothing is reported.
  ///
  /// Relative to the working tree and without a slash at the end, as from `git ls-files --others
  /// --ignored --exclude-standard --directory`; files among them do no harm.
  package let ignored: Set<GitPath>
  package let judge: any IgnoreJudge

  package init(
    token: Int, worktree: GitPath, gitDir: GitPath, commonDir: GitPath, ignored: Set<GitPath>,
    judge: any IgnoreJudge
  ) {
    self.token = token
    self.worktree = worktree
    self.gitDir = gitDir
    self.commonDir = commonDir
    self.ignored = ignored
    self.judge = judge
  }
}

/// What became of a request.
package enum WatchState: Hashable, Sendable {
  case watching
  /// Nothing is watched; only scans at intervals tell what changed.
  case unwatched(UnwatchedReason)
  /// The working tree or the git dir is not there.
  case rootGone
}

/// What happened in one repository.
package struct WatchReport: Hashable, Sendable {
  package enum Finding: Hashable, Sendable {
    /// These changed, relative to the working tree.
    ///
    /// A path stands for itself and, where a folder came or went, for all below it. Files of a new
    /// folder are named one by one.
    case paths(Set<GitPath>)
    /// The state of the repository itself changed.
    case gitChanged(Set<GitFact>)
    /// More changed than can be told, in the working tree and in the git dir: scan.
    case lost
    /// The working tree or the git dir was deleted, moved away or unmounted; the watch has ended.
    case rootGone
    /// The watch has ended.
    case unwatched(UnwatchedReason)
  }

  package let token: Int
  package let finding: Finding

  package init(token: Int, finding: Finding) {
    self.token = token
    self.finding = finding
  }
}

/// A part of a repository's state.
package enum GitFact: Hashable, Sendable, CaseIterable {
  /// Another branch, or another commit of a detached HEAD.
  case head
  case index
  /// A merge, rebase, cherry-pick, revert, bisect or `am` began, went on or ended.
  case operation
  /// A branch moved, also the current one by a commit.
  case refs
  /// Settings, attributes or the sparse check-out.
  case config
  /// `info/exclude`.
  case exclude
}

/// Why a repository is not watched.
package enum UnwatchedReason: Hashable, Sendable {
  /// The system's, or our own, limit of watches is reached.
  case outOfWatches
  /// The file system of this folder does not tell of changes; `kind` is its name for people.
  case silentFileSystem(kind: String, folder: GitPath)
  /// The system does not let us watch, for this cause.
  case refused(cause: String)

  /// Why, for people.
  package var why: String {
    switch self {
    case .outOfWatches: "there are more folders than the system lets us watch"
    case .silentFileSystem(let kind, let folder):
      "'\(folder.displayed)' is on \(kind), which does not tell of every change"
    case .refused(let cause): "the system does not let us watch its folders (\(cause))"
    }
  }

  /// What to do about it, for people.
  package var whatToDo: String {
    switch self {
    case .outOfWatches:
      "raise fs.inotify.max_user_watches with sysctl, or let git ignore large generated folders"
    case .silentFileSystem: "nothing; changes are found at intervals"
    case .refused: "raise fs.inotify.max_user_instances with sysctl, or close other programs"
    }
  }
}

extension UnwatchedReason: RecordValue {
  package func write(to writer: inout RecordWriter) {
    switch self {
    case .outOfWatches: writer.write("out-of-watches")
    case .silentFileSystem(let kind, let folder): writer.write("silent", kind, folder)
    case .refused(let cause): writer.write("refused", cause)
    }
  }

  package init(from reader: inout RecordReader) throws(RecordError) {
    switch try reader.read(String.self) {
    case "out-of-watches": self = .outOfWatches
    case "silent": self = .silentFileSystem(kind: try reader.read(), folder: try reader.read())
    case "refused": self = .refused(cause: try reader.read())
    default: throw .damaged
    }
  }
}
