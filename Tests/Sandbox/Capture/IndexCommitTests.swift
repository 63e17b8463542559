import Testing

/// What is staged is captured too, as a commit among the capture's parents.
@Suite struct IndexCommitTests {
  /// The last parent, when its tree is not that of another parent named in `others`.
  private func indexCommit(of capture: Bytes, in repository: TestRepository, besides others: Int)
    throws -> Bytes?
  {
    let parents = try repository.parents(of: capture)
    #expect(parents.count <= others + 1)
    return parents.count > others ? parents.last : nil
  }

  static let cases: [EditCase] = [
    EditCase("an edit") {
      try $0.append("a.txt", "staged\n")
      try $0.git("add", "a.txt")
    },
    EditCase("an edit, and another after it") {
      try $0.append("a.txt", "staged\n")
      try $0.git("add", "a.txt")
      try $0.append("a.txt", "not staged\n")
    },
    EditCase("an edit that was taken back in the working tree") {
      let old = try $0.read("a.txt")
      try $0.append("a.txt", "staged\n")
      try $0.git("add", "a.txt")
      try $0.write("a.txt", old)
    },
    EditCase("a new file that is gone again") {
      try $0.write("x/new.txt", "staged\n")
      try $0.git("add", "x/new.txt")
      try $0.remove("x")
    },
    EditCase("a deletion") { try $0.git("rm", "-q", "a.txt") },
    EditCase("a deletion from the index only") { try $0.git("rm", "-q", "--cached", "a.txt") },
    EditCase("a rename") { try $0.git("mv", "a.txt", "dir/renamed.txt") },
    EditCase("an executable bit") { try $0.git("update-index", "--chmod=+x", "a.txt") },
    EditCase("a file in the place of a folder") {
      try $0.remove("dir")
      try $0.write("dir", "x")
      try $0.git("add", "-A")
    },
    EditCase("a link") {
      try $0.link("l", to: "a.txt")
      try $0.git("add", "l")
    },
    EditCase("an ignored file") {
      try $0.write(".git/info/exclude", "*.log\n")
      try $0.write("x.log", "1")
      try $0.git("add", "-f", "x.log")
    },
    EditCase("a file of an odd name") {
      try $0.write("new\nline \"x\"", "1")
      try $0.git("add", "-A")
    },
    EditCase("part of a file") {
      try $0.write("a.txt", "first\na 1\na 2\na 3\nlast\n")
      let blob = try $0.git("hash-object", "-w", "--stdin", input: "first\na 1\na 2\na 3\n")
      try $0.git("update-index", "--cacheinfo", "100644," + blob + ",a.txt")
    },
  ]

  @Test(arguments: cases, [false, true])
  func `the staging area is among the parents, exactly`(edit: EditCase, afterAnotherCapture: Bool)
    throws
  {
    let repository = try TestRepository.make()
    if afterAnotherCapture { try repository.checkCapture() }
    try edit.edit(repository)
    let expected = try Judge.index(of: repository)
    let capture = try repository.checkCapture()
    let index = try #require(try self.indexCommit(of: capture.commit, in: repository, besides: 1))
    let tree = try repository.id(index + "^{tree}")
    let differences = try expected.differences(to: tree, in: repository)
    #expect(tree == expected.id, "\(differences)")
  }

  @Test func `intent to add is kept: the file in the tree, the path in the index commit`() throws {
    let repository = try TestRepository.make()
    try repository.write("planned.txt", "not yet\n")
    try repository.git("add", "-N", "planned.txt")
    try repository.append("a.txt", "staged\n")
    try repository.git("add", "a.txt")
    let expected = try Judge.index(of: repository)
    let capture = try repository.checkCapture()
    #expect(try repository.content(of: "planned.txt", in: capture.tree) == "not yet\n")
    let index = try #require(try self.indexCommit(of: capture.commit, in: repository, besides: 1))
    #expect(try repository.id(index + "^{tree}") == expected.id)
    #expect(try repository.message(of: index).contains("planned.txt"))
  }

