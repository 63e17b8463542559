import Testing

/// `git replace` and grafts: a capture has the tree that git shows, and what came before what is the same
/// on all machines.
@Suite struct ReplacementTests {
  static let kinds: [EditCase] = [
    EditCase("a commit") {
      let old = try $0.id("HEAD")
      try $0.append("a.txt", "replaced\n")
      try $0.commitAll()
      let new = try $0.id("HEAD")
      try $0.git("reset", "-q", "--hard", old)
      try $0.git("replace", old, new)
      try $0.git("reset", "-q", "--hard")
    },
    EditCase("a tree") {
      let (old, oldTree) = (try $0.id("HEAD"), try $0.id("HEAD^{tree}"))
      try $0.append("a.txt", "replaced\n")
      try $0.commitAll()
      let newTree = try $0.id("HEAD^{tree}")
      try $0.git("reset", "-q", "--hard", old)
      try $0.git("replace", oldTree, newTree)
      try $0.git("reset", "-q", "--hard")
    },
    EditCase("a blob") {
      let old = try $0.id("HEAD:a.txt")
      try $0.append("a.txt", "replaced\n")
      let new = try $0.git("hash-object", "-w", "a.txt")
      try $0.git("checkout", "-q", "a.txt")
      try $0.git("replace", old, new)
      try $0.remove("a.txt")
      try $0.git("checkout", "-q", "a.txt")
    },
    EditCase("a commit, with packed refs") {
      try Self.kinds[0].edit($0)
      try $0.git("pack-refs", "--all")
    },
    EditCase("the parents of HEAD") {
      try $0.commitAll()
      try $0.git("replace", "--graft", "HEAD")
    },
    EditCase("the parents of HEAD, in a file") {
      try $0.commitAll()
      try $0.write(".git/info/grafts", try $0.id("HEAD") + "\n")
    },
  ]

  @Test(arguments: kinds, [false, true])
  func `the capture has the tree that git makes`(kind: EditCase, afterAnotherCapture: Bool) throws {
    let repository = try TestRepository.make()
    if afterAnotherCapture { try repository.checkCapture() }
    try kind.edit(repository)
    try repository.append("b.txt", "edit\n")
    try repository.checkCapture()
    try repository.append("dir/deep/d.txt", "edit\n")
    try repository.write("new.txt", "new\n")
    try repository.git("add", "new.txt")
    try repository.checkCapture()
    let restored = try repository.pulsar("restore", "--yes", "b.txt")
    #expect(restored.status == 0, "\(restored)")
    try repository.checkCapture()
  }

  @Test func `replacements that git is told to leave alone count for nothing`() throws {
    let repository = try TestRepository.make()
    try Self.kinds[0].edit(repository)
    try repository.configure("core.useReplaceRefs", "false")
    try repository.git("reset", "-q", "--hard")
    try repository.append("b.txt", "edit\n")
    try repository.checkCapture()
  }

  /// Where the history of one clone is cut, the two have no commit in common for its git.
  @Test(arguments: [true, false])
  func `sessions are merged by the history that all machines know`(isFile: Bool) throws {
    let machines = try TwoMachines()
    let laptop = machines.laptop
    try laptop.append("a.txt", "second commit\n")
    try laptop.commitAll()
    if isFile {
      try laptop.write(".git/info/grafts", try laptop.id("HEAD") + "\n")
    } else {
      try laptop.git("replace", "--graft", "HEAD")
    }
    try laptop.append("b.txt", "laptop\n")
    #expect(try laptop.pulsar("now").status == 0)
    try machines.desktopCaptures([("dir/c.txt", "c 1\ndesktop\n")])
    let outcome = try laptop.pulsar("sync", "--yes")
    #expect(outcome.status == 0, "\(outcome)")
    #expect(try laptop.read("dir/c.txt") == "c 1\ndesktop\n")
    #expect(try laptop.read("b.txt") == "b 1\nb 2\nb 3\nlaptop\n")
    #expect(try laptop.read("a.txt") == "a 1\na 2\na 3\nsecond commit\n")
  }
}
