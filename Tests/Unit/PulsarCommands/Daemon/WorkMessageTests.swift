import PulsarCore
import PulsarSystem
import Testing

@testable import PulsarCommands

@Suite struct WorkMessageTests {
  @Test func `what is said is what is understood`() throws {
    var message = WorkMessage()
    message.add(.outcome, "ready")
    message.add(.isPaused, true)
    message.add(.hasRemote, false)
    message.add(.pushAge, 42)
    message.add(.gitDir, [0x2F, 0x61, 0x3D, 0x0A, 0xFF])
    message.add(.ignored, "one")
    message.add(.ignored, "")
    let read = try #require(WorkMessage(bytes: message.bytes))
    #expect(read.text(.outcome) == "ready")
    #expect(read.flag(.isPaused) && !read.flag(.hasRemote) && !read.flag(.isPlain))
    #expect(read.number(.pushAge) == 42 && read.number(.outcome) == nil)
    #expect(read.path(.gitDir) == GitPath(bytes: [0x2F, 0x61, 0x3D, 0x0A, 0xFF]))
    #expect(read.all(.ignored) == [Array("one".utf8), []])
    #expect(read.text(.root) == nil && read.all(.problem) == [])
  }

  @Test func `a message without fields is one`() throws {
    let read = try #require(WorkMessage(bytes: WorkMessage().bytes))
    #expect(read.text(.outcome) == nil)
  }

  @Test func `a message that was cut short is none`() {
    var message = WorkMessage()
    message.add(.outcome, "captured")
    message.add(.leftOut, "end")
    for count in 0..<message.bytes.count {
      #expect(WorkMessage(bytes: Array(message.bytes.prefix(count))) == nil, "\(count) bytes")
    }
  }

  @Test(arguments: [
    "git-pulsar work 2\0end\0", "end\0", "git-pulsar work 1\0outcome\0end\0", "\0",
    "warning: a line of somebody else's\ngit-pulsar work 1\0end\0",
  ])
  func `another format is not guessed at`(text: String) {
    #expect(WorkMessage(bytes: Array(text.utf8)) == nil)
  }

  @Test func `a NUL in a value does not end it early`() throws {
    var message = WorkMessage()
    message.add(.words, [0x61, 0, 0x62])
    let read = try #require(WorkMessage(bytes: message.bytes))
    #expect(read.text(.words) == "ab")
  }

  @Test func `a message fits into a worker's output however many paths there are`() throws {
    var message = WorkMessage()
    let folders = (0..<100_000).map { GitPath("some/folder/deep/within/number-\($0)/__pycache__") }
    message.add(.ignored, paths: folders)
    message.add(.outcome, "ready")
    #expect(message.bytes.count < SpawnedWorker.outputMax)
    let read = try #require(WorkMessage(bytes: message.bytes))
    #expect(read.text(.outcome) == "ready")
    #expect(read.all(.ignored).count > 5000)
  }
}
