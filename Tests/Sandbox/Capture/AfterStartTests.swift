import Foundation
import Testing

/// What a loss of power left, and the first capture after the system was started again.
@Suite struct AfterStartTests {
  private let repository: TestRepository

  init() throws { self.repository = try TestRepository.make() }

  private var mark: Bytes { self.repository.top / ".git/pulsar/boot" }

  /// An object of that id without a byte, and one that is no object by its name.
  private func leaveEmpty(_ names: [Bytes]) throws {
    for name in names {
      try self.repository.write(".git/objects" / name, "")
    }
  }

  @Test func `objects without a byte are removed once the system was started again`() throws {
    let empty: Bytes = "77/88de018e41e571b983b91e3a52119c59eadb87"
    let others: [Bytes] = ["77/88de018e41e571b983b91e3a52119c59eadb8", "info/empty"]
    #expect(try self.repository.pulsar("now", "--no-push").status == 0)
    let noted = try self.repository.read(".git/pulsar/boot")
    try self.leaveEmpty([empty] + others)
    #expect(try self.repository.tryGit("gc", "--quiet").status != 0, "git minds it no more")

    // The same start of the system: nobody looks.
    #expect(try self.repository.pulsar("now", "--no-push").status == 0)
    #expect(Files.exists(self.repository.top / ".git/objects" / empty))

    try self.repository.write(".git/pulsar/boot", "1 00000000-0000-0000-0000-000000000000\n")
    #expect(try self.repository.pulsar("now", "--no-push").status == 0)
    #expect(!Files.exists(self.repository.top / ".git/objects" / empty))
    for other in others {
      #expect(Files.exists(self.repository.top / ".git/objects" / other), "\(other)")
    }
    #expect(try self.repository.read(".git/pulsar/boot") == noted)
    #expect(try self.repository.tryGit("gc", "--quiet").status == 0)
    #expect(try self.repository.tryGit("fsck", "--strict", "--no-dangling").status == 0)
  }

  @Test func `where no capture was made before, nothing is looked for`() throws {
    let empty: Bytes = "77/88de018e41e571b983b91e3a52119c59eadb87"
    try self.leaveEmpty([empty])
    #expect(try self.repository.pulsar("now", "--no-push").status == 0)
    #expect(Files.exists(self.repository.top / ".git/objects" / empty))
  }
}
