package import PulsarCore
internal import PulsarEngine

/// What a sparse check-out keeps off the disk; git is asked.
package struct SparseCheckout {
  private let repository: Repository

  package init(_ repository: Repository) { self.repository = repository }

  package var isOn: Bool { self.repository.config.flag("core.sparsecheckout") == true }

  /// Those of `paths` that are not on the disk because of it.
  ///
  /// - Parameter paths: at which nothing is on the disk.
  /// - Returns: what git flagged in its index, and what the index does not have and the patterns leave
  ///   out. Empty where no check-out is sparse.
  /// - Throws: `GitError` when git gives no answer.
  package func hidden(_ paths: [GitPath]) throws(GitError) -> Set<GitPath> {
    guard self.isOn, !paths.isEmpty else { return [] }
    let wanted = Set(paths)
    let index = try self.flags(self.repository.git)
    let known = Set(index.keys)
    let flagged = wanted.filter { index[$0] == true }
    return flagged.union(try self.outside(wanted.subtracting(known)))
  }

  /// Lets git know which paths that are new in its index are kept off the disk, as a check-out of its
  /// own would; else it would take them for deleted.
  ///
  /// - Parameters:
  ///   - paths: new in the index.
  ///   - git: works on that index.
  /// - Throws: `GitError` when git does not do it.
  func flag(new paths: [GitPath], _ git: GitProgram) throws(GitError) {
    guard self.isOn, !paths.isEmpty else { return }
    let top = self.repository.location.worktree
    let outside = try self.outside(Set(paths.filter { FileStamp.of(top.appending($0)) == nil }))
    if outside.isEmpty { return }
    _ = try git.output(
      ["update-index", "--skip-worktree", "-z", "--stdin"],
      input: outside.sorted().flatMap { $0.bytes + [0] })
  }

  /// The paths of an index, and whether they are flagged.
  private func flags(_ git: GitProgram) throws(GitError) -> [GitPath: Bool] {
    var found: [GitPath: Bool] = [:]
    for line in try git.output(["ls-files", "-t", "-z"]).split(separator: 0) {
      found[GitPath(bytes: line.dropFirst(2))] = line.first == UInt8(ascii: "S")
    }
    return found
  }

  /// Those that the patterns leave out: git checks empty files of these names out into an empty folder.
  private func outside(_ paths: Set<GitPath>) throws(GitError) -> Set<GitPath> {
    if paths.isEmpty { return [] }
    let location = self.repository.location
    let scratch: Scratch
    let objects: TemporaryObjects
    do throws(StoreError) {
      scratch = try Scratch(below: location.ownFolder, isBesideCaptures: true)
      try scratch.write([], to: GitPath("tree/.none"))
      objects = try TemporaryObjects(for: location)
    } catch {
      throw .failed(command: "git read-tree", cause: error.why)
    }
    let git = self.repository.git.with(
      in: scratch.folder.appending("tree"),
      [
        ("GIT_DIR", location.gitDir.bytes),
        ("GIT_WORK_TREE", scratch.folder.appending("tree").bytes),
        ("GIT_INDEX_FILE", scratch.folder.appending("index").bytes),
      ] + objects.variables)
    let settings = ["core.splitIndex=false", "core.sparseCheckout=true"]
    let blob = try git.output(["hash-object", "-w", "--stdin"]).filter { $0 != 10 }
    let start: [UInt8] = Array("100644 ".utf8) + blob + Array(" 0\t".utf8)
    var lines: [UInt8] = []
    for path in paths.sorted() { lines += start + path.bytes + [0] }
    _ = try git.output(
      ["update-index", "-z", "--index-info"], settings: settings, input: lines)
    let tree = try git.output(["write-tree"], settings: settings).filter { $0 != 10 }
    Scratch.remove(scratch.folder.appending("index"))
    _ = try git.output(
      ["read-tree", "-m", "-u", CommandWord(bytes: tree)], settings: settings)
    return Set(try self.flags(git).filter(\.value).keys)
  }
}
