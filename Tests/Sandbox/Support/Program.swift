import Foundation

/// The program under test, as it was built beside the tests.
enum Program {
  /// `GIT_PULSAR_BINARY`, else beside the test bundle, else the package's debug build.
  static let path: Bytes = {
    if let given = ProcessInfo.processInfo.environment["GIT_PULSAR_BINARY"] { return Bytes(given) }
    let bundle = Bytes(CommandLine.arguments.first ?? "").parent
    let beside = bundle / "git-pulsar"
    if Files.exists(beside) { return beside }
    // …/Tests/Sandbox/Support/Program.swift
    let package = Bytes(#filePath).parent.parent.parent.parent
    return package / ".build/debug/git-pulsar"
  }()
}

/// Tools that a machine may lack; `ci/setup` installs them.
enum Tools {
  static func has(_ name: String) -> Bool {
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
      .contains { Files.exists(Bytes(String($0)) / Bytes(name)) }
  }

  static let faketime = has("faketime")
  static let lfs = has("git-lfs")
}
