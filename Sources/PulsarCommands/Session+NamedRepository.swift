internal import PulsarCore
internal import PulsarGit
internal import PulsarSystem

extension Session {
  /// Refuses to act where the environment names another repository than the one of this folder: `git
  /// --git-dir=…` says so by variables, and hooks and aliases set them too, for the repository itself.
  ///
  /// - Throws: a refusal.
  func checkNamedRepository() throws {
    let named = ["GIT_DIR", "GIT_WORK_TREE"].compactMap { name -> (String, GitPath)? in
      guard let value = self.environment[name], !value.isEmpty else { return nil }
      let path = GitPath(bytes: value)
      return (name, path.isAbsolute ? path : self.folder.appending(path))
    }
    if named.isEmpty { return }
    let here = RepositoryGlance.enclosing(self.folder)
    for (name, path) in named {
      let expected = name == "GIT_DIR" ? here?.gitDir : here?.worktree
      if let expected, let real = Self.resolved(expected), real == Self.resolved(path) { continue }
      throw Refusal(
        whatFailed: "nothing done",
        why: "\(name) names '\(self.displayed(path))', which is not the repository of this folder",
        whatToDo:
          "go to its working tree ('git -C <folder> pulsar …'), or unset \(name)")
    }
  }
}
