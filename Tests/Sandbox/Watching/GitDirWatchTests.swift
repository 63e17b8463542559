#if canImport(Glibc)
  import PulsarCore
  import PulsarEngine
  import PulsarSystem
  import Testing

  @Suite struct GitDirWatchTests {
    @Test(arguments: ["true", "false"])
    func `tells of a commit on the same branch, with and without reflogs`(reflogs: Bytes) throws {
      let repository = try TestRepository.make()
      try repository.configure("core.logAllRefUpdates", reflogs)
      let folder = try WatchedFolder(repository)
      #expect(
        try folder.facts { try repository.git("commit", "-q", "--allow-empty", "-m", "more") }
          .contains(.refs))
      #expect(folder.paths.isEmpty)
      let bare = try folder.facts {
        try repository.git("update-ref", "refs/heads/main", "HEAD~1")
      }
      #expect(bare == [.refs])
      try repository.git("checkout", "-q", "--detach")
      #expect(
        try folder.facts { try repository.git("commit", "-q", "--allow-empty", "-m", "more") }
          .contains(.head))
    }

    @Test func `tells of branches in folders and in packed-refs`() throws {
      let repository = try TestRepository.make()
      let folder = try WatchedFolder(repository)
      #expect(try folder.facts { try repository.git("branch", "topic/deep/a") } == [.refs])
      #expect(try folder.facts { try repository.git("branch", "-f", "topic/deep/a", "HEAD") } == [])
      try repository.git("commit", "-q", "--allow-empty", "-m", "more")
      #expect(try folder.facts { try repository.git("branch", "-f", "topic/deep/a") } == [.refs])
      #expect(try folder.facts { try repository.git("pack-refs", "--all") } == [.refs])
      #expect(
        try folder.facts { try repository.git("update-ref", "-d", "refs/heads/topic/deep/a") }
          == [.refs])
      #expect(try folder.facts { try repository.git("branch", "topic/deep/b") } == [.refs])
    }

    @Test func `tells of a switch, of staging, of settings and of excludes`() throws {
      let repository = try TestRepository.make()
      try repository.git("branch", "other")
      try Files.remove(repository.top / ".git/info")
      let folder = try WatchedFolder(repository)
      #expect(try folder.facts { try repository.git("switch", "-q", "other") }.contains(.head))
      try repository.append("a.txt", "more\n")
      #expect(try folder.facts { try repository.git("add", "a.txt") } == [.index])
      #expect(try folder.facts { try repository.configure("a.b", "c") } == [.config])
      #expect(
        try folder.facts { try repository.write(".git/info/exclude", "*.o\n") } == [.exclude])
      #expect(
        try folder.facts { try repository.append(".git/info/exclude", "*.a\n") } == [.exclude])
      #expect(
        try folder.facts { try repository.write(".git/info/attributes", "* text\n") } == [.config])
      #expect(folder.paths.isEmpty)
    }

    @Test(arguments: ["merge", "rebase", "cherry-pick", "revert"])
    func `tells when an operation stops with conflicts and when it ends`(operation: Bytes) throws {
      let repository = try TestRepository.make()
      try repository.git("branch", "other")
      try repository.write("a.txt", "ours\n")
      try repository.commitAll()
      try repository.write("a.txt", "ours again\n")
      try repository.commitAll()
      try repository.git("switch", "-q", "other")
      try repository.write("a.txt", "theirs\n")
      try repository.commitAll()
      let folder = try WatchedFolder(repository)
      let commit: Bytes = operation == "merge" || operation == "rebase" ? "main" : "main~1"
      let began = try folder.facts {
        try #expect(repository.tryGit(operation, commit).status != 0)
      }
      #expect(began.contains(.operation) && began.contains(.index))
      #expect(folder.paths.contains(GitPath("a.txt")))
      #expect(try folder.facts { try repository.git(operation, "--abort") }.contains(.operation))
    }

    @Test func `tells of a bisect and of am`() throws {
      let repository = try TestRepository.make()
      try repository.append("a.txt", "more\n")
      try repository.commitAll()
      let patch = try repository.git("format-patch", "--stdout", "-1")
      let folder = try WatchedFolder(repository)
      #expect(try folder.facts { try repository.git("bisect", "start") }.contains(.operation))
      #expect(try folder.facts { try repository.git("bisect", "bad") }.contains(.operation))
      #expect(try folder.facts { try repository.git("bisect", "reset") }.contains(.operation))
      try repository.write("patch", patch)
      let began = try folder.facts { try #expect(repository.tryGit("am", "patch").status != 0) }
      #expect(began.contains(.operation))
      #expect(try folder.facts { try repository.git("am", "--abort") }.contains(.operation))
    }

    @Test func `says nothing of objects, locks, other refs and what is ours`() throws {
      let repository = try TestRepository.make()
      let folder = try WatchedFolder(repository)
      let facts = try folder.facts {
        try repository.git("hash-object", "-w", "--stdin", input: "content")
        try repository.git("update-ref", "refs/pulsar/streams/laptop/main", "HEAD")
        try repository.git("update-ref", "refs/remotes/origin/main", "HEAD")
        try repository.git("tag", "v1")
        try repository.write(".git/index.lock", "")
        try repository.write(".git/refs/heads/main.lock", "")
        try repository.write(".git/refs/heads/topic.lock", "")
        try repository.remove(".git/index.lock")
        try repository.remove(".git/refs/heads/main.lock")
        try repository.write(".git/pulsar_index.lock", "")
        try repository.rename(".git/pulsar_index.lock", ".git/pulsar_index")
        try repository.write(".git/pulsar/paused", "")
        try repository.git("gc", "-q", "--prune=now", environment: ["GIT_TRACE": "0"])
      }
      // gc packs the refs, which is the one thing here that a branch could have moved by.
      #expect(facts == [.refs])
      try Files.remove(repository.top / ".git/pulsar_index")
      #expect(
        try folder.facts {
          try repository.setMode(".git/index", 0o600)
          try repository.setMode(".git/config", 0o600)
        } == [], "a mode says nothing")
      #expect(folder.paths.isEmpty)
    }

    @Test func `tells a linked worktree of its own state and of what is shared`() throws {
      let repository = try TestRepository.make()
      try repository.git("worktree", "add", "-q", "../linked")
      let linked = TestRepository(
        sandbox: repository.sandbox, top: repository.top.parent / "linked")
      let folder = try WatchedFolder(linked)
      #expect(try folder.facts { try linked.git("switch", "-q", "-c", "new") }.contains(.head))
      let commit = try folder.facts {
        try linked.write("a.txt", "linked\n")
        try linked.commitAll()
      }
      #expect(commit.isSuperset(of: [.refs, .index]))
      #expect(folder.paths.contains(GitPath("a.txt")))
      #expect(try folder.facts { try linked.configure("a.b", "c") } == [.config])
      #expect(try folder.facts { try repository.git("switch", "-q", "-c", "main2") } == [.refs])
      try repository.append("a.txt", "main\n")
      #expect(try folder.facts { try repository.git("add", "a.txt") } == [])
      try repository.append("b.txt", "merged\n")
      try repository.commitAll()
      let merge = try folder.facts {
        try #expect(linked.tryGit("merge", "main2").status != 0)
      }
      #expect(merge.contains(.operation))
    }

    @Test func `tells of a commit in a repository inside the working tree`() throws {
      let repository = try TestRepository.make()
      let other = try repository.sandbox.makeRepository(named: "library")
      try other.write("file", "1\n")
      try other.commitAll()
      try repository.git("submodule", "--quiet", "add", other.top, "libs/sub")
      try repository.commitAll()
      let sub = TestRepository(sandbox: repository.sandbox, top: repository.top / "libs/sub")
      let folder = try WatchedFolder(repository)
      let facts = try folder.facts { try sub.git("commit", "-q", "--allow-empty", "-m", "more") }
      #expect(facts == [])
      #expect(folder.paths == [GitPath("libs/sub")])
      let embedded = try repository.sandbox.makeRepository(named: "project/late")
      folder.read()
      folder.forget()
      try embedded.git("commit", "-q", "--allow-empty", "-m", "first")
      folder.read()
      #expect(folder.paths.contains(GitPath("late")))
      try folder.expectEveryFolderWatched(skipping: ["late/.git"])
    }

    @Test func `keeps up with a rebase, a gc and a clean by git itself`() throws {
      let repository = try TestRepository.make()
      try repository.git("switch", "-q", "-c", "topic")
      for number in 0..<5 {
        try repository.write(Bytes("topic/\(number)/file"), "x\n")
        try repository.commitAll()
      }
      let folder = try WatchedFolder(repository)
      try repository.git("switch", "-q", "main")
      try repository.append("a.txt", "more\n")
      try repository.commitAll()
      try repository.git("rebase", "-q", "main", "topic")
      try repository.git("gc", "-q")
      try repository.write("litter/deep/file", "x\n")
      try repository.git("clean", "-fdxq")
      folder.read()
      #expect(folder.facts == [.head, .index, .refs, .operation])
      #expect(folder.ends.isEmpty && !folder.isLost)
      try folder.expectEveryFolderWatched()
    }
  }
#endif
