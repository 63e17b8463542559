package import PulsarCore

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Where the parts of one repository lie; absolute paths, as git resolves them.
package struct RepositoryLocation: Hashable, Sendable {
  /// The top of this working tree.
  package let worktree: GitPath
  /// `.git`, or the folder of a linked worktree below `.git/worktrees`.
  package let gitDir: GitPath
  /// `.git`, shared by all linked worktrees.
  package let commonDir: GitPath
  /// 20 bytes an object id, or 32.
  package let usesSHA256: Bool

  /// What belongs to us in this repository: state, lock, pause marker, scratch files.
  package var ownFolder: GitPath { self.gitDir.appending("pulsar") }
  package var objects: GitPath { self.commonDir.appending("objects") }
  package var isLinkedWorktree: Bool { self.gitDir != self.commonDir }
}

/// A repository, located and with its settings read; one git process each, at once.
package struct Repository: Sendable {
  package let location: RepositoryLocation
  package let config: GitConfig
  /// git, running at the top of the working tree.
  package let git: GitProgram
  /// The same for questions about ancestry and about what objects truly hold: other machines lack the
  /// replacements of this clone, and must come to the same answers.
  package let graphGit: GitProgram
  /// Whether git shows other objects, or other parents, than there are: `refs/replace/`, `info/grafts`.
  package let hasReplacements: Bool

  /// - Parameter git: running anywhere inside the working tree.
  /// - Throws: `GitError.notARepository`, `.bareRepository`, `.noWorkingTree`, `.dubiousOwnership`.
  package init(discoveredBy git: GitProgram) throws(GitError) {
    let locating = try git.start(Self.question)
    let configuring = try git.start(["config", "--list", "-z", "--includes"])
    let answer = try git.finish(locating)
    let listing = try git.finish(configuring)
    let location = try Self.location(answer, git)
    guard listing.succeeded else {
      throw GitProgram.failure(["config"], listing)
    }
    self.location = location
    self.config = GitConfig(listing: listing.output)
    self.git = git.with(in: location.worktree)
    self.hasReplacements = Self.hasReplacements(location, self.config)
    let variables = self.hasReplacements ? Self.withoutReplacements(location) : []
    self.graphGit = self.git.with(variables)
  }

  /// Source: git-replace(1), gitrepository-layout(5).
  private static func hasReplacements(_ location: RepositoryLocation, _ config: GitConfig) -> Bool {
    let grafts = location.commonDir.appending("info").appending("grafts")
    if let stamp = FileStamp.of(grafts), stamp.size > 0 { return true }
    if config.flag("core.usereplacerefs") == false { return false }
    // Where refs are no files only git can tell.
    if let storage = config.text("extensions.refstorage"), storage != "files" { return true }
    let folder = location.commonDir.appending("refs").appending("replace")
    if !Scratch.names(in: folder).isEmpty { return true }
    guard let packed = HeadFile.bytes(of: location.commonDir.appending("packed-refs")) else {
      return false
    }
    return self.names(Array(" refs/replace/".utf8), at: location.usesSHA256 ? 64 : 40, in: packed)
  }

  /// Whether `word` stands at an offset in any line.
  private static func names(_ word: [UInt8], at offset: Int, in text: [UInt8]) -> Bool {
    text.withUnsafeBytes { text in
      guard let base = text.baseAddress else { return false }
      var start = 0
      while start + offset + word.count <= text.count {
        if memcmp(base + start + offset, word, word.count) == 0 { return true }
        guard let end = memchr(base + start, 10, text.count - start) else { return false }
        start = UnsafeRawPointer(end) - base + 1
      }
      return false
    }
  }

  private static func withoutReplacements(
    _ location: RepositoryLocation
  ) -> [(String, [UInt8])] {
    [
      ("GIT_NO_REPLACE_OBJECTS", [UInt8(ascii: "1")]),
      // A file that is not there.
      ("GIT_GRAFT_FILE", location.commonDir.appending("pulsar").appending("no-grafts").bytes),
    ]
  }

  private static let question: [CommandWord] = [
    "rev-parse", "--is-bare-repository", "--is-inside-work-tree", "--show-object-format",
    "--path-format=absolute", "--git-dir", "--git-common-dir", "--show-toplevel",
  ]

  private static func location(
    _ answer: ChildProcess.Result, _ git: GitProgram
  ) throws(GitError) -> RepositoryLocation {
    var lines = answer.output.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    if lines.first.map({ $0.elementsEqual("true".utf8) }) == true {
      throw .bareRepository(path: git.directory)
    }
    if lines.count > 1, lines[1].elementsEqual("false".utf8) {
      throw .noWorkingTree(path: git.directory)
    }
    guard answer.succeeded, lines.count >= 6 else { throw Self.refusal(answer, git) }
    if lines.count == 6 {
      return RepositoryLocation(
        worktree: GitPath(bytes: lines[5]), gitDir: GitPath(bytes: lines[3]),
        commonDir: GitPath(bytes: lines[4]), usesSHA256: lines[2].elementsEqual("sha256".utf8))
    }
    // A path with a newline in it: ask for each path alone.
    func path(_ option: CommandWord) throws(GitError) -> GitPath {
      let output = try git.output(["rev-parse", "--path-format=absolute", option])
      return GitPath(bytes: Array(output.dropLast()))
    }
    return RepositoryLocation(
      worktree: try path("--show-toplevel"), gitDir: try path("--git-dir"),
      commonDir: try path("--git-common-dir"), usesSHA256: lines[2].elementsEqual("sha256".utf8))
  }

  private static func refusal(_ answer: ChildProcess.Result, _ git: GitProgram) -> GitError {
    let said = String(decoding: answer.errors, as: UTF8.self)
    if said.contains("dubious ownership") {
      // fatal: detected dubious ownership in repository at '/path'
      let quoted = said.split(separator: "'", omittingEmptySubsequences: false)
      let path = quoted.count > 1 ? GitPath(String(quoted[1])) : git.directory
      return .dubiousOwnership(path: path, owner: "")
    }
    if said.contains("not a git repository") {
      return self.damaged(above: git.directory).map { .damagedRepository(path: $0) }
        ?? .notARepository(path: git.directory)
    }
    if said.contains("must be run in a work tree") { return .noWorkingTree(path: git.directory) }
    return GitProgram.failure(["rev-parse"], answer)
  }

  /// The nearest `.git` that was a repository's once.
  private static func damaged(above folder: GitPath) -> GitPath? {
    var folder = folder
    while true {
      let dotGit = folder.appending(".git")
      if let stamp = FileStamp.of(dotGit) {
        let parts = ["HEAD", "config", "objects", "refs"].map { dotGit.appending($0) }
        if stamp.isFile || parts.contains(where: { FileStamp.of($0) != nil }) { return dotGit }
      }
      let parent = folder.parent
      if parent == folder || parent.isRoot { return nil }
      folder = parent
    }
  }

  /// Whether libgit2 can be trusted with the objects and refs of this repository: the subset that
  /// the conformance suite proves equal to git (`MEASURED.md` §4).
  package var suitsLibGit2: Bool {
    if self.location.usesSHA256 { return false }
    if self.config.text("core.logallrefupdates")?.lowercased() == "always" { return false }
    if let shared = self.config.text("core.sharedrepository")?.lowercased(),
      !["umask", "false", "0", "no"].contains(shared)
    {
      return false
    }
    for key in self.config.keys(withPrefix: "extensions.") {
      switch key {
      case "extensions.worktreeconfig", "extensions.noop": continue
      case "extensions.objectformat" where self.config.text(key) == "sha1": continue
      default: return false
      }
    }
    // libgit2 sees no replacements, and the tree of HEAD is the one that git shows.
    if self.hasReplacements { return false }
    // Histories with missing parts are for git to walk.
    if self.isPartialClone { return false }
    return ["shallow", "info/grafts"].allSatisfy {
      FileStamp.of(self.location.commonDir.appending(GitPath($0))) == nil
    }
  }

  /// Whether objects may be missing here that a remote has promised.
  package var isPartialClone: Bool {
    if self.config.bytes("extensions.partialclone") != nil { return true }
    let promisors = self.config.keys(withPrefix: "remote.").filter { $0.hasSuffix(".promisor") }
    return promisors.contains { self.config.flag($0) == true }
  }

  /// Whether the disk tells names apart that differ only in case, though the settings say otherwise, as
  /// in a copy of a clone from a Mac: git overlooks files there.
  package var tellsCaseApart: Bool {
    self.config.flag("core.ignorecase") == true
      && !Self.foldsCase(self.location.worktree.appending(".git"), orAs: ".GIT")
      && !Self.foldsCase(self.location.gitDir.appending("HEAD"), orAs: "hEAD")
  }

  /// Whether the disk takes names of refs for one that differ only in case.
  package var foldsRefs: Bool {
    Self.foldsCase(self.location.commonDir.appending("config"), orAs: "CoNfIg")
  }

  private static func foldsCase(_ path: GitPath, orAs name: String) -> Bool {
    guard let stamp = FileStamp.of(path), let other = FileStamp.of(path.parent.appending(name))
    else { return false }
    return stamp.inode == other.inode && stamp.device == other.device
  }

  /// Which paths git refuses here.
  package var refusedNames: RefusedNames {
    #if os(macOS)
      let protectsHFS = true
    #else
      let protectsHFS = false
    #endif
    return RefusedNames(
      protectsNTFS: self.config.flag("core.protectntfs") ?? true,
      protectsHFS: self.config.flag("core.protecthfs") ?? protectsHFS)
  }

  /// The person's name and address, for captures.
  package var signature: Signature {
    Signature(name: self.config.bytes("user.name"), email: self.config.bytes("user.email"))
  }
}
