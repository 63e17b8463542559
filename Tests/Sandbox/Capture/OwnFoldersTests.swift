import Testing

/// A repository that holds our own state, as a home folder under git does.
@Suite struct OwnFoldersTests {
  private static let settings: [String: Bytes] = ["XDG_STATE_HOME": ""]
  private static let identity: Bytes = ".config/git-pulsar/machine_id"

  private static func isOwn(_ path: Bytes) -> Bool { path.text.contains("git-pulsar/") }

  /// The home folder of the present machine, with a commit, registered.
  private func makeHome(_ sandbox: Sandbox, remote: Bytes? = nil) throws -> TestRepository {
    let home = TestRepository(sandbox: sandbox, top: sandbox.home)
    try home.git("init", "-q")
    if let remote {
      try home.git("remote", "add", "origin", remote)
      try home.git("fetch", "-q")
      try home.git("reset", "-q", "--hard", "origin/main")
    } else {
      try home.write(".vimrc", "1\n")
      try home.git("add", ".vimrc")
      try home.git("commit", "-q", "-m", "first")
    }
    let outcome = try sandbox.run([Program.path], in: home.top, environment: Self.settings)
    #expect(outcome.status == 0, "\(outcome)")
    sandbox.registered.insert(Bytes(sandbox.machine) + ":" + home.top)
    return home
  }

  @Test func `own files are in no capture, staged or not`() throws {
    let home = try self.makeHome(try Sandbox())
    try home.write(".vimrc", "2\n")
    try home.git("add", "-f", Self.identity)
    for _ in 0..<2 {
      let outcome = try home.pulsar("now", "--no-push", environment: Self.settings)
      #expect(outcome.status == 0, "\(outcome)")
    }
    let tip = try #require(try home.tip())
    for commit in [tip] + (try home.parents(of: tip)) {
      #expect(try home.paths(in: commit).filter(Self.isOwn) == [])
    }
    #expect(try home.paths(in: tip).contains(".gitconfig"))
    let again = try home.pulsar("now", "--no-push", environment: Self.settings)
    #expect(again.shown.contains("nothing changed"), "\(again)")
  }

  @Test func `those of another machine's capture come neither here nor onto the target`() throws {
    let seed = try TestRepository.make(named: "seed")
    let sandbox = seed.sandbox
    let remote = try sandbox.makeRemote(of: seed)
    // There it is a folder like any other.
    try sandbox.become("desktop")
    let other = try sandbox.clone(remote)
    try other.write(Self.identity, "desktop00000000")
    try other.write("new.txt", "n\n")
    #expect(try other.pulsar("now").status == 0)

    try sandbox.become("laptop")
    let home = try self.makeHome(sandbox, remote: remote)
    let id = try home.read(Self.identity)
    try home.write(".git/info/exclude", "/.*\n")
    let sync = try home.pulsar("sync", "--yes", environment: Self.settings)
    #expect(sync.status == 0, "\(sync)")
    #expect(try home.read("new.txt") == "n\n")
    #expect(try home.read(Self.identity) == id)
    let restore = try home.pulsar(
      "restore", "--yes", "--from", "desktop", Self.identity, environment: Self.settings)
    #expect(try home.read(Self.identity) == id, "\(restore)")
    let finalize = try home.pulsar(
      "finalize", "--yes", "--message", "done", environment: Self.settings)
    #expect(finalize.status == 0, "\(finalize)")
    #expect(try home.paths(in: "HEAD").contains("new.txt"), "\(finalize)")
    #expect(try home.paths(in: "HEAD").filter(Self.isOwn) == [])
    #expect(try home.read(Self.identity) == id)
  }
}
