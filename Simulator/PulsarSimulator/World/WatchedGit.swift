internal import PulsarCore
internal import PulsarGit

/// What a daemon's watch tells of in a git folder: HEAD, what is staged, branches, settings, and what
/// git is amid.
///
/// git writes its index again when times alone differ, which depends on how fast the run is: what is
/// staged counts, as git lists it.
struct WatchedGit: Equatable {
  private let files: [GitPath: [UInt8]]
  private let index: [UInt8]
  private let staged: [UInt8]

  private static let names = [
    "HEAD", "config", "config.worktree", "packed-refs", "refs/heads", "info", "MERGE_HEAD",
    "REVERT_HEAD", "CHERRY_PICK_HEAD", "sequencer", "BISECT_LOG", "BISECT_START", "rebase-merge",
    "rebase-apply",
  ]

  /// - Parameters:
  ///   - node: whose.
  ///   - old: what it was before, which spares git the listing of an index that is the same.
  init(of node: SimulatedNode, since old: WatchedGit?) {
    var files: [GitPath: [UInt8]] = [:]
    for name in Self.names.flatMap({ Files.all(at: GitPath($0), in: node.gitDir) }) {
      if let bytes = Files.read(node.gitDir.appending(name)) { files[name] = bytes }
    }
    self.files = files
    self.index = Files.read(node.gitDir.appending("index")) ?? []
    if let old, old.index == self.index {
      self.staged = old.staged
    } else {
      self.staged = (try? node.git(["ls-files", "-z", "-s", "-v"]))?.output ?? []
    }
  }

  static func == (one: Self, other: Self) -> Bool {
    one.files == other.files && one.staged == other.staged
  }
}
