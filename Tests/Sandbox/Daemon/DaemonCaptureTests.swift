import Testing

/// What changes is captured and pushed, and nothing of the user's is touched.
@Suite struct DaemonCaptureTests {
  @Test func `what changed while no daemon ran is captured and pushed at the start`() async throws {
    let world = try DaemonWorld(hasRemote: true)
    try world.repository.append("a.txt", "more\n")
    try world.repository.write("new/file", "1\n")
    let before = try Untouched(world.repository)
    try world.start()
    let capture = try await world.expectCapture()
    #expect(try world.repository.message(of: capture).contains("Pulsar-Reason: change"))
    try await world.expectPush()
    try await world.expectStatus {
      $0.captures == "everything is captured" && $0.pushes == "everything is pushed"
        && $0.unpushed == 0 && $0.unwatched == nil
    }
    #expect(try await world.stop() == 0)
    #expect(before.differences(after: try Untouched(world.repository)) == [])
    #expect(world.log.last?.contains("daemon-stopped") == true)
  }

  @Test func `every kind of change is captured`() async throws {
    let world = try DaemonWorld()
    let repository = world.repository
    try repository.git("stash", "store", "-m", "kept", repository.id("HEAD"))
    try await world.startAndSettle()

    try repository.append("a.txt", "more\n")
    try repository.write("tree/of/new/folders/file", "1\n")
    try repository.write("tree/of/other", "2\n")
    try repository.remove("b.txt")
    try repository.rename("dir/c.txt", "renamed.txt")
    try repository.setMode("dir/deep/d.txt", 0o755)
    try repository.link("link", to: "a.txt")
    var before = try Untouched(repository)
    try await world.expectCapture()
    #expect(before.differences(after: try Untouched(repository)) == [])

    // In a folder that was not there at the start; and a folder that goes with all it holds.
    try repository.append("tree/of/new/folders/file", "3\n")
    try repository.remove("dir")
    try repository.rename("tree/of/other", "tree/moved")
    before = try Untouched(repository)
    try await world.expectCapture()
    #expect(before.differences(after: try Untouched(repository)) == [])

    try repository.git("add", "a.txt")
    let staged = try Judge.index(of: repository).id
    before = try Untouched(repository)
    let stream = try repository.stream()
    try await world.expect("the staging area is captured") {
      guard let tip = try world.value(of: stream, in: repository) else { return false }
      return try repository.parents(of: tip).contains {
        try repository.message(of: $0).contains("Pulsar-Index: 1")
          && (try repository.id($0 + "^{tree}")) == staged
      }
    }
    #expect(before.differences(after: try Untouched(repository)) == [])
    #expect(try repository.git("stash", "list").contains("kept"))
    #expect(try repository.tryGit("fsck", "--strict", "--no-dangling").status == 0)
  }

  @Test func `commits and switched branches are followed`() async throws {
    let world = try DaemonWorld()
    let repository = world.repository
    try await world.startAndSettle()
    let main = try repository.stream()

    try repository.append("a.txt", "committed\n")
    try repository.commitAll()
    let head = try repository.id("HEAD")
    let before = try Untouched(repository)
    try await world.expect("the commit is among the capture's ancestors") {
      guard let tip = try world.value(of: main, in: repository) else { return false }
      return try repository.isAncestor(head, of: tip)
    }
    #expect(before.differences(after: try Untouched(repository)) == [])

    try repository.git("switch", "-q", "-c", "topic")
    let mainTip = try world.value(of: main, in: repository)
    try repository.append("a.txt", "on topic\n")
    let topic = try await world.expectCapture()
    #expect(try repository.content(of: "a.txt", in: topic)?.contains("on topic") == true)
    #expect(try world.value(of: main, in: repository) == mainTip)

    try repository.git("checkout", "-q", "--detach", "main", "-f")
    try repository.write("detached.txt", "1\n")
    try await world.expectCapture()
    #expect(try world.value(of: main, in: repository) == mainTip)
    #expect(try world.value(of: repository.stream(of: "topic"), in: repository) == topic)
  }
}
