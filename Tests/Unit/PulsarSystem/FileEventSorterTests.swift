import PulsarCore
import PulsarEngine
import PulsarSystem
import Testing

@Suite struct FileEventSorterTests {
  private func findings(of paths: [String], isLoss: Bool = false) -> [WatchReport.Finding] {
    var sorter = FileEventSorter(
      worktree: GitPath("/w"), gitDir: GitPath("/m/.git/worktrees/w"),
      commonDir: GitPath("/m/.git"), ignored: [GitPath("build"), GitPath("a/build")])
    for path in paths { sorter.take(GitPath(path), isLoss: isLoss) }
    return sorter.findings
  }

  @Test func `names files relative to the working tree`() {
    #expect(
      self.findings(of: ["/w/a", "/w/b/c", "/w", "/www", "/w/.git"])
        == [.paths([GitPath("a"), GitPath("b/c")])])
  }

  @Test func `says nothing of what is in an ignored folder`() {
    #expect(
      self.findings(of: ["/w/build/x", "/w/a/build/x/y", "/w/a/build2/x", "/w/b/build/x"])
        == [.paths([GitPath("a/build2/x"), GitPath("b/build/x")])])
  }

  @Test(
    arguments: [
      ("/m/.git/worktrees/w/HEAD", .head), ("/m/.git/worktrees/w/index", .index),
      ("/m/.git/worktrees/w/rebase-merge", .operation), ("/m/.git/config", .config),
      ("/m/.git/info/exclude", .exclude), ("/m/.git/refs/heads/a/b", .refs),
      ("/m/.git/packed-refs", .refs),
    ] as [(String, GitFact)])
  func `tells what of the git dir it was`(path: String, fact: GitFact) {
    #expect(self.findings(of: [path]) == [.gitChanged([fact])])
  }

  @Test(arguments: [
    "/m/.git/HEAD", "/m/.git/index", "/m/.git/worktrees/other/HEAD", "/m/.git/objects/ab/c",
    "/m/.git/refs/pulsar/streams/x", "/m/.git/refs/heads/a.lock", "/m/.git/worktrees/w/index.lock",
    "/m/.git/logs/HEAD", "/m/.git/worktrees/w/pulsar/paused", "/m/.git/worktrees/w/pulsar_index",
  ])
  func `says nothing of the rest of the git dir`(path: String) {
    #expect(self.findings(of: [path]).isEmpty)
  }

  @Test func `names the folder of a repository inside`() {
    #expect(self.findings(of: ["/w/libs/sub/.git/HEAD"]) == [.paths([GitPath("libs/sub")])])
  }

  @Test func `asks for a scan when paths were lost or are too many`() {
    #expect(self.findings(of: ["/w/a"], isLoss: true) == [.lost])
    #expect(self.findings(of: (0..<4097).map { "/w/\($0)" }) == [.lost])
    #expect(self.findings(of: (0..<4096).map { "/w/\($0)" }) != [.lost])
  }
}
