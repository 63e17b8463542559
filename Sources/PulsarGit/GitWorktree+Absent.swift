package import PulsarCore
package import PulsarEngine

extension GitWorktree {
  package func submodule(at path: GitPath) throws(CaptureError) -> SubmoduleState {
    guard let stamp = self.reader.stamp(path) else { return .missing }
    guard stamp.isFolder else { return .other }
    guard self.reader.stamp(path.appending(".git")) != nil else { return .folder }
    // One without a commit is as good as not checked out.
    return try self.gitlink(at: path).map { .checkedOut($0.id) } ?? .folder
  }

  package func notCheckedOut(_ paths: [GitPath]) throws(CaptureError) -> Set<GitPath> {
    do {
      return try SparseCheckout(self.repository).hidden(paths)
    } catch {
      throw .scanFailed(cause: error.why)
    }
  }

  /// Those of `paths` whose content git might change on its way into an object, by their attributes.
  package func mayBeConverted(_ paths: [GitPath]) throws(CaptureError) -> [GitPath] {
    var sources = try self.attributeSources()
    return paths.filter { path in
      let mention = sources.mention(in: path.parent)
      return mention.external || mention.lineEndings
    }
  }

  /// The folders in a folder of a working tree, links to folders left out.
  package static func folders(in folder: GitPath, of location: RepositoryLocation) -> [GitPath] {
    Scratch.names(in: location.worktree.appending(folder)).map { folder.appending($0) }
      .filter { FileStamp.of(location.worktree.appending($0))?.isFolder == true }
  }
}
