import PulsarCore
import PulsarEngine
import PulsarGit
import TestSupport
import Testing

private typealias Item = ImportedHistory.Item

/// Both adapters merge as `git merge` does in a working tree.
///
/// Source: git-merge(1), gitattributes(5).
@Suite struct MergeContractTests {
  /// One merge and what is expected of it besides what git says.
  struct Case: CustomTestStringConvertible, Sendable {
    let name: String
    let base: [Bytes: ImportedHistory.Item]
    let ours: [Bytes: ImportedHistory.Item]
    let theirs: [Bytes: ImportedHistory.Item]
    /// Of each path in conflict.
    var kinds: [Bytes: MergeConflict.Kind] = [:]

    var testDescription: String { self.name }
  }

  private static let ten = Item.lines("1", "2", "3", "4", "5", "6", "7", "8", "9", "10")
  private static let linkA = String(repeating: "a", count: 40)
  private static let linkB = String(repeating: "b", count: 40)
  private static let linkC = String(repeating: "c", count: 40)

  static let cases: [Case] = [
    Case(
      name: "other lines of one file", base: ["f": ten, "same": .lines("x")],
      ours: [
        "f": .lines("one", "2", "3", "4", "5", "6", "7", "8", "9", "10"), "same": .lines("x"),
      ],
      theirs: [
        "f": .lines("1", "2", "3", "4", "5", "6", "7", "8", "9", "ten"), "same": .lines("y"),
      ]
    ),
    Case(
      name: "the same lines", base: ["f": ten, "a/g": .lines("x")],
      ours: ["f": .lines("1", "ours", "3"), "a/g": .lines("x", "y")],
      theirs: ["f": .lines("1", "theirs", "3"), "a/g": .lines("x")], kinds: ["f": .content]),
    Case(
      name: "the same change", base: ["f": ten], ours: ["f": .lines("1", "both")],
      theirs: ["f": .lines("1", "both")]),
    Case(
      name: "both added, differently", base: [:],
      ours: ["d/f": .lines("a", "b"), "e": .lines("q")],
      theirs: ["d/f": .lines("a", "c"), "e": .lines("q")], kinds: ["d/f": .addAdd]),
    Case(
      name: "changed here, deleted there", base: ["f": ten, "g": .lines("g")],
      ours: ["f": .lines("1"), "g": .lines("g")], theirs: ["g": .lines("g")],
      kinds: ["f": .modifyDelete]),
    Case(
      name: "deleted here, changed there", base: ["f": ten, "g": .lines("g")],
      ours: ["g": .lines("g")], theirs: ["f": .lines("1"), "g": .lines("g")],
      kinds: ["f": .modifyDelete]),
    Case(
      name: "deleted on both sides", base: ["f": ten, "g": .lines("g")], ours: ["g": .lines("g")],
      theirs: ["g": .lines("g")]),
    Case(
      name: "moved here, changed there", base: ["old/f": ten], ours: ["new": ten],
      theirs: ["old/f": .lines("1", "2", "3", "4", "5", "6", "7", "8", "9", "ten")]),
    Case(
      name: "changed here, moved and changed there", base: ["f": ten],
      ours: ["f": .lines("one", "2", "3", "4", "5", "6", "7", "8", "9", "10")],
      theirs: ["g": .lines("1", "2", "3", "4", "5", "6", "7", "8", "9", "ten")]),
    Case(
      name: "moved there, the same lines changed", base: ["f": ten],
      ours: ["f": .lines("ours", "2", "3", "4", "5", "6", "7", "8", "9", "10")],
      theirs: ["g": .lines("theirs", "2", "3", "4", "5", "6", "7", "8", "9", "10")],
      kinds: ["g": .content]),
    Case(
      name: "the executable bit here, content there", base: ["f": ten],
      ours: ["f": .executable("1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n")],
      theirs: ["f": .lines("0", "2", "3", "4", "5", "6", "7", "8", "9", "10")]),
    Case(
      name: "links", base: ["l": .link("a"), "m": .link("a")],
      ours: ["l": .link("b"), "m": .link("a")], theirs: ["l": .link("a"), "m": .link("c")]),
    Case(
      name: "one link, two targets", base: ["l": .link("a")], ours: ["l": .link("b")],
      theirs: ["l": .link("c")], kinds: ["l": .content]),
    Case(
      name: "a file became a link here, and changed there", base: ["f": ten],
      ours: ["f": .link("x")], theirs: ["f": .lines("1", "2")],
      kinds: ["f": .type, "f~THEIRS": .type]),
    Case(
      name: "a file here, a link there", base: ["x": .lines("x")],
      ours: ["x": .lines("x"), "f": .lines("1")], theirs: ["x": .lines("x"), "f": .link("x")],
      kinds: ["f": .type, "f~HEAD": .type]),
    Case(
      name: "moved here, deleted there", base: ["f": ten, "x": .lines("x")],
      ours: ["g": ten, "x": .lines("x")], theirs: ["x": .lines("x")], kinds: ["g": .rename]),
    Case(
      name: "the executable bit and the same lines", base: ["f": ten],
      ours: ["f": .executable("1\n")], theirs: ["f": .lines("2")], kinds: ["f": .content]),
    Case(
      name: "no text, changed on one side", base: ["b": .file("\0\u{1}x"), "c": .lines("c")],
      ours: ["b": .file("\0\u{2}x"), "c": .lines("c")],
      theirs: ["b": .file("\0\u{1}x"), "c": .lines("d")]),
    Case(
      name: "no text, changed on both sides", base: ["b": .file("\0\u{1}x")],
      ours: ["b": .file("\0\u{2}x")], theirs: ["b": .file("\0\u{3}x")], kinds: ["b": .binary]),
    Case(
      name: "a file here, a folder there", base: ["x": .lines("x")],
      ours: ["x": .lines("x"), "g": .lines("a file")],
      theirs: ["x": .lines("x"), "g/h": .lines("below")], kinds: ["g~HEAD": .fileFolder]),
    Case(
      name: "a folder here, a file there", base: ["x": .lines("x")],
      ours: ["x": .lines("x"), "g/h": .lines("below")],
      theirs: ["x": .lines("x"), "g": .lines("a file")], kinds: ["g~THEIRS": .fileFolder]),
    Case(
      name: "a submodule moved on one side", base: ["s": .gitlink(linkA), "f": ten],
      ours: ["s": .gitlink(linkB), "f": ten], theirs: ["s": .gitlink(linkA), "f": .lines("1")]),
    Case(
      name: "names of any bytes",
      base: ["n\nl": ten, Bytes([0x66, 0xFF, 0xFE]): ten, "\"q\" \\ \t": ten],
      ours: ["n\nl": .lines("a"), Bytes([0x66, 0xFF, 0xFE]): .lines("o"), "\"q\" \\ \t": ten],
      theirs: [
        "n\nl": .lines("b"), Bytes([0x66, 0xFF, 0xFE]): ten, "\"q\" \\ \t": .lines("t"),
      ], kinds: ["n\nl": .content]),
    Case(
      name: "carriage returns with a text attribute",
      base: [".gitattributes": .lines("* text=auto"), "f": .file("1\r\n2\r\n3\r\n4\r\n5\r\n")],
      ours: [".gitattributes": .lines("* text=auto"), "f": .file("o\r\n2\r\n3\r\n4\r\n5\r\n")],
      theirs: [".gitattributes": .lines("* text=auto"), "f": .file("1\r\n2\r\n3\r\n4\r\nt\r\n")]),
    Case(
      name: "carriage returns in a conflict", base: ["f": .file("1\r\n2\r\n3\r\n")],
      ours: ["f": .file("1\r\no\r\n3\r\n")], theirs: ["f": .file("1\r\nt\r\n3\r\n")],
      kinds: ["f": .content]),
    Case(
      name: "the union of lines, by an attribute",
      base: [".gitattributes": .lines("log merge=union"), "log": .lines("1"), "f": .lines("1")],
      ours: [
        ".gitattributes": .lines("log merge=union"), "log": .lines("1", "o"), "f": .lines("1"),
      ],
      theirs: [
        ".gitattributes": .lines("log merge=union"), "log": .lines("1", "t"), "f": .lines("1"),
      ]),
    Case(
      name: "the union of lines, by an attribute below",
      base: [
        "a/b/.gitattributes": .lines("* merge=union"), "a/b/log": .lines("1"), "f": .lines("1"),
      ],
      ours: [
        "a/b/.gitattributes": .lines("* merge=union"), "a/b/log": .lines("1", "o"),
        "f": .lines("1", "o"),
      ],
      theirs: [
        "a/b/.gitattributes": .lines("* merge=union"), "a/b/log": .lines("1", "t"),
        "f": .lines("1", "t"),
      ], kinds: ["f": .content]),
    Case(
      name: "text that counts as none, by an attribute",
      base: [".gitattributes": .lines("*.lock -merge"), "a.lock": ten],
      ours: [".gitattributes": .lines("*.lock -merge"), "a.lock": .lines("1", "2")],
      theirs: [".gitattributes": .lines("*.lock -merge"), "a.lock": .lines("2", "3")],
      kinds: ["a.lock": .binary]),
    Case(
      name: "longer markers, by an attribute",
      base: [".gitattributes": .lines("f conflict-marker-size=12"), "f": .lines("1")],
      ours: [".gitattributes": .lines("f conflict-marker-size=12"), "f": .lines("o")],
      theirs: [".gitattributes": .lines("f conflict-marker-size=12"), "f": .lines("t")],
      kinds: ["f": .content]),
    Case(
      name: "no newline at the end", base: ["f": .file("1\n2")], ours: ["f": .file("1\no")],
      theirs: ["f": .file("1\nt")], kinds: ["f": .content]),
    Case(
      name: "an empty file", base: ["f": .file(""), "g": ten], ours: ["f": .lines("o"), "g": ten],
      theirs: ["f": .file(""), "g": .lines("1")]),
  ]

