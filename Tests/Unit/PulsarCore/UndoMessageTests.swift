import Foundation
import PulsarCore
import Testing

@Suite struct UndoMessageTests {
  @Test func `a message is read as it was written`() throws {
    var message = UndoMessage(verb: .restore, worktree: GitPath("worktrees/über"))
    #expect(UndoMessage.read(message.bytes) == .record(message))
    message.sources = [try #require(ObjectID(hex: String(repeating: "5", count: 40)))]
    #expect(UndoMessage.read(message.bytes) == .record(message))
  }

  @Test func `says where HEAD and the staging area were, and what became of sessions`() throws {
    func id(_ digit: String) throws -> ObjectID {
      try #require(ObjectID(hex: Array(String(repeating: digit, count: 40).utf8)))
    }
    var message = UndoMessage(verb: .sync, worktree: GitPath("."))
    let heads: [Head] = [
      .unborn(Branch("new")), .branch(Branch(name: [0x61, 0x20, 0xFF]), try id("1")),
      .detached(try id("2")),
    ]
    for before in heads {
      for after in heads {
        message.places = UndoMessage.Places(
          before: UndoMessage.Place(head: before, index: try id("3")),
          after: UndoMessage.Place(head: after, index: try id("4")))
        #expect(UndoMessage.read(message.bytes) == .record(message))
      }
    }
    let (one, two) = (try id("1"), try id("2"))
    let moves: [(ObjectID?, ObjectID?)] = [(one, two), (nil, two), (one, nil)]
    for (before, after) in moves {
      message.places?.moved = UndoMessage.MovedBranch(
        branch: Branch(name: [0x61, 0x20, 0xFF]), before: before, after: after)
      #expect(UndoMessage.read(message.bytes) == .record(message))
    }
    let damaged = String(decoding: message.bytes, as: UTF8.self)
      .replacingOccurrences(of: " none ", with: " nowhere ")
    #expect(UndoMessage.read(Array(damaged.utf8)) == .unknown("a place that cannot be read"))
    message.places = nil
    message.gained = [try id("5"), try id("6")]
    message.lost = [try id("7")]
    #expect(UndoMessage.read(message.bytes) == .record(message))
    let text = String(decoding: message.bytes, as: UTF8.self)
    #expect(text.contains("Pulsar-Format: 2\n"), "an older version must not undo half of it")
    #expect(CaptureTrailers(message: message.bytes) == nil, "it passes for a capture")
  }

  @Test(arguments: [
    ("x\n\nPulsar-Undo: restore\nPulsar-Format: 9\n", "format 9"),
    ("x\n\nPulsar-Undo: restore\n", "format without a version"),
    ("x\n\nPulsar-Undo: fold\nPulsar-Format: 1\n", "kind 'fold'"),
  ])
  func `what is not known is not guessed`(text: String, words: String) {
    #expect(UndoMessage.read(Array(text.utf8)) == .unknown(words))
  }
}
