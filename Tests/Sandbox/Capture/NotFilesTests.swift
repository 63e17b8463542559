import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What is in a working tree and cannot be read, or must not be opened.
@Suite struct NotFilesTests {
  @Test(arguments: [S_IFIFO, S_IFSOCK])
  func `an untracked FIFO or socket is left out, and the rest is captured`(kind: mode_t) throws {
    let repository = try TestRepository.make()
    try Files.makeNode(repository.top / "odd", kind: kind)
    try Files.makeNode(repository.top / "dir/odd", kind: kind)
    try repository.write("new.txt", "x")
    let capture = try repository.checkCapture()
    #expect(try !repository.paths(in: capture.tree).contains("odd"))
    #expect(try repository.paths(in: capture.tree).contains("new.txt"))
  }

  @Test(arguments: [S_IFIFO, S_IFSOCK], [false, true])
  func `a FIFO or socket in the place of a file leaves the file as last captured, and is named`(
    kind: mode_t, afterAnotherCapture: Bool
  ) throws {
    let repository = try TestRepository.make()
    try repository.append("a.txt", "more\n")
    if afterAnotherCapture { try repository.checkCapture() }
    try repository.remove("a.txt")
    try Files.makeNode(repository.top / "a.txt", kind: kind)
    try repository.append("b.txt", "more\n")
    let capture = try repository.checkCapture(.init(kept: ["a.txt"]), naming: ["a.txt"])
    #expect(
      try repository.content(of: "a.txt", in: capture.tree)
        == (afterAnotherCapture ? "a 1\na 2\na 3\nmore\n" : "a 1\na 2\na 3\n"))
  }

  #if canImport(Glibc)
    @Test func `a FIFO is never opened`() throws {
      let repository = try TestRepository.make()
      try Files.makeNode(repository.top / "pipe", kind: S_IFIFO)
      try repository.remove("a.txt")
      try Files.makeNode(repository.top / "a.txt", kind: S_IFIFO)
      let watch = try SystemFailure.check("inotify_init", "", inotify_init())
      defer { close(watch) }
      _ = fcntl(watch, F_SETFD, FD_CLOEXEC)
      _ = fcntl(watch, F_SETFL, O_NONBLOCK)
      for name: Bytes in ["pipe", "a.txt"] {
        let path = repository.top / name
        try SystemFailure.check(
          "inotify_add_watch", path, inotify_add_watch(watch, path.cString, UInt32(IN_OPEN)))
      }
      try repository.checkCapture(.init(kept: ["a.txt"]), naming: ["a.txt"])
      var buffer = [UInt8](repeating: 0, count: 4096)
      #expect(read(watch, &buffer, buffer.count) == -1, "somebody opened a FIFO")
    }
  #endif

  @Test func `an unreadable new file is named and left out`() throws {
    let repository = try TestRepository.make()
    try repository.write("secret", "x", mode: 0)
    try repository.append("b.txt", "more\n")
    try repository.checkCapture(
      .init(kept: ["secret"]), naming: ["secret"], isPowerless: true)
  }

  @Test(arguments: [false, true])
  func `an unreadable tracked file stays as last captured`(afterAnotherCapture: Bool) throws {
    let repository = try TestRepository.make()
    try repository.append("a.txt", "kept\n")
    if afterAnotherCapture { try repository.checkCapture() }
    try repository.append("a.txt", "lost\n")
    try repository.setMode("a.txt", 0)
    try repository.append("b.txt", "more\n")
    let capture = try repository.checkCapture(
      .init(kept: ["a.txt"]), naming: ["a.txt"], isPowerless: true)
    #expect(
      try repository.content(of: "a.txt", in: capture.tree)
        == (afterAnotherCapture ? "a 1\na 2\na 3\nkept\n" : "a 1\na 2\na 3\n"))
    #expect(try repository.message(of: capture.commit).contains("\nPulsar-Skipped: 1\n"))

    // Nothing is forgotten once it can be read.
    try repository.setMode("a.txt", 0o644)
    try repository.checkCapture()
  }

  @Test func `an unreadable untracked file that was captured once stays captured`() throws {
    let repository = try TestRepository.make()
    try repository.write("new", "first\n")
    try repository.checkCapture()
    try repository.write("new", "second\n")
    try repository.setMode("new", 0)
    let capture = try repository.checkCapture(
      .init(kept: ["new"]), naming: ["new"], isPowerless: true)
    #expect(try repository.content(of: "new", in: capture.tree) == "first\n")
  }

  @Test(arguments: [mode_t(0), 0o600, 0o300])
  func `an unreadable folder keeps what was captured below it`(mode: mode_t) throws {
    let repository = try TestRepository.make()
    try repository.write("dir/untracked.txt", "captured once\n")
    try repository.checkCapture()
    try repository.append("a.txt", "more\n")
    try repository.setMode("dir", mode)
    defer { try? repository.setMode("dir", 0o755) }
    let capture = try repository.checkCapture(
      .init(kept: ["dir"]), naming: ["dir"], isPowerless: true)
    #expect(try repository.paths(in: capture.tree).contains("dir/untracked.txt"))
    #expect(try repository.paths(in: capture.tree).contains("dir/deep/d.txt"))
  }

  @Test func `an unreadable folder that was never captured is named`() throws {
    let repository = try TestRepository.make()
    try repository.write("closed/x", "x")
    try repository.write("open/y", "y")
    try repository.setMode("closed", 0)
    try repository.checkCapture(.init(kept: ["closed"]), naming: ["closed"], isPowerless: true)
  }

  @Test func `a working tree that cannot be written to is captured`() throws {
    let repository = try TestRepository.make()
    try repository.append("a.txt", "more\n")
    try repository.write("new", "x")
    #expect(try repository.pulsar().status == 0)
    for folder: Bytes in ["dir/deep", "dir"] { try repository.setMode(folder, 0o555) }
    try Files.setMode(repository.top, 0o555)
    defer { try? Files.setMode(repository.top, 0o755) }
    try repository.checkCapture(isPowerless: true)
  }

  @Test func `a repository that cannot be written to gives an explained failure`() throws {
    let repository = try TestRepository.make()
    try repository.checkCapture()
    try repository.append("a.txt", "more\n")
    let folders = Files.walk(repository.top / ".git").map { repository.top / ".git" / $0 }
      .filter { Files.status($0)?.isFolder == true }
    for folder in folders + [repository.top / ".git"] { try Files.setMode(folder, 0o555) }
    defer {
      for folder in folders + [repository.top / ".git"] { try? Files.setMode(folder, 0o755) }
    }
    try repository.checkRefusal(status: 1, saying: ["write"], isPowerless: true)
  }
}
