package import PulsarCore
package import PulsarEngine

/// Merges through `git merge-tree --write-tree`: by git's own strategy, with the person's settings and
/// merge drivers.
///
/// git reads attributes from a working tree and asks submodules about their histories there. It gets
/// a scratch one that holds the attribute files of `ours` and links to the submodules that are
/// checked out, so that neither the state of the person's working tree counts nor anything in it is
/// touched. Merge drivers run there too.
///
/// Source: git-merge-tree(1), gitattributes(5).
package final class GitProgramMerge: Merging {
  /// The first version with `merge-tree --write-tree`.
  package static let oldestGit = GitVersion(2, 38)

  private let repository: Repository
  private let objects: TemporaryObjects?
  private let git: GitProgram

  /// - Parameters:
  ///   - repository: the one whose commits they are.
  ///   - objects: where objects are written and read from besides, if not to the repository.
  package init(_ repository: Repository, objects: TemporaryObjects? = nil) {
    self.repository = repository
    self.objects = objects
    let location = [("GIT_DIR", repository.location.gitDir.bytes)]
    self.git = repository.graphGit.with(location + (objects?.variables ?? []))
  }

  package func merge(
    _ ours: ObjectID, _ theirs: ObjectID, labels: MergeLabels
  ) throws(MergeError) -> MergeOutcome {
    let worktree = try self.worktree(of: ours)
    var git = self.git.with(in: worktree.folder, [("GIT_WORK_TREE", worktree.folder.bytes)])
    if let attributes = AttributeSources.relativeFile(self.repository) {
      git = git.with(config: [(Array("core.attributesFile".utf8), attributes.bytes)])
    }
    // Ids, as anything else might also be the name of a ref, or of none. The labels come in later.
    let result = try self.run(
      git,
      [
        "merge-tree", "--write-tree", "-z", "--messages", "--allow-unrelated-histories",
        CommandWord(ours), CommandWord(theirs),
      ])
    guard let answer = MergeTreeAnswer(result.output) else {
      throw self.failure("git merge-tree", result, [ours, theirs])
    }
    switch result.ending {
    case .exited(0): return MergeOutcome(tree: answer.tree, conflicts: [])
    case .exited(1) where !answer.conflicts.isEmpty: break
    default: throw self.failure("git merge-tree", result, [ours, theirs])
    }
    return try self.labelled(answer, ours, theirs, labels, worktree.scratch)
  }

  /// A working tree of what in `commit` tells git how to merge.
  private func worktree(of commit: ObjectID) throws(MergeError) -> MergeWorktree {
    let listing = try self.run(
      self.git, ["ls-tree", "-r", "-z", "--full-tree", CommandWord(commit)])
    guard listing.succeeded else { throw self.failure("git ls-tree", listing, [commit]) }
    var attributes: [(path: GitPath, id: ObjectID)] = []
    var submodules: [GitPath] = []
    for line in listing.output.split(separator: 0) {
      guard let tab = line.firstIndex(of: 0x09) else { continue }
      let path = line[(tab + 1)...]
      if line.starts(with: "160000 ".utf8) {
        submodules.append(GitPath(bytes: path))
      } else if MergeWorktree.namesAttributes(path), !line.starts(with: "120000 ".utf8),
        let word = line[..<tab].split(separator: 0x20).last, let id = ObjectID(hex: word)
      {
        attributes.append((GitPath(bytes: path), id))
      }
    }
    let contents = try self.contents(of: attributes.map(\.id))
    do throws(StoreError) {
      return try MergeWorktree(
        self.repository.location,
        attributes: attributes.map { ($0.path, contents[$0.id] ?? []) }, submodules: submodules)
    } catch {
      throw .store(error)
    }
  }

  // MARK: labels

  /// The outcome with labels where git, which was given ids, put these.
  private func labelled(
    _ answer: MergeTreeAnswer, _ ours: ObjectID, _ theirs: ObjectID, _ labels: MergeLabels,
    _ scratch: Scratch
  ) throws(MergeError) -> MergeOutcome {
    let marks = MergeMarks(ours: ours, theirs: theirs, labels: labels)
    let listing = try self.entries(of: answer.tree)
    var taken = Set(listing.keys)
    var changes: [TreeChange] = []
    var conflicts: [MergeConflict] = []
    var unread: [GitPath: TreeEntry] = [:]
    for conflict in answer.conflicts {
      var path = conflict.path
      let entry = listing[path]
      let renamed = marks.renamed(path)
      if let renamed, entry != nil {
        taken.remove(conflict.path)
        path = Self.free(renamed.path, taken)
        taken.insert(path)
        changes.append(TreeChange(path: conflict.path, entry: nil))
        changes.append(TreeChange(path: path, entry: entry))
      }
      conflicts.append(
        MergeConflict(
          path: path, original: renamed?.original, kind: conflict.kind, base: conflict.base,
          ours: conflict.ours, theirs: conflict.theirs))
      let known = [conflict.base, conflict.ours, conflict.theirs].compactMap { $0?.id }
      if let entry, entry.mode == .file || entry.mode == .executable, !known.contains(entry.id) {
        unread[path] = entry
      }
    }
    let contents = try self.contents(of: unread.values.map(\.id))
    let marked = unread.keys.sorted().compactMap { path -> (GitPath, TreeEntry, [UInt8])? in
      guard let entry = unread[path], let bytes = contents[entry.id],
        let text = marks.labelled(bytes)
      else { return nil }
      return (path, entry, text)
    }
    let store = GitProgramSnapshotStore(
      self.repository, objectVariables: self.objects?.variables ?? [])
    do throws(StoreError) {
      let ids = try store.writeBlobs(marked.map(\.2))
      for ((path, entry, _), id) in zip(marked, ids) {
        changes.removeAll { $0.path == path }
        changes.append(TreeChange(path: path, entry: TreeEntry(mode: entry.mode, id: id)))
      }
    } catch {
      throw .store(error)
    }
    let tree = try self.tree(answer.tree, with: changes, scratch)
    return MergeOutcome(tree: tree, conflicts: conflicts)
  }

  /// `path`, or with the first number behind it that makes it a name of its own, as git does.
  static func free(_ path: GitPath, _ taken: Set<GitPath>) -> GitPath {
    var free = path
    var number = 0
    while taken.contains(free) {
      free = GitPath(bytes: path.bytes + Array("_\(number)".utf8))
      number += 1
    }
    return free
  }

  /// The tree with changes of single files, through an index in the scratch folder.
  private func tree(
    _ base: ObjectID, with changes: [TreeChange], _ scratch: Scratch
  ) throws(MergeError) -> ObjectID {
    if changes.isEmpty { return base }
    let git = self.git.with([("GIT_INDEX_FILE", scratch.folder.appending("index").bytes)])
    let settings = ["core.sparseCheckout=false", "core.splitIndex=false", "index.sparse=false"]
    try self.output(["read-tree", CommandWord(base)], git, settings)
    let null = String(repeating: "0", count: base.bytes.count * 2)
    var lines: [UInt8] = []
    for change in changes {
      let entry = change.entry.map { "\($0.mode.octal) \($0.id.hex)\t" } ?? "0 \(null)\t"
      lines += Array(entry.utf8) + change.path.bytes + [0]
    }
    try self.output(
      ["update-index", "--add", "--replace", "-z", "--index-info"], git, settings, input: lines)
    let missing: [CommandWord] = self.repository.isPartialClone ? ["--missing-ok"] : []
    let output = try self.output(["write-tree"] + missing, git, settings)
    guard let tree = ObjectID(hex: output.dropLast()) else {
      throw .failed(cause: "git write-tree said '\(readable(output))'")
    }
    return tree
  }

  // MARK: running git

  private func entries(of tree: ObjectID) throws(MergeError) -> [GitPath: TreeEntry] {
    do {
      let entries = try TreeListing(self.git).entries(of: tree)
      return Dictionary(entries.map { ($0.path, $0.entry) }) { first, _ in first }
    } catch {
      throw Self.failure(error)
    }
  }

  /// Blobs, read by one process; those that are not there are left out.
  private func contents(of ids: [ObjectID]) throws(MergeError) -> [ObjectID: [UInt8]] {
    if ids.isEmpty { return [:] }
    let output = try self.output(
      ["cat-file", "--batch"], input: Set(ids).sorted().flatMap { Array("\($0.hex)\n".utf8) })
    var contents: [ObjectID: [UInt8]] = [:]
    var rest = output[...]
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      // <id> blob <size>, or <id> missing
      let words = rest[..<end].split(separator: 0x20)
      rest = rest[(end + 1)...]
      guard words.count == 3, let id = ObjectID(hex: words[0]),
        let size = Int(String(decoding: words[2], as: UTF8.self)), size < rest.count
      else { continue }
      contents[id] = Array(rest.prefix(size))
      rest = rest.dropFirst(size + 1)
    }
    return contents
  }

  @discardableResult
  private func output(
    _ arguments: [CommandWord], _ git: GitProgram? = nil, _ settings: [String] = [],
    input: [UInt8] = []
  ) throws(MergeError) -> [UInt8] {
    let result = try self.run(git ?? self.git, arguments, settings, input: input)
    if result.succeeded { return result.output }
    let verb = arguments.first.map { String(decoding: $0.bytes, as: UTF8.self) } ?? ""
    throw self.failure("git \(verb)", result, [])
  }

  private func run(
    _ git: GitProgram, _ arguments: [CommandWord], _ settings: [String] = [], input: [UInt8] = []
  ) throws(MergeError) -> ChildProcess.Result {
    // What is in a folder that goes away need not survive a power cut.
    let durable = self.objects == nil ? GitCleaning.durable : []
    do {
      return try git.run(arguments, settings: durable + settings, input: input)
    } catch {
      throw Self.failure(error)
    }
  }

  private static func failure(_ error: GitError) -> MergeError {
    if error == .cancelled { return .interrupted }
    return .store(.failed(operation: "git", cause: error.why))
  }

  /// What went wrong: the disk, a commit that is not there, or git itself.
  private func failure(
    _ operation: String, _ result: ChildProcess.Result, _ commits: [ObjectID]
  ) -> MergeError {
    if let disk = GitCleaning.disk(result) { return .store(disk) }
    for id in commits {
      let isThere = try? self.git.run([
        "cat-file", "-e", CommandWord(bytes: Array("\(id.hex)^{commit}".utf8)),
      ])
      if isThere?.succeeded == false {
        return .store(.objectMissing(id, cause: result.complaint))
      }
    }
    return .failed(cause: "\(operation) failed (\(result.complaint))")
  }
}
