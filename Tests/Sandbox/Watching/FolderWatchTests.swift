#if canImport(Glibc)
  import Foundation
  import PulsarCore
  import PulsarEngine
  import PulsarSystem
  import Synchronization
  import Testing

  @Suite struct FolderWatchTests {
    @Test func `names the files of new folders, however fast they come`() throws {
      let folder = try WatchedFolder()
      let isDone = Atomic(false)
      let top = folder.top
      let writer = Thread {
        for number in 0..<200 {
          try? Files.write(top / Bytes("\(number)/b/c/file"), "x")
        }
        isDone.store(true, ordering: .releasing)
      }
      writer.start()
      while !isDone.load(ordering: .acquiring) {
        if folder.isReadable(milliseconds: 10) { folder.read() }
      }
      folder.read()
      let missed = (0..<200).filter { !folder.paths.contains(GitPath("\($0)/b/c/file")) }
      #expect(missed.isEmpty)
      #expect(!folder.isLost)
      try folder.expectEveryFolderWatched()
    }

    @Test func `follows a folder that is renamed, with all below it`() throws {
      let folder = try WatchedFolder { try Files.write($0 / "a/b/file", "1") }
      let count = folder.watch.watchCount
      let moved = try folder.paths {
        try Files.rename(folder.top / "a", folder.top / "z")
        try folder.write("z/b/other")
      }
      #expect(moved == ["a", "z/b/file", "z/b/other"])
      #expect(try folder.paths { try folder.write("z/b/file", "22") } == ["z/b/file"])
      #expect(folder.watch.watchCount == count)
    }

    @Test func `leaves a folder that moves out and finds one that moves in`() throws {
      let folder = try WatchedFolder { try Files.write($0 / "a/b/file", "1") }
      let count = folder.watch.watchCount
      let outside = folder.sandbox.root / "outside"
      #expect(try folder.paths { try Files.rename(folder.top / "a", outside) } == ["a"])
      #expect(folder.watch.watchCount == count - 2)
      folder.forget()
      try Files.write(outside / "b/file", "22")
      #expect(!folder.isReadable(milliseconds: 0))
      #expect(
        try folder.paths { try Files.rename(outside, folder.top / "new") } == ["new/b/file"])
      #expect(folder.watch.watchCount == count)
      try folder.expectEveryFolderWatched()
    }

    @Test func `keeps two folders apart that swap their names`() throws {
      let folder = try WatchedFolder {
        try Files.write($0 / "a/one/1", "1")
        try Files.write($0 / "b/two/2", "2")
      }
      let count = folder.watch.watchCount
      folder.forget()
      try Files.rename(folder.top / "a", folder.top / "c")
      try Files.rename(folder.top / "b", folder.top / "a")
      try Files.rename(folder.top / "c", folder.top / "b")
      folder.read()
      #expect(folder.paths.isSuperset(of: ["b/one/1", "a/two/2"].map { GitPath($0) }))
      #expect(folder.watch.watchCount == count)
      try folder.expectEveryFolderWatched()
    }

    @Test func `sees a folder become a file and a folder again`() throws {
      let folder = try WatchedFolder { try Files.write($0 / "a/b/file", "1") }
      let count = folder.watch.watchCount
      let first = try folder.paths {
        try Files.remove(folder.top / "a")
        try folder.write("a")
      }
      #expect(first.contains("a"))
      #expect(folder.watch.watchCount == count - 2)
      let second = try folder.paths {
        try Files.remove(folder.top / "a")
        try folder.write("a/b/other")
      }
      #expect(second == ["a", "a/b/other"])
      #expect(folder.watch.watchCount == count)
      try folder.expectEveryFolderWatched()
    }

    @Test func `follows no symbolic link`() throws {
      let folder = try WatchedFolder {
        try Files.write($0.parent / "outside/file", "1")
        try Files.makeLink($0 / "early", to: "../outside")
      }
      let count = folder.watch.watchCount
      #expect(
        try folder.paths { try Files.makeLink(folder.top / "late", to: "../outside") } == ["late"])
      try Files.write(folder.sandbox.root / "outside/file", "22")
      #expect(!folder.isReadable(milliseconds: 0))
      #expect(folder.watch.watchCount == count)
    }

    @Test func `sees a folder that can be read only later`() throws {
      // File modes do not bind the superuser, who reads it at once.
      let folder = try WatchedFolder {
        try Files.write($0 / "a/file", "1")
        try Files.setMode($0 / "a", 0)
      }
      try Files.setMode(folder.top / "a", 0o755)
      folder.read()
      try folder.expectEveryFolderWatched()
    }

    @Test func `says nothing of ignored folders and watches none`() throws {
      let folder = try WatchedFolder(ignored: [GitPath("build"), GitPath("gone")]) {
        try Files.write($0 / "build/deep/file", "1")
      }
      #expect(folder.watch.watchCount == 4)
      try folder.write("build/deep/file", "22")
      try Files.remove(folder.top / "build/deep/file")
      #expect(!folder.isReadable(milliseconds: 0))
      #expect(
        try folder.paths {
          try Files.remove(folder.top / "build")
          try folder.write("build/deep/file")
          try folder.write("marker")
        } == ["marker"])
      #expect(folder.watch.watchCount == 4)
      #expect(folder.judged.isEmpty, "it is known to be ignored")
      #expect(
        try folder.paths {
          try Files.remove(folder.top / "build")
          try folder.write("build", "a file of that name is another matter")
        } == ["build"])
    }

    @Test func `asks about new folders once a level, and remembers`() throws {
      let folder = try WatchedFolder()
      folder.ignoredNames = ["node_modules"]
      let found = try folder.paths {
        for name: Bytes in ["a", "b"] {
          try folder.write(name / "node_modules/x/y")
          try folder.write(name / "src/file")
        }
      }
      #expect(found == ["a/src/file", "b/src/file"])
      #expect(
        folder.judged.map(\.displayed) == [
          "a", "b", "a/node_modules", "a/src", "b/node_modules", "b/src",
        ])
      try folder.write("a/node_modules/x/y", "22")
      #expect(!folder.isReadable(milliseconds: 0))
      let count = folder.judged.count
      try Files.remove(folder.top / "a/node_modules")
      try folder.write("a/node_modules/z")
      folder.read()
      #expect(folder.judged.count == count)
      try folder.expectEveryFolderWatched(skipping: ["a/node_modules", "b/node_modules"])
    }

    @Test func `watches anew what is ignored no longer, and the other way round`() throws {
      let folder = try WatchedFolder(ignored: [GitPath("build")]) {
        try Files.makeFolder($0 / "build/deep")
        try Files.makeFolder($0 / "other/deep")
      }
      let token = WatchedFolder.token
      #expect(folder.watch.refresh(token, ignored: [GitPath("other")]) == .watching)
      try folder.expectEveryFolderWatched(skipping: ["other"])
      try folder.write("other/deep/file")
      #expect(!folder.isReadable(milliseconds: 0))
      #expect(folder.watch.refresh(token, ignored: []) == .watching)
      try folder.expectEveryFolderWatched()
      #expect(folder.watch.watchCount == 8)
    }
  }
#endif
