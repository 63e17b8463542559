import Foundation

/// Everything a capture must leave as it is, byte for byte: the working tree, the person's home, and
/// git's folder but for objects and our own refs and files.
struct Untouched {
  private struct Entry: Hashable {
    let mode: UInt32
    let content: [UInt8]
    let time: String
  }

  private var entries: [String: Entry] = [:]

  /// Takes the state as it is now.
  init(_ world: World) {
    for path in Folder.walk(world.top) {
      let isGits = path == ".git" || path.hasPrefix(".git/")
      if isGits && Self.isOurs(String(path.dropFirst(5))) { continue }
      self.add("\(world.top)/\(path)", named: path, timed: !isGits)
    }
    for path in Folder.walk("\(world.box)/home") {
      self.add("\(world.box)/home/\(path)", named: "~/\(path)", timed: false)
    }
  }

  /// One line a difference; empty when nothing was touched.
  func differences(after: Untouched) -> [String] {
    Set(self.entries.keys).union(after.entries.keys).sorted().compactMap { name in
      switch (self.entries[name], after.entries[name]) {
      case (nil, _): "\(name) appeared"
      case (_, nil): "\(name) is gone"
      case (let old?, let new?): old == new ? nil : "\(name) changed"
      }
    }
  }

  private static func isOurs(_ path: String) -> Bool {
    path == "objects" || path.hasPrefix("objects/") || path == "pulsar"
      || path.hasPrefix("pulsar/") || path.hasPrefix("pulsar_index") || path == "refs/pulsar"
      || path.hasPrefix("refs/pulsar/")
  }

  private mutating func add(_ path: String, named name: String, timed: Bool) {
    var status = stat()
    guard lstat(path, &status) == 0 else { return }
    let isFile = status.st_mode & S_IFMT == S_IFREG
    self.entries[name] = Entry(
      mode: UInt32(status.st_mode), content: isFile ? Folder.read(path) ?? [] : [],
      time: timed ? "\(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)" : "")
  }
}
