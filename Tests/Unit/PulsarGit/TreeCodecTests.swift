import PulsarCore
import PulsarEngine
import TestSupport
import Testing

@testable import PulsarGit

@Suite struct TreeCodecTests {
  /// Tree objects in memory.
  final class Objects {
    var trees: [ObjectID: [UInt8]] = [:]

    func write(_ lines: [TreeCodec.Line]) -> ObjectID {
      let bytes = TreeCodec.bytes(lines)
      let id = FakeStore.id(2, bytes)
      self.trees[id] = bytes
      return id
    }

    func read(_ id: ObjectID) -> [TreeCodec.Line] {
      TreeCodec.lines(self.trees[id] ?? [], idLength: 20) ?? []
    }

    func rebuild(_ base: ObjectID?, _ changes: [TreeChange]) -> ObjectID? {
      TreeCodec.rebuild(
        base, with: TreeCodec.Folder(changes), read: { self.read($0) }, write: { self.write($0) })
    }

    /// Every file of a tree, and every folder that is empty or unsorted, which none may be.
    func flat(_ id: ObjectID?, below folder: GitPath = .root) -> [GitPath: TreeEntry] {
      guard let id else { return [:] }
      var files: [GitPath: TreeEntry] = [:]
      let lines = self.read(id)
      #expect(!lines.isEmpty, "\(folder.displayed) is an empty folder")
      #expect(zip(lines, lines.dropFirst()).allSatisfy { $0.precedes($1) }, "\(folder.displayed)")
      for line in lines {
        let path = folder.appending(line.name)
        if line.isTree {
          files.merge(self.flat(line.id, below: path)) { one, _ in one }
        } else if let mode = FileMode(rawValue: line.mode) {
          files[path] = TreeEntry(mode: mode, id: line.id)
        }
      }
      return files
    }
  }

  private static func blob(_ number: Int) -> TreeEntry {
    TreeEntry(mode: .file, id: FakeStore.id(1, [UInt8(truncatingIfNeeded: number)]))
  }

  private static func put(_ path: String, _ number: Int = 1) -> TreeChange {
    TreeChange(path: GitPath(path), entry: self.blob(number))
  }

  private static func remove(_ path: String) -> TreeChange {
    TreeChange(path: GitPath(path), entry: nil)
  }

  private func result(_ base: [String], _ changes: [TreeChange]) -> [String] {
    let objects = Objects()
    let tree = objects.rebuild(nil, base.map { Self.put($0) })
    return objects.flat(objects.rebuild(tree, changes)).keys.sorted().map(\.displayed)
  }

  @Test(arguments: [20, 32])
  func `what was written is read again`(idLength: Int) {
    var random = SplitMix64(seed: 1)
    for _ in 0..<50 {
      let lines = (0..<random.below(6)).map { _ in
        TreeCodec.Line(
          name: random.bytes(1 + random.below(8), from: 1...255)[...],
          mode: random.pick([0o100644, 0o40000, 0o120000, 0o160000, 0o100755, 0o100664]),
          id: ObjectID(bytes: random.bytes(idLength)))
      }
      let read = TreeCodec.lines(TreeCodec.bytes(lines), idLength: idLength)
      #expect(read?.map { Array($0.name) } == lines.map { Array($0.name) })
      #expect(read?.map(\.mode) == lines.map(\.mode))
      #expect(read?.map(\.id) == lines.map(\.id))
    }
  }

  @Test(arguments: [
    "x", "100644", "100644 ", "100644 a", "100644 a\0", "100644 a\0short",
    "100699 a\0" + Self.filler,
    " \0" + Self.filler, "777777777777 a\0" + Self.filler,
  ])
  func `other bytes are no tree`(text: String) {
    #expect(TreeCodec.lines(Array(text.utf8), idLength: 20) == nil)
  }

  private static let filler = String(repeating: "i", count: 20)

