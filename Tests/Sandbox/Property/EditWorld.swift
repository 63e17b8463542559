import PulsarCore
import PulsarEngine
import PulsarGit

/// One repository that many sequences of edits are tried on, each from the same start.
final class EditWorld {
  let plain: PlainRepository
  /// Files of `.git` that say where the repository stands; objects only ever become more.
  private let start: [Bytes: Bytes]
  private let files: [(path: Bytes, content: Bytes)]
  private static let state: Set<Bytes> = ["HEAD", "index", "config", "packed-refs", "refs"]

  /// Makes the repository; `isUnborn` starts without a commit.
  init(isUnborn: Bool) throws {
    self.plain = try PlainRepository()
    guard !isUnborn else {
      self.files = []
      self.start = try Self.state(of: self.plain)
      return
    }
    let top = self.plain.top
    let contents: [(Bytes, Bytes)] = [
      ("a", "1\n"), ("b", "b\n"), ("d/a", "1\n"), ("d/e/a", "1\n"), ("d/x.log", "log\n"),
      ("e.txt", "a\r\nb\r\n"), ("x.log", "log\n"), (Bytes([0xFF, 0x61]), "odd\n"), ("A", "A\n"),
      ("keep.log", ""),
    ]
    for (path, content) in contents { try Files.write(top / path, content) }
    try Files.makeLink(top / "k", to: "a")
    try self.plain.git(["add", "-A"])
    try self.plain.git(["commit", "-q", "-m", "one"])
    try self.plain.git(["checkout", "-q", "-b", "other"])
    try Files.remove(top / "d")
    try Files.write(top / "d", "now a file\n")
    try Files.remove(top / "a")
    try Files.write(top / "a/b", "now a folder\n")
    try Files.write(top / ".gitignore", "*.log\n!keep.log\n")
    try self.plain.git(["add", "-A"])
    try self.plain.git(["commit", "-q", "-m", "two"])
    try self.plain.git(["checkout", "-q", "main"])
    self.files = try contents.map { path, _ in (path, try Files.read(top / path)) }
    self.start = try Self.state(of: self.plain)
  }

  private static func state(of plain: PlainRepository) throws -> [Bytes: Bytes] {
    var found: [Bytes: Bytes] = [:]
    for name in try Files.names(in: plain.gitDir) where self.state.contains(name) {
      let below = Files.walk(plain.gitDir / name).map { plain.gitDir / name / $0 }
      for path in below + [plain.gitDir / name]
      where Files.status(path)?.isFile == true {
        found[path] = try Files.read(path)
      }
    }
    return found
  }

  /// Everything as it was before the first edit.
  func reset() throws {
    for name in try Files.names(in: self.plain.top) where name != ".git" {
      try Files.remove(self.plain.top / name)
    }
    let kept: Set<Bytes> = ["objects", "info", "hooks", "description", "branches", "config"]
    for name in try Files.names(in: self.plain.gitDir) where !kept.contains(name) {
      try Files.remove(self.plain.gitDir / name)
    }
    for (path, content) in self.start { try Files.write(path, content) }
    try Files.makeFolder(self.plain.gitDir / "refs/heads")
    for (path, content) in self.files {
      try Files.write(self.plain.top / path, content)
    }
    if !self.files.isEmpty { try Files.makeLink(self.plain.top / "k", to: "a") }
  }

  // MARK: capturing

  private struct Clock: TimeSource {
    func wallTime() -> WallTime { WallTime(seconds: 1_800_000_000) }
  }

  private func request(
    _ machine: String, _ paths: [GitPath]? = nil, since known: CaptureReport? = nil
  ) -> CaptureRequest {
    var request = CaptureRequest(
      reason: .now, machine: Machine(name: machine, id: "1"),
      signature: Signature(name: nil, email: nil), settings: Settings())
    request.knownPaths = paths
    request.known = known.map { KnownCapture(capture: $0.commit, head: $0.head) }
    return request
  }

  private func worktree() throws -> GitWorktree {
    try GitWorktree(self.plain.repository, ignorePatterns: [], environment: [])
  }

  func captureWithLibGit2(
    knownPaths: [GitPath]? = nil, since known: CaptureReport? = nil
  ) throws -> CaptureReport {
    let store = try LibGit2SnapshotStore(self.plain.location, isDurable: false)
    return try CaptureProcedure(worktree: self.worktree(), store: store, time: Clock())
      .run(self.request("lib", knownPaths, since: known))
  }

  func captureWithGit() throws -> CaptureReport {
    let store = GitProgramSnapshotStore(self.plain.repository)
    return try CaptureProcedure(worktree: self.worktree(), store: store, time: Clock())
      .run(self.request("git"))
  }

  // MARK: looking

  /// The index as it is, byte for byte, and everything else that a capture must leave alone.
  func untouchable() throws -> [Bytes: Bytes] {
    var state = try Self.state(of: self.plain)
    let ours = self.plain.gitDir / "refs/pulsar"
    for path in state.keys where path.starts(with: ours) { state[path] = nil }
    return state
  }

  /// Every file and link of the working tree, with what tells one state of it from another.
  func listing() throws -> [GitPath: Files.Status] {
    var found: [GitPath: Files.Status] = [:]
    for path in Files.walk(self.plain.top, entering: { $0 != ".git" }) {
      guard let status = Files.status(self.plain.top / path), !status.isFolder else { continue }
      found[GitPath(bytes: path.array)] = status
    }
    return found
  }
}
