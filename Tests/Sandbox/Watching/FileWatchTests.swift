#if canImport(Glibc)
  import Glibc
  import PulsarCore
  import PulsarEngine
  import PulsarSystem
  import Testing

  @Suite struct FileWatchTests {
    @Test func `tells of a file that comes, changes and goes`() throws {
      let folder = try WatchedFolder { try Files.makeFolder($0 / "dir") }
      #expect(folder.state == .watching)
      #expect(try folder.paths { try folder.write("dir/a", "1") } == ["dir/a"])
      #expect(try folder.paths { try folder.write("dir/a", "22") } == ["dir/a"])
      #expect(try folder.paths { try Files.setMode(folder.top / "dir/a", 0o755) } == ["dir/a"])
      #expect(try folder.paths { try Files.remove(folder.top / "dir/a") } == ["dir/a"])
      #expect(try folder.paths { try Files.makeLink(folder.top / "l", to: "dir") } == ["l"])
    }

    @Test func `tells both names of a rename, and of an atomic save`() throws {
      let folder = try WatchedFolder { try Files.write($0 / "dir/a", "1") }
      #expect(
        try folder.paths { try Files.rename(folder.top / "dir/a", folder.top / "b") } == [
          "b", "dir/a",
        ])
      let saved = try folder.paths {
        try folder.write("b~", "2")
        try Files.rename(folder.top / "b~", folder.top / "b")
      }
      #expect(saved == ["b", "b~"])
    }

    @Test func `tells of a write through a descriptor that stays open`() throws {
      let folder = try WatchedFolder { try Files.write($0 / "log", "") }
      let file = open((folder.top / "log").cString, O_WRONLY | O_APPEND | O_CLOEXEC)
      defer { close(file) }
      #expect(try folder.paths { _ = Glibc.write(file, "x", 1) } == ["log"])
    }

    @Test func `says nothing when nothing changes, also when files are read`() throws {
      let folder = try WatchedFolder { try Files.write($0 / "dir/a", "1") }
      _ = try Files.read(folder.top / "dir/a")
      _ = Files.walk(folder.top)
      #expect(!folder.isReadable(milliseconds: 0))
      #expect(folder.watch.read().isEmpty)
    }

    @Test func `tells of names in any bytes, as long as they come`() throws {
      let folder = try WatchedFolder()
      let long = Bytes([UInt8](repeating: 0xFF, count: 255))
      let names: [Bytes] = [Bytes([0xFF, 0xFE]), Bytes("a\nb"), Bytes("cafe\u{301}"), " ", long]
      folder.forget()
      for name in names { try folder.write(name / name) }
      folder.read()
      #expect(folder.paths == Set(names.map { GitPath(bytes: ($0 / $0).array) }))
      try folder.expectEveryFolderWatched()
    }

    @Test func `tells each of two repositories what is its own, also where one is in the other`()
      throws
    {
      let folder = try WatchedFolder { try Files.makeFolder($0 / "inner/.git/refs/heads") }
      let inner = folder.top / "inner"
      let state = folder.watch.add(
        WatchRequest(
          token: 3, worktree: GitPath(bytes: inner.array),
          gitDir: GitPath(bytes: (inner / ".git").array),
          commonDir: GitPath(bytes: (inner / ".git").array), ignored: [], judge: folder))
      #expect(state == .watching)
      try folder.write("inner/a")
      #expect(
        folder.watch.read() == [
          WatchReport(token: 3, finding: .paths([GitPath("a")])),
          WatchReport(token: WatchedFolder.token, finding: .paths([GitPath("inner/a")])),
        ])
      folder.watch.remove(3)
      #expect(try folder.paths { try folder.write("inner/b") } == ["inner/b"])
    }

    @Test func `gives every watch back when it is removed`() throws {
      let folder = try WatchedFolder { try Files.makeFolder($0 / "a/b/c") }
      #expect(folder.watch.watchCount == 7, "four folders, .git, refs, refs/heads")
      folder.watch.remove(WatchedFolder.token)
      #expect(folder.watch.watchCount == 0)
      folder.forget()
      try folder.write("a/b/c/file")
      #expect(!folder.isReadable(milliseconds: 0))
      #expect(folder.watch.refresh(WatchedFolder.token, ignored: []) == .rootGone)
    }
  }
#endif
