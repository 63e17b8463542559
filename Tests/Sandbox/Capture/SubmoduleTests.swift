import Testing

/// Repositories inside the repository: submodules stay links, the others are captured file by file.
@Suite struct SubmoduleTests {
  private func make() throws -> TestRepository {
    let repository = try TestRepository.make()
    let library = try repository.sandbox.makeRepository(named: "library")
    try library.write("l.txt", "l 1\n")
    try library.commitAll()
    try repository.git("submodule", "--quiet", "add", library.top, "libs/sub")
    try repository.commitAll()
    return repository
  }

  private func inside(_ repository: TestRepository) -> TestRepository {
    TestRepository(sandbox: repository.sandbox, top: repository.top / "libs/sub")
  }

  @Test func `a clean submodule is a link`() throws {
    let repository = try self.make()
    try repository.append("a.txt", "more\n")
    let capture = try repository.checkCapture()
    #expect(try repository.git("ls-tree", capture.tree, "libs/sub").starts(with: "160000 commit "))
  }

  @Test func `a submodule that is assumed unchanged stays, and moves its link`() throws {
    let repository = try self.make()
    try repository.git("update-index", "--assume-unchanged", "libs/sub")
    try repository.append("a.txt", "more\n")
    try repository.checkCapture()
    let submodule = self.inside(repository)
    try submodule.append("l.txt", "new\n")
    try submodule.commitAll()
    try repository.checkCapture(Judge.Departures(noticed: ["libs/sub"]))
  }

  @Test(arguments: ["edited", "untracked", "staged"])
  func `a dirty submodule is named, and its link and its own state are kept`(change: String) throws
  {
    let repository = try self.make()
    let submodule = self.inside(repository)
    switch change {
    case "edited": try submodule.append("l.txt", "dirty\n")
    case "untracked": try submodule.write("new.txt", "dirty\n")
    default:
      try submodule.write("staged.txt", "dirty\n")
      try submodule.git("add", "staged.txt")
    }
    try repository.append("a.txt", "more\n")
    try repository.checkCapture(naming: ["libs/sub"])
  }

  @Test(arguments: [false, true])
  func `a new commit inside a submodule moves its link`(afterAnotherCapture: Bool) throws {
    let repository = try self.make()
    if afterAnotherCapture { try repository.checkCapture() }
    let submodule = self.inside(repository)
    try submodule.append("l.txt", "new\n")
    try submodule.commitAll()
    let capture = try repository.checkCapture()
    #expect(
      try repository.git("ls-tree", capture.tree, "libs/sub").contains(
        try submodule.id("HEAD").text))
  }

  @Test func `a submodule that is configured to be ignored still moves its link`() throws {
    let repository = try self.make()
    try repository.configure("submodule.libs/sub.ignore", "all")
    try repository.configure("diff.ignoreSubmodules", "all")
    let submodule = self.inside(repository)
    try submodule.append("l.txt", "new\n")
    try submodule.commitAll()
    let link = try submodule.id("HEAD")
    try repository.append("a.txt", "more\n")
    #expect(try repository.pulsar("now", "--no-push").status == 0)
    #expect(
      try repository.git("ls-tree", try repository.stream(), "libs/sub").contains(link.text))
  }

  @Test func `a submodule that is not checked out keeps its link`() throws {
    let origin = try self.make()
    let repository = try origin.sandbox.clone(origin.top)
    try repository.append("a.txt", "more\n")
    try repository.checkCapture()
  }

  @Test func `a submodule added and not committed is a link`() throws {
    let repository = try self.make()
    let library = repository.sandbox.root / "laptop/library"
    try repository.git("submodule", "--quiet", "add", library, "second")
    try repository.checkCapture()
  }

  @Test func `a submodule that was removed is gone`() throws {
    let repository = try self.make()
    try repository.checkCapture()
    try repository.git("rm", "-q", "-f", "libs/sub")
    try repository.checkCapture()
  }
}

