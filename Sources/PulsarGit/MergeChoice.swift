internal import PulsarCore
package import PulsarEngine

extension Repository {
  /// What merges in this repository: the git program from 2.38 on, else libgit2 where it does it alike.
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
    if let reason = self.whyNotLibGit2Merge {
      throw .needsGit(
        found: "\(version)", needed: "\(GitProgramMerge.oldestGit)", because: reason)
    }
    return LibGit2Merge(self, objects: objects)
  }

  /// Why libgit2 would merge otherwise than git here; nil when it would not.
  private var whyNotLibGit2Merge: String? {
    if !self.suitsLibGit2 { return "it does not know the format of this repository" }
    let drivers = self.config.keys(withPrefix: "merge.").filter { $0.hasSuffix(".driver") }
    if let driver = drivers.first { return "'\(driver)' is set" }
    for key in ["merge.default", "core.attributesfile"]
    where self.config.bytes(key) != nil { return "'\(key)' is set" }
    if self.config.flag("merge.renormalize") == true { return "'merge.renormalize' is set" }
    let style = self.config.text("merge.conflictstyle")
    if let style, style != "merge" { return "'merge.conflictStyle' is '\(style)'" }
    return nil
  }
}
