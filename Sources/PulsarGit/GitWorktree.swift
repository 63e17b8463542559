package import PulsarCore
package import PulsarEngine

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// A real working tree: git says what belongs in it, we read the files (`DESIGN.md` §4).
package final class GitWorktree: Worktree {
  let repository: Repository
  /// git at the top of the working tree; its variables say where objects go.
  let git: GitProgram
  private let ignorePatterns: [String]
  /// Folders of ours below the top, which are nobody's work.
  private let ownFolders: [GitPath]
  private let environment: [CommandWord]
  let reader: StableReader
  let cache: StatCache
  private var startedStatus: ChildProcess?
  private var hasUnseenPaths = false
  /// Whether a sparse check-out may keep files off this disk.
  let isSparse: Bool

  /// - Parameters:
  ///   - repository: the one whose working tree it is.
  ///   - ignorePatterns: `files.ignore`.
  ///   - ownFolders: of git-pulsar's own state, relative to the top; what is in them stays as HEAD has
  ///     it.
  ///   - environment: of the person; says where git looks for attributes.
  ///   - startedStatus: what `startStatus` gave, to be used by the first scan.
  ///   - objectVariables: variables of git's that say where objects are written, if not in the
  ///     repository.
  /// - Throws: `CaptureError.scanFailed` when the working tree cannot be opened.
  package init(
    _ repository: Repository, ignorePatterns: [String], ownFolders: [GitPath] = [],
    environment: [CommandWord],
    startedStatus: ChildProcess? = nil, objectVariables: [(String, [UInt8])] = []
  ) throws(CaptureError) {
    self.repository = repository
    self.git = repository.git.with(objectVariables)
    self.ignorePatterns = ignorePatterns
    self.ownFolders = ownFolders
    self.environment = environment
    self.startedStatus = startedStatus
    self.isSparse = repository.config.flag("core.sparsecheckout") == true
    do {
      self.reader = try StableReader(root: repository.location.worktree)
    } catch {
      throw .scanFailed(cause: error.why)
    }
    self.cache = StatCache(at: repository.location.ownFolder.appending("stat-cache"))
  }

  deinit { self.reader.end() }

  private static let statusQuestion: [CommandWord] = [
    "status", "--porcelain=v2", "-z", "--branch", "--no-ahead-behind", "--untracked-files=all",
    "--ignored=no", "--no-renames", "--ignore-submodules=none",
  ]

  /// Starts the question of a full scan, to be answered while other things are done.
  ///
  /// - Parameter git: running anywhere inside the working tree.
  /// - Returns: the git process that was started.
  /// - Throws: `GitError` when it cannot be started.
  package static func startStatus(_ git: GitProgram) throws(GitError) -> ChildProcess {
    try git.start(self.statusQuestion)
  }

  /// The same where the disk tells names apart that the settings do not: git is to see all of them.
  private func startOwnStatus() throws(GitError) -> ChildProcess {
    guard self.repository.tellsCaseApart else { return try Self.startStatus(self.repository.git) }
    return try self.repository.git.start(
      Self.statusQuestion, settings: ["core.ignoreCase=false"])
  }

  /// Without what the rules leave out by the settings.
  private func belongingInAnyCase(
    _ paths: [ScannedPath]
  ) throws(CaptureError) -> [ScannedPath] {
    let untracked = paths.filter { $0.verdict == .read(knownMode: nil, indexBlob: nil) }
    if untracked.isEmpty { return paths }
    do throws(GitError) {
      let ignored = try Self.ignored(untracked, by: self.repository.git)
      return paths.filter {
        $0.verdict != .read(knownMode: nil, indexBlob: nil) || !ignored.contains($0.path)
      }
    } catch {
      throw .scanFailed(cause: error.why)
    }
  }

  // MARK: scan

  package func scan() throws(CaptureError) -> WorktreeScan {
    let status = try self.status()
    let parser = try StatusParser(status.output)
    guard var scan = parser.scan else { throw .scanFailed(cause: "git status said nothing") }
    if self.repository.tellsCaseApart { scan.paths = try self.belongingInAnyCase(scan.paths) }
    scan.head = try self.named(scan.head)
    scan.operation = self.operation()
    var extra: [ScannedPath] = []
    let (folders, files) = Self.complaints(in: status.errors)
    scan.unreadable = folders
    for skipped in files {
      // git complains of tracked files behind a link that leads in circles; they are simply gone.
      if self.isBehindLink(skipped.path) {
        extra.append(ScannedPath(path: skipped.path, verdict: .gone))
      } else if self.reader.stamp(skipped.path) == nil, errno != ENOENT, errno != ENOTDIR {
        scan.unreadable.append(skipped)
      }
      // Anything else is the chatter of a filter that git ran.
    }
    for submodule in parser.movedSubmodules {
      if let entry = try self.gitlink(at: submodule) {
        extra.append(ScannedPath(path: submodule, verdict: .entry(entry)))
      }
    }
    for nested in parser.nestedRepositories {
      try self.enter(nested, &extra, &scan)
    }
    for flagged in try self.hiddenFiles() {
      let path = flagged.path
      let stamp = self.reader.stamp(path)
      let isGone = stamp == nil && errno == ENOENT
      if stamp?.isFolder == true {
        // A submodule, which stays where it was when it has no commit of its own.
        if self.reader.stamp(path.appending(".git")) != nil, let entry = try self.gitlink(at: path)
        {
          extra.append(ScannedPath(path: path, verdict: .entry(entry)))
        }
        continue
      }
      let verdict: ScannedPath.Verdict =
        isGone
        ? .gone : .read(knownMode: flagged.entry.mode, indexBlob: flagged.entry.id)
      extra.append(ScannedPath(path: path, verdict: verdict))
    }
    if !extra.isEmpty {
      let seen = Set(scan.paths.map(\.path))
      scan.paths += extra.filter { !seen.contains($0.path) }
      scan.paths.sort { $0.path < $1.path }
    }
    self.leaveOutOwn(&scan)
    // An intent to add is as good as tracked.
    let ignored = try self.ignored(scan.paths).subtracting(scan.index.intentToAdd)
    if !ignored.isEmpty { scan.paths.removeAll { ignored.contains($0.path) } }
    self.hasUnseenPaths = false
    return scan
  }

  /// git's answer; asked again when a file that changed underneath took git down.
  private func status() throws(CaptureError) -> ChildProcess.Result {
    var cause = ""
    for _ in 0..<StableReader.attempts {
      let result: ChildProcess.Result
      do throws(GitError) {
        if let process = self.startedStatus, !self.repository.tellsCaseApart {
          self.startedStatus = nil
          result = try self.repository.git.finish(process)
        } else {
          result = try self.repository.git.finish(self.startOwnStatus())
        }
      } catch {
        throw .scanFailed(cause: error.why)
      }
      if result.succeeded { return result }
      cause = result.complaint
      if case .exited = result.ending, !Self.isPassing(result.errors) { break }
    }
    throw .scanFailed(cause: cause)
  }

  /// Whether git failed for a reason that another attempt may not meet.
  private static func isPassing(_ errors: [UInt8]) -> Bool {
    let said = String(decoding: errors, as: UTF8.self)
    return said.contains("unable to stat") || said.contains("unstable object source")
      || said.contains("short read") || said.contains("index file smaller than expected")
  }

  /// HEAD as a status tells it, corrected for a branch called `(detached)`.
  private func named(_ told: Head) throws(CaptureError) -> Head {
    guard case .detached(let commit) = told, case let present = try self.head(),
      case .branch(let branch, commit) = present, branch.name.elementsEqual("(detached)".utf8)
    else { return told }
    return present
  }

  package func head() throws(CaptureError) -> Head {
    if let head = HeadFile.head(self.repository.location) { return head }
    do throws(GitError) {
      let result = try self.repository.git.run(["rev-parse", "--verify", "-q", "HEAD^{commit}"])
      let symbolic = try self.repository.git.run(["symbolic-ref", "-q", "HEAD"])
      let commit = ObjectID(hex: result.output.prefix { $0 != UInt8(ascii: "\n") })
      let ref = RefName(bytes: symbolic.output.filter { $0 != UInt8(ascii: "\n") })
      guard symbolic.succeeded else {
        guard let commit else { throw .failed(command: "git rev-parse", cause: "no HEAD") }
        return .detached(commit)
      }
      let branch = Branch(name: ref.dropping(prefix: "refs/heads/") ?? ref.bytes)
      return commit.map { .branch(branch, $0) } ?? .unborn(branch)
    } catch {
      throw .scanFailed(cause: error.why)
    }
  }

  /// The operation of the user's that has stopped half-way, if one has.
  ///
  /// Source: git's own `wt_status_get_state`, git-rebase(1), git-am(1).
  package func operation() -> OngoingOperation? {
    Self.operation(in: self.repository.location.gitDir)
  }

  /// The same for the working tree whose git dir is `folder`.
  package static func operation(in folder: GitPath) -> OngoingOperation? {
    func exists(_ name: String) -> Bool { FileStamp.of(folder.appending(name)) != nil }
    if exists("rebase-merge") { return .rebase }
    if exists("rebase-apply") {
      return exists("rebase-apply/applying") ? .am : .rebase
    }
    if exists("MERGE_HEAD") { return .merge }
    if exists("CHERRY_PICK_HEAD") { return .cherryPick }
    if exists("REVERT_HEAD") { return .revert }
    if exists("BISECT_LOG") { return .bisect }
    return nil
  }

  /// What git complained about while it looked: `could not open directory 'x/': words` of folders and
  /// `x: words` of files, which may be something else that sounds like it.
  static func complaints(in errors: [UInt8]) -> (folders: [SkippedPath], files: [SkippedPath]) {
    var folders: [SkippedPath] = []
    var files: [SkippedPath] = []
    for line in errors.split(separator: UInt8(ascii: "\n")) {
      guard let colon = Self.lastIndex(of: Array(": ".utf8), in: line) else { continue }
      let words = readable(line[(colon + 2)...])
      var path = line[..<colon]
      let opening = Array("warning: could not open directory '".utf8)
      let isFolder = path.starts(with: opening)
      if isFolder {
        path = path.dropFirst(opening.count).dropLast()
      } else if path.starts(with: "warning:".utf8) || path.starts(with: "error:".utf8)
        || path.starts(with: "fatal:".utf8) || path.starts(with: "hint:".utf8)
      {
        continue
      }
      if path.last == UInt8(ascii: "/") { path = path.dropLast() }
      if path.isEmpty { continue }
      let skipped = SkippedPath(path: GitPath(bytes: path), reason: .unreadable(words))
      if isFolder { folders.append(skipped) } else { files.append(skipped) }
    }
    return (folders, files)
  }

  private static func lastIndex(of pattern: [UInt8], in line: ArraySlice<UInt8>) -> Int? {
    var index = line.endIndex - pattern.count
    while index >= line.startIndex {
      if line[index...].starts(with: pattern) { return index }
      index -= 1
    }
    return nil
  }

  // MARK: our own files

  private func isOwn(_ path: GitPath) -> Bool {
    self.ownFolders.contains { path.isWithin($0) }
  }

  private func leaveOutOwn(_ scan: inout WorktreeScan) {
    if self.ownFolders.isEmpty { return }
    scan.paths.removeAll { self.isOwn($0.path) }
    scan.unreadable.removeAll { self.isOwn($0.path) }
    scan.index.changes.removeAll { self.isOwn($0.path) }
    scan.index.intentToAdd.removeAll { self.isOwn($0) }
    scan.dirtySubmodules.removeAll { self.isOwn($0) }
    scan.nestedRepositories.removeAll { self.isOwn($0) }
  }

  // MARK: what a status leaves out

  /// The commit a submodule stands at.
  func gitlink(at path: GitPath) throws(CaptureError) -> TreeEntry? {
    do {
      let folder = self.repository.location.worktree.appending(path)
      let result = try self.repository.git.with(in: folder).run([
        "rev-parse", "--verify", "-q", "HEAD^{commit}",
      ])
      let hex = result.output.prefix { $0 != UInt8(ascii: "\n") }
      return ObjectID(hex: hex).map { TreeEntry(mode: .gitlink, id: $0) }
    } catch {
      throw .scanFailed(cause: error.why)
    }
  }

  /// Lists the files of a repository inside this one that is no submodule, by its own ignore rules.
  private func enter(
    _ nested: GitPath, _ found: inout [ScannedPath], _ scan: inout WorktreeScan
  ) throws(CaptureError) {
    scan.nestedRepositories.append(nested)
    let folder = self.repository.location.worktree.appending(nested)
    let listing: ChildProcess.Result
    do {
      listing = try self.repository.git.with(in: folder).run([
        "ls-files", "-z", "--cached", "--others", "--exclude-standard",
      ])
    } catch {
      throw .scanFailed(cause: error.why)
    }
    guard listing.succeeded else {
      scan.unreadable.append(SkippedPath(path: nested, reason: .unreadable(listing.complaint)))
      return
    }
    var seen: Set<GitPath> = []
    for name in listing.output.split(separator: 0) {
      let isFolder = name.last == UInt8(ascii: "/")
      let path = nested.appending(isFolder ? Array(name.dropLast()) : Array(name))
      guard seen.insert(path).inserted, let stamp = self.reader.stamp(path) else { continue }
      if !stamp.isFolder {
        found.append(ScannedPath(path: path, verdict: .read(knownMode: nil, indexBlob: nil)))
      } else if self.reader.stamp(path.appending(".git")) != nil {
        try self.enter(path, &found, &scan)
      }
    }
  }

  /// Those of the untracked among `paths` that `files.ignore` leaves out.
  private func ignored(_ paths: [ScannedPath]) throws(CaptureError) -> Set<GitPath> {
    if self.ignorePatterns.isEmpty { return [] }
    let untracked = paths.filter {
      if case .read(nil, nil) = $0.verdict { return true }
      return false
    }
    if untracked.isEmpty { return [] }
    do {
      let scratch = try Scratch(below: self.repository.location.ownFolder)
      let patterns = self.ignorePatterns.joined(separator: "\n") + "\n"
      try scratch.write(Array(patterns.utf8), to: GitPath("patterns"))
      try scratch.write([], to: GitPath("empty/.none"))
      // In an empty folder no other rule can speak up.
      let git = self.repository.git.with([
        ("GIT_DIR", self.repository.location.gitDir.bytes),
        ("GIT_WORK_TREE", scratch.folder.appending("empty").bytes),
      ])
      let excludes = String(decoding: scratch.folder.appending("patterns").bytes, as: UTF8.self)
      return try Self.ignored(
        untracked, by: git.with(in: scratch.folder.appending("empty")),
        settings: ["core.excludesFile=\(excludes)"])
    } catch let error as any ExplainedError {
      throw .scanFailed(cause: error.why)
    } catch {
      throw .scanFailed(cause: "\(error)")
    }
  }

  private static func ignored(
    _ paths: [ScannedPath], by git: GitProgram, settings: [String] = []
  ) throws(GitError) -> Set<GitPath> {
    // `check-ignore` knows no literal pathspecs; behind `./` no name can be taken for magic.
    let here = Array("./".utf8)
    let result = try git.with([("GIT_LITERAL_PATHSPECS", [UInt8(ascii: "0")])]).run(
      ["check-ignore", "--no-index", "-z", "--stdin"], settings: settings,
      input: paths.flatMap { here + $0.path.bytes + [0] })
    guard result.succeeded || result.ending == .exited(1) else {
      throw .failed(command: "git check-ignore", cause: result.complaint)
    }
    return Set(
      result.output.split(separator: 0).map { GitPath(bytes: Array($0.dropFirst(here.count))) })
  }

  // MARK: streams

  package func leaves(of branch: Branch) -> WorktreeLeaves {
    WorktreeStreams(self.repository.location).leaves(of: branch)
  }

  package func remember(_ leaf: [UInt8], of branch: Branch) {
    WorktreeStreams(self.repository.location).remember(leaf, of: branch)
  }

  // MARK: single paths

  package func inspect(
    _ paths: [GitPath], base: ObjectID, store: some SnapshotStore
  ) throws(CaptureError) -> [ScannedPath]? {
    var known: [ScannedPath] = []
    var unknown: [ScannedPath] = []
    var folders: [GitPath: FolderKind] = [:]
    let names = self.repository.refusedNames
    for path in paths where !self.isOwn(path) {
      let name = path.name
      if names.refuses(path) || name.elementsEqual(".gitignore".utf8)
        || name.elementsEqual(".gitattributes".utf8) || name.elementsEqual(".gitmodules".utf8)
      {
        return nil
      }
      let before: TreeEntry?
      do {
        before = try store.entry(at: path, in: base)
      } catch {
        throw .store(error)
      }
      if before?.mode == .gitlink || before?.mode == .tree { return nil }
      // What lies behind a link is not in this tree, though the system would find it.
      let folder = self.kind(of: path.parent, &folders)
      guard let stamp = folder == .behindLink ? nil : self.reader.stamp(path) else {
        guard folder == .behindLink || errno == ENOENT || errno == ENOTDIR else { return nil }
        // A sparse check-out may have taken it away, which the index knows.
        if before != nil && self.isSparse { return nil }
        if before != nil { known.append(ScannedPath(path: path, verdict: .gone)) }
        continue
      }
      if stamp.isFolder || folder == .inAnotherRepository { return nil }
      let scanned = ScannedPath(
        path: path, verdict: .read(knownMode: before?.mode, indexBlob: before?.id))
      if before != nil { known.append(scanned) } else { unknown.append(scanned) }
    }
    self.hasUnseenPaths = true
    return known + (try self.belonging(unknown))
  }

  private func isBehindLink(_ path: GitPath) -> Bool {
    var folders: [GitPath: FolderKind] = [:]
    return self.kind(of: path.parent, &folders) == .behindLink
  }

  /// What a folder is for the files in it.
  private enum FolderKind { case plain, behindLink, inAnotherRepository }

  private func kind(of folder: GitPath, _ known: inout [GitPath: FolderKind]) -> FolderKind {
    if folder.isRoot { return .plain }
    if let kind = known[folder] { return kind }
    var kind = self.kind(of: folder.parent, &known)
    if kind != .behindLink, self.reader.stamp(folder)?.isLink == true { kind = .behindLink }
    if kind == .plain, self.reader.stamp(folder.appending(".git")) != nil {
      kind = .inAnotherRepository
    }
    known[folder] = kind
    return kind
  }

  /// Those of new `paths` that no ignore rule leaves out.
  private func belonging(_ paths: [ScannedPath]) throws(CaptureError) -> [ScannedPath] {
    if paths.isEmpty { return [] }
    let found = paths.map {
      ScannedPath(path: $0.path, verdict: .read(knownMode: nil, indexBlob: nil))
    }
    let ours = try self.ignored(found)
    do {
      let named = try Self.ignored(found, by: self.repository.git).union(ours)
      // A new file that a rule names belongs in the tree all the same when the index has it.
      let ignored = named.subtracting(try self.tracked(named))
      return found.filter { !ignored.contains($0.path) }
    } catch {
      throw .scanFailed(cause: error.why)
    }
  }

  /// Those of `paths` that the index has.
  private func tracked(_ paths: Set<GitPath>) throws(GitError) -> Set<GitPath> {
    var found: Set<GitPath> = []
    var rest = paths.sorted()[...]
    while !rest.isEmpty {
      // So many paths fit on a command line.
      let some = rest.prefix(30)
      rest = rest.dropFirst(some.count)
      let output = try self.repository.git.output(
        ["ls-files", "-z", "--cached", "--"] + some.map { CommandWord($0) })
      found.formUnion(output.split(separator: 0).map { GitPath(bytes: Array($0)) })
    }
    return found
  }

  // MARK: storing

  package func store(
    _ paths: [ScannedPath], limit: ByteCount, into store: some SnapshotStore
  ) throws(CaptureError) -> [FileOutcome] {
    var storing = FileStoring(
      repository: self.repository, git: self.git, reader: self.reader, cache: self.cache,
      sources: try self.attributeSources(), store: store)
    do {
      return try storing.outcomes(of: paths, limit: limit)
    } catch {
      throw .store(error)
    }
  }

  func attributeSources() throws(CaptureError) -> AttributeSources {
    AttributeSources(
      self.repository, environment: self.environment, inIndex: try self.attributeFilesInIndex())
  }

  /// Keeps what was learned of unchanged files for the next capture.
  ///
  /// Called when it is acknowledged.
  package func saveCache() { self.cache.save(keepsUnseen: self.hasUnseenPaths) }
}
