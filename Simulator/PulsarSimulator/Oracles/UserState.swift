internal import PulsarCore

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// All that is the user's in a clone: git's own files other than objects, and ours left out.
struct UserState: Equatable {
  /// Names below the git folder, ascending, and what they hold.
  private let files: [(name: GitPath, bytes: [UInt8])]

  /// What is looked at on its own, or is ours: also the index that the original left.
  private static let apart = [
    "objects", "pulsar", "pulsar_index", "packed-refs", "refs", "logs",
    // Ours when a process dies in the deletion of a ref, until the next capture.
    "packed-refs.lock",
  ]

  init(gitDir: GitPath) {
    var files: [(name: GitPath, bytes: [UInt8])] = []
    func add(_ name: GitPath) {
      for file in Files.all(at: name, in: gitDir) {
        files.append((file, Files.read(gitDir.appending(file)) ?? []))
      }
    }
    for child in Files.names(in: gitDir) {
      let name = GitPath(bytes: child)
      if Self.apart.contains(name.displayed) { continue }
      add(name)
    }
    for child in Files.names(in: gitDir.appending("refs"))
    where !child.elementsEqual("pulsar".utf8) {
      add(GitPath("refs").appending(child))
    }
    for child in Files.names(in: gitDir.appending("logs")) {
      add(GitPath("logs").appending(child))
    }
    let packed = Files.read(gitDir.appending("packed-refs")) ?? []
    let kept = packed.split(separator: 10).filter { line in
      let name = line.firstIndex(of: 32).map { line[($0 + 1)...] } ?? []
      return !name.starts(with: "refs/pulsar/".utf8)
    }
    // The header says how the whole file is sorted and peeled; not whose refs it holds.
    let own = kept.filter { $0.first != UInt8(ascii: "#") }
    files.append((GitPath("packed-refs"), Array(own.joined(separator: [10]))))
    self.files = files
  }

  static func == (one: Self, other: Self) -> Bool {
    one.files.elementsEqual(other.files) { $0.name == $1.name && $0.bytes == $1.bytes }
  }

  /// The first file that differs; nil when none does.
  func firstDifference(to other: UserState) -> GitPath? {
    var index = 0
    while index < self.files.count || index < other.files.count {
      guard index < self.files.count else { return other.files[index].name }
      guard index < other.files.count else { return self.files[index].name }
      let (one, another) = (self.files[index], other.files[index])
      if one.name != another.name { return min(one.name, another.name) }
      if one.bytes != another.bytes { return one.name }
      index += 1
    }
    return nil
  }
}

/// The files of a working tree, each with what changes when it does.
struct WorktreeState: Equatable {
  struct Stamp: Hashable {
    let mode: UInt32
    let size: Int64
    let seconds: Int64
    let nanoseconds: Int64
    let inode: UInt64

    init(_ status: stat) {
      self.mode = UInt32(status.st_mode)
      self.size = Int64(status.st_size)
      self.seconds = Int64(status.st_mtim.tv_sec)
      self.nanoseconds = Int64(status.st_mtim.tv_nsec)
      self.inode = UInt64(status.st_ino)
    }
  }

  private(set) var stamps: [GitPath: Stamp] = [:]
  /// Whether another repository, or a working tree of this one, lies in it.
  private(set) var hasNestedRepository = false

  init() {}

  init(of folder: GitPath) {
    func add(_ name: GitPath) {
      for child in Files.names(in: folder.appending(name)) {
        if name.isRoot && child.elementsEqual(".git".utf8) { continue }
        let path = name.appending(child)
        if child.elementsEqual(".git".utf8), name != GitPath(Universe.submodule) {
          self.hasNestedRepository = true
        }
        guard let status = Files.status(folder.appending(path)) else { continue }
        if status.isFolder {
          add(path)
        } else {
          self.stamps[path] = Stamp(status)
        }
      }
    }
    add(.root)
  }

  /// Paths that were added, changed or removed since.
  func changes(since old: WorktreeState) -> Set<GitPath> {
    var changed = Set(self.stamps.filter { old.stamps[$0.key] != $0.value }.map(\.key))
    changed.formUnion(old.stamps.keys.filter { self.stamps[$0] == nil })
    return changed
  }
}
