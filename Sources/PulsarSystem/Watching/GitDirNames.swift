import PulsarEngine

/// What a folder is to the watch.
enum WatchedKind: UInt8 {
  case worktree
  /// `.git`, or the folder of a linked worktree below `.git/worktrees`.
  case gitDir
  /// `.git`, shared by all linked worktrees.
  case commonDir
  case info
  /// `refs`, watched only to see `refs/heads` come.
  case refs
  /// `refs/heads` and the folders below. A commit moves a file here whether or not reflogs are
  /// written, or `packed-refs`.
  case heads

  /// What a folder of that name in here is; nil when it is not watched.
  func child(_ name: [UInt8]) -> WatchedKind? {
    switch self {
    case .worktree: name.elementsEqual(".git".utf8) ? nil : .worktree
    case .gitDir: name.elementsEqual("info".utf8) ? .info : nil
    case .commonDir:
      if name.elementsEqual("info".utf8) {
        .info
      } else {
        name.elementsEqual("refs".utf8) ? .refs : nil
      }
    case .info: nil
    case .refs: name.elementsEqual("heads".utf8) ? .heads : nil
    case .heads: .heads
    }
  }

  /// What changes with the file or folder of that name in here.
  ///
  /// Source: gitrepository-layout(5). git writes through `<name>.lock` and a rename, so the lock says
  /// nothing.
  func facts(_ name: [UInt8]) -> Set<GitFact> {
    if name.suffix(5).elementsEqual(".lock".utf8) { return [] }
    switch self {
    case .worktree, .refs: return []
    case .heads: return [.refs]
    case .gitDir: return Self.gitDirFacts[name] ?? []
    case .commonDir: return Self.commonDirFacts[name] ?? []
    case .info: return Self.infoFacts[name] ?? []
    }
  }

  private static let gitDirFacts: [[UInt8]: Set<GitFact>] = Self.table([
    ("HEAD", .head), ("index", .index), ("config.worktree", .config),
    ("MERGE_HEAD", .operation), ("REVERT_HEAD", .operation), ("CHERRY_PICK_HEAD", .operation),
    ("sequencer", .operation), ("BISECT_LOG", .operation), ("BISECT_START", .operation),
    ("rebase-merge", .operation), ("rebase-apply", .operation),
  ])
  private static let commonDirFacts: [[UInt8]: Set<GitFact>] = Self.table([
    ("config", .config), ("packed-refs", .refs),
  ])
  private static let infoFacts: [[UInt8]: Set<GitFact>] = Self.table([
    ("exclude", .exclude), ("attributes", .config), ("sparse-checkout", .config),
  ])

  private static func table(_ rows: [(String, GitFact)]) -> [[UInt8]: Set<GitFact>] {
    Dictionary(uniqueKeysWithValues: rows.map { (Array($0.0.utf8), [$0.1]) })
  }
}