  @Test(arguments: MergeAdapter.allCases, Self.cases)
  func `merges as git does`(adapter: MergeAdapter, example: Case) throws {
    let plain = try PlainRepository()
    var history = ImportedHistory()
    let root = history.commit(example.base)
    history.commit(example.ours, parents: [root])
    history.commit(example.theirs, parents: [root])
    let ids = try history.write(to: plain)
    try self.expectEqual(plain, adapter, ids[1], ids[2], kinds: example.kinds)
  }

  /// Merges by both, and compares; `THEIRS` in a path stands for the commit's id.
  private func expectEqual(
    _ plain: PlainRepository, _ adapter: MergeAdapter, _ ours: ObjectID, _ theirs: ObjectID,
    kinds: [Bytes: MergeConflict.Kind]
  ) throws {
    let judged = try JudgedMerge(plain, ours, theirs)
    // So that nothing of the working tree can count.
    try Files.write(plain.top / ".gitattributes", "* merge=ours text eol=crlf -merge\n")
    let before = try plain.git(["status", "--porcelain=v2", "-z"])
    let index = try Files.read(plain.gitDir / "index")
    let merging = try adapter.open(plain)
    let outcome = try merging.merge(
      ours, theirs, labels: MergeLabels(ours: "HEAD", theirs: theirs.hex))
    let difference = try self.difference(plain, judged.tree, outcome.tree)
    #expect(outcome.tree == judged.tree, "\(difference)")
    #expect(Set(outcome.conflicts.map(\.path)) == judged.conflicts)
    #expect(outcome.isClean == judged.conflicts.isEmpty)
    let wanted = Dictionary(
      uniqueKeysWithValues: kinds.map { path, kind in
        let text = Bytes(path.text.replacing("THEIRS", with: theirs.hex))
        if !path.contains("THEIRS") { return (GitPath(bytes: path.array), kind) }
        return (GitPath(bytes: text.array), kind)
      })
    let found = Dictionary(uniqueKeysWithValues: outcome.conflicts.map { ($0.path, $0.kind) })
    #expect(found == wanted)
    #expect(try Files.read(plain.gitDir / "index") == index)
    #expect(try plain.git(["status", "--porcelain=v2", "-z"]) == before)
  }

