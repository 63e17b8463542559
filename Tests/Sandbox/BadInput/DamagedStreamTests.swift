import Testing

/// Refs of ours that a power cut, a disk or a person damaged.
///
/// The next capture works, and says so.
@Suite struct DamagedStreamTests {
  enum Kind: String, CaseIterable {
    case sha1, sha256

    func make() throws -> TestRepository {
      let repository = try TestRepository.make(
        self == .sha256 ? ["--object-format=sha256"] : [])
      try repository.append("a.txt", "first\n")
      try repository.pulsar("now", "--no-push").expectEnd(status: 0)
      try repository.append("a.txt", "second\n")
      return repository
    }
  }

  private func path(_ repository: TestRepository) throws -> Bytes {
    repository.top / ".git" / (try repository.stream())
  }

  /// The file of an object that is in no pack.
  private func loosePath(_ name: Bytes, _ repository: TestRepository) throws -> Bytes {
    let id = try repository.id(name).text
    return repository.top / Bytes(".git/objects/\(id.prefix(2))/\(id.dropFirst(2))")
  }

  /// What may stand in a ref; `blob` and `tree` for their ids.
  static let contents = [
    "", "\n", "garbage\n",
    "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\n",
    "missing", "blob", "tree",
  ]

  private func content(_ kind: String, _ repository: TestRepository) throws -> Bytes {
    switch kind {
    case "missing":
      Bytes(String(repeating: "12", count: try repository.id("HEAD").array.count / 2) + "\n")
    case "blob": try repository.id("HEAD:a.txt") + "\n"
    case "tree": try repository.id("HEAD^{tree}") + "\n"
    default: Bytes(kind)
    }
  }

  @Test(arguments: Kind.allCases, contents)
  func `captures go on from the last sound one when the ref is damaged`(
    kind: Kind, damage: String
  ) throws {
    let repository = try kind.make()
    let first = try #require(try repository.tip())
    let content = try self.content(damage, repository)
    try Files.write(self.path(repository), content)

    // What only reads says so, and changes nothing.
    try repository.pulsar("status").expectEnd(status: 0, ["cannot be read", "git pulsar now"])
    try repository.pulsar("status", "--json").expectEnd(status: 0, ["damage"])
    try repository.pulsar("history").expectSentence("cannot be read", "git pulsar now")
    try repository.pulsar("restore", "a.txt").expectSentence("cannot be read", "git pulsar now")
    #expect(try Files.read(self.path(repository)) == content)

    let before = try Untouched(repository)
    let outcome = try repository.pulsar("now", "--no-push")
    outcome.expectEnd(status: 0, ["captured", "captures go on from"])
    #expect(outcome.errors.lines.count == 1, "\(outcome)")
    #expect(try before.differences(after: Untouched(repository)) == [])
    let tip = try #require(try repository.tip())
    #expect(try repository.parents(of: tip).first == first)
    #expect(try repository.content(of: "a.txt", in: tip) == repository.read("a.txt"))
    // What the ref held is kept.
    let parked = repository.top / ".git/pulsar/parked"
    let kept = try Files.names(in: parked).map { try Files.read(parked / $0) }
    #expect(kept == [content])
    #expect(try repository.tryGit("fsck", "--strict").status == 0)
    // And that was all.
    let again = try repository.pulsar("now", "--no-push")
    again.expectEnd(status: 0, ["nothing changed"])
    #expect(again.errors == "")
  }

  @Test(arguments: Kind.allCases)
  func `captures begin anew when no sound one is known`(kind: Kind) throws {
    let repository = try kind.make()
    let head = try repository.id("HEAD")
    try Files.write(self.path(repository), "")
    try repository.remove(".git/pulsar/capture-note")
    try repository.pulsar("now", "--no-push").expectEnd(status: 0, ["captures begin anew"])
    let tip = try #require(try repository.tip())
    #expect(try repository.parents(of: tip) == [head])
  }

