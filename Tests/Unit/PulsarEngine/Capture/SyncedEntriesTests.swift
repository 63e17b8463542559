import PulsarCore
import PulsarEngine
import Testing

/// A path that a sync brought keeps the entry it was brought with until the disk shows something else.
@Suite struct SyncedEntriesTests {
  /// A repository with one commit, into which a session was brought.
  final class World {
    let store = FakeStore()
    let worktree: FakeWorktree
    let head: ObjectID
    var record: SyncRecord? = SyncRecord()
    private let time = FakeTime(2000)
    private(set) var skipped: [SkippedPath] = []

    init() {
      self.head = self.store.commit(["a": "1", "b": "1"])
      self.worktree = FakeWorktree(["a": "1", "b": "1"], at: .branch(Branch("main"), self.head))
      self.worktree.committed = ["a": "1", "b": "1"]
    }

    /// An entry whose content is here.
    func entry(_ text: String, _ mode: FileMode = .file) -> TreeEntry {
      _ = self.store.commit(["content": text])
      return TreeEntry(mode: mode, id: FakeStore.id(1, Array(text.utf8)))
    }

    func bring(_ path: String, _ entry: SyncedEntry) {
      var main = self.record?[Array("main".utf8)] ?? SyncedEntries()
      main.head = self.head
      main.entries[GitPath(path)] = entry
      self.record?[Array("main".utf8)] = main
    }

    /// Captures.
    ///
    /// - Returns: what the capture holds, by path.
    @discardableResult
    func capture(_ paths: [String]? = nil) throws -> [String: TreeEntry] {
      var request = CaptureProcedureTests.World.request
      request.synced = self.record
      request.knownPaths = paths?.map { GitPath($0) }
      if paths != nil {
        request.known = self.store.heads[CaptureProcedureTests.World.ref].map {
          KnownCapture(capture: $0, head: self.worktree.current.commit)
        }
      }
      let report = try CaptureProcedure(
        worktree: self.worktree, store: self.store, time: self.time
      ).run(request)
      self.record = report.synced
      self.skipped = report.skipped
      let tree = try #require(self.store.trees[report.tree])
      return Dictionary(uniqueKeysWithValues: tree.map { ($0.key.displayed, $0.value) })
    }
  }

  /// A world whose session has a file that is ignored here.
  private func ignoring() throws -> World {
    let world = World()
    world.worktree.ignored = ["own", "brought"]
    world.worktree.files["own"] = "o"
    world.worktree.files["brought"] = "x"
    world.bring(
      "brought",
      SyncedEntry(
        brought: world.entry("x"), seen: .entry(world.entry("x")), indexed: nil))
    return world
  }

  @Test func `a file that is ignored here stays, and only that`() throws {
    let world = try self.ignoring()
    #expect(try world.capture()["brought"] == world.entry("x"))
    #expect(try world.capture()["own"] == nil)
  }

  @Test func `an edit of it is captured, and so is its end`() throws {
    let world = try self.ignoring()
    try world.capture()
    world.worktree.files["brought"] = "edited"
    #expect(try world.capture()["brought"] == world.entry("edited"))
    world.worktree.files["brought"] = "x"
    #expect(try world.capture()["brought"] == world.entry("x"))
    world.worktree.files["brought"] = nil
    #expect(try world.capture()["brought"] == nil)
    // It may come back, as after a stash; another file there is an ignored one of this machine's own.
    world.worktree.files["brought"] = "x"
    #expect(try world.capture()["brought"] == world.entry("x"))
    world.worktree.files["brought"] = nil
    try world.capture()
    world.worktree.files["brought"] = "another"
    #expect(try world.capture()["brought"] == nil)
  }

  @Test func `it stays where the record is lost, and on a branch that begins here`() throws {
    let world = try self.ignoring()
    try world.capture()
    world.record = nil
    #expect(try world.capture()["brought"] == world.entry("x"))
    #expect(world.record?[Array("main".utf8)].entries.count == 1)
    world.worktree.current = .branch(Branch("side"), world.head)
    #expect(try world.capture()["brought"] == world.entry("x"))
  }

  @Test func `what is captured here and ignored later leaves captures`() throws {
    let world = World()
    world.worktree.files["own"] = "o"
    #expect(try world.capture()["own"] == world.entry("o"))
    world.worktree.ignored = ["own"]
    #expect(try world.capture()["own"] == nil)
  }

  @Test func `a deletion stays where a sparse check-out keeps the path away`() throws {
    let world = World()
    world.worktree.notHere = ["a"]
    world.worktree.files["a"] = nil
    world.bring("a", SyncedEntry(brought: nil, seen: .notCheckedOut, indexed: world.entry("1")))
    #expect(try world.capture()["a"] == nil)
    world.record = nil
    #expect(try world.capture()["a"] == nil)
    // git writes its own file when it may, which nobody edited.
    world.worktree.notHere = []
    world.worktree.files["a"] = "1"
    #expect(try world.capture()["a"] == nil)
    world.worktree.files["a"] = "edited"
    #expect(try world.capture()["a"] == world.entry("edited"))
  }

  @Test func `what a commit changes since then is git's to say`() throws {
    let world = World()
    world.worktree.notHere = ["a"]
    world.worktree.files["a"] = nil
    world.bring(
      "a",
      SyncedEntry(
        brought: world.entry("theirs"), seen: .notCheckedOut, indexed: world.entry("1")))
    #expect(try world.capture()["a"] == world.entry("theirs"))
    let pulled = world.store.commit(["a": "pulled", "b": "1"], parents: [world.head])
    world.worktree.committed["a"] = "pulled"
    world.worktree.current = .branch(Branch("main"), pulled)
    #expect(try world.capture()["a"] == world.entry("pulled"))
  }

