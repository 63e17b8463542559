import Foundation

/// The program under test, as it was built beside the tests.
enum Program {
  /// `GIT_PULSAR_BINARY`, else beside the test bundle, else the package's debug build.
  static let path: String = {
    if let given = ProcessInfo.processInfo.environment["GIT_PULSAR_BINARY"] { return given }
    let bundle = URL(fileURLWithPath: CommandLine.arguments.first ?? "")
    let beside = bundle.deletingLastPathComponent().appendingPathComponent("git-pulsar").path
    if access(beside, X_OK) == 0 { return beside }
    return "\(Sources.package)/.build/debug/git-pulsar"
  }()
}

/// Tools that a machine may lack; `ci/setup` installs them.
enum Tools {
  static func has(_ name: String) -> Bool {
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
      .contains { access("\($0)/\(name)", X_OK) == 0 }
  }

  static let faketime = has("faketime")
  /// Whether file modes bind us, or can be made to.
  static let modesCanBind = geteuid() != 0 || has("setpriv")
}

/// The helpers in C beside this file.
///
/// They are compiled when a test first wants them, by the compiler that Swift itself links with: a
/// library that is loaded into other programs must not become part of the test program, as a target of
/// the package would.
enum Sources {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path
  static let package = URL(fileURLWithPath: folder).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path

  static let faults = Result { try compile("faults.c", ["-shared", "-fPIC"]) }
  static let writer = Result { try compile("writer.c", []) }

  private static func compile(_ source: String, _ options: [String]) throws -> String {
    let folder = try Folder.make(named: "chaos-tools")
    let result = "\(folder)/\(source).out"
    let compiler = Tools.has("cc") ? "cc" : "clang"
    let arguments = [compiler, "-O2", "-o", result] + options + ["\(Self.folder)/\(source)"]
    let outcome = try Command(
      starting: arguments + ["-ldl", "-lpthread"], in: folder,
      environment: ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"],
      scratch: folder
    ).wait()
    guard outcome.status == 0 else { throw Failure("\(compiler) \(source): \(outcome)") }
    Folder.removeAtExit(folder)
    return result
  }
}
