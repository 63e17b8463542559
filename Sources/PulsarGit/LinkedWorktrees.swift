package import PulsarCore

extension Repository {
  /// Another working tree of this repository that has a branch checked out; nil when none has.
  package func worktree(with branch: Branch) throws(GitError) -> GitPath? {
    let listing = try self.git.run(["worktree", "list", "--porcelain", "-z"])
    // Older than git 2.36: newlines end the lines, and a path with one in it is not found.
    let output =
      listing.succeeded ? listing.output : try self.git.output(["worktree", "list", "--porcelain"])
    let end = listing.succeeded ? UInt8(0) : UInt8(ascii: "\n")
    let wanted = Array("branch refs/heads/".utf8) + branch.name
    var worktree: GitPath?
    for line in output.split(separator: end) {
      if line.starts(with: "worktree ".utf8) {
        worktree = GitPath(bytes: line.dropFirst("worktree ".utf8.count))
      } else if line.elementsEqual(wanted), let worktree, worktree != self.location.worktree {
        return worktree
      }
    }
    return nil
  }
}
