internal import PulsarCore
internal import PulsarEngine
internal import PulsarGit
internal import PulsarSystem

/// Files of a working tree that verbs of ours wrote conflict markers to: the file `unmerged` in our folder
/// of its git dir.
///
/// A file is unmerged while it holds what was written; so what `undo` takes back is settled, and is
/// unmerged again once that is undone.
struct UnmergedNote {
  private let file: RecordFile<UnmergedRecord>

  /// - Parameter gitDir: of the working tree.
  init(at gitDir: GitPath) {
    self.file = RecordFile(gitDir.appending("pulsar").appending("unmerged"), limit: 1 << 24)
  }

  /// In the order they were written, each path once; empty when there is none.
  ///
  /// - Throws: a refusal when the file cannot be understood: markers would be taken for work.
  func read() throws -> [MarkedPath] {
    try self.file.content(
      orRefuse: "nothing captured",
      "use the version of git-pulsar that wrote it, or remove it if there is none")?.marked ?? []
  }

  /// Adds files, in the place of what was noted of them before; the oldest are forgotten.
  func add(_ marked: [MarkedPath]) throws {
    if marked.isEmpty { return }
    let paths = Set(marked.map(\.path))
    let all = try (self.read().filter { !paths.contains($0.path) } + marked)
      .suffix(MarkedPath.recordedMax)
    try self.file.write(UnmergedRecord(marked: Array(all)))
  }
}

/// The files as a file holds them.
struct UnmergedRecord: Record, Hashable {
  static let kind = "unmerged"
  static let version = 2
  let marked: [MarkedPath]

  func write(to writer: inout RecordWriter) { writer.write(self.marked) }

  static func previous(_ file: [UInt8]) -> Self? {
    guard
      let lines = PreviousFile.parts(
        of: file, header: "git-pulsar unmerged 1", separator: PreviousFile.newline
      )?.filter({ !$0.isEmpty })
    else { return nil }
    let marked = lines.compactMap { MarkedPath(text: $0) }
    return marked.count == lines.count ? Self(marked: marked) : nil
  }
}

extension UnmergedRecord {
  init(from reader: inout RecordReader) throws(RecordError) { self.init(marked: try reader.read()) }
}

extension OpenRepository {
  var unmergedNote: UnmergedNote { UnmergedNote(at: self.location.gitDir) }

  /// Files of the working tree with conflict markers that a verb of ours wrote, by path, ascending.
  func unmergedFiles() throws -> [GitPath] {
    try self.unmergedNote.read().filter { marked in
      let file = self.location.worktree.appending(marked.path)
      // What cannot be read is named by captures.
      guard let content = try? AtomicFile.read(file, limit: 512 << 20) else { return false }
      return marked.isUnmerged(content)
    }.map(\.path).sorted()
  }
}
