import PulsarCore
import Testing

@testable import PulsarCommands

@Suite struct StandingBoardTests {
  @Test func `what is written is what is read`() throws {
    let folder = try StateFolder()
    let entries = [
      StandingBoard.Entry(
        repository: GitPath(bytes: [0x2F, 0x0A, 0xFF]), captures: "everything is captured",
        pushes: "", unwatched: nil),
      StandingBoard.Entry(
        repository: "/two", captures: "", pushes: "a push is under way", unwatched: "why"),
    ]
    let board = StandingBoard(stateFolder: folder.path)
    try board.write(entries)
    #expect(StandingBoard(stateFolder: folder.path).entries() == entries)
    try board.write([])
    #expect(board.entries() == [])
  }

  @Test(arguments: [
    nil, "", "git-pulsar daemon state 2\0/a\0b\0c\0d\0", "nonsense",
    "git-pulsar daemon state 1\0/a\0b\0c\0", "git-pulsar daemon state 1\0/a\0",
    "git-pulsar daemon state 1",
  ])
  func `what is not understood says nothing`(text: String?) throws {
    let folder = try StateFolder()
    if let text { try folder.write("daemon.state", text) }
    #expect(StandingBoard(stateFolder: folder.path).entries() == [])
  }

  @Test func `what was cut short holds as far as it is whole`() throws {
    let folder = try StateFolder()
    try folder.write("daemon.state", "git-pulsar daemon state 1\0/a\0b\0c\0\0/d\0e")
    #expect(
      StandingBoard(stateFolder: folder.path).entries() == [
        StandingBoard.Entry(repository: "/a", captures: "b", pushes: "c", unwatched: nil)
      ])
  }
}
