import PulsarCore
import PulsarEngine
import PulsarGit
import Testing

/// The adapters that hold to one contract.
enum MergeAdapter: String, CaseIterable, CustomTestStringConvertible {
  case gitProgram, libGit2

  var testDescription: String { self.rawValue }

  func open(_ plain: PlainRepository, _ objects: TemporaryObjects? = nil) throws -> any Merging {
    switch self {
    case .gitProgram: GitProgramMerge(plain.repository, objects: objects)
    case .libGit2: LibGit2Merge(plain.repository, objects: objects)
    }
  }
}

/// What `git merge` makes of two commits in a working tree.
struct JudgedMerge {
  /// What lies in the working tree afterwards.
  let tree: ObjectID
  let conflicts: Set<GitPath>

  /// Merges in the repository's own working tree and index.
  init(_ plain: PlainRepository, _ ours: ObjectID, _ theirs: ObjectID) throws {
    try plain.git(["checkout", "-q", "-f", "--detach", CommandWord(ours)])
    try plain.git(["clean", "-q", "-d", "-f", "-x"])
    let result = try plain.repository.git.run([
      "merge", "-q", "--no-ff", "--no-commit", "--allow-unrelated-histories", CommandWord(theirs),
    ])
    guard result.ending == .exited(0) || result.ending == .exited(1) else {
      throw PlainRepository.Surprise(said: result.complaint)
    }
    let unmerged = try plain.git(["ls-files", "-u", "-z"])
    self.conflicts = Set(
      unmerged.split(separator: 0).compactMap { line in
        line.firstIndex(of: 0x09).map { GitPath(bytes: line[($0 + 1)...]) }
      })
    self.tree = try plain.judgedTree()
    #expect(self.conflicts.isEmpty == (result.ending == .exited(0)), "\(result.complaint)")
  }
}
