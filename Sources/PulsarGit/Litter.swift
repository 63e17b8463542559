internal import Clibgit2
internal import PulsarCore

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// What captures that were killed left behind, of our own making only.
package enum Litter {
  /// A temporary object of libgit2's is nobody's any more after so long.
  static let staleSeconds: Int64 = 3600

  /// Removes scratch folders, half-restored files, half-written state, locks on our own refs and old
  /// temporary objects.
  ///
  /// The caller holds the repository's lock, so no capture of ours is under way.
  package static func sweep(_ location: RepositoryLocation) {
    Scratch.sweep(below: location.ownFolder)
    TemporaryObjects.sweep(below: location.ownFolder)
    WorktreeWriter.sweep(location)
    PackedRefsMark.sweep(location)
    for folder in Set([location.ownFolder, location.commonDir.appending("pulsar")]) {
      self.removeHalfWritten(in: folder)
    }
    // Of the git store; also where a repository has come to suit the other one since.
    for name in ["pulsar_index", "pulsar_index.lock"] {
      Scratch.remove(location.gitDir.appending(name))
    }
    RefMotion.unlessUnderWay(location) {
      for path in self.locks(of: location) { _ = path.withCString { unlink($0) } }
    }
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    let packs = location.objects.appending("pack")
    self.removeOld("tmp_object_git2_", in: location.objects, Int64(now.tv_sec))
    self.removeOld("pack_git2_", in: packs, Int64(now.tv_sec))
  }

  /// Removes what stood beside a state file to replace it, once nobody is left to do so.
  private static func removeHalfWritten(in folder: GitPath) {
    for name in Scratch.names(in: folder) {
      // Only ever written by the holder of the lock.
      let isCache = name.starts(with: "stat-cache.".utf8)
      if isCache || self.isTemporaryOfTheDead(name) { Scratch.remove(folder.appending(name)) }
    }
  }

  /// Whether a name is one that atomic replacement makes, and the process is no more.
  ///
  /// Such a name is `.pulsar-tmp-<process>-<number>`. Some state is replaced without the lock.
  private static func isTemporaryOfTheDead(_ name: [UInt8]) -> Bool {
    let prefix = Array(".pulsar-tmp-".utf8)
    guard name.starts(with: prefix) else { return false }
    let digits = name.dropFirst(prefix.count).prefix { $0 != UInt8(ascii: "-") }
    guard let process = pid_t(String(decoding: digits, as: UTF8.self)), process > 0 else {
      return false
    }
    return kill(process, 0) != 0 && errno == ESRCH
  }

  /// Whether a ref of ours is locked: by an operation that is under way, or by one that was killed or
  /// could not remove its lock.
  package static func isLocked(_ location: RepositoryLocation) -> Bool {
    !self.locks(of: location).isEmpty
  }

  private static func locks(of location: RepositoryLocation) -> [GitPath] {
    self.locks(below: location.commonDir.appending("refs").appending("pulsar"), depth: 0)
  }

  private static func locks(below folder: GitPath, depth: Int) -> [GitPath] {
    guard depth < 32 else { return [] }
    return Scratch.names(in: folder).flatMap { name -> [GitPath] in
      let path = folder.appending(name)
      if name.suffix(5).elementsEqual(".lock".utf8) { return [path] }
      return FileStamp.of(path)?.isFolder == true ? self.locks(below: path, depth: depth + 1) : []
    }
  }

  private static func removeOld(_ prefix: String, in folder: GitPath, _ now: Int64) {
    for name in Scratch.names(in: folder) where name.starts(with: prefix.utf8) {
      let path = folder.appending(name)
      guard let stamp = FileStamp.of(path), stamp.isFile else { continue }
      if stamp.modifiedSeconds < now - self.staleSeconds { _ = path.withCString { unlink($0) } }
    }
  }
}