  @Test func `any bytes are read or refused, and never trap`() {
    var random = SplitMix64(seed: 7)
    let whole = TreeCodec.bytes(
      ["a", "b", "c"].map { .init(name: Array($0.utf8)[...], mode: 0o100644, id: Self.blob(1).id) })
    for _ in 0..<5000 {
      var bytes = whole
      bytes[random.below(bytes.count)] = UInt8(random.below(256))
      _ = TreeCodec.lines(Array(bytes.prefix(random.below(bytes.count + 1))), idLength: 20)
    }
  }

  @Test func `sorts folders as if their names ended in a slash`() {
    func line(_ name: String, _ mode: UInt32) -> TreeCodec.Line {
      .init(name: Array(name.utf8)[...], mode: mode, id: Self.blob(1).id)
    }
    let sorted = [
      line("a-", 0o100644), line("a.b", 0o100644), line("a", 0o040000), line("a0", 0o100644),
      line("ab", 0o040000), line("b", 0o160000), line("b.", 0o100644), line("b", 0o040000),
    ]
    for (index, left) in sorted.enumerated() {
      for (other, right) in sorted.enumerated() {
        #expect(left.precedes(right) == (index < other), "\(index) \(other)")
      }
    }
  }

  @Test func `makes the changes, and leaves no empty folder`() {
    #expect(self.result(["a", "b/c"], [Self.put("b/d"), Self.remove("a")]) == ["b/c", "b/d"])
    #expect(self.result(["a", "x/y/z"], [Self.remove("x/y/z")]) == ["a"])
    #expect(self.result(["a"], [Self.remove("a")]) == [])
    #expect(self.result(["a/b", "a/c", "d"], [Self.remove("a")]) == ["d"])
    #expect(
      self.result(["a"], [Self.remove("b"), Self.remove("a/b"), Self.remove("c/d")]) == ["a"])
  }

  @Test func `a file takes the place of a folder, and a folder that of a file`() {
    #expect(self.result(["a/b", "a/c"], [Self.put("a")]) == ["a"])
    #expect(
      self.result(["a/b", "a/c"], [Self.put("a"), Self.remove("a/b"), Self.remove("a/c")]) == ["a"])
    #expect(self.result(["a"], [Self.put("a/b/c")]) == ["a/b/c"])
    #expect(self.result(["a"], [Self.put("a/b"), Self.remove("a")]) == ["a/b"])
    #expect(self.result(["a/b/c"], [Self.put("a/b"), Self.remove("a/b/c")]) == ["a/b"])
  }

  @Test func `gives back the base when nothing changes`() {
    let objects = Objects()
    let base = objects.rebuild(nil, [Self.put("a"), Self.put("b/c")])
    let count = objects.trees.count
    #expect(objects.rebuild(base, []) == base)
    #expect(objects.rebuild(base, [Self.put("b/c"), Self.remove("x")]) == base)
    #expect(objects.trees.count == count)
  }

  @Test func `a mode of long ago is written as of today in a folder that changes`() {
    let objects = Objects()
    let old = objects.write([.init(name: Array("a".utf8)[...], mode: 0o100664, id: Self.blob(1).id)]
    )
    #expect(objects.rebuild(old, []) == old)
    #expect(
      objects.rebuild(old, [Self.put("b")]) == objects.rebuild(nil, [Self.put("a"), Self.put("b")]))
  }

  @Test(arguments: 1...30 as ClosedRange<UInt64>)
  func `agrees with a list of paths, whatever changes`(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let objects = Objects()
    var tree: ObjectID?
    var model: [GitPath: TreeEntry] = [:]
    for round in 0..<60 {
      var puts: [GitPath: TreeEntry] = [:]
      var removals: Set<GitPath> = []
      for _ in 0..<(1 + random.below(5)) {
        let names = (0..<(1 + random.below(3))).map { _ in
          random.pick([[0x61], [0x62], [0xFF], Array("a.b".utf8), Array("a-b".utf8)])
        }
        let path = GitPath(bytes: Array(names.joined(separator: [0x2F])))
        if random.below(3) == 0 {
          removals.insert(path)
        } else if !puts.keys.contains(where: { $0.isWithin(path) || path.isWithin($0) }) {
          puts[path] = Self.blob(random.below(200))
        }
      }
      removals = removals.filter { removal in !puts.keys.contains { removal.isWithin($0) } }
      for removal in removals { model = model.filter { !$0.key.isWithin(removal) } }
      for (path, entry) in puts {
        model = model.filter { !$0.key.isWithin(path) && !path.isWithin($0.key) }
        model[path] = entry
      }
      let changes =
        puts.map { TreeChange(path: $0.key, entry: $0.value) }
        + removals.map { TreeChange(path: $0, entry: nil) }
      tree = objects.rebuild(tree, changes.shuffled(using: &random))
      #expect(objects.flat(tree) == model, "seed \(seed), round \(round)")
      // The same tree, whatever way led to it.
      let direct = objects.rebuild(nil, model.map { TreeChange(path: $0.key, entry: $0.value) })
      #expect(tree == direct, "seed \(seed), round \(round)")
      if objects.flat(tree) != model { return }
    }
  }
}

