import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A session goes from one machine to another.
@Suite struct SyncTests {
  @Test(arguments: [[], ["--object-format=sha256"]] as [[Bytes]])
  func `the working tree becomes what the other machine's is`(arguments: [Bytes]) throws {
    let fleet = try Fleet(arguments)
    let laptop = try fleet.on("laptop")
    let desktop = try fleet.on("desktop")
    try desktop.write("a.txt", "a 1\nchanged\na 3\n")
    try desktop.remove("b.txt")
    try desktop.rename("dir/c.txt", "moved.txt")
    try desktop.remove("dir")
    try desktop.write("dir", "a file now\n")
    try desktop.write("run.sh", "#!/bin/sh\n", mode: 0o755)
    try desktop.link("link", to: "nowhere")
    try desktop.write("empty", "")
    try desktop.write("crlf", "x\r\ny\r\n")
    try desktop.write(Bytes([0x6E, 0x0A, 0xFF, 0x22]), Bytes([0, 1, 2, 0xFF]))
    try desktop.write("deep/er/and/deeper", "d\n")
    try fleet.capture("desktop")
    let wanted = try fleet.tree("desktop")

    try fleet.on("laptop")
    let head = try laptop.id("HEAD")
    let index = try laptop.git("ls-files", "--stage")
    let outcome = try fleet.sync("laptop")
    #expect(outcome.status == 0, "\(outcome)")
    #expect(try fleet.tree("laptop") == wanted)
    #expect(Files.status(laptop.top / "run.sh").map { $0.mode & 0o100 != 0 } == true)
    #expect(try laptop.id("HEAD") == head)
    #expect(try laptop.git("ls-files", "--stage") == index)
    #expect(try laptop.git("diff", "--cached", "--name-only") == "")
    #expect(try laptop.git("for-each-ref", "refs/remotes/origin/wip") == "")
    #expect(try laptop.git("branch", "--list").lines.count == 1)
    #expect(!Files.exists(laptop.top / ".git/FETCH_HEAD"))
  }

  @Test func `the next capture has the session as a parent, and then there is nothing to sync`()
    throws
  {
    let fleet = try Fleet()
    try fleet.on("desktop").write("new", "1\n")
    let session = try fleet.capture("desktop")
    try fleet.sync("laptop")
    let laptop = try fleet.on("laptop")
    let tip = try #require(try laptop.tip())
    #expect(try laptop.parents(of: tip).contains(session))
    let again = try fleet.sync("laptop")
    #expect(again.status == 0)
    #expect(again.shown.contains("already up to date"), "\(again)")
    #expect(try laptop.tip() == tip)

    // And back.
    try laptop.append("new", "2\n")
    try fleet.capture("laptop")
    #expect(try fleet.sync("desktop").status == 0)
    #expect(try fleet.on("desktop").read("new") == "1\n2\n")
  }

  @Test func `what was staged there is staged here`() throws {
    let fleet = try Fleet()
    let desktop = try fleet.on("desktop")
    try desktop.write("a.txt", "staged\n")
    try desktop.git("add", "a.txt")
    try desktop.write("a.txt", "staged\nand not\n")
    try desktop.write("new", "n\n")
    try desktop.git("add", "new")
    try desktop.git("rm", "-q", "--cached", "b.txt")
    try desktop.write("intended", "i\n")
    try desktop.git("add", "-N", "intended")
    try fleet.capture("desktop")
    let wanted = try desktop.git("status", "--porcelain=v2")
    let outcome = try fleet.sync("laptop")
    #expect(outcome.status == 0, "\(outcome)")
    #expect(try fleet.on("laptop").git("status", "--porcelain=v2") == wanted)
  }

  @Test func `what is staged here stays staged`() throws {
    let fleet = try Fleet()
    let desktop = try fleet.on("desktop")
    try desktop.write("a.txt", "staged there\n")
    try desktop.git("add", "a.txt")
    try fleet.capture("desktop")
    let laptop = try fleet.on("laptop")
    try laptop.write("mine", "m\n")
    try laptop.git("add", "mine")
    let index = try laptop.git("ls-files", "--stage")
    #expect(try fleet.sync("laptop").status == 0)
    #expect(try laptop.git("ls-files", "--stage") == index)
    #expect(try laptop.read("a.txt") == "staged there\n")
    #expect(try laptop.read("mine") == "m\n")
  }

  // MARK: the branch

  @Test func `commits come along, and the branch is fast-forwarded`() throws {
    let fleet = try Fleet()
    let desktop = try fleet.on("desktop")
    try desktop.write("a.txt", "committed\n")
    try desktop.commitAll("one")
    try desktop.write("b.txt", "committed too\n")
    try desktop.commitAll("two")
    try desktop.write("dirty", "d\n")
    try desktop.write("c", "staged\n")
    try desktop.git("add", "c")
    try fleet.capture("desktop")
    let wanted = try desktop.git("status", "--porcelain=v2")
    let commit = try desktop.id("HEAD")

    let laptop = try fleet.on("laptop")
    let old = try laptop.id("HEAD")
    let outcome = try fleet.sync("laptop")
    #expect(outcome.status == 0, "\(outcome)")
    #expect(outcome.shown.contains("fast-forwarded"), "\(outcome)")
    #expect(try laptop.id("main") == commit)
    #expect(try laptop.git("symbolic-ref", "HEAD") == "refs/heads/main")
    #expect(try laptop.git("status", "--porcelain=v2") == wanted)
    #expect(try laptop.id("main@{1}") == old, "the reflog tells")
    #expect(try laptop.id("origin/main") == old)
  }

