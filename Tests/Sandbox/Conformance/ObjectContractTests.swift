import PulsarCore
import PulsarEngine
import PulsarGit
import TestSupport
import Testing

/// What every `SnapshotStore` does with objects; git is the reference.
@Suite struct ObjectContractTests {
  // MARK: blobs

  @Test(arguments: Adapter.allCases)
  func `blobs get the ids git gives them, and are read by git`(adapter: Adapter) throws {
    let plain = try PlainRepository()
    let store = try adapter.open(plain)
    var random = SplitMix64(seed: 1)
    let contents: [[UInt8]] = [
      [], [0], Array(0...255), Array("text\r\n".utf8), Array("blob 3\0abc".utf8),
      random.bytes((1 << 20) + 1), [],
    ]
    let ids = try store.writeBlobs(contents)
    for (content, id) in zip(contents, ids) {
      #expect(try plain.id(["hash-object", "--no-filters", "--stdin"], input: content) == id)
      #expect(try plain.git(["cat-file", "blob", CommandWord(id)]) == content)
      #expect(try store.blobSizes([id])[id] == ByteCount(content.count))
    }
    #expect(ids.count == contents.count)
    #expect(try store.writeBlobs([]) == [])
    #expect(try store.writeBlobs(contents) == ids, "what is there is written again")
    try plain.expectSound()
  }

  @Test(arguments: Adapter.allCases)
  func `filters and line endings are not for the store`(adapter: Adapter) throws {
    let plain = try PlainRepository()
    try plain.git(["config", "core.autocrlf", "true"])
    try Files.write(plain.top / ".gitattributes", "* text ident\n")
    let store = try adapter.open(plain)
    let content = Array("$Id: x $\r\n".utf8)
    let id = try #require(try store.writeBlobs([content]).first)
    #expect(try plain.git(["cat-file", "blob", CommandWord(id)]) == content)
  }

  @Test(arguments: Adapter.allCases, [63, 64, 300])
  func `any number of blobs at once is written`(adapter: Adapter, count: Int) throws {
    let plain = try PlainRepository()
    let store = try adapter.open(plain)
    let one = try plain.blob("content 5", store)
    let contents = (0..<count).map { Array("content \($0 % (count - 1))".utf8) }
    let ids = try store.writeBlobs(contents)
    #expect(ids.count == count && ids[5] == one && ids[0] == ids[count - 1])
    try store.makeObjectsDurable()
    let listing = try plain.git(
      ["cat-file", "--batch-check=%(objecttype) %(objectsize)"],
      input: ids.flatMap { Array("\($0.hex)\n".utf8) })
    let expected = contents.flatMap { Array("blob \($0.count)\n".utf8) }
    #expect(listing == expected)
    try plain.expectSound()
  }

  /// Hands out `content` piece by piece.
  private func stream(
    _ content: [UInt8], announced: Int, pieces: Int, into store: any SnapshotStore
  ) throws -> ObjectID? {
    var rest = content[...]
    return try store.writeBlob(size: announced) { (buffer) throws(StoreError) in
      let piece = rest.prefix(min(pieces, buffer.count))
      rest = rest.dropFirst(piece.count)
      buffer.copyBytes(from: piece)
      return piece.count
    }
  }

