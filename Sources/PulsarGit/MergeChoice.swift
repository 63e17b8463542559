internal import PulsarCore
package import PulsarEngine

extension Repository {
  /// What merges in this repository: the git program from 2.38 on.
  ///
  /// - Parameter objects: where objects are written and read from besides, if not to the repository.
  /// - Throws: `MergeError.needsGit` when nothing here can.
  package func merging(objects: TemporaryObjects? = nil) throws(MergeError) -> any Merging {
    let version: GitVersion
    do {
      version = try GitVersion(of: self.git)
    } catch {
      if error == .cancelled { throw .interrupted }
      throw .store(.failed(operation: "git", cause: error.why))
    }
    return try self.merging(version, objects: objects)
  }

  /// What merges here with a git of that version.
  package func merging(
    _ version: GitVersion, objects: TemporaryObjects? = nil
  ) throws(MergeError) -> any Merging {
    if version >= GitProgramMerge.oldestGit {
      return GitProgramMerge(self, objects: objects)
    }
    throw .needsGit(
      found: "\(version)", needed: "\(GitProgramMerge.oldestGit)", because: "of its format")
  }
}
