import PulsarCore
import PulsarEngine
import PulsarGit
import Testing

/// The adapters that hold to one contract.
enum Adapter: String, CaseIterable, CustomTestStringConvertible {
  case libGit2, gitProgram

  var testDescription: String { self.rawValue }

  func open(_ plain: PlainRepository) throws -> any SnapshotStore {
    switch self {
    case .libGit2: try LibGit2SnapshotStore(plain.location)
    case .gitProgram: GitProgramSnapshotStore(plain.repository)
    }
  }
}

extension PlainRepository {
  func blob(_ text: String, _ store: any SnapshotStore) throws -> ObjectID {
    try #require(try store.writeBlobs([Array(text.utf8)]).first)
  }

  func loosePath(_ id: ObjectID) -> Bytes {
    self.gitDir / "objects" / Bytes(id.hex.prefix(2).utf8) / Bytes(id.hex.dropFirst(2).utf8)
  }

  /// Fails the test for what git finds wrong with the repository.
  func expectSound() throws {
    let result = try self.repository.git.run(["fsck", "--strict", "--no-dangling"])
    let said = String(decoding: result.output + result.errors, as: UTF8.self)
    // Commits of tests link to submodules that are nowhere.
    #expect(result.succeeded, "\(said)")
    #expect(!said.contains("error") && !said.contains("warning"), "\(said)")
  }
}

extension NewCommit {
  static func make(
    _ tree: ObjectID, _ parents: [ObjectID] = [], _ message: String = "message\n",
    seconds: Int64 = 1_000_000
  ) -> NewCommit {
    NewCommit(
      tree: tree, parents: parents,
      signature: Signature(name: Array("A".utf8), email: Array("a@b".utf8)),
      time: WallTime(seconds: seconds, utcOffsetMinutes: 60), message: Array(message.utf8))
  }
}