  @Test func `intent to add alone makes an index commit`() throws {
    let repository = try TestRepository.make()
    try repository.write("planned.txt", "not yet\n")
    try repository.git("add", "-N", "planned.txt")
    let capture = try repository.checkCapture()
    let index = try #require(try self.indexCommit(of: capture.commit, in: repository, besides: 1))
    #expect(try repository.message(of: index).contains("planned.txt"))
  }

  @Test func `where nothing is staged there is no index commit`() throws {
    let repository = try TestRepository.make()
    try repository.append("a.txt", "more\n")
    try repository.write("new.txt", "x")
    let capture = try repository.checkCapture()
    #expect(try self.indexCommit(of: capture.commit, in: repository, besides: 1) == nil)
  }

  @Test func `staging alone is captured, once`() throws {
    let repository = try TestRepository.make()
    try repository.append("a.txt", "more\n")
    let first = try repository.checkCapture()
    try repository.git("add", "a.txt")
    let second = try repository.checkCapture()
    #expect(second.commit != first.commit)
    #expect(try self.indexCommit(of: second.commit, in: repository, besides: 1) != nil)
    let third = try repository.checkCapture()
    #expect(third.commit == second.commit)
  }

  @Test func `unstaging alone is captured`() throws {
    let repository = try TestRepository.make()
    try repository.append("a.txt", "more\n")
    try repository.git("add", "a.txt")
    let first = try repository.checkCapture()
    try repository.git("reset", "-q")
    let second = try repository.checkCapture()
    #expect(second.commit != first.commit)
    #expect(try repository.parents(of: second.commit) == [first.commit])
  }

  @Test func `the staging area of a branch without a commit is captured`() throws {
    let repository = try TestRepository.makeEmpty()
    try repository.write("a.txt", "staged\n")
    try repository.git("add", "a.txt")
    try repository.append("a.txt", "more\n")
    let expected = try Judge.index(of: repository)
    let capture = try repository.checkCapture()
    let index = try #require(try self.indexCommit(of: capture.commit, in: repository, besides: 0))
    #expect(try repository.id(index + "^{tree}") == expected.id)
  }

  @Test(arguments: ["cone", "sparse index"])
  func `the staging area of a sparse check-out is captured whole`(kind: String) throws {
    let repository = try TestRepository.make()
    try repository.write("out/x.txt", "1\n")
    try repository.commitAll()
    try repository.sandbox.git(
      ["sparse-checkout", "set", "--cone"] + (kind == "cone" ? [] : ["--sparse-index"]) + ["dir"],
      in: repository.top)
    try repository.append("a.txt", "staged\n")
    try repository.git("add", "a.txt")
    let expected = try Judge.index(of: repository)
    let capture = try repository.checkCapture()
    let index = try #require(try self.indexCommit(of: capture.commit, in: repository, besides: 1))
    #expect(try repository.id(index + "^{tree}") == expected.id)
  }

  @Test(arguments: [Bytes?.none, "", "x"])
  func `a file whose staged content was lost is read anew`(left: Bytes?) throws {
    let repository = try TestRepository.make()
    try repository.write("s.txt", "staged\n")
    try repository.git("add", "s.txt")
    let blob = try repository.id(":s.txt")
    let hex = blob.text
    let loose =
      repository.top / ".git/objects" / Bytes(String(hex.prefix(2)))
      / Bytes(String(hex.dropFirst(2)))
    try Files.remove(loose)
    if let left { try Files.write(loose, left) }
    #expect(try [0, 3].contains(repository.pulsar("now", "--no-push").status))
    let tip = try #require(try repository.tip())
    #expect(try repository.content(of: "s.txt", in: tip) == "staged\n")
    #expect(try repository.tryGit("fsck", "--strict").status == 0)
  }
}
