import Foundation
import PulsarCore
import PulsarEngine
import PulsarGit
import Testing

/// What every `SnapshotStore` does with refs; git is the reference.
@Suite struct RefContractTests {
  /// A repository with three commits.
  struct World {
    let plain: PlainRepository
    let store: any SnapshotStore
    let commits: [ObjectID]
    let blob: ObjectID

    init(_ adapter: Adapter) throws {
      self.plain = try PlainRepository()
      self.store = try adapter.open(self.plain)
      self.blob = try self.plain.blob("content", self.store)
      let entry = TreeEntry(mode: .file, id: self.blob)
      let tree = try self.store.writeTree(
        base: nil, changes: [TreeChange(path: GitPath("a"), entry: entry)])
      self.commits = try ["1", "2", "3"].map { [store] in try store.writeCommit(.make(tree, [], $0))
      }
    }

    /// The refs as git lists them.
    func listed() throws -> [String] {
      String(
        decoding: try self.plain.git(["for-each-ref", "--format=%(refname) %(objectname)"]),
        as: UTF8.self
      ).split(separator: "\n").map { String($0) }
    }
  }

  private static let ref = RefName("refs/pulsar/streams/m--1/topic/a")

  @Test(arguments: Adapter.allCases)
  func `a ref is made, moved and deleted`(adapter: Adapter) throws {
    let world = try World(adapter)
    let (store, commits) = (world.store, world.commits)
    #expect(try store.resolve(Self.ref) == nil)
    try store.move(Self.ref, from: nil, to: commits[0])
    #expect(try store.resolve(Self.ref) == commits[0])
    #expect(try world.listed() == ["refs/pulsar/streams/m--1/topic/a \(commits[0].hex)"])
    try store.move(Self.ref, from: commits[0], to: commits[1])
    #expect(try store.resolve(Self.ref) == commits[1])
    try store.makeDurable(Self.ref)
    try store.move(Self.ref, from: commits[1], to: nil)
    #expect(try store.resolve(Self.ref) == nil)
    #expect(try world.listed().isEmpty)
  }

  @Test(arguments: Adapter.allCases, [false, true])
  func `a ref that is elsewhere stays there`(adapter: Adapter, isPacked: Bool) throws {
    let world = try World(adapter)
    let (store, commits) = (world.store, world.commits)
    let moved = StoreError.refMoved(Self.ref)
    #expect(throws: moved) { try store.move(Self.ref, from: commits[0], to: commits[1]) }
    #expect(throws: moved) { try store.move(Self.ref, from: commits[0], to: nil) }
    #expect(try world.listed().isEmpty)
    try store.move(Self.ref, from: nil, to: commits[0])
    if isPacked { try world.plain.git(["pack-refs", "--all", "--prune"]) }
    #expect(throws: moved) { try store.move(Self.ref, from: nil, to: commits[1]) }
    #expect(throws: moved) { try store.move(Self.ref, from: commits[1], to: commits[2]) }
    #expect(throws: moved) { try store.move(Self.ref, from: commits[1], to: nil) }
    #expect(try store.resolve(Self.ref) == commits[0])
    #expect(try world.listed() == ["refs/pulsar/streams/m--1/topic/a \(commits[0].hex)"])
    try store.move(Self.ref, from: commits[0], to: commits[2])
    #expect(try store.resolve(Self.ref) == commits[2])
    try store.move(Self.ref, from: commits[2], to: nil)
    #expect(try world.listed().isEmpty)
  }