/// Repositories inside the working tree that are no submodules.
@Suite struct NestedRepositoryTests {
  private func nest(_ path: Bytes, in repository: TestRepository, committed: Bool) throws
    -> TestRepository
  {
    let nested = TestRepository(sandbox: repository.sandbox, top: repository.top / path)
    try Files.makeFolder(nested.top)
    try nested.git("init", "-q")
    try nested.write("n.txt", "n\n")
    try nested.write("deep/m.txt", "m\n", mode: 0o755)
    try nested.link("l", to: "n.txt")
    if committed { try nested.commitAll() }
    return nested
  }

  @Test(arguments: [false, true], [false, true])
  func `its files are captured as ordinary files, and it is named`(
    committed: Bool, afterAnotherCapture: Bool
  ) throws {
    let repository = try TestRepository.make()
    if afterAnotherCapture { try repository.checkCapture() }
    let nested = try self.nest("tools/nested", in: repository, committed: committed)
    try repository.append("a.txt", "more\n")
    try repository.checkCapture(.init(flattened: ["tools/nested"]), naming: ["tools/nested"])

    try nested.append("n.txt", "edited\n")
    try nested.write("new.txt", "x\n")
    try nested.remove("deep")
    let capture = try repository.checkCapture(
      .init(flattened: ["tools/nested"]), naming: ["tools/nested"])
    #expect(try repository.content(of: "tools/nested/n.txt", in: capture.tree) == "n\nedited\n")
  }

  @Test(arguments: [false, true])
  func `its own ignore rules hold`(committed: Bool) throws {
    let repository = try TestRepository.make()
    let nested = try self.nest("nested", in: repository, committed: committed)
    try nested.write(".gitignore", "*.o\n/out/\n")
    for name: Bytes in ["x.o", "out/y", "deep/z.o", "kept"] { try nested.write(name, "x") }
    let capture = try repository.checkCapture(.init(flattened: ["nested"]), naming: ["nested"])
    let paths = try repository.paths(in: capture.tree)
    #expect(paths.contains("nested/kept"))
    #expect(!paths.contains("nested/x.o"))
  }

  @Test func `its info exclude holds`() throws {
    let repository = try TestRepository.make()
    let nested = try self.nest("nested", in: repository, committed: true)
    try nested.write(".git/info/exclude", "*.o\n")
    try nested.write("x.o", "x")
    try repository.checkCapture(
      .init(kept: ["nested/x.o"], flattened: ["nested"]), naming: ["nested"])
  }

  @Test func `one inside another is captured too`() throws {
    let repository = try TestRepository.make()
    _ = try self.nest("outer", in: repository, committed: true)
    _ = try self.nest("outer/inner", in: repository, committed: true)
    _ = try self.nest("outer/deep/empty", in: repository, committed: false)
    try repository.checkCapture(
      .init(flattened: ["outer", "outer/inner", "outer/deep/empty"]),
      naming: ["outer", "outer/inner", "outer/deep/empty"])
  }

  @Test func `one that is ignored is left out`() throws {
    let repository = try TestRepository.make()
    _ = try self.nest("vendor/nested", in: repository, committed: true)
    try repository.write(".gitignore", "vendor/\n")
    try repository.checkCapture()
  }

  @Test func `one with an odd name is captured`() throws {
    let repository = try TestRepository.make()
    _ = try self.nest("sp ace/qu\"o\nte", in: repository, committed: true)
    try repository.checkCapture(.init(flattened: ["sp ace/qu\"o\nte"]), naming: ["sp ace"])
  }

  @Test func `the files of a repository in the place of a tracked file are captured`() throws {
    let repository = try TestRepository.make()
    try repository.remove("a.txt")
    try repository.git("init", "-q", "a.txt")
    let inner = TestRepository(sandbox: repository.sandbox, top: repository.top / "a.txt")
    try inner.write("inner.txt", "inner\n")
    try inner.commitAll()
    try repository.checkCapture(Judge.Departures(flattened: ["a.txt"]), naming: ["a.txt"])
  }
}