  @Test func `with --no-ff the branch stays, and the work is there uncommitted`() throws {
    let fleet = try Fleet()
    let desktop = try fleet.on("desktop")
    try desktop.write("a.txt", "committed\n")
    try desktop.commitAll("one")
    try fleet.capture("desktop")
    let laptop = try fleet.on("laptop")
    let head = try laptop.id("HEAD")
    let outcome = try fleet.sync("laptop", "--no-ff")
    #expect(outcome.status == 0, "\(outcome)")
    #expect(try laptop.id("HEAD") == head)
    #expect(try laptop.git("status", "--porcelain") == " M a.txt")
    #expect(try laptop.read("a.txt") == "committed\n")
  }

  @Test func `what is staged here goes with the branch that is fast-forwarded`() throws {
    let fleet = try Fleet()
    let desktop = try fleet.on("desktop")
    try desktop.write("a.txt", "committed\n")
    try desktop.commitAll("one")
    try fleet.capture("desktop")
    let laptop = try fleet.on("laptop")
    try laptop.write("mine", "m\n")
    try laptop.git("add", "mine")
    #expect(try fleet.sync("laptop").status == 0)
    #expect(try laptop.id("HEAD") == desktop.id("HEAD"))
    #expect(try laptop.git("status", "--porcelain") == "A  mine")
  }

  @Test func `work of old is not newer than what was committed since`() throws {
    let fleet = try Fleet()
    let desktop = try fleet.on("desktop")
    try desktop.write("a.txt", "session\n")
    try fleet.capture("desktop")
    try desktop.commitAll("done")
    try desktop.git("push", "-q", "origin", "main")
    let laptop = try fleet.on("laptop")
    try #require(try laptop.read("a.txt") == "session\n")
    try laptop.write("a.txt", "session\nand more\n")
    let before = try Untouched(laptop)
    let outcome = try fleet.sync("laptop")
    #expect(try laptop.read("a.txt") == "session\nand more\n", "\(outcome)")
    #expect(try before.differences(after: Untouched(laptop)) == [])
  }

  @Test func `a session of another branch is none of this one's`() throws {
    let fleet = try Fleet()
    let desktop = try fleet.on("desktop")
    try desktop.git("switch", "-q", "-c", "topic/x")
    try desktop.write("a.txt", "topic\n")
    try fleet.capture("desktop")
    let laptop = try fleet.on("laptop")
    let outcome = try fleet.sync("laptop")
    #expect(outcome.shown.contains("no other machine has captures of main"), "\(outcome)")
    try laptop.git("switch", "-q", "-c", "topic/x")
    #expect(try fleet.sync("laptop").status == 0)
    #expect(try laptop.read("a.txt") == "topic\n")
  }

  @Test func `before the first commit, and with a detached HEAD`() throws {
    let fleet = try Fleet()
    let desktop = try fleet.on("desktop")
    try desktop.git("checkout", "-q", "--detach")
    try desktop.write("a.txt", "detached\n")
    try fleet.capture("desktop")
    let laptop = try fleet.on("laptop")
    try laptop.git("checkout", "-q", "--detach")
    #expect(try fleet.sync("laptop").status == 0)
    #expect(try laptop.read("a.txt") == "detached\n")

    try fleet.on("desktop").git("switch", "-q", "--discard-changes", "main")
    try desktop.git("switch", "-q", "--orphan", "fresh")
    try fleet.on("desktop").write("first", "1\n")
    try fleet.capture("desktop")
    try fleet.on("laptop").git("switch", "-q", "--discard-changes", "main")
    try laptop.git("switch", "-q", "--orphan", "fresh")
    let outcome = try fleet.sync("laptop")
    #expect(outcome.status == 0, "\(outcome)")
    #expect(try laptop.read("first") == "1\n")
  }

  // MARK: what is in the way

  @Test func `an untracked file in the way is captured before it is replaced`() throws {
    let fleet = try Fleet()
    try fleet.on("desktop").write("new", "theirs\n")
    try fleet.capture("desktop")
    let laptop = try fleet.on("laptop")
    try laptop.write("new", "ours\n")
    let outcome = try fleet.sync("laptop", "--theirs")
    #expect(outcome.status == 0, "\(outcome)")
    #expect(try laptop.read("new") == "theirs\n")
    #expect(try fleet.on("laptop").pulsar("undo").status == 0)
    #expect(try laptop.read("new") == "ours\n")
  }