@Suite struct CommitCodecTests {
  private static let id = ObjectID(bytes: [UInt8](repeating: 1, count: 20))

  private func commit(_ seconds: Int64, _ offset: Int32) -> NewCommit {
    NewCommit(
      tree: Self.id, parents: [Self.id, ObjectID(bytes: [UInt8](repeating: 2, count: 20))],
      signature: Signature(name: Array("A <b>".utf8), email: Array("a@b".utf8)),
      time: WallTime(seconds: seconds, utcOffsetMinutes: offset),
      message: Array("subject\n\nauthor x\ntree y\n".utf8) + [0xFF, 0x0A])
  }

  @Test(
    arguments: [
      (0, 0, "+0000"), (1_795_190_645, 345, "+0545"), (1, -90, "-0130"), (1, -30, "-0030"),
      (1, 840, "+1400"),
    ] as [(Int64, Int32, String)])
  func `what was written is read again`(seconds: Int64, offset: Int32, zone: String) throws {
    let commit = self.commit(seconds, offset)
    let bytes = CommitCodec.bytes(commit)
    let text = String(decoding: bytes, as: UTF8.self)
    #expect(
      text.contains(
        "\nauthor A b <a@b> \(seconds) \(zone)\ncommitter A b <a@b> \(seconds) \(zone)\n\n"))
    let record = try #require(CommitCodec.record(Self.id, bytes))
    #expect(record.tree == commit.tree)
    #expect(record.parents == commit.parents)
    #expect(record.time.seconds == seconds)
    #expect(record.time.utcOffsetMinutes == offset)
    #expect(record.message == commit.message)
  }

  @Test func `reads commits of others with headers we never write`() throws {
    let text = """
      tree \(Self.id.hex)
      author A U Thor <a b c@x> 12 +0200
      committer C O Mitter <> 34 -0700
      encoding latin1
      gpgsig -----BEGIN PGP SIGNATURE-----
       parent \(Self.id.hex)
       -----END PGP SIGNATURE-----

      message
      """
    let record = try #require(CommitCodec.record(Self.id, Array(text.utf8)))
    #expect(record.parents == [])
    #expect(record.time == WallTime(seconds: 34, utcOffsetMinutes: -420))
    #expect(record.message == Array("message".utf8))
  }

  @Test func `any bytes are read or refused, and never trap`() {
    var random = SplitMix64(seed: 3)
    let whole = CommitCodec.bytes(self.commit(5, 60))
    #expect(CommitCodec.record(Self.id, []) == nil)
    #expect(CommitCodec.record(Self.id, Array("tree x\n\n".utf8)) == nil)
    for _ in 0..<5000 {
      var bytes = whole
      bytes[random.below(bytes.count)] = UInt8(random.below(256))
      _ = CommitCodec.record(Self.id, Array(bytes.prefix(random.below(bytes.count + 1))))
    }
  }
}
