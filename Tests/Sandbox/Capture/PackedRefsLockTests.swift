import Foundation
import Testing

/// A lock on git's file of packed refs, as a process leaves it that dies while it deletes a ref.
@Suite struct PackedRefsLockTests {
  private static let lock: Bytes = ".git/packed-refs.lock"
  private let repository: TestRepository

  init() throws {
    self.repository = try TestRepository.make()
    #expect(try self.repository.pulsar("now", "--no-push").status == 0)
  }

  /// Captures what is new, beside a lock and a mark that a process has left.
  ///
  /// - Returns: whether the lock is still there.
  private func staysBesideMark(of process: String?) throws -> Bool {
    if let process { try self.repository.write(".git/pulsar/packed-refs-" + Bytes(process), "") }
    try self.repository.write(Self.lock, "")
    try self.repository.write("new", "new\n")
    #expect(try self.repository.pulsar("now", "--no-push").status == 0)
    return Files.status(self.repository.top / Self.lock) != nil
  }

  @Test func `ours goes with the next capture, and git can pack refs again`() throws {
    #expect(try !self.staysBesideMark(of: "999999999"))
    try self.repository.git("pack-refs", "--all")
    #expect(Files.status(self.repository.top / ".git/pulsar/packed-refs-999999999") == nil)
  }

  @Test func `that of a process that lives stays`() throws {
    #expect(try self.staysBesideMark(of: "\(getpid())"))
  }

  @Test func `one that nobody has told of stays`() throws {
    #expect(try self.staysBesideMark(of: nil))
  }

  @Test func `deleting a packed ref leaves no mark`() throws {
    try self.repository.git("pack-refs", "--all")
    try self.repository.write("new", "new\n")
    #expect(try self.repository.pulsar("now", "--no-push").status == 0)
    try self.repository.write("new", "newer\n")
    #expect(try self.repository.pulsar("restore", "--yes", "new").status == 0)
    try self.repository.git("pack-refs", "--all")
    #expect(try self.repository.pulsar("undo", "--yes").status == 0)
    #expect(try self.repository.pulsar("prune", "--yes").status == 0)
    let left = try FileManager.default.contentsOfDirectory(
      atPath: (self.repository.top / ".git/pulsar").text
    ).filter { $0.hasPrefix("packed-refs-") }
    #expect(left == [])
  }
}
