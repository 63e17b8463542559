import Foundation
import PulsarCore

/// A folder of one test's own, removed with its content when the value ends.
final class TemporaryFolder {
  let path: GitPath

  init() {
    let name = "pulsar-system-\(UUID().uuidString)"
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(name).path
    self.path = GitPath(folder)
    mkdir(folder, 0o700)
  }

  deinit { try? FileManager.default.removeItem(atPath: text(self.path)) }

  func callAsFunction(_ name: String) -> GitPath { self.path.appending(name) }

  /// The names in the folder, ascending.
  var names: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: text(self.path)).sorted() }
  }
}

func text(_ path: GitPath) -> String { String(decoding: path.bytes, as: UTF8.self) }

func put(_ content: String, at path: GitPath) throws {
  try Data(content.utf8).write(to: URL(fileURLWithPath: text(path)))
}

func content(of path: GitPath) throws -> String {
  String(decoding: try Data(contentsOf: URL(fileURLWithPath: text(path))), as: UTF8.self)
}

func mode(of path: GitPath) -> UInt32 {
  var status = stat()
  return lstat(text(path), &status) == 0 ? UInt32(status.st_mode) & 0o7777 : 0
}