  @Test(arguments: Adapter.allCases)
  func `a streamed blob is written when it has the size it was announced with`(adapter: Adapter)
    throws
  {
    let plain = try PlainRepository()
    let store = try adapter.open(plain)
    var random = SplitMix64(seed: 2)
    for (size, pieces) in [(0, 1), (1, 1), (1000, 7), (3 << 20, 1 << 18), ((1 << 18) + 1, 1 << 20)]
    {
      let content = random.bytes(size)
      let expected = try plain.id(["hash-object", "--no-filters", "--stdin"], input: content)
      #expect(
        try self.stream(content, announced: size, pieces: pieces, into: store) == expected)
      #expect(try plain.git(["cat-file", "blob", CommandWord(expected)]) == content)
      for wrong in [size + 1, size + 5000, size - 1, size / 2] where wrong >= 0 && wrong != size {
        let other = content + [1]
        #expect(
          try self.stream(
            other, announced: wrong == size + 1 ? size : wrong, pieces: pieces, into: store) == nil)
      }
    }
    try plain.expectSound()
  }

  @Test(arguments: Adapter.allCases)
  func `a stream that fails writes nothing`(adapter: Adapter) throws {
    let plain = try PlainRepository()
    let store = try adapter.open(plain)
    let error = StoreError.failed(operation: "reading", cause: "a test")
    var hasRead = false
    #expect(throws: error) {
      try store.writeBlob(size: 4) { (buffer) throws(StoreError) in
        if hasRead { throw error }
        hasRead = true
        buffer.copyBytes(from: [1, 2, 3, 4])
        return 4
      }
    }
    let id = try plain.id(["hash-object", "--stdin"], input: [1, 2, 3, 4])
    #expect(try store.blobSizes([id])[id] == nil)
  }

  @Test(arguments: Adapter.allCases)
  func `only a blob has the size of a blob`(adapter: Adapter) throws {
    let plain = try PlainRepository()
    let store = try adapter.open(plain)
    let tree = try store.writeTree(base: nil, changes: [])
    #expect(try store.blobSizes([tree])[tree] == nil)
    let absent = ObjectID(bytes: [UInt8](repeating: 7, count: 20))
    #expect(try store.blobSizes([absent, tree, absent]) == [:])
    #expect(try store.blobSizes([]) == [:])
  }

  // MARK: commits

  @Test(arguments: Adapter.allCases)
  func `a commit is read back as it was written, by us and by git`(adapter: Adapter) throws {
    let plain = try PlainRepository()
    let store = try adapter.open(plain)
    let tree = try store.writeTree(base: nil, changes: [])
    let first = try store.writeCommit(.make(tree, [], "first\n"))
    let second = try store.writeCommit(.make(tree, [first], "second\n", seconds: 0))
    var commit = NewCommit.make(tree, [second, first], "")
    commit.signature = Signature(name: Array("Ünï\n<x>".utf8) + [0xFF], email: nil)
    commit.time = WallTime(seconds: 1_234_567_890, utcOffsetMinutes: -90)
    commit.message = Array("subject\n\nbody ".utf8) + [0xFF, 0x0A]
    let id = try store.writeCommit(commit)
    let record = try store.commit(id)
    #expect(record.id == id && record.tree == tree && record.parents == [second, first])
    #expect(record.time.seconds == 1_234_567_890 && record.time.utcOffsetMinutes == -90)
    #expect(record.message == commit.message)
    let person = Array("Ünïx".utf8) + [0xFF] + Array(" <pulsar@localhost> 1234567890 -0130\n".utf8)
    let text =
      Array("tree \(tree.hex)\nparent \(second.hex)\nparent \(first.hex)\nauthor ".utf8) + person
      + Array("committer ".utf8) + person + [0x0A] + commit.message
    #expect(try plain.git(["cat-file", "commit", CommandWord(id)]) == text)
    #expect(throws: StoreError.self) { try store.commit(tree) }
    let missing = ObjectID(bytes: [UInt8](repeating: 9, count: 20))
    let error = #expect(throws: StoreError.self) { try store.commit(missing) }
    guard case .objectMissing(missing, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test(arguments: Adapter.allCases)
  func `knows what a history contains`(adapter: Adapter) throws {
    let plain = try PlainRepository()
    let store = try adapter.open(plain)
    let tree = try store.writeTree(base: nil, changes: [])
    let root = try store.writeCommit(.make(tree, [], "root"))
    let left = try store.writeCommit(.make(tree, [root], "left"))
    let right = try store.writeCommit(.make(tree, [root], "right"))
    let merge = try store.writeCommit(.make(tree, [left, right], "merge"))
    let stranger = try store.writeCommit(.make(tree, [], "stranger"))
    for (old, new, isContained) in [
      (root, root, true), (root, merge, true), (right, merge, true), (merge, left, false),
      (left, right, false), (stranger, merge, false), (merge, merge, true),
    ] {
      #expect(try store.contains(old, in: new) == isContained)
    }
  }

  // MARK: damage

  @Test(arguments: Adapter.allCases, ["", "garbage"])
  func `a damaged object is written anew`(adapter: Adapter, damage: String) throws {
    let plain = try PlainRepository()
    let content = Array("the content".utf8)
    let large = [UInt8](repeating: 65, count: 300_000)
    var old = try adapter.open(plain)
    let blob = try #require(try old.writeBlobs([content]).first)
    let streamed = try #require(
      try self.stream(large, announced: large.count, pieces: 9999, into: old))
    let tree = try old.writeTree(
      base: nil, changes: [TreeChange(path: GitPath("a"), entry: .init(mode: .file, id: blob))])
    let commit = NewCommit.make(tree)
    let id = try old.writeCommit(commit)
    for object in [blob, streamed, tree, id] {
      try Files.remove(plain.loosePath(object))
      try Files.write(plain.loosePath(object), Bytes(damage), mode: 0o444)
    }
    old = try adapter.open(plain)
    #expect(try old.writeBlobs([content]) == [blob])
    var written: ObjectID?
    for _ in 0..<2 where written == nil {
      written = try? self.stream(large, announced: large.count, pieces: 9999, into: old)
    }
    #expect(written == streamed)
    #expect(
      try old.writeTree(
        base: nil, changes: [TreeChange(path: GitPath("a"), entry: .init(mode: .file, id: blob))])
        == tree)
    #expect(try old.writeCommit(commit) == id)
    for object in [blob, streamed, tree, id] {
      let result = try plain.repository.git.run(["cat-file", "-p", CommandWord(object)])
      #expect(result.succeeded, "\(object): \(result.complaint)")
    }
    try plain.expectSound()
  }

  @Test(arguments: Adapter.allCases)
  func `a damaged object among many is written anew`(adapter: Adapter) throws {
    let plain = try PlainRepository()
    let contents = (0..<80).map { Array("content \($0)".utf8) }
    let one = try #require(try adapter.open(plain).writeBlobs([contents[7]]).first)
    try Files.remove(plain.loosePath(one))
    try Files.write(plain.loosePath(one), "", mode: 0o444)
    _ = try adapter.open(plain).writeBlobs(contents)
    #expect(try plain.git(["cat-file", "blob", CommandWord(one)]) == contents[7])
    try plain.expectSound()
  }

  @Test func `ids do not depend on durability`() throws {
    let plain = try PlainRepository()
    let other = try PlainRepository()
    let durable = try LibGit2SnapshotStore(plain.location, isDurable: true)
    let quick = try LibGit2SnapshotStore(other.location, isDurable: false)
    let contents = (0..<70).map { Array("content \($0)".utf8) }
    func ids(_ store: LibGit2SnapshotStore) throws -> [ObjectID] {
      var ids = try store.writeBlobs(contents) + store.writeBlobs([[1]])
      let entry = TreeEntry(mode: .file, id: ids[3])
      let tree = try store.writeTree(
        base: nil, changes: [TreeChange(path: GitPath("a/b"), entry: entry)])
      let commit = try store.writeCommit(.make(tree))
      let ref = RefName("refs/pulsar/streams/m/a")
      try store.makeObjectsDurable()
      try store.move(ref, from: nil, to: commit)
      try store.makeDurable(ref)
      try store.confirm(commit, at: ref, objects: ids)
      ids += [tree, commit]
      return ids
    }
    #expect(try ids(durable) == ids(quick))
  }

  // MARK: blobs of others

  @Test(arguments: Adapter.allCases)
  func `a blob of somebody else is taken over only when it is whole`(adapter: Adapter) throws {
    let plain = try PlainRepository()
    let store = try adapter.open(plain)
    let content = Array(repeating: UInt8(ascii: "x"), count: 70_000) + [UInt8](0...255)
    let id = try plain.id(["hash-object", "-w", "--stdin"], input: content)
    #expect(try store.adopt([id])[id] == ByteCount(content.count))
    try store.makeObjectsDurable()
    let loose = plain.loosePath(id)
    let bytes = try Files.read(loose)
    try Files.remove(loose)
    #expect(try adapter.open(plain).adopt([id])[id] == nil)
    try Files.write(loose, Bytes(bytes.array.dropLast(20)))
    #expect(try adapter.open(plain).adopt([id])[id] == nil)
    try Files.write(loose, "")
    #expect(try adapter.open(plain).adopt([id])[id] == nil)
  }
}
