import Testing

/// The shapes a repository can have.
@Suite struct RepositoryKindTests {
  /// Edits every file of `TestRepository.make` in some way.
  private func edit(_ repository: TestRepository) throws {
    try repository.append("a.txt", "more\n")
    try repository.remove("b.txt")
    try repository.write("dir/new.txt", "new\n", mode: 0o755)
    try repository.append("dir/deep/d.txt", "more\n")
    try repository.link("link", to: "dir")
  }

  private func editRounds(_ repository: TestRepository) throws {
    try repository.checkCapture()
    try self.edit(repository)
    try repository.checkCapture()
    try repository.git("add", "a.txt")
    try repository.append("a.txt", "after staging\n")
    try repository.checkCapture()
    try repository.git("add", "-A")
    try repository.git("commit", "-qm", "mine")
    try repository.write("dir/new.txt", "newer\n")
    try repository.checkCapture()
  }

  @Test func `an ordinary repository`() throws { try self.editRounds(try TestRepository.make()) }

  @Test func `a repository of SHA-256`() throws {
    let repository = try TestRepository.make(["--object-format=sha256"])
    try self.editRounds(repository)
    #expect(try repository.tip()?.array.count == 64)
  }

  @Test func `a linked working tree, captured under its own branch`() throws {
    let main = try TestRepository.make()
    try main.git("worktree", "add", "-q", "-b", "topic", main.sandbox.root / "linked")
    let linked = TestRepository(sandbox: main.sandbox, top: main.sandbox.root / "linked")
    try main.append("a.txt", "in the main one\n")
    try self.editRounds(linked)
    try main.checkCapture()
    #expect(try main.streams() == [main.stream(of: "main"), main.stream(of: "topic")])
  }

  @Test func `a repository whose git folder lies elsewhere`() throws {
    let sandbox = try Sandbox()
    let repository = try sandbox.makeRepository(["--separate-git-dir", sandbox.root / "elsewhere"])
    for name: Bytes in ["a.txt", "b.txt", "dir/deep/d.txt"] { try repository.write(name, "1\n") }
    try repository.commitAll()
    try self.editRounds(repository)
  }

  @Test func `a repository reached through a symbolic link`() throws {
    let repository = try TestRepository.make()
    let alias = repository.sandbox.root / "alias"
    try Files.makeLink(alias, to: repository.top)
    try self.edit(repository)
    try TestRepository(sandbox: repository.sandbox, top: alias).checkCapture()
  }

  @Test func `a repository at a path of odd characters`() throws {
    let repository = try TestRepository.make(named: "sp ace 'quo\"te\\ ü;$(x) ")
    try self.editRounds(repository)
  }

  @Test func `from a folder inside, the whole working tree`() throws {
    let repository = try TestRepository.make()
    try self.edit(repository)
    try repository.checkCapture(folder: "dir/deep")
  }

  @Test(arguments: ["cone", "no cone", "sparse index"])
  func `a sparse check-out keeps what is not checked out`(kind: String) throws {
    let repository = try TestRepository.make()
    for name: Bytes in ["out/x.txt", "out/y/z.txt", "dir/deep/er/e.txt"] {
      try repository.write(name, "1\n")
    }
    try repository.commitAll()
    switch kind {
    case "cone": try repository.git("sparse-checkout", "set", "--cone", "dir")
    case "no cone":
      try repository.git("sparse-checkout", "set", "--no-cone", "/*", "!/out/", "!x.txt")
    default: try repository.git("sparse-checkout", "set", "--cone", "--sparse-index", "dir")
    }
    #expect(!Files.exists(repository.top / "out/x.txt"))
    try repository.checkCapture()
    try self.edit(repository)
    let capture = try repository.checkCapture()
    #expect(try repository.paths(in: capture.tree).contains("out/y/z.txt"))

    // What appears outside of the sparse part is work like any other.
    try repository.write("out/new.txt", "new\n")
    try repository.write("out/x.txt", "edited\n")
    let later = try repository.checkCapture(.init(noticed: ["out/x.txt"]))
    #expect(try repository.content(of: "out/x.txt", in: later.tree) == "edited\n")
  }

  @Test(
    arguments: [
      ["--split-index"], ["--index-version", "4"], ["--untracked-cache"],
      ["--split-index", "--untracked-cache", "--index-version", "4"],
    ] as [[Bytes]])
  func `an index of another shape`(arguments: [Bytes]) throws {
    let repository = try TestRepository.make()
    if arguments.contains("--split-index") { try repository.configure("core.splitIndex", "true") }
    if arguments.contains("--untracked-cache") {
      try repository.configure("core.untrackedCache", "true")
    }
    try repository.sandbox.git(["update-index"] + arguments, in: repository.top)
    // Fills the untracked cache.
    try repository.git("status", environment: ["GIT_OPTIONAL_LOCKS": "1"])
    try self.editRounds(repository)
  }

