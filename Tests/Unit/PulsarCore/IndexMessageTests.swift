import PulsarCore
import Testing

@Suite struct IndexMessageTests {
  @Test func `conflicts of the staging area are read as they were written`() throws {
    func id(_ digit: String) throws -> ObjectID {
      try #require(ObjectID(hex: Array(String(repeating: digit, count: 64).utf8)))
    }
    let path = GitPath(bytes: [0x61, 0x20, 0x0A, 0xFF])
    let unmerged = [
      UnmergedEntry(path: path, stage: 1, entry: TreeEntry(mode: .file, id: try id("1"))),
      UnmergedEntry(path: path, stage: 3, entry: TreeEntry(mode: .symlink, id: try id("2"))),
      UnmergedEntry(
        path: GitPath("b"), stage: 2, entry: TreeEntry(mode: .executable, id: try id("3"))),
    ]
    let message = IndexMessage(
      branch: Branch("main"), machineSlug: "m--1", intentToAdd: [GitPath("new")],
      unmerged: unmerged.reversed())
    #expect(IndexMessage.unmerged(in: message.bytes) == unmerged)
    #expect(IndexMessage.intentToAdd(in: message.bytes) == [GitPath("new")])
    #expect(IndexMessage.isOne(message.bytes))
  }
}
