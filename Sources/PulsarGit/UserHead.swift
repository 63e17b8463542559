package import PulsarCore

/// HEAD and the branch it is on, moved as a verb of the person's moves them: with a line in the
/// reflogs, where they keep some.
package struct UserHead {
  private let repository: Repository

  package init(_ repository: Repository) { self.repository = repository }

  /// Brings HEAD from one place to another.
  ///
  /// A branch that is left stays where it is, unless `old` and `new` are on one branch.
  ///
  /// - Parameters:
  ///   - old: where HEAD is; anything else is an error, and nothing is moved.
  ///   - new: where it is to be.
  ///   - reason: for the reflog.
  /// - Throws: `GitError` with git's words.
  package func move(from old: Head, to new: Head, reason: String) throws(GitError) {
    if old == new { return }
    switch new {
    case .branch(let branch, let commit):
      let ref = Self.ref(branch)
      if old.branch == branch {
        try self.set(ref, to: commit, from: old.commit, reason)
      } else {
        if try self.commit(of: ref) == nil { try self.set(ref, to: commit, from: nil, reason) }
        try self.point(to: ref, reason)
      }
    case .unborn(let branch):
      let ref = Self.ref(branch)
      if old.branch == branch, let commit = old.commit {
        _ = try self.repository.git.output([
          "update-ref", "-d", CommandWord(ref), CommandWord(commit),
        ])
      }
      try self.point(to: ref, reason)
    case .detached(let commit):
      _ = try self.repository.git.output(
        ["update-ref", "--no-deref", "-m", CommandWord(reason), "HEAD", CommandWord(commit)],
        settings: self.reflogs)
    }
  }

  /// Moves a branch that HEAD need not be on.
  ///
  /// - Parameters:
  ///   - branch: the branch.
  ///   - old: where it is; nil when there is none.
  ///   - new: where it is to be; nil removes it.
  ///   - reason: for the reflog.
  /// - Throws: `GitError` when it is not at `old`.
  package func move(
    _ branch: Branch, from old: ObjectID?, to new: ObjectID?, reason: String
  ) throws(GitError) {
    if old == new { return }
    let ref = Self.ref(branch)
    if let new { return try self.set(ref, to: new, from: old, reason) }
    guard let old else { return }
    _ = try self.repository.git.output(["update-ref", "-d", CommandWord(ref), CommandWord(old)])
  }

  /// Where a branch is; nil when there is none.
  package func commit(of branch: Branch) throws(GitError) -> ObjectID? {
    try self.commit(of: Self.ref(branch))
  }

  private static func ref(_ branch: Branch) -> RefName {
    RefName(bytes: Array("refs/heads/".utf8) + branch.name)
  }

  private func commit(of ref: RefName) throws(GitError) -> ObjectID? {
    let result = try self.repository.git.run(["rev-parse", "--verify", "-q", CommandWord(ref)])
    return result.succeeded
      ? ObjectID(hex: result.output.prefix { $0 != UInt8(ascii: "\n") }) : nil
  }

  private func set(
    _ ref: RefName, to new: ObjectID, from old: ObjectID?, _ reason: String
  ) throws(GitError) {
    let null = String(repeating: "0", count: new.hex.utf8.count)
    _ = try self.repository.git.output(
      [
        "update-ref", "-m", CommandWord(reason), CommandWord(ref), CommandWord(new),
        CommandWord(old?.hex ?? null),
      ], settings: self.reflogs)
  }

  private func point(to ref: RefName, _ reason: String) throws(GitError) {
    _ = try self.repository.git.output(
      ["symbolic-ref", "-m", CommandWord(reason), "HEAD", CommandWord(ref)],
      settings: self.reflogs)
  }

  /// The person's own setting, in place of ours.
  private var reflogs: [String] {
    ["core.logAllRefUpdates=\(self.repository.config.text("core.logallrefupdates") ?? "true")"]
  }
}