  @Test func `a shallow clone`() throws {
    let origin = try TestRepository.make()
    try origin.append("a.txt", "second\n")
    try origin.commitAll()
    let repository = try origin.sandbox.clone("file://" + origin.top, ["--depth", "1"])
    try self.editRounds(repository)
  }

  @Test func `a clone that borrows objects`() throws {
    let origin = try TestRepository.make()
    try self.editRounds(try origin.sandbox.clone(origin.top, ["--shared"]))
  }

  @Test func `a partial clone, without fetching anything`() throws {
    let origin = try TestRepository.make()
    try origin.write("out/far.txt", "not checked out\n")
    try origin.commitAll()
    let remote = try origin.sandbox.makeRemote(of: origin)
    try origin.sandbox.git(["config", "uploadpack.allowFilter", "true"], in: remote)
    try origin.sandbox.git(["config", "uploadpack.allowAnySHA1InWant", "true"], in: remote)
    let repository = try origin.sandbox.clone(
      "file://" + remote, ["--filter=blob:none", "--sparse"])
    try repository.git("sparse-checkout", "set", "dir")
    let missing = { () throws -> [Bytes] in
      try repository.git("rev-list", "--objects", "--missing=print", "HEAD").lines
        .filter { $0.starts(with: "?") }
    }
    let before = try missing()
    #expect(before.count == 1)
    try self.edit(repository)
    try repository.checkCapture()
    #expect(try missing() == before)
    // The remote is away: nothing of it is needed.
    try Files.rename(remote, remote + ".away")
    try repository.append("a.txt", "offline\n")
    try repository.write("top.txt", "x")
    try repository.checkCapture()
    // Nor to count the lines of what was never here.
    try repository.git("rm", "-q", "--cached", "--sparse", "out/far.txt")
    try repository.checkCapture()
  }

  @Test func `packed refs and packed objects`() throws {
    let repository = try TestRepository.make()
    try self.edit(repository)
    try repository.checkCapture()
    try repository.git("pack-refs", "--all")
    try repository.git("gc", "-q", "--prune=now")
    try repository.append("a.txt", "packed\n")
    try repository.checkCapture()
  }

  @Test func `a branch without a commit, without files, then with some`() throws {
    let repository = try TestRepository.makeEmpty()
    try repository.write("first.txt", "1\n")
    try repository.write("dir/second.txt", "2\n")
    let capture = try repository.checkCapture()
    #expect(try repository.parents(of: capture.commit) == [])
    try repository.git("add", "first.txt")
    try repository.append("first.txt", "more\n")
    try repository.checkCapture()
    try repository.commitAll()
    let later = try repository.checkCapture()
    #expect(try repository.parents(of: later.commit).count == 2)
  }

  @Test func `a detached HEAD, captured under the commit's name`() throws {
    let repository = try TestRepository.make()
    try repository.git("checkout", "-q", "--detach")
    try self.edit(repository)
    let capture = try repository.checkCapture()
    let head = Bytes(try repository.id("HEAD").array.prefix(12))
    #expect(try repository.streams() == [repository.stream(of: "detached/" + head)])
    #expect(
      try repository.message(of: capture.commit).contains("\nPulsar-Branch: detached/\(head)\n"))
  }

  @Test func `a branch whose name is not ASCII`() throws {
    let repository = try TestRepository.make()
    try repository.git("checkout", "-q", "-b", "größe/über-🔭")
    try self.edit(repository)
    try repository.checkCapture()
  }

  @Test func `settings of one working tree`() throws {
    let repository = try TestRepository.make()
    try repository.configure("extensions.worktreeConfig", "true")
    try repository.git("config", "--worktree", "core.autocrlf", "input")
    try repository.write("crlf.txt", "1\r\n")
    try repository.checkCapture()
  }

  @Test func `settings included on a condition`() throws {
    let repository = try TestRepository.make()
    try Files.write(repository.sandbox.home / "included", "[core]\n  autocrlf = input\n")
    try repository.sandbox.git(
      [
        "config", "--global", "includeIf.gitdir:" + repository.top + "/.path",
        repository.sandbox.home / "included",
      ], in: repository.top)
    try repository.write("crlf.txt", "1\r\n")
    try repository.checkCapture()
  }

  @Test(arguments: [["--assume-unchanged"], ["--skip-worktree"]] as [[Bytes]])
  func `edits that git was told not to look for are captured all the same`(bit: [Bytes]) throws {
    let repository = try TestRepository.make()
    try repository.sandbox.git(
      ["update-index"] + bit + ["a.txt", "dir/c.txt", "b.txt"], in: repository.top)
    try repository.checkCapture()
    try repository.append("a.txt", "local\n")
    try repository.setMode("dir/c.txt", 0o755)
    let capture = try repository.checkCapture(.init(noticed: ["a.txt", "dir/c.txt"]))
    #expect(try repository.content(of: "a.txt", in: capture.tree) == "a 1\na 2\na 3\nlocal\n")
    try repository.append("a.txt", "again\n")
    try repository.checkCapture(.init(noticed: ["a.txt", "dir/c.txt"]))
  }
}
