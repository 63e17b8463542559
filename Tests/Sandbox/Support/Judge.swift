/// What git says the tree of a working tree is.
///
/// That is `git add -A` into a copy of the index, with objects in a folder of their own. Nothing in
/// the repository changes.
struct Judge {
  /// Departures from `git add -A`, each a promise of ours.
  struct Departures {
    /// Paths whose assume-unchanged and skip-worktree bits are not believed.
    var noticed: [Bytes] = []
    /// Paths that stay as a tree has them; away where the tree has none.
    var kept: [Bytes] = []
    /// The tree for `kept`; the last capture, else HEAD.
    var keptFrom: Bytes?
    /// Repositories inside the working tree whose files count as ordinary files.
    var flattened: [Bytes] = []
    /// Patterns that count as ignored.
    var ignored: [Bytes] = []
    /// Whether attribute files that are gone from the disk still count for the other files: `git add -A`
    /// may take the deletion first.
    var attributesLast = false
  }

  let repository: TestRepository
  private let folder: Bytes
  private let environment: [String: Bytes]
  private let worktree: Bytes

  init(_ repository: TestRepository, flattening flattened: [Bytes] = []) throws {
    let sandbox = repository.sandbox
    self.repository = repository
    self.folder = try sandbox.scratchFolder()
    let path: [Bytes] = ["rev-parse", "--path-format=absolute", "--git-path"]
    let index = try sandbox.git(path + ["index"], in: repository.top)
    let objects = try sandbox.git(path + ["objects"], in: repository.top)
    try Files.makeFolder(self.folder / "objects")
    // With its time, which tells git what could have changed unseen.
    if Files.exists(index) {
      _ = try sandbox.run(["cp", "-p", index, self.folder / "index"], in: "/")
    }
    var environment: [String: Bytes] = [
      "GIT_INDEX_FILE": self.folder / "index",
      "GIT_OBJECT_DIRECTORY": self.folder / "objects",
      "GIT_ALTERNATE_OBJECT_DIRECTORIES": objects,
    ]
    let copy = self.folder / "worktree"
    self.worktree = flattened.isEmpty ? repository.top : copy
    if !flattened.isEmpty {
      _ = try sandbox.run(["cp", "-a", repository.top, copy], in: "/")
      for nested in flattened { try Files.remove(copy / nested / ".git") }
      try Files.remove(copy / ".git")
      environment["GIT_DIR"] = try repository.gitFolders().own
      environment["GIT_WORK_TREE"] = copy
    }
    self.environment = environment
  }

  /// The tree of the working tree.
  static func tree(of repository: TestRepository, _ departures: Departures = Departures()) throws
    -> JudgedTree
  {
    let judge = try Judge(repository, flattening: departures.flattened)
    if !departures.noticed.isEmpty {
      try judge.git(["update-index", "--no-assume-unchanged"] + departures.noticed)
      try judge.git(["update-index", "--no-skip-worktree"] + departures.noticed)
    }
    var arguments: [Bytes] = []
    if !departures.ignored.isEmpty {
      let patterns = judge.folder / "patterns"
      try Files.write(patterns, departures.ignored.reduce("") { $0 + $1 + "\n" })
      arguments = ["-c", "core.excludesFile=" + patterns]
    }
    // What it leaves out on an error is what `kept` names.
    let left = departures.kept.map { ":(exclude,literal)" + $0 }
    let add: [Bytes] = arguments + ["add", "-A", "--sparse", "--ignore-errors", "--"]
    if departures.attributesLast {
      _ = try judge.tryGit(add + [".", ":(exclude,glob)**/.gitattributes"] + left)
      _ = try judge.tryGit(add + [":(glob)**/.gitattributes"])
    } else {
      _ = try judge.tryGit(add + ["."] + left)
    }
    try judge.keep(departures.kept, from: departures.keptFrom)
    return try judge.writeTree()
  }

  /// The tree of the staging area.
  static func index(of repository: TestRepository) throws -> JudgedTree {
    try Judge(repository).writeTree()
  }

  private func keep(_ paths: [Bytes], from tree: Bytes?) throws {
    guard !paths.isEmpty else { return }
    let candidates = try [tree, self.repository.tip(), self.repository.idIfAny("HEAD")]
    let known = candidates.compactMap { $0 }.first
    for path in paths {
      try self.git(["rm", "-r", "-f", "-q", "--cached", "--ignore-unmatch", "--sparse", "--", path])
      guard let known else { continue }
      let entries = try self.repository.git("ls-tree", "-r", "-z", "--full-tree", known, path)
      try self.git(["update-index", "-z", "--index-info"], input: entries)
    }
  }

  private func writeTree() throws -> JudgedTree {
    JudgedTree(id: try self.git(["write-tree"]), objects: self.folder / "objects")
  }

  @discardableResult
  private func git(_ arguments: [Bytes], input: Bytes = "") throws -> Bytes {
    let outcome = try self.tryGit(arguments, input: input)
    guard outcome.status == 0 else {
      throw Sandbox.GitFailure(
        command: arguments.map(\.text).joined(separator: " "), outcome: outcome)
    }
    return outcome.output.line
  }

  private func tryGit(_ arguments: [Bytes], input: Bytes = "") throws -> ChildProcess.Outcome {
    let settings: [Bytes] = [
      "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "core.safecrlf=false",
      "-c", "core.splitIndex=false", "-c", "advice.addEmbeddedRepo=false",
    ]
    return try self.repository.sandbox.tryGit(
      settings + arguments, in: self.worktree, input: input, environment: self.environment)
  }
}

/// A tree as git made it, outside the repository.
struct JudgedTree {
  let id: Bytes
  let objects: Bytes

  /// How `captured` differs, a line a path; for messages.
  func differences(to captured: Bytes, in repository: TestRepository) throws -> String {
    let outcome = try repository.sandbox.tryGit(
      ["diff-tree", "-r", "--no-renames", self.id, captured], in: repository.top,
      environment: ["GIT_ALTERNATE_OBJECT_DIRECTORIES": self.objects])
    return outcome.shown
  }
}
