package import PulsarCore

/// Which streams the working trees of one clone have, by what each remembers: a small file in the git
/// dir of each, which goes when the working tree is removed.
///
/// A branch that leaves one working tree for another takes its stream along. A commit that HEAD is
/// detached at is no branch: its stream stays with the working tree that began it.
package struct WorktreeStreams: Sendable {
  private static let header = "git-pulsar streams 1"
  /// Each commit that HEAD is detached at has a stream; the oldest are forgotten.
  private static let entriesMax = 500
  private let location: RepositoryLocation

  package init(_ location: RepositoryLocation) { self.location = location }

  /// What the name of a branch in refs depends on besides other branches.
  package func leaves(of branch: Branch) -> WorktreeLeaves {
    guard let others = self.others() else { return WorktreeLeaves() }
    let isDetached = Self.isDetached(branch)
    var taken: [[UInt8]] = []
    for other in others {
      // Where only git can tell where HEAD is, it may be on the branch.
      if !isDetached, let head = Self.head(other), head.branch != branch { continue }
      if let leaf = Self.leaf(of: branch, in: other) { taken.append(leaf) }
    }
    return WorktreeLeaves(
      own: Self.leaf(of: branch, in: self.location.gitDir), taken: taken,
      worktree: Array(self.location.gitDir.name))
  }

  /// Writes down what the stream of a branch is called here.
  ///
  /// One that cannot be written stops nothing: the newest capture says the same of its branch.
  package func remember(_ leaf: [UInt8], of branch: Branch) {
    guard Self.isDetached(branch) || self.others() != nil else { return }
    var entries = Self.entries(in: self.location.gitDir)
    if entries.last(where: { $0.branch == branch.name })?.leaf == leaf { return }
    entries.removeAll { $0.branch == branch.name }
    entries.append((branch.name, leaf))
    let lines = entries.suffix(Self.entriesMax).map { $0.branch + [10] + $0.leaf }
    Scratch.replace(
      Self.path(self.location.gitDir),
      with: Array(([Array(Self.header.utf8)] + lines).joined(separator: [0])))
  }

  private static func isDetached(_ branch: Branch) -> Bool {
    branch.name.starts(with: "detached/".utf8)
  }

  /// The git dirs of the clone's other working trees; nil when there never was one.
  private func others() -> [GitPath]? {
    let folder = self.location.commonDir.appending("worktrees")
    let linked = Scratch.names(in: folder).map { folder.appending($0) }
    if linked.isEmpty, !self.location.isLinkedWorktree,
      FileStamp.of(Self.path(self.location.gitDir)) == nil
    {
      return nil
    }
    // One whose folder is gone, or was moved without git, keeps its streams until git forgets it.
    let own = FileStamp.of(self.location.gitDir)
    return ([self.location.commonDir] + linked).filter {
      let stamp = FileStamp.of($0)
      return stamp?.inode != own?.inode || stamp?.device != own?.device
    }
  }

  private static func head(_ gitDir: GitPath) -> Head? {
    guard let line = HeadFile.line(of: gitDir.appending("HEAD")) else { return nil }
    let prefix = "ref: refs/heads/"
    if line.starts(with: prefix.utf8) {
      let branch = Branch(name: Array(line.dropFirst(prefix.utf8.count)))
      return branch.name == Array(".invalid".utf8) ? nil : .unborn(branch)
    }
    return ObjectID(hex: line).map { .detached($0) }
  }

  private static func leaf(of branch: Branch, in gitDir: GitPath) -> [UInt8]? {
    if let entry = self.entries(in: gitDir).last(where: { $0.branch == branch.name }) {
      return entry.leaf
    }
    // As versions before this file was written left it.
    guard let note = CaptureNote(at: gitDir), note.branch == branch else { return nil }
    return StreamRefs.parts(ofStream: note.stream)?.leaf
  }

  /// A file that cannot be understood says nothing.
  private static func entries(in gitDir: GitPath) -> [(branch: [UInt8], leaf: [UInt8])] {
    guard let bytes = HeadFile.bytes(of: self.path(gitDir)) else { return [] }
    let records = bytes.split(separator: 0, omittingEmptySubsequences: false)
    guard let first = records.first, first.elementsEqual(self.header.utf8) else { return [] }
    return records.dropFirst().compactMap { record in
      let fields = record.split(separator: 10, maxSplits: 1)
      return fields.count == 2 ? (Array(fields[0]), Array(fields[1])) : nil
    }
  }

  private static func path(_ gitDir: GitPath) -> GitPath {
    gitDir.appending("pulsar").appending("streams")
  }
}
