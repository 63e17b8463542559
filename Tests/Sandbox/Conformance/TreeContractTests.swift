import PulsarCore
import PulsarEngine
import PulsarGit
import TestSupport
import Testing

/// What every `SnapshotStore` does with trees; git is the reference.
@Suite struct TreeContractTests {
  private static let link = TreeEntry(
    mode: .gitlink, id: ObjectID(bytes: [UInt8](repeating: 0x11, count: 20)))

  private static func paths(_ names: [String]) -> [GitPath] { names.map { GitPath($0) } }

  /// Puts and removals on top of a list of paths: what must come out, file by file.
  struct Script: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let base: [String]?
    let puts: [String]
    let removals: [String]
    let result: [String]

    init(
      _ name: String, _ base: [String]?, put puts: [String] = [], remove removals: [String] = [],
      gives result: [String]
    ) {
      (self.testDescription, self.base, self.puts) = (name, base, puts)
      (self.removals, self.result) = (removals, result)
    }
  }

  static let scripts: [Script] = [
    Script("from nothing", nil, put: ["a", "b/c", "b/d/e"], gives: ["a", "b/c", "b/d/e"]),
    Script("nothing at all", nil, gives: []),
    Script("no change", ["a", "b/c"], gives: ["a", "b/c"]),
    Script(
      "an add and a delete", ["a", "b/c"], put: ["b/d"], remove: ["a"], gives: ["b/c", "b/d"]),
    Script("the last file goes", ["a"], remove: ["a"], gives: []),
    Script("folders that become empty", ["a", "b/c/d/e"], remove: ["b/c/d/e"], gives: ["a"]),
    Script("a whole folder goes", ["a", "b/c", "b/d/e"], remove: ["b"], gives: ["a"]),
    Script("a folder becomes a file", ["a/b", "a/c/d", "e"], put: ["a"], gives: ["a", "e"]),
    Script(
      "a folder becomes a file, and is said to be gone", ["a/b", "a/c"], put: ["a"],
      remove: ["a/b", "a/c"], gives: ["a"]),
    Script("a file becomes a folder", ["a", "e"], put: ["a/b/c"], gives: ["a/b/c", "e"]),
    Script(
      "a file becomes a folder, and is said to be gone", ["a"], put: ["a/b"], remove: ["a"],
      gives: ["a/b"]),
    Script("gone already", ["a"], remove: ["b", "a/b", "c/d"], gives: ["a"]),
    Script(
      "names that sort around a slash", ["a/x", "a.b", "a-b", "a0"], put: ["a-", "a/y"],
      remove: ["a.b"], gives: ["a-", "a-b", "a/x", "a/y", "a0"]),
    Script(
      "names that look like options or patterns", ["*", "-x", ":(top)y", "a"],
      put: ["[a]", "--", "?"], remove: ["*"], gives: ["--", "-x", ":(top)y", "?", "[a]", "a"]),
  ]

  private func changes(
    _ puts: [GitPath: TreeEntry], _ removals: some Sequence<GitPath>
  ) -> [TreeChange] {
    puts.map { TreeChange(path: $0.key, entry: $0.value) }
      + removals.map { TreeChange(path: $0, entry: nil) }
  }

  @Test(arguments: Adapter.allCases, Self.scripts)
  func `makes the tree git makes`(adapter: Adapter, script: Script) throws {
    let plain = try PlainRepository()
    let store = try adapter.open(plain)
    let old = TreeEntry(mode: .file, id: try plain.blob("old", store))
    let new = TreeEntry(mode: .executable, id: try plain.blob("new", store))
    let base = try script.base.map { names in
      try plain.tree(of: Dictionary(uniqueKeysWithValues: Self.paths(names).map { ($0, old) }))
    }
    let puts = Dictionary(uniqueKeysWithValues: Self.paths(script.puts).map { ($0, new) })
    let changes = self.changes(puts, Self.paths(script.removals))
    let tree = try store.writeTree(base: base, changes: changes)
    let expected = Self.paths(script.result).map { ($0, puts[$0] ?? old) }
    #expect(try tree == plain.tree(of: Dictionary(uniqueKeysWithValues: expected)))
    #expect(try store.writeTree(base: base, changes: changes.reversed()) == tree)
    try plain.git(["fsck", "--strict"])
  }

  @Test(arguments: Adapter.allCases)
  func `every kind of entry and any name goes in and comes out`(adapter: Adapter) throws {
    let plain = try PlainRepository()
    let store = try adapter.open(plain)
    let blob = try plain.blob("content", store)
    let modes: [FileMode] = [.file, .executable, .symlink]
    let names: [[UInt8]] = [
      [0xFF, 0xFE], Array("a b".utf8), Array("q\"u\\o".utf8), Array("new\nline".utf8), [0x7F], [1],
      Array("é".utf8), [UInt8](repeating: 0x78, count: 255), Array("tab\there".utf8),
      Array((0..<40).map { "d\($0)" }.joined(separator: "/").utf8), Array(".gitmodulesx".utf8),
    ]
    var entries: [GitPath: TreeEntry] = [GitPath("sub/module"): Self.link]
    for (index, name) in names.enumerated() {
      entries[GitPath(bytes: name)] = TreeEntry(mode: modes[index % 3], id: blob)
      entries[GitPath(bytes: Array("folder/".utf8) + name)] = TreeEntry(
        mode: modes[index % 3], id: blob)
    }
    let tree = try store.writeTree(base: nil, changes: self.changes(entries, []))
    #expect(try tree == plain.tree(of: entries))
    for (path, entry) in entries {
      #expect(try store.entry(at: path, in: tree) == entry, "\(path.displayed)")
    }
    let emptied = try store.writeTree(base: tree, changes: self.changes([:], entries.keys))
    #expect(try emptied == store.writeTree(base: nil, changes: []))
  }

  @Test(arguments: Adapter.allCases)
  func `finds entries, folders among them, and says when there is none`(adapter: Adapter) throws {
    let plain = try PlainRepository()
    let store = try adapter.open(plain)
    let file = TreeEntry(mode: .file, id: try plain.blob("x", store))
    let folder = try plain.tree(of: [GitPath("c"): file])
    let tree = try plain.tree(of: [GitPath("a"): file, GitPath("b/c"): file])
    #expect(try store.entry(at: .root, in: tree) == TreeEntry(mode: .tree, id: tree))
    #expect(try store.entry(at: GitPath("b"), in: tree) == TreeEntry(mode: .tree, id: folder))
    #expect(try store.entry(at: GitPath("b/c"), in: tree) == file)
    for missing in ["c", "a/b", "b/d", "b/c/d", "*", "B"] {
      #expect(try store.entry(at: GitPath(missing), in: tree) == nil, "\(missing)")
    }
    let absent = ObjectID(bytes: [UInt8](repeating: 9, count: 20))
    #expect(throws: StoreError.self) { try store.entry(at: GitPath("a"), in: absent) }
    #expect(throws: StoreError.self) {
      try store.writeTree(base: absent, changes: [.init(path: GitPath("a"), entry: file)])
    }
  }

  @Test(arguments: Adapter.allCases)
  func `puts a whole folder, in the place of whatever is there`(adapter: Adapter) throws {
    let plain = try PlainRepository()
    let store = try adapter.open(plain)
    let file = TreeEntry(mode: .file, id: try plain.blob("x", store))
    let odd = GitPath(bytes: [0x6E, 0x0A, 0xFF])
    let folder = try plain.tree(of: [GitPath("p"): file, GitPath("q/r"): file, odd: file])
    let entry = TreeEntry(mode: .tree, id: folder)
    for base in [["a", "z"], ["a", "d"], ["a", "d/old", "d/q/old"], ["a", "d/e/f"]] {
      let old = Dictionary(uniqueKeysWithValues: Self.paths(base).map { ($0, file) })
      let tree = try store.writeTree(
        base: plain.tree(of: old), changes: [TreeChange(path: GitPath("d"), entry: entry)])
      var expected = old.filter { !$0.key.isWithin(GitPath("d")) }
      for path in [GitPath("p"), GitPath("q/r"), odd] {
        expected[GitPath("d").appending(path)] = file
      }
      #expect(try tree == plain.tree(of: expected), "\(base)")
    }
  }

  @Test(arguments: Adapter.allCases)
  func `a mode of long ago is written as of today in a folder that changes`(adapter: Adapter) throws
  {
    let plain = try PlainRepository()
    let store = try adapter.open(plain)
    let blob = try plain.blob("x", store)
    let bytes = Array("100664 a\0".utf8) + blob.bytes
    let old = try plain.id(
      ["hash-object", "-t", "tree", "-w", "--literally", "--stdin"], input: bytes)
    let file = TreeEntry(mode: .file, id: blob)
    let tree = try store.writeTree(
      base: old, changes: [TreeChange(path: GitPath("b"), entry: file)])
    #expect(try tree == plain.tree(of: [GitPath("a"): file, GitPath("b"): file]))
    #expect(try store.entry(at: GitPath("a"), in: old) == file)
  }

  @Test(arguments: Adapter.allCases, 1...4 as ClosedRange<UInt64>)
  func `random changes give the tree git makes, and the differences git sees`(
    adapter: Adapter, seed: UInt64
  ) throws {
    let plain = try PlainRepository()
    let store = try adapter.open(plain)
    var random = SplitMix64(seed: seed)
    let blobs = try store.writeBlobs((0..<5).map { Array("content \($0)\n".utf8) })
    var model: [GitPath: TreeEntry] = [:]
    var tree = try store.writeTree(base: nil, changes: [])
    for round in 0..<12 {
      var puts: [GitPath: TreeEntry] = [:]
      var removals: Set<GitPath> = []
      for _ in 0..<(1 + random.below(6)) {
        let path = GitPath(
          bytes: Array(
            (0..<(1 + random.below(3))).map { _ in
              random.pick([[0x61], [0xFF], Array("a.b".utf8), Array("a b".utf8)])
            }.joined(separator: [0x2F])))
        if random.below(3) == 0 {
          removals.insert(path)
        } else if !puts.keys.contains(where: { $0.isWithin(path) || path.isWithin($0) }) {
          let mode = random.pick([FileMode.file, .executable, .symlink, .gitlink])
          puts[path] = mode == .gitlink ? Self.link : TreeEntry(mode: mode, id: random.pick(blobs))
        }
      }
      removals = removals.filter { removal in !puts.keys.contains { removal.isWithin($0) } }
      for removal in removals { model = model.filter { !$0.key.isWithin(removal) } }
      for (path, entry) in puts {
        model = model.filter { !$0.key.isWithin(path) && !path.isWithin($0.key) }
        model[path] = entry
      }
      let before = tree
      tree = try store.writeTree(base: before, changes: self.changes(puts, removals))
      #expect(try tree == plain.tree(of: model), "seed \(seed), round \(round)")
      try self.expectSameDifferences(before, tree, store, plain, "seed \(seed), round \(round)")
    }
  }

  // MARK: comparing

  /// What `git diff-tree` says: status letters and line counts.
  private func expectSameDifferences(
    _ old: ObjectID, _ new: ObjectID, _ store: any SnapshotStore, _ plain: PlainRepository,
    _ shown: String
  ) throws {
    let options: [CommandWord] = ["-r", "-z", "--no-renames", CommandWord(old), CommandWord(new)]
    let fields = try plain.git(["diff-tree", "--name-status"] + options).split(separator: 0)
    var expected: [GitPath: PathChange.Kind] = [:]
    for index in stride(from: 0, to: fields.count, by: 2) {
      let kinds: [UInt8: PathChange.Kind] = [
        0x41: .added, 0x44: .deleted, 0x4D: .modified, 0x54: .typeChanged,
      ]
      expected[GitPath(bytes: fields[index + 1])] = fields[index].first.flatMap { kinds[$0] }
    }
    let changes = try store.compare(old, new, countingLinesUpTo: 100)
    #expect(changes.map(\.path) == expected.keys.sorted(), "\(shown)")
    for change in changes { #expect(change.kind == expected[change.path], "\(shown)") }
    for record in try plain.git(["diff-tree", "--numstat"] + options).split(separator: 0) {
      let words = record.split(separator: 0x09, maxSplits: 2).map { Array($0) }
      let change = changes.first { $0.path == GitPath(bytes: words[2]) }
      // What is of another kind now has no lines in common to count.
      if change?.kind == .typeChanged {
        #expect(change?.lines == nil, "\(shown)")
        continue
      }
      let lines = change?.lines
      let counts = words[..<2].map { Int(String(decoding: $0, as: UTF8.self)) }
      let wanted = counts[0].flatMap { added in
        counts[1].map { LineCounts(added: added, removed: $0) }
      }
      #expect(lines == wanted, "\(shown): \(GitPath(bytes: words[2]).displayed)")
    }
  }

  @Test(arguments: Adapter.allCases)
  func `counts lines as git does, and not when there is too much to count`(adapter: Adapter) throws
  {
    let plain = try PlainRepository()
    let store = try adapter.open(plain)
    func entry(_ text: String, _ mode: FileMode = .file) throws -> TreeEntry {
      TreeEntry(mode: mode, id: try plain.blob(text, store))
    }
    let old = try plain.tree(of: [
      GitPath("lines"): entry("1\n2\n3\n"), GitPath("binary"): entry("a\0b"),
      GitPath("gone"): entry("1\n2"), GitPath("mode"): entry("1\n"),
      GitPath("type"): entry("target", .symlink), GitPath("empty"): entry("x\n"),
    ])
    let new = try plain.tree(of: [
      GitPath("lines"): entry("1\ntwo\n3\n4\n"), GitPath("binary"): entry("a\0c"),
      GitPath("new/file"): entry("1\n2"), GitPath("mode"): entry("1\n", .executable),
      GitPath("type"): entry("target\n"), GitPath("empty"): entry(""), GitPath("module"): Self.link,
    ])
    try self.expectSameDifferences(old, new, store, plain, "forth")
    try self.expectSameDifferences(new, old, store, plain, "back")
    let uncounted = try store.compare(old, new, countingLinesUpTo: 7)
    #expect(uncounted.count == 8)
    #expect(uncounted.allSatisfy { $0.lines == nil })
    #expect(try store.compare(old, old, countingLinesUpTo: 9).isEmpty)
    let all = try store.compare(nil, old, countingLinesUpTo: 9)
    #expect(all.count == 6 && all.allSatisfy { $0.kind == .added })
    #expect(all.first { $0.path == GitPath("lines") }?.lines == LineCounts(added: 3, removed: 0))
  }
}
