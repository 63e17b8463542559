import Foundation
import PulsarCore
import PulsarSystem
import Testing

@Suite struct RegistryTests {
  @Test func `begins empty and holds a path a line`() throws {
    let folder = TemporaryFolder()
    let registry = Registry(stateFolder: folder("state"))
    #expect(try registry.load().paths == [])
    #expect(try registry.add(GitPath("/a/b")))
    #expect(try registry.add(GitPath("/a/bc ")))
    #expect(try !registry.add(GitPath("/a/b")))
    #expect(try content(of: registry.path) == "/a/b\n/a/bc \n")
    #expect(mode(of: registry.path) == 0o600)
  }

  @Test func `keeps what it does not understand, and paths that are not there`() throws {
    let folder = TemporaryFolder()
    let registry = Registry(stateFolder: folder.path)
    try put("\r\n/no/such/disk\r\nwhat?\n/a", at: registry.path)
    #expect(try registry.add(GitPath("/b")))
    #expect(try registry.remove(GitPath("/a")))
    #expect(try !registry.remove(GitPath("/no/such")))
    #expect(try content(of: registry.path) == "\r\n/no/such/disk\r\nwhat?\n/b\n")
    #expect(try registry.load().malformed == [Array("what?".utf8)])
  }

  @Test func `refuses what no line can say, and writes nothing`() throws {
    let folder = TemporaryFolder()
    let registry = Registry(stateFolder: folder.path)
    for path in ["a", "/a\nb", ""] {
      let error = #expect(throws: SystemError.self) { try registry.add(GitPath(path)) }
      #expect(error?.why == "the registry holds one absolute path a line")
    }
    #expect(try folder.names == [])
  }

  @Test func `loses no path when many add at once`() throws {
    let folder = TemporaryFolder()
    let registry = Registry(stateFolder: folder.path)
    let failures = inThreads(8) { number in
      for index in 0..<5 { _ = try registry.add(GitPath("/\(number)/\(index)")) }
    }
    #expect(failures.isEmpty)
    #expect(try registry.load().paths.count == 40)
    #expect(try folder.names == ["registry", "registry.lock"])
  }

  @Test func `is an error in words when it cannot be read`() throws {
    let folder = TemporaryFolder()
    try AtomicFile.makeFolder(folder("registry"))
    let error = #expect(throws: SystemError.self) {
      try Registry(stateFolder: folder.path).load()
    }
    #expect(error?.errno == EISDIR)
  }
}

/// Runs `body` on `count` threads at once and waits for all.
///
/// - Returns: what they threw.
func inThreads(_ count: Int, _ body: @escaping @Sendable (Int) throws -> Void) -> [any Error] {
  let failures = Failures()
  let group = DispatchGroup()
  for number in 0..<count {
    group.enter()
    Thread {
      do { try body(number) } catch { failures.add(error) }
      group.leave()
    }.start()
  }
  group.wait()
  return failures.all
}

private final class Failures: @unchecked Sendable {
  private let lock = NSLock()
  private var errors: [any Error] = []
  var all: [any Error] { self.lock.withLock { self.errors } }
  func add(_ error: any Error) { self.lock.withLock { self.errors.append(error) } }
}
