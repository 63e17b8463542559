package import PulsarCore
package import PulsarEngine

/// Tells from absolute paths alone what changed in a repository, where the system watches recursively.
package struct FileEventSorter {
  let worktree: GitPath
  let gitDir: GitPath
  let commonDir: GitPath
  let ignored: Set<GitPath>
  private var paths: Set<GitPath> = []
  private var facts: Set<GitFact> = []
  private var isLost = false

  /// More distinct paths are no better than a scan.
  static let pathsMax = 4096

  package init(worktree: GitPath, gitDir: GitPath, commonDir: GitPath, ignored: Set<GitPath>) {
    self.worktree = worktree
    self.gitDir = gitDir
    self.commonDir = commonDir
    self.ignored = ignored
  }

  package var findings: [WatchReport.Finding] {
    var findings: [WatchReport.Finding] = self.isLost ? [.lost] : []
    if !self.isLost && !self.paths.isEmpty { findings.append(.paths(self.paths)) }
    if !self.facts.isEmpty { findings.append(.gitChanged(self.facts)) }
    return findings
  }

  /// - Parameters:
  ///   - path: absolute, without links.
  ///   - isLoss: whether anything below may have changed as well.
  package mutating func take(_ path: GitPath, isLoss: Bool) {
    if isLoss { self.isLost = true }
    var isGit = false
    for (folder, kind) in [(self.gitDir, WatchedKind.gitDir), (self.commonDir, .commonDir)] {
      guard let inside = path.relative(to: folder) else { continue }
      isGit = true
      self.facts.formUnion(Self.facts(inside, kind))
    }
    guard !isGit, let inside = path.relative(to: self.worktree), !inside.isRoot else { return }
    var folder = GitPath.root
    for name in inside.components.dropLast() {
      if name.elementsEqual(".git".utf8) {
        // A repository inside: git records the commit that it stands at.
        if !folder.isRoot { self.note(folder) }
        return
      }
      folder = folder.appending(name)
      if self.ignored.contains(folder) { return }
    }
    if !inside.name.elementsEqual(".git".utf8) { self.note(inside) }
  }

  private mutating func note(_ path: GitPath) {
    self.paths.insert(path)
    if self.paths.count > Self.pathsMax { self.isLost = true }
  }

  private static func facts(_ path: GitPath, _ top: WatchedKind) -> Set<GitFact> {
    var kind = top
    for name in path.components.dropLast() {
      guard let child = kind.child(Array(name)) else { return [] }
      kind = child
    }
    return kind.facts(Array(path.name))
  }
}
