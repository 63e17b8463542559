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
}
