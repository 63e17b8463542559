import Foundation
import Testing

/// Files beside the tests that hold what is to come out.
enum Golden {
  private static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().appendingPathComponent("Golden")

  /// Expects the bytes of a golden file; with `RENEW_GOLDEN` set, writes it instead.
  static func expect(
    _ bytes: [UInt8], _ name: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let file = self.folder.appendingPathComponent(name)
    if ProcessInfo.processInfo.environment["RENEW_GOLDEN"] != nil {
      try Data(bytes).write(to: file)
    }
    let expected = String(decoding: try Data(contentsOf: file), as: UTF8.self)
    #expect(
      String(decoding: bytes, as: UTF8.self) == expected,
      "not as in Golden/\(name); if it is to be so: RENEW_GOLDEN=1 ci/unit Golden, ci/units, then read 'git diff'",
      sourceLocation: sourceLocation)
  }
}
