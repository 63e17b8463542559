import Foundation
import PulsarCore

/// A folder for state files; gone when the value is.
final class StateFolder {
  let path: GitPath

  init() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "pulsar-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    self.path = GitPath(folder.path)
  }

  deinit {
    // What is left over is in the temporary folder, and no reason for a test to fail.
    try? FileManager.default.removeItem(atPath: self.path.displayed)
  }

  func write(_ name: String, _ text: String) throws {
    try Data(text.utf8).write(to: URL(filePath: self.path.appending(name).displayed))
  }
}
