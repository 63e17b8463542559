import PulsarCore
import PulsarGit
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Locks that a killed git of ours left go; those of the person's git never.
@Suite struct UserLocksTests {
  private struct World {
    let repository: TestRepository
    let mark: Bytes
    let locks: UserLocks

    init() throws {
      self.repository = try TestRepository.make()
      let git = self.repository.top / ".git"
      self.mark = git / "mark"
      let program = GitProgram(
        in: GitPath(bytes: self.repository.top.array), environment: ["PATH=/usr/bin:/bin"])
      let location = try Repository(discoveredBy: program).location
      self.locks = UserLocks(of: location, branches: [Branch("topic/a")])
    }

    /// Writes a file with a time of its own.
    func write(_ path: Bytes, at time: Bytes) throws {
      try Files.write(path, "")
      _ = try self.repository.sandbox.run(["touch", "-d", time, path], in: "/")
    }

    func removed() -> [String] {
      self.locks.removeStale(since: GitPath(bytes: self.mark.array)).map { path in
        path.relative(to: GitPath(bytes: (self.repository.top / ".git").array))?.displayed ?? ""
      }
    }
  }

  @Test func `those made since the mark go, older ones and others stay`() throws {
    let world = try World()
    let git = world.repository.top / ".git"
    try world.write(world.mark, at: "2026-01-01 00:00:10.5")
    try world.write(git / "index.lock", at: "2026-01-01 00:00:10.5")
    try world.write(git / "HEAD.lock", at: "2026-01-01 00:00:10.4")
    try world.write(git / "refs/heads/topic/a.lock", at: "2026-01-01 00:00:11")
    try world.write(git / "refs/heads/main.lock", at: "2026-01-01 00:00:11")
    #expect(world.removed() == ["index.lock", "refs/heads/topic/a.lock"])
    #expect(Files.exists(git / "HEAD.lock"))
    #expect(Files.exists(git / "refs/heads/main.lock"))
    #expect(world.removed() == [])
  }

  @Test func `while a git is at work in the repository, all stay`() throws {
    let world = try World()
    let lock = world.repository.top / ".git/index.lock"
    try world.write(world.mark, at: "2026-01-01 00:00:10")
    try world.write(lock, at: "2026-01-01 00:00:11")
    let folder = world.repository.top / "dir"
    let started = world.repository.sandbox.root / "started"
    let running = try world.repository.sandbox.start(
      ["git", "-c", "alias.wait=!touch \(started); exec sleep 1000", "wait"], in: folder)
    while !Files.exists(started) { sched_yield() }
    #expect(world.removed() == [])
    #expect(Files.exists(lock))
    running.signal(SIGKILL)
    while running.exitStatus == nil { sched_yield() }
    #expect(world.removed() == ["index.lock"])
  }
}