  @Test(arguments: MergeAdapter.allCases)
  func `a submodule that both moved, and that is not here, is a conflict`(adapter: MergeAdapter)
    throws
  {
    let plain = try PlainRepository()
    var history = ImportedHistory()
    for link in [Self.linkA, Self.linkB, Self.linkC] {
      history.commit(["s": .gitlink(link), "f": Self.ten], parents: link == Self.linkA ? [] : [0])
    }
    let ids = try history.write(to: plain)
    let outcome = try adapter.open(plain).merge(ids[1], ids[2])
    func link(_ hex: String) throws -> TreeEntry {
      TreeEntry(mode: .gitlink, id: try #require(ObjectID(hex: hex)))
    }
    let conflict = MergeConflict(
      path: GitPath("s"), kind: .submodule, base: try link(Self.linkA),
      ours: try link(Self.linkB), theirs: try link(Self.linkC))
    #expect(outcome.conflicts == [conflict])
    // It stays where ours has it.
    let tree = try plain.id(["rev-parse", CommandWord(bytes: Array("\(ids[1].hex)^{tree}".utf8))])
    #expect(outcome.tree == tree)
  }

  private func difference(
    _ plain: PlainRepository, _ old: ObjectID, _ new: ObjectID
  ) throws -> String {
    String(
      decoding: try plain.git(["diff-tree", "-r", "-p", CommandWord(old), CommandWord(new)]),
      as: UTF8.self)
  }

  @Test(arguments: MergeAdapter.allCases)
  func `histories without a common commit have the empty tree as base`(adapter: MergeAdapter)
    throws
  {
    let plain = try PlainRepository()
    var history = ImportedHistory()
    history.commit(["f": .lines("same"), "a": .lines("o"), "g": .lines("o")])
    history.commit(["f": .lines("same"), "b": .lines("t"), "g": .lines("t")])
    let ids = try history.write(to: plain)
    try self.expectEqual(plain, adapter, ids[0], ids[1], kinds: ["g": .addAdd])
  }

  @Test(arguments: MergeAdapter.allCases)
  func `of a criss-cross, both best bases count`(adapter: MergeAdapter) throws {
    let plain = try PlainRepository()
    func lines(_ first: String, _ last: String) -> ImportedHistory.Item {
      .lines(first, "2", "3", "4", "5", "6", "7", "8", last)
    }
    var history = ImportedHistory()
    let root = history.commit(["f": lines("1", "9")])
    let left = history.commit(["f": lines("l", "9")], parents: [root])
    let right = history.commit(["f": lines("1", "r")], parents: [root])
    let one = history.commit(["f": lines("l", "r")], parents: [left, right])
    let other = history.commit(["f": lines("l", "r")], parents: [right, left])
    // With one base alone, each of these would clash.
    let ours = history.commit(["f": lines("ours", "r")], parents: [one])
    let theirs = history.commit(["f": lines("l", "theirs")], parents: [other])
    let ids = try history.write(to: plain)
    try self.expectEqual(plain, adapter, ids[ours], ids[theirs], kinds: [:])
  }

  @Test(arguments: MergeAdapter.allCases)
  func `what contains the other is the outcome`(adapter: MergeAdapter) throws {
    let plain = try PlainRepository()
    var history = ImportedHistory()
    history.commit(["f": .lines("1")])
    history.commit(["f": .lines("2")], parents: [0])
    let ids = try history.write(to: plain)
    let merging = try adapter.open(plain)
    let tree = try plain.id(["rev-parse", CommandWord(bytes: Array("\(ids[1].hex)^{tree}".utf8))])
    for (ours, theirs) in [(ids[0], ids[1]), (ids[1], ids[0]), (ids[1], ids[1])] {
      #expect(try merging.merge(ours, theirs) == MergeOutcome(tree: tree, conflicts: []))
    }
  }

  @Test(arguments: MergeAdapter.allCases)
  func `a conflict has its three versions, and labels at its markers`(adapter: MergeAdapter)
    throws
  {
    let plain = try PlainRepository()
    var history = ImportedHistory()
    history.commit(["f": .lines("1"), "x": .lines("x")])
    history.commit(["f": .lines("o"), "x": .lines("x"), "g/h": .lines("h")], parents: [0])
    history.commit(["f": .lines("t"), "x": .lines("x"), "g": .lines("g")], parents: [0])
    let ids = try history.write(to: plain)
    let outcome = try adapter.open(plain).merge(
      ids[1], ids[2], labels: MergeLabels(ours: "a/desk", theirs: "lap\ntop Ü"))
    let conflict = try #require(outcome.conflicts.first)
    #expect(conflict.path == GitPath("f") && conflict.kind == .content)
    func blob(_ text: String) throws -> TreeEntry {
      let id = try plain.id(["hash-object", "--stdin"], input: Array(text.utf8))
      return TreeEntry(mode: .file, id: id)
    }
    let found = [conflict.base, conflict.ours, conflict.theirs]
    let versions = try [blob("1\n"), blob("o\n"), blob("t\n")]
    #expect(found == versions)
    let text = try plain.git([
      "cat-file", "blob", CommandWord(bytes: Array("\(outcome.tree.hex):f".utf8)),
    ])
    #expect(
      String(decoding: text, as: UTF8.self)
        == "<<<<<<< a/desk\no\n=======\nt\n>>>>>>> lap_top Ü\n")
    #expect(outcome.conflicts.last?.path == GitPath("g~lap_top Ü"))
    let other = try adapter.open(plain).merge(
      ids[2], ids[1], labels: MergeLabels(ours: "a/desk", theirs: "b"))
    #expect(other.conflicts.last?.path == GitPath("g~a_desk"))
    #expect(other.conflicts.last?.kind == .fileFolder)
  }