  @Test(arguments: Adapter.allCases)
  func `a ref is not moved to what was read and then pruned`(adapter: Adapter) throws {
    let world = try World(adapter)
    _ = try world.store.commit(world.commits[0])
    try world.plain.git(["prune", "--expire=now"])
    let error = #expect(throws: StoreError.self) {
      try world.store.move(Self.ref, from: nil, to: world.commits[0])
    }
    guard case .notReadBack = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(throws: StoreError.self) { try world.store.commit(world.commits[0]) }
    #expect(try world.listed().isEmpty)
  }

  @Test(arguments: Adapter.allCases)
  func `sees what git did meanwhile`(adapter: Adapter) throws {
    let world = try World(adapter)
    let (store, commits) = (world.store, world.commits)
    try store.move(Self.ref, from: nil, to: commits[0])
    try world.plain.git(["update-ref", CommandWord(Self.ref), CommandWord(commits[1])])
    #expect(try store.resolve(Self.ref) == commits[1])
    #expect(throws: StoreError.refMoved(Self.ref)) {
      try store.move(Self.ref, from: commits[0], to: commits[2])
    }
    try world.plain.git(["pack-refs", "--all", "--prune"])
    #expect(try store.resolve(Self.ref) == commits[1])
    try store.move(Self.ref, from: commits[1], to: commits[2])
    #expect(try store.resolve(Self.ref) == commits[2])
  }

  @Test(arguments: Adapter.allCases)
  func `lists the refs whose names start with a prefix, in order`(adapter: Adapter) throws {
    let world = try World(adapter)
    let names: [[UInt8]] = [
      Array("refs/pulsar/streams/m--1/a".utf8), Array("refs/pulsar/streams/m--1/b/c".utf8),
      Array("refs/pulsar/streams/m--1/".utf8) + [0xFF, 0xE9],
      Array("refs/pulsar/streams/m--12/a".utf8),
      Array("refs/pulsar/pushed/m--1/a".utf8), Array("refs/heads/m--1/a".utf8),
    ]
    for (index, name) in names.enumerated() {
      try world.store.move(RefName(bytes: name), from: nil, to: world.commits[index % 3])
      if index == 2 { try world.plain.git(["pack-refs", "--all", "--prune"]) }
    }
    for (prefix, indices) in [
      ("refs/pulsar/streams/m--1/", [0, 1, 2]), ("refs/pulsar/streams/m--1", [0, 1, 2, 3]),
      ("refs/pulsar/streams/m--1/b", [1]), ("refs/pulsar/undo/", []), ("refs/heads/", [5]),
      ("refs/pulsar/", [4, 0, 1, 2, 3]), ("refs/pulsar/streams/m--1/a/", []),
    ] as [(String, [Int])] {
      let found = try world.store.refs(withPrefix: prefix)
      #expect(found.map(\.name) == indices.map { RefName(bytes: names[$0]) }.sorted(), "\(prefix)")
      for (name, id) in found { #expect(try world.store.resolve(name) == id) }
    }
  }

  @Test(arguments: Adapter.allCases)
  func `a ref is taken by its full name alone`(adapter: Adapter) throws {
    let world = try World(adapter)
    for decoy in ["refs/heads/", "refs/tags/", "refs/"] {
      let name = RefName(bytes: Array(decoy.utf8) + Self.ref.bytes)
      try world.plain.git(["update-ref", CommandWord(name), CommandWord(world.commits[2])])
    }
    #expect(try world.store.resolve(Self.ref) == nil)
    try world.store.move(Self.ref, from: nil, to: world.commits[0])
    #expect(try world.store.resolve(Self.ref) == world.commits[0])
  }

  @Test(arguments: Adapter.allCases)
  func `no reflog is written, and nothing else of the repository is touched`(adapter: Adapter)
    throws
  {
    let world = try World(adapter)
    let own: [Bytes] = ["objects", "refs/pulsar", "pulsar"]
    func files() throws -> [Bytes: Bytes] {
      var found: [Bytes: Bytes] = [:]
      for path in Files.walk(world.plain.gitDir, entering: { !own.contains($0) }) {
        let full = world.plain.gitDir / path
        if Files.status(full)?.isFile == true { found[path] = try Files.read(full) }
      }
      #expect(found.count > 2)
      return found
    }
    try world.plain.git(["config", "core.logAllRefUpdates", "true"])
    let before = try files()
    try world.store.move(Self.ref, from: nil, to: world.commits[0])
    try world.store.move(Self.ref, from: world.commits[0], to: world.commits[1])
    try world.store.makeObjectsDurable()
    #expect(try files() == before)
    #expect(!Files.exists(world.plain.gitDir / "logs/refs/pulsar"))
    try world.plain.expectSound()
  }

  @Test(arguments: Adapter.allCases)
  func `a lock that somebody else holds stops the move and changes nothing`(adapter: Adapter) throws
  {
    let world = try World(adapter)
    try world.store.move(Self.ref, from: nil, to: world.commits[0])
    let lock = world.plain.gitDir / Bytes(Self.ref.bytes + Array(".lock".utf8))
    try Files.write(lock, "")
    #expect(throws: StoreError.self) {
      try world.store.move(Self.ref, from: world.commits[0], to: world.commits[1])
    }
    #expect(try world.store.resolve(Self.ref) == world.commits[0])
    try Files.remove(lock)
    try world.store.move(Self.ref, from: world.commits[0], to: world.commits[1])
  }

  @Test(arguments: Adapter.allCases)
  func `whoever removes what was left leaves the lock of a ref that is being moved`(
    adapter: Adapter
  ) throws {
    let world = try World(adapter)
    let location = world.plain.location
    let sweeper = Thread { while !Thread.current.isCancelled { Litter.sweep(location) } }
    sweeper.start()
    defer { sweeper.cancel() }
    var last: ObjectID?
    for number in 0..<(adapter == .gitProgram ? 60 : 400) {
      let next = world.commits[number % 3]
      try world.store.move(Self.ref, from: last, to: next)
      last = next
    }
  }

  // MARK: confirming

  @Test(arguments: Adapter.allCases)
  func `confirms what is there`(adapter: Adapter) throws {
    let world = try World(adapter)
    try world.store.makeObjectsDurable()
    try world.store.move(Self.ref, from: nil, to: world.commits[0])
    try world.store.makeDurable(Self.ref)
    try world.store.confirm(world.commits[0], at: Self.ref, objects: [world.blob, world.blob])
    #expect(throws: StoreError.refMoved(Self.ref)) {
      try world.store.confirm(world.commits[1], at: Self.ref, objects: [])
    }
  }

  @Test(
    arguments: Adapter.allCases,
    ["commit", "tree", "blob"].flatMap { kind in ["gone", "empty", "garbage"].map { (kind, $0) } })
  func `does not confirm what is gone or damaged`(
    adapter: Adapter, object: (kind: String, state: String)
  ) throws {
    let world = try World(adapter)
    let commit = world.commits[0]
    try world.store.move(Self.ref, from: nil, to: commit)
    let objects = [
      "commit": commit, "tree": try world.store.commit(commit).tree, "blob": world.blob,
    ]
    let path = world.plain.loosePath(try #require(objects[object.kind]))
    try Files.remove(path)
    if object.state != "gone" {
      try Files.write(path, object.state == "empty" ? "" : "garbage", mode: 0o444)
    }
    let error = #expect(throws: StoreError.self) {
      try world.store.confirm(commit, at: Self.ref, objects: [world.blob])
    }
    guard case .notReadBack = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  /// A tree with a file at its top and one in a folder, and the same with the latter changed.
  private func trees(
    _ world: World
  ) throws -> (old: ObjectID, new: ObjectID, oldFile: ObjectID, newFile: ObjectID) {
    func tree(_ base: ObjectID?, _ path: String, _ content: String) throws -> (ObjectID, ObjectID) {
      let id = try world.plain.blob(content, world.store)
      let change = TreeChange(path: GitPath(path), entry: TreeEntry(mode: .file, id: id))
      return (try world.store.writeTree(base: base, changes: [change]), id)
    }
    let (bare, oldFile) = try tree(nil, "a", "old")
    let (old, _) = try tree(bare, "dir/b", "1")
    let (new, newFile) = try tree(old, "dir/b", "2")
    return (old, new, oldFile, newFile)
  }

  @Test(arguments: Adapter.allCases, ["root", "folder", "file"])
  func `a tree that misses what none of the others has is not confirmed`(
    adapter: Adapter, missing: String
  ) throws {
    let world = try World(adapter)
    let trees = try self.trees(world)
    try world.store.confirm(tree: trees.new, besides: [trees.old])
    try world.store.confirm(tree: trees.new, besides: [])
    let folder = try #require(try world.store.entry(at: GitPath("dir"), in: trees.new)).id
    let lost = ["root": trees.new, "folder": folder, "file": trees.newFile][missing]
    try Files.remove(world.plain.loosePath(#require(lost)))
    for others in [[trees.old], []] {
      let error = #expect(throws: StoreError.self) {
        try world.store.confirm(tree: trees.new, besides: others)
      }
      guard case .notReadBack = error else {
        Issue.record("\(String(describing: error))")
        return
      }
    }
  }

  @Test(arguments: Adapter.allCases)
  func `what another tree has is asked for only without it`(adapter: Adapter) throws {
    let world = try World(adapter)
    let trees = try self.trees(world)
    // A commit of another repository in the place of a folder is nobody's here.
    let link = TreeEntry(mode: .gitlink, id: world.commits[0])
    let linked = try world.store.writeTree(
      base: trees.new, changes: [TreeChange(path: GitPath("module"), entry: link)])
    for lost in [trees.oldFile, world.commits[0]] {
      try Files.remove(world.plain.loosePath(lost))
    }
    try world.store.confirm(tree: linked, besides: [trees.old])
    // What cannot be read has nothing.
    try world.store.confirm(tree: linked, besides: [world.blob, trees.old, world.commits[0]])
    try Files.remove(world.plain.loosePath(trees.newFile))
    #expect(throws: StoreError.self) {
      try world.store.confirm(tree: linked, besides: [trees.old])
    }
    try world.store.confirm(tree: linked, besides: [trees.old, trees.new])
    #expect(throws: StoreError.self) { try world.store.confirm(tree: linked, besides: []) }
  }
}
