import PulsarCore
import PulsarEngine
import PulsarGit
import Testing

/// What `Lineage` says of real commits, with git as the judge.
@Suite struct LineageGitTests {
  /// Commits by name, in a repository of their own.
  final class World<Store: SnapshotStore> {
    let plain: PlainRepository
    let store: Store
    private var clock: Int64 = 1000

    init(_ plain: PlainRepository, _ store: Store) {
      self.plain = plain
      self.store = store
    }

    /// A capture of a tree with the file `a`.
    func capture(
      _ text: String, after parents: [ObjectID], slug: String = "lap--1",
      head: ObjectID? = nil, continuing: Continuation? = nil
    ) throws -> ObjectID {
      let message = CaptureMessage(
        changes: [], machineSlug: slug, branch: Branch("main"), reason: .change, skippedCount: 0,
        head: head, continuing: continuing)
      return try self.commit(text, after: parents, message: message.bytes)
    }

    func commit(
      _ text: String, after parents: [ObjectID], message: [UInt8] = Array("work\n".utf8)
    ) throws -> ObjectID {
      self.clock += 1
      let blob = try self.store.writeBlobs([Array(text.utf8)])[0]
      let tree = try self.store.writeTree(
        base: nil,
        changes: [TreeChange(path: GitPath("a"), entry: TreeEntry(mode: .file, id: blob))])
      return try self.store.writeCommit(
        NewCommit(
          tree: tree, parents: parents, signature: Signature(name: nil, email: nil),
          time: WallTime(seconds: self.clock), message: message))
    }

    func bases(_ one: ObjectID, _ other: ObjectID) throws -> Set<String> {
      let output = try self.plain.git(
        ["merge-base", "--all", CommandWord(one.hex), CommandWord(other.hex)])
      return Set(output.split(separator: 10).map { String(decoding: $0, as: UTF8.self) })
    }

    func isAncestor(_ one: ObjectID, of other: ObjectID) throws -> Bool {
      try self.plain.repository.git.run(
        ["merge-base", "--is-ancestor", CommandWord(one.hex), CommandWord(other.hex)]
      ).succeeded
    }

    /// The relation; and what git says of the commits that stand for the two.
    func check(
      _ ours: ObjectID, _ theirs: ObjectID, marks: [ObjectID] = []
    ) throws -> Relation {
      let lineage = Lineage(store: self.store, markTips: marks)
      let (left, right) = (
        try lineage.standpoint(of: ours), try lineage.standpoint(of: theirs)
      )
      let relation = try lineage.relation(left, right)
      if try self.isAncestor(right.lineage, of: left.lineage) {
        #expect(relation == .behind || relation == .same)
      }
      if try self.isAncestor(left.lineage, of: right.lineage) {
        #expect(relation == .ahead || relation == .same)
      }
      #expect(
        try Set(self.store.mergeBases(left.lineage, right.lineage).map(\.hex))
          == self.bases(left.lineage, right.lineage))
      return relation
    }
  }

  private func all(_ world: World<some SnapshotStore>) throws {
    let base = try world.commit("0", after: [])
    let ours = try world.capture("1", after: [base], head: base)
    let theirs = try world.capture("2", after: [base], slug: "desk--2", head: base)
    #expect(try world.check(ours, theirs) == .diverged)
    let merged = try world.capture("12", after: [ours, theirs], head: base)
    #expect(try world.check(merged, theirs) == .behind)
    #expect(try world.check(ours, merged) == .ahead)

    // Taken back: history has the session, the work has not.
    let back = try world.capture("1", after: [merged], head: base, continuing: .commit(ours))
    #expect(try world.isAncestor(theirs, of: back))
    let later = try world.capture("1+", after: [back], head: base, continuing: .earlier)
    let stand = try Lineage(store: world.store, markTips: []).commit(of: later)
    #expect(try !world.isAncestor(theirs, of: stand))
    #expect(try world.isAncestor(ours, of: stand))
    #expect(try world.bases(stand, theirs) == [base.hex])
    #expect(try world.check(later, theirs) == .diverged)
    #expect(try world.check(ours, back) == .same)

    // Criss-cross: each took over the other at the same time.
    let other = try world.capture("21", after: [theirs, ours], slug: "desk--2", head: base)
    #expect(try world.bases(merged, other).count == 2)
    #expect(try world.check(merged, other) == .diverged)
    let equal = try world.capture("12", after: [theirs, ours], slug: "desk--2", head: base)
    #expect(try world.check(merged, equal) == .same)

    // The same by content; the original's captures have no trailers.
    let copy = try world.capture("1", after: [base], slug: "desk--2", head: base)
    #expect(try world.check(ours, copy) == .same)
    let original = try world.commit("2", after: [base], message: Array("backup\n".utf8))
    #expect(try world.check(theirs, original) != .diverged)
    #expect(try world.check(ours, original) == .diverged)

    // A mark ties what was finalized to the commit that holds it.
    let result = try world.commit("12", after: [base])
    let message = FinalizationMark(
      branch: Branch("main"), target: Branch("main"), result: result, machineSlug: "lap--1")
    let mark = try world.commit("12", after: [later, theirs, result], message: message.bytes)
    #expect(try world.check(result, theirs) == .diverged)
    #expect(try world.check(result, theirs, marks: [mark]) == .behind)
    let marked = try Lineage(store: world.store, markTips: [mark]).commit(of: result)
    #expect(try world.isAncestor(theirs, of: marked) && world.isAncestor(stand, of: marked))
    let amended = try world.commit("12!", after: [base])
    #expect(try world.check(amended, theirs, marks: [mark]) == .diverged)
    let check = try world.plain.repository.git.run(["fsck", "--strict", "--no-dangling"])
    #expect(check.succeeded, "\(check.complaint)")
  }

  @Test func `relations are what git's ancestry says, through libgit2`() throws {
    let plain = try PlainRepository()
    try self.all(World(plain, LibGit2SnapshotStore(plain.location)))
  }

  @Test(arguments: [[], ["--object-format=sha256"]] as [[CommandWord]])
  func `relations are what git's ancestry says, through git`(arguments: [CommandWord]) throws {
    let plain = try PlainRepository(arguments)
    try self.all(World(plain, GitProgramSnapshotStore(plain.repository)))
  }

  @Test func `a name is well formed when git says so`() throws {
    let plain = try PlainRepository()
    let names = [
      "refs/a", "a", "refs/a..b", "refs/.a", "refs/a.", "refs/a.lock", "refs/a.lock/b", "refs//a",
      "refs/a/", "/refs/a", "refs/a b", "refs/a~b", "refs/a^b", "refs/a:b", "refs/a?b", "refs/a*b",
      "refs/a[b", "refs/a\\b", "refs/a@{b", "refs/@", "refs/a\u{7F}b", "refs/a\nb",
      "refs/ä\u{202E}",
      "refs/-a", "refs/a.lockx", "refs/a@b{c",
    ]
    for name in names {
      let judged = try plain.repository.git.run(["check-ref-format", CommandWord(name)]).succeeded
      #expect(RefName(name).isWellFormed == judged, "\(name.debugDescription)")
    }
  }
}
