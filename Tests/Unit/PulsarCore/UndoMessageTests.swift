import PulsarCore
import Testing

@Suite struct UndoMessageTests {
  @Test func `a message is read as it was written`() {
    let message = UndoMessage(verb: .restore, worktree: GitPath("worktrees/über"))
    #expect(UndoMessage.read(message.bytes) == .record(message))
    #expect(CaptureTrailers(message: message.bytes) == nil, "it passes for a capture")
  }

  @Test(arguments: [
    ("x\n\nPulsar-Undo: restore\nPulsar-Format: 2\n", "format 2"),
    ("x\n\nPulsar-Undo: restore\n", "format without a version"),
    ("x\n\nPulsar-Undo: fold\nPulsar-Format: 1\n", "kind 'fold'"),
  ])
  func `what is not known is not guessed`(text: String, words: String) {
    #expect(UndoMessage.read(Array(text.utf8)) == .unknown(words))
  }
}
