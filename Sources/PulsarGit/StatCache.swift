internal import Clibgit2
internal import PulsarCore
internal import PulsarEngine

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Which blob each file was stored as, so that a file that has not changed is not read again.
///
/// A cache: one that is missing, damaged or of another version is as good as empty. A file that was
/// touched so shortly before it was read that a later change could leave the same stamp is not kept.
final class StatCache {
  struct Record: Hashable {
    let stamp: FileStamp
    let entry: TreeEntry
    /// Of the attributes that were in force.
    let conversion: UInt64
  }

  /// What the index says besides what is staged, while it has this stamp.
  struct IndexFlags: Hashable {
    /// Nil while there is no index.
    var stamp: FileStamp?
    /// Entries that git hides.
    var entries: [Entry] = []
    /// The attribute files it holds, in every stage.
    var attributeFiles: [Entry] = []

    struct Entry: Hashable {
      let path: GitPath
      let entry: TreeEntry
    }

    /// The blobs of each attribute file; several where there are conflicts.
    var attributeBlobs: [GitPath: [ObjectID]] {
      Dictionary(grouping: self.attributeFiles, by: \.path).mapValues { $0.map(\.entry.id) }
    }
  }

  private let path: GitPath
  private var old: [GitPath: Record] = [:]
  private var new: [GitPath: Record] = [:]
  private let oldFlags: IndexFlags?
  var indexFlags: IndexFlags?
  /// The same, also when the index is so fresh that a later change could leave the same stamp: good for as
  /// long as one capture takes.
  var flagsSeen: IndexFlags?

  init(at path: GitPath) {
    self.path = path
    guard let reader = try? StableReader(root: path.parent) else {
      self.oldFlags = nil
      return
    }
    defer { reader.end() }
    let limit = ByteCount(1 << 30)
    guard
      case .file(let bytes, _) = reader.read(
        GitPath(bytes: path.name), limit: limit, memory: limit.bytes),
      let content = try? StatCacheContent(file: bytes)
    else {
      self.oldFlags = nil
      return
    }
    self.old = content.records
    self.oldFlags = content.flags
    self.indexFlags = content.flags
  }

  /// The blob of a file that still has `stamp`, stored under the same attributes.
  func entry(_ path: GitPath, _ stamp: FileStamp, conversion: UInt64) -> TreeEntry? {
    guard let record = self.old[path], record.stamp == stamp, record.conversion == conversion else {
      return nil
    }
    self.new[path] = record
    return record.entry
  }

  func keep(_ path: GitPath, _ record: Record, readAt now: timespec) {
    if !record.stamp.isRacy(at: now) { self.new[path] = record }
  }

  /// Writes what was seen since it was read, if that differs.
  ///
  /// Failing to costs time, not safety.
  ///
  /// - Parameter keepsUnseen: also keep records of files that were not looked at.
  func save(keepsUnseen: Bool) {
    if keepsUnseen { self.new.merge(self.old) { seen, _ in seen } }
    if self.new == self.old && self.indexFlags == self.oldFlags { return }
    let flags = self.indexFlags.flatMap { $0.stamp == nil ? nil : $0 }
    let content = StatCacheContent(flags: flags, records: self.new)
    Scratch.replace(self.path, with: content.file)
  }

  /// When a file is read, for `keep`.
  static func now() -> timespec {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    return now
  }
}
