internal import PulsarCore

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Loose objects without a byte, as a loss of power leaves them: they had their names before what they
/// hold was synced.
///
/// An object has at least a header, so these are nobody's, and git calls each a damage of the repository:
/// `git gc` fails of one that no ref leads to, and `git add` does not write it anew.
package enum EmptyObjects {
  /// Removes all of a repository.
  ///
  /// - Returns: whether none is left; false where one could not be removed.
  package static func remove(from location: RepositoryLocation) -> Bool {
    var isClean = true
    for folder in Scratch.names(in: location.objects) where folder.count == 2 {
      let path = location.objects.appending(folder)
      for name in Scratch.names(in: path) {
        let object = path.appending(name)
        guard let id = ObjectID(hex: folder + name),
          object == DurableFiles.loosePath(id, below: location.objects),
          let stamp = FileStamp.of(object), stamp.isFile, stamp.size == 0
        else { continue }
        if object.withCString({ unlink($0) }) != 0 && errno != ENOENT { isClean = false }
      }
    }
    return isClean
  }
}
