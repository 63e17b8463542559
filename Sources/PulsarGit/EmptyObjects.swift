internal import Clibgit2
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
      for name in Scratch.names(in: path) where self.isObject(name) {
        let object = path.appending(name)
        guard let stamp = FileStamp.of(object), stamp.isFile, stamp.size == 0 else { continue }
        if object.withCString({ unlink($0) }) != 0 && errno != ENOENT { isClean = false }
      }
    }
    return isClean
  }

  /// Whether a name is that of an object, but for the two digits of its folder.
  private static func isObject(_ name: [UInt8]) -> Bool {
    [38, 62].contains(name.count)
      && name.allSatisfy { byte in
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
          || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
      }
  }
}
