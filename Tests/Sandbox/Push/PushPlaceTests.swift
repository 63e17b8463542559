import Testing

/// What "pushed" means: this place has it, and all of it.
@Suite struct PushPlaceTests {
  private let ref: Bytes = "refs/heads/wip/pulsar/laptop--01234567/main"

  private func bare(_ name: Bytes, _ repository: TestRepository) throws -> Bytes {
    try repository.sandbox.makeRemote(of: repository, named: name)
  }

  private func value(at remote: Bytes, _ repository: TestRepository) throws -> Bytes {
    try repository.sandbox.git(["for-each-ref", "--format=%(objectname)", self.ref], in: remote)
  }

  @Test func `a remote at another address has nothing yet`() throws {
    let repository = try TestRepository.make()
    let old = try self.bare("old.git", repository)
    let new = try self.bare("new.git", repository)
    try repository.git("remote", "add", "origin", old)
    try repository.append("a.txt", "more\n")
    #expect(try repository.pulsar("now").status == 0)
    try repository.git("remote", "set-url", "origin", new)
    #expect(try repository.pulsar("now").status == 0)
    let tip = try #require(try repository.tip())
    #expect(try self.value(at: new, repository).text.contains(tip.text))

    try repository.append("a.txt", "and more\n")
    #expect(try repository.pulsar("now").status == 0)
    try repository.git("remote", "set-url", "origin", old)
    #expect(try repository.pulsar("now").status == 0, "an older capture of ours is there")
    let newest = try #require(try repository.tip())
    #expect(try self.value(at: old, repository).text.contains(newest.text))
  }

  @Test(arguments: [[], ["--object-format=sha256"]] as [[Bytes]])
  func `what the old address has is not told of the new one`(arguments: [Bytes]) throws {
    let repository = try TestRepository.make(arguments)
    let old = try self.bare("old.git", repository)
    let new = try self.bare("new.git", repository)
    try repository.git("remote", "add", "origin", old)
    try repository.append("a.txt", "more\n")
    #expect(try repository.pulsar("now").status == 0)
    let verbs: [Bytes] = ["status", "list", "history"]
    func told() throws -> [Bool] {
      try verbs.map { try repository.pulsar(arguments: [$0, "--json"]) }.map(\.output).map {
        $0.contains(#""pushed" : true"#) || $0.contains(#""unpushed" : 0"#)
          || $0.contains(#""state" : "pushed""#)
      }
    }
    #expect(try told() == [true, true, true])
    try repository.git("remote", "set-url", "origin", new)
    #expect(try told() == [false, false, false])
    let status = try repository.pulsar("status")
    #expect(status.shown.contains("not pushed yet: 1 capture"), "\(status)")
    try repository.git("remote", "set-url", "--push", "origin", old)
    #expect(try told() == [true, true, true], "pushes go to the old address again")
    try repository.git("config", "--unset", "remote.origin.pushurl")
    #expect(try repository.pulsar("now").status == 0)
    #expect(try told() == [true, true, true])
  }

  @Test(.enabled(if: Tools.lfs, "git-lfs is not installed"))
  func `files of git-lfs are sent along`() throws {
    let repository = try TestRepository.make()
    let remote = try self.bare("remote.git", repository)
    try repository.git("remote", "add", "origin", remote)
    try repository.git("lfs", "install", "--local")
    try repository.write(".gitattributes", "*.psd filter=lfs diff=lfs merge=lfs -text\n")
    try repository.write("x.psd", "large\n")
    #expect(try repository.pulsar("now").status == 0)
    let objects = remote / "lfs/objects"
    let sent = Files.walk(objects).filter { Files.status(objects / $0)?.isFolder == false }
    #expect(try sent.map { try Files.read(objects / $0) } == ["large\n"])
  }

  @Test(.enabled(if: Tools.lfs, "git-lfs is not installed"))
  func `without git-lfs pointers go alone, are told of, and the files follow`() throws {
    let repository = try TestRepository.make()
    let remote = try self.bare("remote.git", repository)
    try repository.git("remote", "add", "origin", remote)
    try repository.git("lfs", "install", "--local")
    try repository.write(".gitattributes", "*.psd filter=lfs diff=lfs merge=lfs -text\n")
    #expect(try repository.pulsar("now").status == 0)
    try repository.write("x.psd", "large\n")
    #expect(try repository.pulsar("now", "--no-push").status == 0)
    // As where it was taken away: git says so of a command that it does not find.
    let lfs = repository.sandbox.root / "bin/git-lfs"
    try Files.write(
      lfs, "#!/bin/sh\necho \"git: 'lfs' is not a git command.\" >&2\nexit 1\n", mode: 0o755)
    let now = try repository.pulsar("now", "--here")
    #expect(now.shown.contains("pointers only") && now.shown.contains("pushed to"), "\(now)")
    try repository.pulsar("status").expectEnd(status: 0, ["pushed to origin", "pointers only"])
    let history = try repository.pulsar("history")
    #expect(history.output.text.contains("pointers only"), "\(history)")
    #expect(history.output.text.split(separator: "\n").last?.contains("pushed") == true)

    try Files.remove(lfs)
    try repository.append("a.txt", "more\n")
    #expect(try repository.pulsar("now").status == 0)
    #expect(!(try repository.pulsar("status").shown.contains("pointers only")))
    let objects = remote / "lfs/objects"
    let sent = Files.walk(objects).filter { Files.status(objects / $0)?.isFolder == false }
    #expect(try sent.map { try Files.read(objects / $0) } == ["large\n"])
  }
}
