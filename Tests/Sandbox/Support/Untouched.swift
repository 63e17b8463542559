/// Everything a capture must leave as it is.
///
/// That is the working tree, git's folder but for objects and our own refs and files, and the person's
/// home; compared byte for byte.
struct Untouched {
  private struct Entry: Hashable {
    let mode: UInt32
    let content: Bytes
    let time: String
  }

  private var entries: [Bytes: Entry] = [:]

  /// Takes the state as it is now; `exempt` are folders below git's that a filter of the user's writes to.
  init(_ repository: TestRepository, exempt: [Bytes] = []) throws {
    let folders = try repository.gitFolders()
    let top = repository.top
    for path in Files.walk(top, entering: { top / $0 != folders.common })
    where top / path != folders.common {
      try self.add(top / path, named: "working tree: " + path, timed: true)
    }
    for path in Files.walk(
      folders.common, entering: { !Self.isOurs($0) && !exempt.contains($0) })
    {
      if Self.isOurs(path) || exempt.contains(path) { continue }
      try self.add(folders.common / path, named: "git: " + path, timed: Self.keepsTime(path))
    }
    // What git leaves behind when a write was cut short.
    for path in Files.walk(folders.common / "objects") {
      let name = Bytes(path.array[(path.parent.array.isEmpty ? 0 : path.parent.array.count + 1)...])
      guard name.starts(with: "tmp_") || name.text.hasSuffix(".lock") else { continue }
      try self.add(folders.common / "objects" / path, named: "litter: " + path, timed: false)
    }
    let sandbox = repository.sandbox
    for path in Files.walk(sandbox.temporaryFolder) {
      try self.add(sandbox.temporaryFolder / path, named: "temporary: " + path, timed: false)
    }
    try self.add(sandbox.home / ".gitconfig", named: "home: .gitconfig", timed: true)
  }

  /// One line a difference; empty when nothing was touched.
  func differences(after: Untouched) -> [String] {
    Set(self.entries.keys).union(after.entries.keys).sorted().compactMap { name in
      switch (self.entries[name], after.entries[name]) {
      case (nil, _): return "\(name) appeared"
      case (_, nil): return "\(name) is gone"
      case (let old?, let new?):
        if old == new { return nil }
        if old.mode != new.mode {
          return "\(name): mode \(String(old.mode, radix: 8)) became \(String(new.mode, radix: 8))"
        }
        if old.content != new.content {
          return "\(name): content changed from \(Self.shown(old)) to \(Self.shown(new))"
        }
        return "\(name): rewritten with the same content"
      }
    }
  }

  private static func shown(_ entry: Entry) -> String {
    "\(entry.content.array.count) bytes '\(Bytes(entry.content.array.prefix(200)))'"
  }

  /// Objects, our refs, our files; for a linked working tree too.
  private static func isOurs(_ path: Bytes) -> Bool {
    var components = path.array.split(separator: UInt8(ascii: "/")).map { Bytes($0) }
    if components.first == "worktrees" && components.count > 2 { components.removeFirst(2) }
    guard let first = components.first else { return false }
    return first == "objects" || first == "pulsar" || first.starts(with: "pulsar_index")
      || components.starts(with: ["refs", "pulsar"])
  }

  /// git itself freshens the time of a shared index when it reads one.
  private static func keepsTime(_ path: Bytes) -> Bool {
    path != "packed-refs" && !path.starts(with: "sharedindex.")
  }

  private mutating func add(_ path: Bytes, named name: Bytes, timed: Bool) throws {
    guard let status = Files.status(path) else { return }
    var content: Bytes = ""
    if status.isLink {
      content = try Files.linkTarget(path)
    } else if status.isFile {
      // Unreadable where modes bind; its size and time must do.
      content = (try? Files.read(path)) ?? Bytes("\(status.size) bytes")
      if name == "git: packed-refs" { content = Self.withoutOurRefs(content) }
    }
    let isStamped = timed && !(status.isFolder && name.starts(with: "git: "))
    self.entries[name] = Entry(
      mode: status.mode, content: content,
      time: isStamped ? "\(status.seconds).\(status.nanoseconds)" : "")
  }

  private static func withoutOurRefs(_ packed: Bytes) -> Bytes {
    packed.lines.filter { !$0.contains(" refs/pulsar/") && !$0.starts(with: "#") }
      .reduce("") { $0 + $1 + "\n" }
  }
}
