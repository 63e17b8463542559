import Foundation
import PulsarCore
import PulsarSystem
import Testing

@Suite struct AtomicFileTests {
  @Test func `reads back what it wrote, for the owner only`() throws {
    let folder = TemporaryFolder()
    let bytes = (0..<200_000).map { UInt8(truncatingIfNeeded: $0) }
    try AtomicFile.replace(folder("f"), with: bytes)
    #expect(try AtomicFile.read(folder("f"), limit: bytes.count) == bytes)
    #expect(mode(of: folder("f")) == 0o600)
    #expect(try folder.names == ["f"])
  }

  @Test func `replaces whole, also with less`() throws {
    let folder = TemporaryFolder()
    try AtomicFile.replace(folder("f"), with: Array("long content".utf8))
    try AtomicFile.replace(folder("f"), with: [])
    #expect(try AtomicFile.read(folder("f"), limit: 10) == [])
  }

  @Test func `a missing file reads as nil`() throws {
    let folder = TemporaryFolder()
    #expect(try AtomicFile.read(folder("f"), limit: 10) == nil)
    #expect(try AtomicFile.read(folder("no/f"), limit: 10) == nil)
  }

  @Test func `refuses a file over the limit`() throws {
    let folder = TemporaryFolder()
    try put("12345", at: folder("f"))
    #expect(try AtomicFile.read(folder("f"), limit: 5)?.count == 5)
    let error = #expect(throws: SystemError.self) { try AtomicFile.read(folder("f"), limit: 4) }
    #expect(error?.errno == EFBIG)
    #expect(error?.why == "it is larger than 4 B")
  }

  @Test func `reads no folder, device or FIFO, and does not wait for one`() throws {
    let folder = TemporaryFolder()
    mkfifo(text(folder("fifo")), 0o600)
    for path in [folder("fifo"), GitPath("/dev/null"), folder.path] {
      #expect(throws: SystemError.self) { try AtomicFile.read(path, limit: 10) }
    }
  }

  @Test func `leaves nothing behind when the last step fails`() throws {
    let folder = TemporaryFolder()
    try AtomicFile.makeFolder(folder("taken/inside"))
    let error = #expect(throws: SystemError.self) {
      try AtomicFile.replace(folder("taken"), with: [1])
    }
    #expect(error?.path == folder("taken"))
    #expect(try folder.names == ["taken"])
  }

  @Test func `says the person's path when nothing can be written beside it`() throws {
    let folder = TemporaryFolder()
    try put("", at: folder("file"))
    let error = #expect(throws: SystemError.self) {
      try AtomicFile.replace(folder("file/below"), with: [1])
    }
    #expect(error?.errno == ENOTDIR)
    #expect(error?.path == folder("file/below"))
  }

  @Test func `keeps the old content in a folder that is read-only`() throws {
    // Root may write there all the same; it has other tests.
    guard geteuid() != 0 else { return }
    let folder = TemporaryFolder()
    try put("old", at: folder("f"))
    chmod(text(folder.path), 0o500)
    defer { chmod(text(folder.path), 0o700) }
    let error = #expect(throws: SystemError.self) {
      try AtomicFile.replace(folder("f"), with: [1])
    }
    #expect(error?.isRefused == true)
    #expect(try content(of: folder("f")) == "old")
  }

  #if os(Linux)
    @Test func `names a full disk`() {
      let error = #expect(throws: SystemError.self) {
        try AtomicFile.append(GitPath("/dev/full"), [1])
      }
      #expect(error?.isFull == true)
    }

    @Test func `makes no folder where the system lets nobody`() {
      #expect(throws: SystemError.self) {
        try AtomicFile.makeFolder(GitPath("/proc/git-pulsar/state"))
      }
    }
  #endif

  @Test func `makes folders all the way, for the owner only`() throws {
    let folder = TemporaryFolder()
    try AtomicFile.makeFolder(folder("a/b/c"))
    try AtomicFile.makeFolder(folder("a/b/c"))
    try AtomicFile.makeFolder(folder("a/d/"))
    #expect(mode(of: folder("a")) == 0o700)
    #expect(mode(of: folder("a/b/c")) == 0o700)
    #expect(mode(of: folder("a/d")) == 0o700)
  }

  @Test func `makes no folder in place of a file or below one`() throws {
    let folder = TemporaryFolder()
    try put("x", at: folder("f"))
    for name in ["f", "f/g", "f/g/h"] {
      let error = #expect(throws: SystemError.self) { try AtomicFile.makeFolder(folder(name)) }
      #expect(error?.errno == ENOTDIR)
    }
    #expect(try content(of: folder("f")) == "x")
  }

  @Test func `creates once and never over what is there`() throws {
    let folder = TemporaryFolder()
    #expect(try AtomicFile.create(folder("f"), with: Array("one".utf8)))
    #expect(try !AtomicFile.create(folder("f"), with: Array("two".utf8)))
    #expect(try content(of: folder("f")) == "one")
    #expect(try folder.names == ["f"])
  }

  @Test func `appends, and removes once`() throws {
    let folder = TemporaryFolder()
    try AtomicFile.append(folder("f"), Array("a".utf8))
    try AtomicFile.append(folder("f"), Array("b".utf8))
    #expect(try content(of: folder("f")) == "ab")
    #expect(try AtomicFile.remove(folder("f")))
    #expect(try !AtomicFile.remove(folder("f")))
  }
}
