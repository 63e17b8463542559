import Foundation
import PulsarCore
import Testing

@testable import PulsarCommands

@Suite struct DirectCaptureTests {
  @Test func `large files, and very many, are not captured while the daemon waits`() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for name in ["a", "b"] {
      let file = folder.appending(path: name)
      try Data().write(to: file)
      // A hole takes no room.
      let handle = try FileHandle(forWritingTo: file)
      try handle.truncate(atOffset: 10 << 20)
      try handle.close()
    }
    let top = GitPath(folder.path)
    #expect(DirectCapture.isQuick([GitPath("a")], in: top))
    #expect(DirectCapture.isQuick([GitPath("a"), GitPath("gone")], in: top))
    #expect(!DirectCapture.isQuick([GitPath("a"), GitPath("b")], in: top))
    #expect(!DirectCapture.isQuick((0..<2000).map { GitPath("\($0)") }, in: top))
  }
}
