#if canImport(Glibc)
  import PulsarCore
  import PulsarSystem
  import Testing

  @Suite struct StateWatchTests {
    @Test func `tells of its files, and of no others in their folder`() throws {
      let folder = TemporaryFolder()
      let file = folder.path.appending("registry")
      let watch = try StateWatch(files: [file])
      #expect(!watch.read())
      try AtomicFile.replace(folder.path.appending("other"), with: [1], isDurable: false)
      #expect(!watch.read())
      try AtomicFile.replace(file, with: [1], isDurable: false)
      #expect(watch.read())
      #expect(!watch.read())
    }

    @Test func `tells of its files also after their folder was removed`() throws {
      let folder = TemporaryFolder()
      let state = folder.path.appending("state")
      try AtomicFile.makeFolder(state)
      let file = state.appending("registry")
      let watch = try StateWatch(files: [file])
      try AtomicFile.replace(file, with: [1], isDurable: false)
      _ = watch.read()
      try Files.remove(Bytes(state.bytes))
      #expect(watch.read())
      try AtomicFile.replace(file, with: [2], isDurable: false)
      #expect(watch.read())
      #expect(!watch.read())
    }
  }
#endif