  @Test(arguments: Kind.allCases)
  func `an older packed value is used when nothing newer is known`(kind: Kind) throws {
    let repository = try kind.make()
    let first = try #require(try repository.tip())
    try repository.git("pack-refs", "--all")
    try repository.pulsar("now", "--no-push").expectEnd(status: 0)
    try repository.append("a.txt", "third\n")
    try Files.write(self.path(repository), "")
    try repository.remove(".git/pulsar/capture-note")
    try repository.pulsar("now", "--no-push").expectEnd(status: 0, ["captures go on from"])
    #expect(try repository.parents(of: #require(try repository.tip())).first == first)
  }

  @Test(arguments: Kind.allCases)
  func `captures go on from before a capture that has lost a folder`(kind: Kind) throws {
    let repository = try kind.make()
    let first = try #require(try repository.tip())
    try repository.write("dir/deep/d.txt", "other\n")
    try repository.pulsar("now", "--no-push").expectEnd(status: 0)
    try Files.remove(self.loosePath(repository.stream() + ":dir/deep", repository))
    try repository.write("dir/deep/d.txt", "yet other\n")
    try repository.pulsar("now", "--no-push").expectEnd(status: 0)
    let tip = try #require(try repository.tip())
    #expect(try repository.content(of: "dir/deep/d.txt", in: tip) == "yet other\n")
    let parent = try #require(try repository.parents(of: tip).first)
    // Where the lost folder was not missed, the capture simply goes on.
    if kind == .sha1 { #expect(try parent == first || repository.isAncestor(first, of: parent)) }
  }

  /// Its maker died between the ref and the reading back, after somebody had pruned.
  @Test(arguments: Kind.allCases)
  func `captures go on from before a capture nobody was told of that has lost a file`(
    kind: Kind
  ) throws {
    let repository = try kind.make()
    let first = try #require(try repository.tip())
    let note = try repository.read(".git/pulsar/capture-note")
    try repository.pulsar("now", "--no-push").expectEnd(status: 0)
    try repository.write(".git/pulsar/capture-note", note)
    try Files.remove(self.loosePath(repository.stream() + ":a.txt", repository))
    try repository.append("a.txt", "third\n")
    try repository.pulsar("now", "--no-push").expectEnd(
      status: 0, ["captured", "captures go on from"])
    let tip = try #require(try repository.tip())
    #expect(try repository.parents(of: tip).first == first)
    #expect(try repository.tryGit("rev-list", "--objects", "--all").status == 0)
    let again = try repository.pulsar("now", "--no-push")
    again.expectEnd(status: 0, ["nothing changed"])
    #expect(again.errors == "")
  }

  @Test(arguments: Kind.allCases)
  func `in a shallow clone, too, captures go on from the last sound one`(kind: Kind) throws {
    let origin = try kind.make()
    try origin.git("add", "-A")
    try origin.git("commit", "-qm", "second")
    let clone = try origin.sandbox.clone("file://" + origin.top, ["--depth", "1"])
    try clone.append("a.txt", "mine\n")
    try clone.pulsar("now", "--no-push").expectEnd(status: 0)
    let first = try #require(try clone.tip())
    try Files.write(self.path(clone), "")
    try clone.append("a.txt", "more\n")
    try clone.pulsar("now", "--no-push").expectEnd(status: 0, ["captures go on from"])
    #expect(try clone.parents(of: #require(try clone.tip())).first == first)
  }

  /// git syncs no loose objects: a power cut may leave them empty.
  @Test(arguments: Kind.allCases)
  func `a file that a commit of the user's has lost stops no capture`(kind: Kind) throws {
    let repository = try kind.make()
    try repository.pulsar("now", "--no-push").expectEnd(status: 0)
    for name in ["x", "y"] {
      try repository.write(Bytes("\(name)/file"), Bytes("theirs \(name)\n"))
      try repository.git("add", "-A")
      try repository.git("commit", "-qm", Bytes(name))
      let loose = try self.loosePath("HEAD:" + Bytes("\(name)/file"), repository)
      try Files.remove(loose)
      try Files.write(loose, "")
      try repository.append("a.txt", "mine\n")
      try repository.pulsar("now", "--no-push").expectEnd(status: 0, ["captured"])
      let tip = try #require(try repository.tip())
      #expect(try repository.content(of: "a.txt", in: tip) == repository.read("a.txt"))
    }
  }

  @Test func `a stream of another branch that is damaged is in nobody's way`() throws {
    let repository = try Kind.sha1.make()
    try Files.write(self.path(repository).parent / "other", "")
    try repository.pulsar("now", "--no-push").expectEnd(status: 0, ["captured"])
    try repository.git("pack-refs", "--all")
    try Files.write(self.path(repository).parent / "third", "garbage")
    try repository.append("a.txt", "third\n")
    try repository.pulsar("now", "--no-push").expectEnd(status: 0, ["captured"])
    try repository.pulsar("history").expectEnd(status: 0)
  }

  @Test func `list says that a stream cannot be read`() throws {
    let repository = try Kind.sha1.make()
    try Files.write(self.path(repository), "")
    try repository.pulsar("list").expectEnd(status: 0, ["unreadable"])
  }

  @Test func `a damaged note of what was pushed is found out anew`() throws {
    let repository = try Kind.sha1.make()
    let remote = try repository.sandbox.makeRemote(of: repository)
    try repository.git("remote", "add", "origin", remote)
    try repository.pulsar("now").expectEnd(status: 0, ["pushed"])
    let pushed = Bytes(".git/refs/pulsar/pushed/\(repository.sandbox.slug)/main")
    for content: Bytes in ["", "garbage"] {
      try repository.write(pushed, content)
      try repository.pulsar("status").expectEnd(status: 0, ["not pushed yet"])
      try repository.pulsar("history").expectEnd(status: 0)
      try repository.append("a.txt", "more\n")
      try repository.pulsar("now").expectEnd(status: 0, ["pushed"])
      try repository.pulsar("status").expectEnd(status: 0, ["pushed to origin"])
    }
  }

  @Test func `a damaged undo record keeps nothing from being restored`() throws {
    let repository = try Kind.sha1.make()
    try repository.pulsar("now", "--no-push").expectEnd(status: 0)
    try repository.write(".git/refs/pulsar/undo/1", "")
    try repository.write(
      ".git/refs/pulsar/undo/2", Bytes(String(repeating: "12", count: 20) + "\n"))
    try repository.pulsar("undo").expectEnd(status: 0, ["nothing to undo"])
    try repository.remove("b.txt")
    try repository.pulsar("restore", "b.txt").expectEnd(status: 0, ["restored b.txt"])
    try repository.pulsar("undo").expectEnd(status: 0, ["undone"])
    #expect(!Files.exists(repository.top / "b.txt"))
  }

  @Test(arguments: ["lock", "push.lock"] as [Bytes])
  func `a folder in the place of a lock is named`(name: Bytes) throws {
    let repository = try Kind.sha1.make()
    let tip = try repository.tip()
    let remote = try repository.sandbox.makeRemote(of: repository)
    try repository.git("remote", "add", "origin", remote)
    try repository.remove(".git/pulsar/" + name)
    try Files.makeFolder(repository.top / ".git/pulsar" / name)
    let outcome = try repository.pulsar("now")
    outcome.expectEnd(status: name == "lock" ? 1 : 3, [name.text, "move the folder away"])
    if name == "lock" { #expect(try repository.tip() == tip) }
  }

  @Test func `a file in the place of our folder is named`() throws {
    let repository = try Kind.sha1.make()
    let tip = try repository.tip()
    try repository.remove(".git/pulsar")
    try repository.write(".git/pulsar", "mine\n")
    for verb: Bytes in ["now", "pause"] {
      try repository.pulsar(verb).expectSentence(".git/pulsar", "move the file away")
    }
    #expect(try repository.tip() == tip)
    #expect(try repository.read(".git/pulsar") == "mine\n")
  }

  @Test func `folders in the place of caches stop nothing`() throws {
    let repository = try Kind.sha1.make()
    for name: Bytes in ["capture-note", "stat-cache", "push-state"] {
      try repository.remove(".git/pulsar/" + name)
      try Files.makeFolder(repository.top / ".git/pulsar" / name / "x")
    }
    try repository.pulsar("now", "--no-push").expectEnd(status: 0, ["captured"])
  }
}
