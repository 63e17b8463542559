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
  private static let header = "git-pulsar unmerged 1"
  private static let limit = 1 << 24
  private let path: GitPath

  /// - Parameter gitDir: of the working tree.
  init(at gitDir: GitPath) {
    self.path = gitDir.appending("pulsar").appending("unmerged")
  }

  /// In the order they were written, each path once; empty when there is none.
  ///
  /// - Throws: a refusal when the file cannot be understood: markers would be taken for work.
  func read() throws -> [MarkedPath] {
    guard let bytes = try AtomicFile.read(self.path, limit: Self.limit) else { return [] }
    let lines = bytes.split(separator: 10)
    let marked = lines.dropFirst().compactMap { MarkedPath(text: $0) }
    guard lines.first?.elementsEqual(Self.header.utf8) == true, marked.count == lines.count - 1
    else {
      throw Refusal(
        whatFailed: "nothing captured",
        why: "'\(self.path.displayed)' is of a version not known here",
        whatToDo: "use the version of git-pulsar that wrote it, or remove it if there is none")
    }
    return marked
  }

  /// Adds files, in the place of what was noted of them before; the oldest are forgotten.
  func add(_ marked: [MarkedPath]) throws {
    if marked.isEmpty { return }
    let paths = Set(marked.map(\.path))
    let all = try (self.read().filter { !paths.contains($0.path) } + marked)
      .suffix(MarkedPath.recordedMax)
    try AtomicFile.makeFolder(self.path.parent)
    let lines = [Self.header] + all.map(\.text)
    try AtomicFile.replace(self.path, with: Array((lines.joined(separator: "\n") + "\n").utf8))
  }
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