  @Test func `ignored files stay, and one in the way is asked about`() throws {
    let fleet = try Fleet()
    try fleet.on("desktop").write("build/x", "theirs\n")
    try fleet.on("desktop").write("z", "theirs\n")
    try fleet.capture("desktop")
    let laptop = try fleet.on("laptop")
    try laptop.write(".git/info/exclude", "build/\n.env\n")
    try laptop.write("build/x", "ours\n")
    try laptop.write("build/o", "object\n")
    try laptop.write(".env", "SECRET\n")
    let refused = try laptop.pulsar("sync", input: "y\n")
    #expect(refused.status == 2, "\(refused)")
    #expect(refused.shown.contains("build/x"), "\(refused)")
    #expect(try laptop.read("build/x") == "ours\n")
    #expect(!Files.exists(laptop.top / "z"))
    let outcome = try laptop.pulsar("sync", input: "y\no\n")
    #expect(outcome.status == 0, "\(outcome)")
    #expect(try laptop.read("build/x") == "theirs\n")
    #expect(try laptop.read("build/o") == "object\n")
    #expect(try laptop.read(".env") == "SECRET\n")
    #expect(try laptop.pulsar("undo").status == 0)
    #expect(try laptop.read("build/x") == "ours\n")
  }

  // MARK: saying no

  @Test func `without an answer nothing is changed, and with --dry-run`() throws {
    let fleet = try Fleet()
    try fleet.on("desktop").write("a.txt", "theirs\n")
    try fleet.capture("desktop")
    let laptop = try fleet.on("laptop")
    let before = try Untouched(laptop)
    let outcome = try laptop.pulsar("sync")
    #expect(outcome.status == 2, "\(outcome)")
    #expect(outcome.shown.contains("no answer"), "\(outcome)")
    let dry = try fleet.sync("laptop", "--dry-run")
    #expect(dry.status == 0, "\(dry)")
    #expect(dry.shown.contains("modified a.txt"), "\(dry)")
    #expect(try before.differences(after: Untouched(laptop)) == [])
    #expect(try laptop.git("for-each-ref", "refs/pulsar/undo") == "")
  }

  @Test func `in the middle of a merge it waits`() throws {
    let fleet = try Fleet()
    try fleet.on("desktop").write("a.txt", "theirs\n")
    try fleet.capture("desktop")
    let laptop = try fleet.on("laptop")
    try laptop.git("switch", "-q", "-c", "other")
    try laptop.write("a.txt", "one\n")
    try laptop.commitAll()
    try laptop.git("switch", "-q", "main")
    try laptop.write("a.txt", "two\n")
    try laptop.commitAll()
    _ = try laptop.tryGit("merge", "other")
    let outcome = try fleet.sync("laptop")
    #expect(outcome.status == 75, "\(outcome)")
    #expect(outcome.shown.contains("a merge is under way"), "\(outcome)")
  }

  @Test func `without the remote, what was fetched before counts`() throws {
    let fleet = try Fleet()
    try fleet.on("desktop").write("a.txt", "theirs\n")
    try fleet.capture("desktop")
    let laptop = try fleet.on("laptop")
    #expect(try laptop.pulsar("sync").status == 2)
    try Files.rename(fleet.remote, fleet.remote + ".away")
    let outcome = try fleet.sync("laptop")
    #expect(outcome.status == 0, "\(outcome)")
    #expect(outcome.shown.contains("going on with what is here"), "\(outcome)")
    #expect(try laptop.read("a.txt") == "theirs\n")
  }

  // MARK: three machines

  @Test func `of sessions that contain each other the newest is taken, whatever the clocks say`()
    throws
  {
    let fleet = try Fleet()
    let desktop = try fleet.on("desktop")
    try desktop.write("a.txt", "1\n")
    _ = try desktop.pulsar("now", "--here", clock: "2036-01-01 00:00:00")
    let server = try fleet.on("server")
    #expect(try fleet.sync("server").status == 0)
    try server.write("a.txt", "2\n")
    try fleet.capture("server")
    let outcome = try fleet.sync("laptop")
    #expect(outcome.status == 0, "\(outcome)")
    #expect(try fleet.on("laptop").read("a.txt") == "2\n")
    #expect(try fleet.sync("desktop").status == 0)
    #expect(try desktop.read("a.txt") == "2\n")
  }

  @Test func `of sessions that do not, the person chooses`() throws {
    let fleet = try Fleet()
    try fleet.on("desktop").write("d", "desktop\n")
    try fleet.capture("desktop")
    try fleet.on("server").write("s", "server\n")
    try fleet.capture("server")
    let laptop = try fleet.on("laptop")
    let asked = try laptop.pulsar("sync", input: "2\ny\n")
    #expect(asked.status == 0, "\(asked)")
    #expect(asked.shown.contains("desktop--desktop0"), "\(asked)")
    #expect(try laptop.read("s") == "server\n")
    #expect(!Files.exists(laptop.top / "d"))
    let named = try fleet.sync("laptop", "desktop")
    #expect(named.status == 0, "\(named)")
    #expect(try laptop.read("d") == "desktop\n")
    #expect(try laptop.read("s") == "server\n")
    let unknown = try fleet.sync("laptop", "toaster")
    #expect(unknown.status == 1)
    #expect(unknown.shown.contains("toaster"), "\(unknown)")
    #expect(try fleet.lost() == [])
  }
}
