import PulsarCore

/// The watched folders of all repositories: of each its parent and name, not its path.
///
/// A number of the system's stands for a folder on the disk, and two of ours may share it, as the git
/// dir of a repository with linked worktrees. Numbers here stay valid until `recycle()`.
struct FolderTable {
  static let none: Int32 = -1

  struct Folder {
    /// Absolute for a top, else the name in `parent`.
    var name: [UInt8]
    var token: Int
    /// None for a top of a request.
    ///
    /// The git dir of a repository inside another's working tree is a top
    /// that has a parent: the folder it belongs to.
    var parent: Int32
    var firstChild = FolderTable.none
    var nextSibling = FolderTable.none
    var previousSibling = FolderTable.none
    var watch: Int32
    var nextOfWatch = FolderTable.none
    var kind: WatchedKind
    var isAlive = true

    var isTop: Bool { self.name.first == UInt8(ascii: "/") }
  }

  private var folders: [Folder] = []
  private var firstOfWatch: [Int32: Int32] = [:]
  private var free: [Int32] = []
  private var removed: [Int32] = []

  /// Distinct numbers of the system's.
  var watchCount: Int { self.firstOfWatch.count }

  subscript(_ id: Int32) -> Folder { self.folders[Int(id)] }

  /// Every folder that a number of the system's stands for.
  func folders(of watch: Int32) -> [Int32] {
    var found: [Int32] = []
    var next = self.firstOfWatch[watch] ?? Self.none
    while next != Self.none {
      found.append(next)
      next = self[next].nextOfWatch
    }
    return found
  }

  func isUsed(_ watch: Int32) -> Bool { self.firstOfWatch[watch] != nil }

  mutating func insert(_ folder: Folder) -> Int32 {
    let id: Int32
    if let reused = self.free.popLast() {
      id = reused
      self.folders[Int(id)] = folder
    } else {
      id = Int32(self.folders.count)
      self.folders.append(folder)
    }
    self.folders[Int(id)].nextOfWatch = self.firstOfWatch[folder.watch] ?? Self.none
    self.firstOfWatch[folder.watch] = id
    if folder.parent != Self.none {
      let next = self.folders[Int(folder.parent)].firstChild
      self.folders[Int(id)].nextSibling = next
      if next != Self.none { self.folders[Int(next)].previousSibling = id }
      self.folders[Int(folder.parent)].firstChild = id
    }
    return id
  }

  /// The children of that name: one, or more while a report of the older one's end is under way.
  func children(of parent: Int32, named name: [UInt8]) -> [Int32] {
    var found: [Int32] = []
    var next = self[parent].firstChild
    while next != Self.none {
      if self.folders[Int(next)].name == name { found.append(next) }
      next = self.folders[Int(next)].nextSibling
    }
    return found
  }

  /// Takes out a folder and all below it.
  ///
  /// - Returns: the system's numbers that stand for no folder now.
  mutating func remove(_ id: Int32) -> [Int32] {
    guard self[id].isAlive else { return [] }
    self.unlinkFromParent(id)
    var unused: [Int32] = []
    var pending = [id]
    while let next = pending.popLast() {
      var child = self[next].firstChild
      while child != Self.none {
        pending.append(child)
        child = self[child].nextSibling
      }
      if self.unlinkFromWatch(next) { unused.append(self[next].watch) }
      self.folders[Int(next)].isAlive = false
      self.folders[Int(next)].name = []
      self.removed.append(next)
    }
    return unused
  }

  /// Lets the numbers of removed folders be given out again.
  mutating func recycle() {
    self.free += self.removed
    self.removed = []
    guard self.free.count == self.folders.count else { return }
    self.folders = []
    self.free = []
    self.firstOfWatch = [:]
  }

  /// The system's numbers of a folder and all below it.
  func watches(from id: Int32) -> [Int32] {
    var found: [Int32] = []
    var pending = [id]
    while let next = pending.popLast() {
      found.append(self[next].watch)
      var child = self[next].firstChild
      while child != Self.none {
        pending.append(child)
        child = self[child].nextSibling
      }
    }
    return found
  }

  /// Whether one of the folders above `id`, or itself, is `watch` too.
  ///
  /// The system lets a folder be mounted below itself.
  func isWithin(_ id: Int32, watch: Int32) -> Bool {
    var next = id
    while next != Self.none {
      if self[next].watch == watch { return true }
      next = self[next].parent
    }
    return false
  }

  /// From the top that holds `id` down to itself.
  func chain(to id: Int32) -> [Int32] {
    var chain = [id]
    while let first = chain.last, !self[first].isTop { chain.append(self[first].parent) }
    return chain.reversed()
  }

  /// The path of a folder in its working tree; nil for what is in none.
  ///
  /// For the git dir of a repository inside it, the path of the folder that it belongs to.
  func path(of id: Int32) -> GitPath? {
    var names: [[UInt8]] = []
    var next = id
    while next != Self.none {
      let folder = self[next]
      if folder.kind != .worktree {
        names = []
      } else if folder.isTop {
        return GitPath(bytes: Array(names.reversed().joined(separator: [UInt8(ascii: "/")])))
      } else {
        names.append(folder.name)
      }
      next = folder.parent
    }
    return nil
  }

  private mutating func unlinkFromParent(_ id: Int32) {
    let folder = self[id]
    if folder.previousSibling != Self.none {
      self.folders[Int(folder.previousSibling)].nextSibling = folder.nextSibling
    } else if folder.parent != Self.none {
      self.folders[Int(folder.parent)].firstChild = folder.nextSibling
    }
    if folder.nextSibling != Self.none {
      self.folders[Int(folder.nextSibling)].previousSibling = folder.previousSibling
    }
  }

  /// Whether no folder has the watch any more.
  private mutating func unlinkFromWatch(_ id: Int32) -> Bool {
    let folder = self[id]
    let first = self.firstOfWatch[folder.watch] ?? Self.none
    if first != id {
      var before = first
      while before != Self.none && self[before].nextOfWatch != id {
        before = self[before].nextOfWatch
      }
      if before != Self.none { self.folders[Int(before)].nextOfWatch = folder.nextOfWatch }
      return false
    }
    self.firstOfWatch[folder.watch] = folder.nextOfWatch == Self.none ? nil : folder.nextOfWatch
    return folder.nextOfWatch == Self.none
  }
}
