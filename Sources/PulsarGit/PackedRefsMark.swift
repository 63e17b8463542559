internal import PulsarCore
internal import PulsarEngine

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Tells, should this process die in it, that a lock on the file of git's packed refs is ours.
///
/// Deleting a ref that `git pack-refs` or `git gc` has packed writes that file anew, which is the user's
/// too: a lock that stays would make their next `gc`, or the deletion of a branch or tag, fail.
enum PackedRefsMark {
  private static let prefix = "packed-refs-"

  private static func folder(_ location: RepositoryLocation) -> GitPath {
    location.commonDir.appending("pulsar")
  }

  /// Does what deletes a ref, with a mark while it may hold the lock.
  static func keep<Value>(
    _ ref: RefName, in location: RepositoryLocation,
    _ body: () throws(StoreError) -> Value
  ) throws(StoreError) -> Value {
    guard HeadFile.packedValue(of: ref, in: location) != .absent else { return try body() }
    try Scratch.makeFolder(self.folder(location))
    let mark = self.folder(location).appending("\(self.prefix)\(getpid())")
    try Scratch.write([], to: mark)
    defer { Scratch.remove(mark) }
    return try body()
  }

  /// Removes the lock of processes that died in it, unless a git is at work, and their marks.
  static func sweep(_ location: RepositoryLocation) {
    let folder = self.folder(location)
    for name in Scratch.names(in: folder) where name.starts(with: self.prefix.utf8) {
      let digits = name.dropFirst(self.prefix.utf8.count)
      guard let process = pid_t(String(decoding: digits, as: UTF8.self)), process > 0,
        kill(process, 0) != 0, errno == ESRCH
      else { continue }
      let mark = folder.appending(name)
      if UserLocks(onPackedRefsOf: location).removeAllStale(since: mark) { Scratch.remove(mark) }
    }
  }
}
