#if canImport(Glibc)
  import Glibc
  import PulsarCore
  import PulsarEngine
  import PulsarSystem
  import Testing

  @Suite struct LostWatchTests {
    @Test func `watches every folder after more events than the queue holds`() throws {
      let folder = try WatchedFolder { try Files.makeFolder($0 / "old/deep") }
      folder.ignoredNames = ["skipped"]
      folder.forget()
      let outside = folder.sandbox.root / "outside"
      // 16,384 is the system's default; a bigger queue takes more.
      let queued = try Files.read("/proc/sys/fs/inotify/max_queued_events").line.text
      let count = max(20_000, (Int(queued) ?? 0) * 2)
      for number in 0..<count / 2 { try folder.write(Bytes("old/\(number)")) }
      try Files.rename(folder.top / "old/deep", outside)
      for number in 0..<100 { try folder.write(Bytes("new\(number)/sub/skipped/file")) }
      folder.read()
      #expect(folder.isLost)
      #expect(folder.paths.isEmpty)
      let skipped = Set((0..<100).map { Bytes("new\($0)/sub/skipped") })
      #expect(folder.watch.watchCount == 2 + 200 + 3, "also, those that are gone are let go")
      try folder.expectEveryFolderWatched(skipping: skipped)
      #expect(!folder.isLost)
      try Files.write(outside / "file", "1")
      #expect(!folder.isReadable(milliseconds: 0))
    }

    @Test func `watches every folder of 20,000 files that come at once`() throws {
      let folder = try WatchedFolder()
      for number in 0..<20_000 { try folder.write(Bytes("new/\(number % 200)/\(number)")) }
      folder.read()
      #expect(folder.isLost)
      try folder.expectEveryFolderWatched()
    }

    @Test(arguments: [(4096, false), (4097, true)])
    func `gives up naming paths beyond a bound`(count: Int, isLost: Bool) throws {
      let folder = try WatchedFolder()
      for number in 0..<count { try Files.makeLink(folder.top / Bytes("\(number)"), to: "x") }
      folder.read()
      #expect(folder.isLost == isLost)
      #expect(folder.paths.count == (isLost ? 0 : count))
      #expect(try folder.paths { try folder.write("next") } == ["next"])
    }

    @Test(arguments: ["removed", "moved", "replaced"])
    func `says when the working tree is gone`(how: String) throws {
      let folder = try WatchedFolder { try Files.makeFolder($0 / "a") }
      if how == "removed" {
        try Files.remove(folder.top)
      } else {
        try Files.rename(folder.top, folder.sandbox.root / "elsewhere")
      }
      if how == "replaced" { try Files.makeFolder(folder.top / "b") }
      folder.read()
      #expect(folder.ends == [.rootGone])
      #expect(folder.watch.watchCount == 0)
      folder.forget()
      try folder.write("a/file")
      try Files.write(folder.sandbox.root / "elsewhere/a/file", "")
      #expect(!folder.isReadable(milliseconds: 0))
    }

    @Test func `says when a folder above was moved, at the next new folder`() throws {
      let sandbox = try Sandbox()
      let watch = InotifyWatch()
      let top = sandbox.root / "above/tree"
      try Files.makeFolder(top / ".git")
      let folder = try WatchedFolder()
      let request = WatchRequest(
        token: 1, worktree: GitPath(bytes: top.array),
        gitDir: GitPath(bytes: (top / ".git").array),
        commonDir: GitPath(bytes: (top / ".git").array), ignored: [], judge: folder)
      #expect(watch.add(request) == .watching)
      try Files.rename(top.parent, sandbox.root / "new")
      try Files.makeFolder(top)
      try Files.makeFolder(sandbox.root / "new/tree/folder")
      #expect(watch.read() == [WatchReport(token: 1, finding: .rootGone)])
    }

    @Test func `says when the git dir is gone`() throws {
      let folder = try WatchedFolder()
      try Files.remove(folder.top / ".git")
      folder.read()
      #expect(folder.ends == [.rootGone])
    }

    @Test func `does not take what is not there`() throws {
      let folder = try WatchedFolder { try Files.remove($0) }
      #expect(folder.state == .rootGone)
      #expect(folder.watch.watchCount == 0)
      let bare = try WatchedFolder { try Files.remove($0 / ".git") }
      #expect(bare.state == .rootGone)
      #expect(bare.watch.watchCount == 0)
    }

    @Test func `gives all watches back when there are too few at the start`() throws {
      let folder = try WatchedFolder(watch: InotifyWatch(watchesMax: 5)) {
        try Files.makeFolder($0 / "a/b/c")
      }
      #expect(folder.state == .unwatched(.outOfWatches))
      #expect(folder.watch.watchCount == 0)
      folder.forget()
      try folder.write("file")
      #expect(!folder.isReadable(milliseconds: 0))
    }

    @Test func `gives up one repository when watches run out later, and keeps the other`() throws {
      let folder = try WatchedFolder(watch: InotifyWatch(watchesMax: 10))
      let other = folder.sandbox.root / "other"
      try Files.makeFolder(other / ".git/refs/heads")
      let request = WatchRequest(
        token: 1, worktree: GitPath(bytes: other.array),
        gitDir: GitPath(bytes: (other / ".git").array),
        commonDir: GitPath(bytes: (other / ".git").array), ignored: [], judge: folder)
      #expect(folder.watch.add(request) == .watching)
      for number in 0..<5 { try Files.makeFolder(other / Bytes("\(number)")) }
      try folder.write("file")
      #expect(
        folder.watch.read() == [
          WatchReport(token: 1, finding: .unwatched(.outOfWatches)),
          WatchReport(token: WatchedFolder.token, finding: .paths([GitPath("file")])),
        ])
      #expect(folder.watch.watchCount == 4)
      #expect(folder.watch.add(request) == .unwatched(.outOfWatches))
      for number in 0..<5 { try Files.remove(other / Bytes("\(number)")) }
      #expect(folder.watch.add(request) == .watching)
    }

    @Test func `says so when the system gives no instance, and takes the next one`() throws {
      nonisolated(unsafe) var isFull = true
      let watch = InotifyWatch(openQueue: {
        if !isFull { return InotifyWatch.openQueue() }
        errno = EMFILE
        return -1
      })
      let folder = try WatchedFolder(watch: watch)
      #expect(folder.state == .unwatched(.refused(cause: "too many programs watch files")))
      #expect(watch.descriptor == nil)
      #expect(watch.read().isEmpty)
      isFull = false
      #expect(try WatchedFolder(watch: watch).state == .watching)
    }

    @Test func `does not trust a file system that keeps changes to itself`() throws {
      // Any kind will do as an example: every one that tests run on is called silent.
      var status = [UInt32: String]()
      for kind: UInt32 in [0xEF53, 0x0102_1994, 0x794C_7630, 0x5846_5342, 0x9123_683E] {
        status[kind] = "a far away disk"
      }
      let folder = try WatchedFolder(watch: InotifyWatch(silentFileSystems: status))
      let path = GitPath(bytes: folder.top.array)
      let reason = UnwatchedReason.silentFileSystem(kind: "a far away disk", folder: path)
      #expect(folder.state == .unwatched(reason))
      #expect(
        reason.why
          == "'\(path.displayed)' is on a far away disk, which does not tell of every change")
      #expect(folder.watch.watchCount == 0)
      #expect(SilentFileSystem.names[0x6969] == "a network file system (NFS)")
    }
  }
#endif