  @Test(arguments: MergeAdapter.allCases)
  func `a file that gives way does not take the name of another`(adapter: MergeAdapter) throws {
    let plain = try PlainRepository()
    var history = ImportedHistory()
    history.commit(["x": .lines("x"), "g~desk": .lines("kept")])
    history.commit(
      ["x": .lines("x"), "g~desk": .lines("kept"), "g": .lines("g")], parents: [0])
    history.commit(
      ["x": .lines("x"), "g~desk": .lines("kept"), "g/h": .lines("h")], parents: [0])
    let ids = try history.write(to: plain)
    let outcome = try adapter.open(plain).merge(
      ids[1], ids[2], labels: MergeLabels(ours: "desk", theirs: "lap"))
    #expect(outcome.conflicts.map(\.path) == [GitPath("g~desk_0")])
    let names = try plain.git(["ls-tree", "-r", "--name-only", CommandWord(outcome.tree)])
    #expect(String(decoding: names, as: UTF8.self) == "g/h\ng~desk\ng~desk_0\nx\n")
  }

  @Test(arguments: MergeAdapter.allCases)
  func `a dry run leaves no object in the repository`(adapter: MergeAdapter) throws {
    let plain = try PlainRepository()
    var history = ImportedHistory()
    history.commit(["f": .lines("1"), "d/g": Self.ten])
    history.commit(["f": .lines("o"), "d/g": .lines("0"), "h": .lines("h")], parents: [0])
    history.commit(["f": .lines("t"), "d/g": Self.ten, "i": .lines("i")], parents: [0])
    let ids = try history.write(to: plain)
    let before = Files.walk(plain.gitDir)
    do {
      let objects = try TemporaryObjects(for: plain.location)
      let merging = try adapter.open(plain, objects)
      let outcome = try merging.merge(ids[1], ids[2])
      #expect(outcome.conflicts.map(\.path) == [GitPath("f")])
      // What was written is there for who knows where.
      let text = try plain.git(
        ["cat-file", "blob", CommandWord(bytes: Array("\(outcome.tree.hex):f".utf8))],
        objects.variables)
      #expect(!text.isEmpty)
      // And goes into a next merge.
      let store = GitProgramSnapshotStore(plain.repository, objectVariables: objects.variables)
      let commit = try store.writeCommit(.make(outcome.tree, [ids[1], ids[2]]))
      #expect(try merging.merge(commit, ids[2]).tree == outcome.tree)
      try #require(
        try plain.repository.git.run(["cat-file", "-e", CommandWord(outcome.tree)]).succeeded
          == false)
    }
    let after = Files.walk(plain.gitDir).filter { $0 != "pulsar" }
    #expect(after == before)
  }

  @Test(arguments: MergeAdapter.allCases)
  func `says which commit is missing`(adapter: MergeAdapter) throws {
    let plain = try PlainRepository()
    var history = ImportedHistory()
    history.commit(["f": .lines("1")])
    let id = try #require(try history.write(to: plain).first)
    let missing = ObjectID(bytes: [UInt8](repeating: 9, count: 20))
    for (ours, theirs) in [(id, missing), (missing, id)] {
      let error = #expect(throws: MergeError.self) {
        try adapter.open(plain).merge(ours, theirs)
      }
      guard case .store(.objectMissing(missing, _)) = error else {
        Issue.record("\(String(describing: error))")
        continue
      }
    }
  }
}
