package import PulsarCore

/// Which streams the working trees of one clone have, by what each remembers: a small file in the git
/// dir of each, which goes when the working tree is removed.
///
/// A branch that leaves one working tree for another takes its stream along. A commit that HEAD is
/// detached at is no branch: its stream stays with the working tree that began it.
package struct WorktreeStreams: Sendable {
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
    var names = Self.names(in: self.location.gitDir)
    let new = StreamNames.Entry(branch: branch, leaf: leaf)
    if names.entries.last(where: { $0.branch == branch }) == new { return }
    names.entries.removeAll { $0.branch == branch }
    names.entries.append(new)
    names.entries.removeFirst(max(0, names.entries.count - Self.entriesMax))
    Scratch.replace(Self.path(self.location.gitDir), with: names.file)
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
    if let entry = self.names(in: gitDir).entries.last(where: { $0.branch == branch }) {
      return entry.leaf
    }
    // As versions before this file was written left it.
    guard let note = CaptureNote(at: gitDir), note.branch == branch else { return nil }
    return StreamRefs.parts(ofStream: note.stream)?.leaf
  }

  /// A file that cannot be understood says nothing.
  private static func names(in gitDir: GitPath) -> StreamNames {
    HeadFile.bytes(of: self.path(gitDir)).flatMap { try? StreamNames(file: $0) } ?? StreamNames()
  }

  private static func path(_ gitDir: GitPath) -> GitPath {
    gitDir.appending("pulsar").appending("streams")
  }
}

/// What the streams of the branches of one working tree are called in refs.
struct StreamNames: Record, Hashable {
  static let kind = "streams"
  static let version = 2

  /// Oldest first.
  var entries: [Entry] = []

  struct Entry: Hashable {
    let branch: Branch
    let leaf: [UInt8]
  }

  func write(to writer: inout RecordWriter) { writer.write(self.entries) }

  static func previous(_ file: [UInt8]) -> Self? {
    PreviousFile.parts(of: file, header: "git-pulsar streams 1").map { parts in
      Self(
        entries: parts.compactMap { part in
          PreviousFile.fields(of: part, 2).map {
            Entry(branch: Branch(name: Array($0[0])), leaf: Array($0[1]))
          }
        })
    }
  }
}

extension StreamNames {
  init(from reader: inout RecordReader) throws(RecordError) {
    self.init(entries: try reader.read())
  }
}

extension StreamNames.Entry: RecordValue {
  func write(to writer: inout RecordWriter) { writer.write(self.branch, self.leaf) }

  init(from reader: inout RecordReader) throws(RecordError) {
    self.init(branch: try reader.read(), leaf: try reader.read())
  }
}
