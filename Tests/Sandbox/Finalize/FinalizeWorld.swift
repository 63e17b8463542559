import Foundation
import Testing

/// Several machines with clones of one remote.
final class FinalizeWorld {
  let sandbox: Sandbox
  let remote: Bytes
  private var clones: [String: TestRepository] = [:]

  static let lines = (1...30).map { "line \($0)\n" }.joined()

  init(_ arguments: [Bytes] = []) throws {
    let seed = try TestRepository.makeEmpty(arguments, named: "seed")
    self.sandbox = seed.sandbox
    for name in ["a.txt", "b.txt", "c.txt", "dir/d.txt"] as [Bytes] {
      try seed.write(name, Bytes(Self.lines))
    }
    try seed.write(".gitignore", "*.log\n")
    try seed.write("kept.log", "tracked though ignored\n")
    try seed.git("add", "-f", "kept.log")
    try seed.commitAll("seed")
    self.remote = try self.sandbox.makeRemote(of: seed)
  }

  /// Becomes a machine; its clone is made when it has none.
  @discardableResult
  func on(_ name: String, branch: Bytes? = nil) throws -> TestRepository {
    try self.sandbox.become(name)
    if let clone = self.clones[name] { return clone }
    let clone = try self.sandbox.clone(self.remote)
    if let branch { try clone.git("checkout", "-q", "-b", branch) }
    self.clones[name] = clone
    return clone
  }

  /// A machine edits files, captures and pushes.
  @discardableResult
  func work(
    _ name: String, branch: Bytes? = nil, _ edits: [(Bytes, Bytes)]
  ) throws -> TestRepository {
    let clone = try self.on(name, branch: branch)
    for (path, content) in edits { try clone.write(path, content) }
    let outcome = try clone.pulsar("now")
    #expect(outcome.status == 0, "\(outcome)")
    return clone
  }

  static func edited(_ line: Int, _ text: String) -> Bytes {
    Bytes(
      (1...30).map { $0 == line ? "\(text)\n" : "line \($0)\n" }.joined())
  }
}

extension TestRepository {
  func finalize(_ arguments: Bytes...) throws -> ChildProcess.Outcome {
    try self.pulsar(arguments: ["finalize", "--yes"] + arguments)
  }

  /// Everything a finalize may change: files, staging area, refs of the person, HEAD.
  func state() throws -> [Bytes] {
    let files = Files.walk(self.top) { $0 != ".git" }.filter { !$0.starts(with: ".git") }
    return [
      try self.git("symbolic-ref", "-q", "HEAD"), try self.git("rev-parse", "HEAD"),
      try self.git("for-each-ref", "refs/heads", "refs/remotes", "refs/tags"),
      try self.git("ls-files", "-s"), try self.git("diff", "--no-ext-diff"),
      Bytes(files.map(\.text).joined(separator: "\n")),
    ]
  }

  func isClean() throws -> Bool { try self.git("status", "--porcelain") == "" }
}