  @Test func `what is deleted and committed stays so after captures of other paths`() throws {
    let world = World()
    let theirs = world.entry("theirs")
    let head = world.store.commit(["a": "1", "b": "1", "s": "1"], parents: [world.head])
    world.worktree.current = .branch(Branch("main"), head)
    world.worktree.committed["s"] = "1"
    world.worktree.files["s"] = "theirs"
    world.bring(
      "s", SyncedEntry(brought: theirs, seen: .entry(theirs), indexed: world.entry("1")))
    #expect(try world.capture()["s"] == theirs)
    world.worktree.files["s"] = nil
    #expect(try world.capture(["s"])["s"] == nil)
    let without = world.store.commit(["a": "1", "b": "1"], parents: [head])
    world.worktree.committed["s"] = nil
    world.worktree.current = .branch(Branch("main"), without)
    // Says nothing of `s`, which git has no word for any more.
    for text in ["2", "3"] {
      world.worktree.files["a"] = text
      #expect(try world.capture(["a"])["s"] == nil)
    }
    #expect(try world.capture()["s"] == nil)
    #expect(try world.capture()["s"] == nil)
  }

  @Test func `what was staged and is reset is gone`() throws {
    let world = World()
    let theirs = world.entry("theirs")
    world.worktree.files["s"] = "theirs"
    world.worktree.staged.changes = [TreeChange(path: "s", entry: theirs)]
    world.bring("s", SyncedEntry(brought: theirs, seen: .entry(theirs), indexed: theirs))
    #expect(try world.capture()["s"] == theirs)
    // As `git reset --hard` leaves it.
    world.worktree.files["s"] = nil
    world.worktree.staged.changes = []
    #expect(try world.capture()["s"] == nil)
  }

  @Test func `what could not be written stays and is named`() throws {
    let world = World()
    world.bring(
      "link",
      SyncedEntry(
        brought: world.entry("b", .symlink), seen: .absent, indexed: nil))
    #expect(try world.capture()["link"] == world.entry("b", .symlink))
    #expect(world.skipped == [SkippedPath(path: "link", reason: .notWritten)])
    #expect(try world.capture(["link"])["link"] == world.entry("b", .symlink))
    // Also once it is committed, so that git takes it for deleted.
    var committed: [GitPath: TreeEntry] = [:]
    for (path, text) in world.worktree.committed { committed[GitPath(path)] = world.entry(text) }
    committed["link"] = world.entry("b", .symlink)
    let head = world.store.put(
      NewCommit(
        tree: world.store.put(committed), parents: [world.head],
        signature: Signature(name: nil, email: nil), time: WallTime(seconds: 2000), message: []))
    world.worktree.current = .branch(Branch("main"), head)
    world.worktree.committed["link"] = "b"
    #expect(try world.capture()["link"] == world.entry("b", .symlink))
    // Without the record nobody knows which one it was.
    world.record = nil
    #expect(try world.capture()["link"] == world.entry("b", .symlink))
  }

  @Test func `a mode stays where files have none, unless one is set in the index`() throws {
    let world = World()
    world.worktree.lacksModes = true
    world.bring(
      "a",
      SyncedEntry(
        brought: world.entry("1", .executable), seen: .entry(world.entry("1", .executable)),
        indexed: world.entry("1")))
    #expect(try world.capture()["a"] == world.entry("1", .executable))
    world.worktree.files["a"] = "edited"
    #expect(try world.capture()["a"] == world.entry("edited", .executable))
    #expect(try world.capture(["a"])["a"] == world.entry("edited", .executable))
    world.worktree.files["a"] = "1"
    #expect(try world.capture()["a"] == world.entry("1", .executable))
  }

  @Test func `a submodule stays at the session's commit until it is moved here`() throws {
    let world = World()
    let (old, new, third) = (world.head, FakeStore.id(3, [1]), FakeStore.id(3, [2]))
    func link(_ commit: ObjectID) -> TreeEntry { TreeEntry(mode: .gitlink, id: commit) }
    world.worktree.submodules["lib"] = .checkedOut(old)
    world.bring("lib", SyncedEntry(brought: link(new), seen: .entry(link(old)), indexed: nil))
    #expect(try world.capture()["lib"] == link(new))
    world.worktree.submodules["lib"] = .checkedOut(third)
    #expect(try world.capture()["lib"] == link(third))
  }

  @Test func `git checking out what its index has moves no submodule`() throws {
    let world = World()
    let (old, new) = (world.head, FakeStore.id(3, [1]))
    func link(_ commit: ObjectID) -> TreeEntry { TreeEntry(mode: .gitlink, id: commit) }
    world.worktree.submodules["lib"] = .folder
    world.worktree.staged.changes = [TreeChange(path: "lib", entry: link(old))]
    world.bring("lib", SyncedEntry(brought: link(new), seen: .absent, indexed: link(old)))
    #expect(try world.capture()["lib"] == link(new))
    world.worktree.submodules["lib"] = .checkedOut(old)
    #expect(try world.capture()["lib"] == link(new))
  }

  @Test func `files of a submodule that is no more are nobody's work`() throws {
    let world = World()
    let link = TreeEntry(mode: .gitlink, id: world.head)
    world.worktree.submodules["lib"] = .checkedOut(world.head)
    world.worktree.files["lib/l"] = "l"
    world.bring("lib", SyncedEntry(brought: nil, seen: .entry(link), indexed: nil))
    #expect(try world.capture()["lib/l"] == nil)
    world.worktree.submodules["lib"] = .folder
    #expect(try world.capture()["lib/l"] == world.entry("l"))
  }
}
